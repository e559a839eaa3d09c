from odoo import api, fields, models
from odoo.exceptions import AccessError

ANSWERED = frozenset({"verdict", "note", "responsible_id"})


class SupervisionAnswer(models.Model):
    """The answer to one question of a check (F23)."""

    _name = "supervision.answer"
    _description = "Answer of an Order Check"
    _order = "check_id, sequence, id"

    check_id = fields.Many2one(
        "supervision.check", required=True, readonly=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(readonly=True)
    question_id = fields.Many2one("supervision.question", readonly=True, ondelete="set null")
    name = fields.Char(readonly=True, string="What Is Checked")
    verdict = fields.Selection(
        [("yes", "Complies"), ("no", "Does Not Comply"), ("na", "Does Not Apply")], string="Answer"
    )
    note = fields.Char(help="Needed where something does not hold.")
    responsible_id = fields.Many2one(
        "res.users",
        domain="[('share', '=', False)]",
        help="Who corrects it where it does not hold. Empty: the salesperson of the order.",
    )

    def write(self, vals):
        if not ANSWERED.issuperset(vals):
            raise AccessError(
                self.env._(
                    "What is checked in an order comes from the rule, and stays as it was asked."
                )
            )
        self.check_id._check_open()
        result = super().write(vals)
        if "responsible_id" in vals:
            for answer in self:
                answer.responsible_id._check_may_correct(answer.check_id.company_id)
        return result

    def _missing(self):
        """What is missing in this answer, as a sentence; empty when it is complete."""
        self.ensure_one()
        if not self.verdict:
            return self.env._("“%s” is not answered.", self.name)
        if self.verdict == "no" and not (self.note or "").strip():
            return self.env._("“%s” does not hold: say what you found.", self.name)
        if self.verdict == "no" and not self._responsible():
            return self.env._(
                "“%s” does not hold: choose who corrects it, as the order has no salesperson.",
                self.name,
            )
        return ""

    def _responsible(self):
        return self.responsible_id or self.check_id.salesperson_id

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise AccessError(self.env._("Answers stay with their check."))
