from odoo import fields, models
from odoo.exceptions import UserError


class SupplyDateWizard(models.TransientModel):
    """Purchasing moves the arrival date of missing goods, or says why it was moved (S5)."""

    _name = "supply.date.wizard"
    _description = "Move the Arrival Date"

    shortage_ids = fields.Many2many("supply.shortage")
    change_ids = fields.Many2many("supply.date.change")
    new_date = fields.Datetime(string="New Arrival Date")
    reason = fields.Text(required=True)

    def action_apply(self):
        """Move the dates with their reason, or give the reason of dates moved before.

        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: without a date or a reason, or for goods that nobody has ordered yet
        :return: True
        """
        self.ensure_one()
        if self.change_ids:
            return self.change_ids.action_give_reason(self.reason)
        if not (self.reason or "").strip() or not self.new_date:
            raise UserError(
                self.env._("Enter the new arrival date and the reason why it has moved.")
            )
        self.shortage_ids._move_date(self.new_date, self.reason.strip())
        return True
