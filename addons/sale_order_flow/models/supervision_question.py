from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

SEVERITIES = [("minor", "Minor"), ("major", "Major"), ("critical", "Critical")]


class SupervisionQuestion(models.Model):
    """One thing that is looked at in each order of a rule (F23)."""

    _name = "supervision.question"
    _description = "Question of a Supervision Rule"
    _order = "rule_id, sequence, id"

    rule_id = fields.Many2one("supervision.rule", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, string="What Is Checked")
    kind_id = fields.Many2one(
        "supervision.finding.kind",
        required=True,
        ondelete="cascade",
        string="Kind of Finding",
        help="Where it does not hold.",
    )
    severity = fields.Selection(SEVERITIES, required=True, default="minor")

    @api.ondelete(at_uninstall=False)
    def _unlink_not_asked(self):
        asked = (
            self.env["supervision.answer"].sudo().search([("question_id", "in", self.ids)], limit=1)
        )
        if asked:
            raise UserError(
                self.env._(
                    "“%s” was asked in checks already, and stays. Archive the rule and make another.",
                    asked.question_id.name,
                )
            )
        rules = self.rule_id
        if empty := rules.filtered(lambda rule: rule.question_ids <= self):
            empty._refuse_without_questions()


class SupervisionFindingKind(models.Model):
    """What kind of rule was not followed (F23)."""

    _name = "supervision.finding.kind"
    _description = "Kind of Finding"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    correction_days = fields.Integer(
        default=5,
        string="Days to Correct",
        help="Working days until the correction of such a finding is due.",
    )

    _correction_days_positive = models.Constraint(
        "CHECK (correction_days > 0)", "A correction needs at least one working day."
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        used = Domain("kind_id", "in", self.ids)
        for model in ("supervision.question", "supervision.finding"):
            if found := self.env[model].sudo().search(used, limit=1):
                raise UserError(
                    self.env._(
                        "%s was used for checks already: archive it instead.", found.kind_id.name
                    )
                )
