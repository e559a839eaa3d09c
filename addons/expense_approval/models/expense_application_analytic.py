from odoo import models
from odoo.exceptions import UserError

from .expense_document import OPEN_STATES


class ExpenseApplicationAnalytic(models.Model):
    """What an application is for is charged to its expenses, so it stays as it was approved (E1)."""

    _inherit = "expense.application"

    # what its expenses take over; whoever adds a field to that locks it with it
    _purpose_fields = frozenset({"analytic_distribution"})

    def write(self, vals):
        if not self._purpose_fields.isdisjoint(vals):
            self._refuse_other_purpose()
        return super().write(vals)

    def _refuse_other_purpose(self):
        if kept := self.filtered(lambda row: row.state not in (*OPEN_STATES, "cancelled")):
            raise UserError(
                self.env._(
                    "%(application)s is “%(state)s”: what it is for cannot be changed any more. Withdraw it, "
                    "or make another application.",
                    application=kept[0].name,
                    state=kept[0]._state_label(),
                )
            )
