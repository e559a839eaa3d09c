from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

# whose parts are being entered together with their whole, in this call
_entered = ContextVar("planning_whole_entered", default=False)


@contextmanager
def entered_together():
    """Parts of a whole are entered here, and their sum is judged when all of them are there."""
    token = _entered.set(True)
    try:
        yield
    finally:
        _entered.reset(token)


class PlanningWholePart(models.AbstractModel):
    """Lines that make up 100 percent together: entered with their whole, never one by one (P7).

    The model of the whole enters them inside :func:`entered_together` and calls
    ``_check_makes_up_whole`` afterwards.
    """

    _name = "planning.whole.part"
    _description = "Part of 100 Percent"

    percent = fields.Float(required=True, digits=(16, 2), string="Share (%)")

    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "A share is more than 0 and not more than 100 percent.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_entered_together()
        return super().create(vals_list)

    def write(self, vals):
        self._check_entered_together()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_together(self):
        self._check_entered_together()

    def _check_entered_together(self):
        """:raise UserError: when they are changed one by one"""
        if not _entered.get():
            raise UserError(
                self.env._(
                    "%s: these make up 100 percent together. Change them on the document they belong to.",
                    self._description,
                )
            )

    def _check_makes_up_whole(self, whole):
        """:raise ValidationError: naming the whole that these do not make up"""
        total = sum(self.mapped("percent"))
        if self and float_compare(total, 100.0, precision_digits=2):
            raise ValidationError(
                self.env._(
                    "%(whole)s: the shares make up %(total)s percent. Enter shares that make up 100.",
                    whole=whole.display_name,
                    total=round(total, 2),
                )
            )
