from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain


class ReimbursementClaimShown(models.Model):
    """What a claim shows to those who read it: whose turn it is, what was found, totals, receipts."""

    _inherit = "reimbursement.claim"

    waits_for = fields.Char(compute="_compute_waits_for", string="Waiting For")
    originals_wanted = fields.Boolean(
        compute="_compute_waits_for", help="The originals are to be handed to finance now."
    )
    may_return = fields.Boolean(compute="_compute_may_return")
    may_lower = fields.Boolean(compute="_compute_may_return")
    findings = fields.Text(
        compute="_compute_findings", help="What the checks find now, each on a line of its own."
    )
    comparison = fields.Html(
        compute="_compute_comparison",
        string="Estimate and Actual",
        sanitize=False,
        help="By category: estimated in the applications, claimed and sanctioned.",
    )
    receipt_ids = fields.Many2many(
        "ir.attachment",
        compute="_compute_receipt_ids",
        string="Receipts",
        help="The attachments of the claim and of all its expenses.",
    )
    receipt_count = fields.Integer(compute="_compute_receipt_ids")

    @api.depends("state", "approval_request_id")
    def _compute_waits_for(self):
        for claim in self:
            request = claim.sudo().approval_request_id
            pending = claim.state == "submitted" and request.state == "pending"
            claim.waits_for = request._waits_for() if pending else False
            asked = request.step_ids.filtered(lambda step: step.state == "open") if pending else ()
            claim.originals_wanted = any(step.kind == "handle" for step in asked)

    @api.depends("state", "approval_request_id")
    @api.depends_context("uid")
    def _compute_may_return(self):
        """Whether the user is asked now, and whether as finance."""
        finance = self._is_finance()
        slots = self.env["approval.request.slot"].sudo()
        mine = slots.search(
            slots._domain_mine()
            & Domain("res_model", "=", self._name)
            & Domain("res_id", "in", self.ids)
        )
        asked = set(mine.mapped("res_id"))
        for claim in self:
            turn = claim._origin.id in asked and claim.state == "submitted"
            claim.may_return = turn or (finance and claim.state == "hand_back")
            claim.may_lower = turn and finance

    def _compute_findings(self):
        found = self._origin._claim_findings() if self._origin else {}
        for claim in self:
            rows = found.get(claim._origin.id, ())
            claim.findings = "\n".join(row.message for row in rows) or False

    @api.depends("expense_ids.payable_amount", "application_ids.line_ids.amount")
    def _compute_comparison(self):
        for claim in self:
            claim.comparison = self.env["ir.qweb"]._render(
                "expense_approval.claim_comparison",
                {"rows": claim._category_totals(), "currency": claim.currency_id, "claim": claim},
            )

    def _category_totals(self):
        """Estimate, claimed and sanctioned amount by category (E1).

        :return: list of dicts ``category``, ``estimated``, ``claimed``, ``sanctioned``, ``difference``
            in company currency, by name of the category
        """
        self.ensure_one()
        totals = defaultdict(lambda: [0.0, 0.0, 0.0])
        claim_sudo = self.sudo()  # whoever reads the claim reads its totals
        for line in claim_sudo.application_ids.line_ids:
            totals[line.product_id][0] += line.amount
        for expense in claim_sudo.expense_ids:
            totals[expense.product_id][1] += expense.total_amount
            totals[expense.product_id][2] += expense.payable_amount
        return [
            {
                "category": product.display_name or self.env._("No category"),
                "estimated": estimated,
                "claimed": claimed,
                "sanctioned": sanctioned,
                "difference": self.currency_id.round(claimed - estimated),
            }
            for product, (estimated, claimed, sanctioned) in sorted(
                totals.items(), key=lambda item: item[0].display_name or ""
            )
        ]

    @api.depends("expense_ids.attachment_ids")
    def _compute_receipt_ids(self):
        attachments = self.env["ir.attachment"].search(
            [
                "|",
                "&",
                ("res_model", "=", "hr.expense"),
                ("res_id", "in", self.expense_ids.ids),
                "&",
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
            ],
            order="res_model, res_id, id",
        )
        by_place = attachments.grouped(lambda file: (file.res_model, file.res_id))
        for claim in self:
            places = [
                (self._name, claim.id),
                *(("hr.expense", id_) for id_ in claim.expense_ids.ids),
            ]
            claim.receipt_ids = attachments.browse().union(
                *(by_place[place] for place in places if place in by_place)
            )
            claim.receipt_count = len(claim.receipt_ids)

    def action_view_receipts(self):
        """Open all receipts of the claim, side by side."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Receipts of %s", self.name),
            "res_model": "ir.attachment",
            "views": [(False, "kanban"), (False, "list"), (False, "form")],
            "domain": [("id", "in", self.receipt_ids.ids)],
            "context": {"create": False},
        }
