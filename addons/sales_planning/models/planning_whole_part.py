from contextlib import contextmanager
from contextvars import ContextVar

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import float_compare

# ids of the wholes whose parts are being entered in this call
_entered = ContextVar("planning_whole_entered", default=None)


@contextmanager
def entered_together():
    """Parts of a whole are entered here, and judged when all of them are there.

    :return: for ``_check_entered``, the ids of the wholes whose parts were entered
    """
    wholes = set()
    token = _entered.set(wholes)
    try:
        yield wholes
    finally:
        _entered.reset(token)


class PlanningWholePart(models.AbstractModel):
    """Lines that make up 100 percent together: entered with their whole, never one by one (P7).

    The model of the whole enters them inside :func:`entered_together` and calls ``_check_entered``
    and ``_check_makes_up_whole`` afterwards. ``_whole`` names the field that leads to it.
    """

    _name = "planning.whole.part"
    _description = "Part of 100 Percent"
    _whole = None

    percent = fields.Float(required=True, digits=(16, 2), string="Share (%)")

    _percent_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "A share is more than 0 and not more than 100 percent.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._note_wholes()
        return parts

    def write(self, vals):
        # both that it is taken from and that it is given to
        self._note_wholes()
        result = super().write(vals)
        self._note_wholes()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_together(self):
        self._note_wholes()

    def _note_wholes(self):
        """:raise UserError: when they are changed one by one"""
        wholes = _entered.get()
        if wholes is None:
            raise UserError(
                self.env._(
                    "%s: these make up 100 percent together. Change them on the document they belong to.",
                    self._description,
                )
            )
        # sudo: those of others are refused afterwards, whether they may be read or not
        wholes.update(self.sudo()[self._whole].ids)

    @api.model
    def _check_entered(self, wholes, entered):
        """With its own whole a part is entered, and with no other one.

        :param entered: what :func:`entered_together` returned
        :raise AccessError: for parts of another whole, reached by a command
        """
        if entered.difference(wholes.ids):
            raise AccessError(
                self.env._(
                    "%s: one of these is part of another document. Open that document and change it "
                    "there.",
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
