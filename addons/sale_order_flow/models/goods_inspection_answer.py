from odoo import api, fields, models
from odoo.exceptions import UserError

from ..photo import check_photo_size

ANSWERS = frozenset({"passed", "value", "is_measured", "note", "photo"})


class GoodsInspectionAnswer(models.AbstractModel):
    """The answer to one inspection point; the question is kept as it was asked (F13, I6)."""

    _name = "goods.inspection.answer"
    _description = "Answer to an Inspection Point"
    _order = "sequence, id"

    sequence = fields.Integer(readonly=True)
    name = fields.Char(required=True, readonly=True, string="What Is Inspected")
    instruction = fields.Text(readonly=True, string="How")
    # labels of a list would stay English on the models that inherit these fields
    kind = fields.Selection("_selection_kind", required=True, readonly=True)
    minimum = fields.Float(readonly=True, digits=(16, 4), aggregator=None)
    maximum = fields.Float(readonly=True, digits=(16, 4), aggregator=None)
    unit = fields.Char(readonly=True)
    photo_needed = fields.Boolean(readonly=True)
    passed = fields.Selection("_selection_verdict", string="Result")
    value = fields.Float(digits=(16, 4), aggregator="avg", string="Measured Value")
    is_measured = fields.Boolean(
        string="Measured", help="Tells a measured zero from a value not entered yet."
    )
    note = fields.Text()
    photo = fields.Image(max_width=1920, max_height=1920)
    verdict = fields.Selection("_selection_verdict", compute="_compute_verdict", store=True)
    limits = fields.Char(compute="_compute_limits")

    @api.model
    def _selection_kind(self):
        return [
            ("check", self.env._("Passed or Failed")),
            ("measure", self.env._("Measured Value")),
            ("note", self.env._("Note")),
        ]

    @api.model
    def _selection_verdict(self):
        return [("yes", self.env._("Passed")), ("no", self.env._("Failed"))]

    @api.depends("kind", "passed", "value", "is_measured", "minimum", "maximum", "note")
    def _compute_verdict(self):
        for answer in self:
            if answer.kind == "measure":
                fits = answer.minimum <= answer.value <= answer.maximum
                answer.verdict = answer.is_measured and ("yes" if fits else "no")
            elif answer.kind == "check":
                answer.verdict = answer.passed
            else:
                answer.verdict = bool((answer.note or "").strip()) and "yes"

    @api.depends("kind", "minimum", "maximum", "unit")
    def _compute_limits(self):
        for answer in self:
            answer.limits = answer.kind == "measure" and (
                f"{answer.minimum:g} – {answer.maximum:g} {answer.unit or ''}".strip()
            )

    @api.onchange("value")
    def _onchange_value(self):
        for answer in self.filtered("value"):
            answer.is_measured = True

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise self._asked_by_points()
        return super().create(vals_list)

    def write(self, vals):
        self._check_may_answer()
        if not self.env.su and not vals.keys() <= ANSWERS:
            raise self._asked_by_points()
        if "value" in vals and "is_measured" not in vals:
            vals = {**vals, "is_measured": True}
        check_photo_size(self.env, vals.get("photo"))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._check_may_answer()
        raise self._asked_by_points()

    def _check_may_answer(self):
        """Hook: refuse whoever may not answer, and answers that stand."""

    def _asked_by_points(self):
        return UserError(
            self.env._(
                "What is inspected comes from the inspection points of the goods: answer them, or have "
                "the points changed for the next inspection."
            )
        )

    def _missing(self):
        """What keeps the answer from being complete; empty when it is."""
        self.ensure_one()
        if not self.verdict:
            return self.env._("%s: there is no result yet.", self.name)
        if self.photo_needed and not self.photo:
            return self.env._("%s: a photo is needed.", self.name)
        return ""
