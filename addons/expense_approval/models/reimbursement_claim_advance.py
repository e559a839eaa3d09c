from odoo import Command, fields, models

from .expense_document import OPEN_STATES


class ReimbursementClaim(models.Model):
    """What the employee got in advance is set off against what the claim owes (E9)."""

    _inherit = "reimbursement.claim"

    allocation_ids = fields.One2many(
        "expense.advance.allocation", "claim_id", string="Advances Offset", copy=False
    )
    offset_company_amount = fields.Monetary(
        string="Offset with Advances", compute="_compute_to_pay_amount"
    )
    to_pay_amount = fields.Monetary(
        string="To Be Paid",
        compute="_compute_to_pay_amount",
        help="What the employee spent and gets, less the advances offset.",
    )

    def _compute_to_pay_amount(self):
        for claim in self:
            rows = claim.allocation_ids.filtered(lambda row: row.state != "void")
            claim.offset_company_amount = sum(rows.mapped("company_amount"))
            claim.to_pay_amount = claim._owed_amount() - claim.offset_company_amount

    def _owed_amount(self):
        """What the employee spent of the own money, in company currency."""
        own = self.sudo().expense_ids.filtered(lambda row: row.payment_mode == "own_account")
        return sum(own.mapped("payable_amount"))

    def _offset_error(self):
        """Why the advances cannot be offset as they stand; empty when they can."""
        self.ensure_one()
        rows = self.allocation_ids.filtered(lambda row: row.state != "void")
        offset, owed = sum(rows.mapped("company_amount")), self._owed_amount()
        if not rows or self.currency_id.compare_amounts(offset, owed) <= 0:
            return ""
        return self.env._(
            "Claim %(claim)s owes the employee %(owed)s, and %(offset)s of advances is to be offset in it. "
            "Offset less; what is not spent is paid back to finance.",
            claim=self.name,
            owed=self.currency_id.format(owed),
            offset=self.currency_id.format(offset),
        )

    def _submission_errors(self):
        errors = super()._submission_errors()
        if error := self._offset_error():
            errors.append(error)
        return errors

    def action_offset_advances(self):
        """Offset the open advances of the employee in these claims, the oldest first.

        :return: True
        """
        self.check_access("write")
        for claim in self.filtered(lambda claim: claim.state in OPEN_STATES):
            claim._offset_open_advances()
        return True

    def _offset_open_advances(self):
        left = self.to_pay_amount
        advances = self.env["expense.advance"].search(
            [
                ("employee_id", "=", self.employee_id.id),
                ("company_id", "=", self.company_id.id),
                ("open_amount", ">", 0),
            ],
            order="settle_by, id",
        )
        today, rows = self.company_id._approval_today(), []
        for advance in advances.filtered("available_amount"):
            wanted = self.currency_id._convert(left, advance.currency_id, self.company_id, today)
            amount = min(wanted, advance.available_amount)
            if advance.currency_id.compare_amounts(amount, 0) <= 0:
                continue
            rows.append(Command.create({"advance_id": advance.id, "amount": amount}))
            left -= advance.currency_id._convert(amount, self.currency_id, self.company_id, today)
        self.allocation_ids = rows
