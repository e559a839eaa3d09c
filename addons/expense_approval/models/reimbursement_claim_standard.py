from odoo import api, fields, models


class ReimbursementClaimStandard(models.Model):
    """The expenses of a claim against the standards (E5)."""

    _inherit = "reimbursement.claim"

    excess_amount = fields.Monetary(
        compute="_compute_excess_amount", store=True, string="Over Standard"
    )
    over_standard = fields.Boolean(
        compute="_compute_excess_amount",
        store=True,
        string="Is Over Standard",
        help="Steps of the chain can depend on it.",
    )

    @api.depends("expense_ids.excess_amount")
    def _compute_excess_amount(self):
        for claim in self:
            claim.excess_amount = sum(claim.expense_ids.mapped("excess_amount"))
            claim.over_standard = any(
                claim.currency_id.compare_amounts(expense.excess_amount, 0) > 0
                for expense in claim.expense_ids
            )

    def action_approval_submit(self, code=None, chosen=None):
        self.check_access("write")
        self.sudo().expense_ids._judge()
        return super().action_approval_submit(code, chosen)

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        if event.verb in ("submit", "reopen"):
            self.expense_ids._cut_to_standard()
        return result

    # ------------------------------------------------------------------ findings

    def _claim_findings(self):
        findings = super()._claim_findings()
        claims_sudo = self.sudo()  # those who decide may not read all standards
        missing = claims_sudo.expense_ids._what_standards_miss()
        for claim in claims_sudo:
            for expense in claim.expense_ids:
                if found := expense._standard_finding(missing.get(expense)):
                    findings[claim.id].append(found)
        return findings
