from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

KINDS = [("decide", "Decide"), ("opinion", "Give an Opinion"), ("handle", "Handle")]
MODES = [("any", "Any One"), ("all", "All"), ("order", "In Order"), ("quorum", "N of M")]
OVERDUE = [
    ("remind", "Remind"),
    ("escalate", "Ask the manager as well"),
    ("hand_on", "Hand on to the manager"),
    ("approve", "Approve automatically"),
    ("refuse", "Refuse automatically"),
]


class ApprovalStep(models.Model):
    """One step of a chain: who is asked for what (A2, A4)."""

    _name = "approval.step"
    _inherit = ["approval.definition.mixin"]
    _description = "Approval Step"
    _order = "chain_id, sequence, id"

    chain_id = fields.Many2one("approval.chain", required=True, index=True, ondelete="cascade")
    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        KINDS,
        required=True,
        default="decide",
        help="Decide: the chain goes on only if approved.\n"
        "Give an opinion: recorded for the deciders, binds nobody.\n"
        "Handle: a piece of work has to be done before the chain goes on.",
    )
    approver = fields.Selection(
        [("role", "Role"), ("user", "Persons"), ("field", "Person on the Document")],
        required=True,
        default="role",
    )
    role_id = fields.Many2one("approval.role", ondelete="restrict")
    field_name = fields.Char(
        string="Field",
        help="Technical name of a field of the document that holds a user.",
    )
    mode = fields.Selection(
        MODES,
        required=True,
        default="any",
        help="Any one: the first answer closes the step. "
        "All: everybody answers; one refusal closes the others. "
        "In order: one after the other. N of M: as many as the number says have to approve.",
    )
    quorum = fields.Integer(default=2, string="How Many Have to Approve")
    parallel = fields.Boolean(
        string="Together with the Step Before",
        help="Asked at the same time as the step above; the chain goes on when both are done.",
    )
    limit_step_id = fields.Many2one(
        "approval.step",
        string="Only Over the Limit Of",
        domain="[('chain_id', '=', chain_id), ('id', '!=', id), ('kind', '=', 'decide')]",
        ondelete="restrict",
        help="The step is asked only if the amount is over the approval limit of the person who decided "
        "that earlier step.",
    )
    opinion_policy = fields.Selection(
        [("negative", "To refuse or return"), ("always", "Always")],
        string="Opinion Needed",
        required=True,
        default="negative",
    )
    checklist_ids = fields.One2many("approval.step.check", "step_id", copy=True)
    cc_when = fields.Selection(
        [
            ("none", "Nobody"),
            ("start", "When it begins"),
            ("end", "When it ends"),
            ("both", "Both"),
        ],
        string="Carbon Copy",
        required=True,
        default="none",
    )
    cc_user_ids = fields.Many2many(
        "res.users",
        "approval_step_cc_user_rel",
        string="Copied Persons",
        domain="[('share', '=', False)]",
    )
    cc_role_ids = fields.Many2many(
        "approval.role", "approval_step_cc_role_rel", string="Copied Roles"
    )
    time_limit = fields.Float(
        string="Time Limit (Working Hours)",
        help="Counted in the working hours of the company. Zero: no limit.",
    )
    overdue_action = fields.Selection(
        OVERDUE, required=True, default="remind", string="When Overdue"
    )
    domain = fields.Char(
        default="[]",
        help="The step is skipped for documents that do not match these conditions.",
    )
    model = fields.Char(related="chain_id.model")
    rulebook_name = fields.Char(readonly=True, copy=False, help="Its name in the rulebook.")

    _quorum_positive = models.Constraint(
        "CHECK (mode != 'quorum' OR quorum > 0)", "At least one has to approve."
    )
    _time_positive = models.Constraint(
        "CHECK (time_limit >= 0)", "A time limit cannot be negative."
    )

    @api.constrains("limit_step_id", "chain_id", "sequence", "parallel")
    def _check_limit_step(self):
        for step in self.chain_id.step_ids.filtered("limit_step_id"):
            earlier = step.limit_step_id
            steps = step.chain_id.step_ids.sorted(lambda row: (row.sequence, row.id))
            place = {row: number for number, row in enumerate(steps)}
            # of steps that are asked together, none has been decided before the other
            if earlier.chain_id != step.chain_id or all(
                row.parallel for row in steps[place[earlier] + 1 : place[step] + 1]
            ):
                raise ValidationError(
                    self.env._(
                        "Step %(step)s depends on the limit of whoever decides “%(earlier)s”: that must "
                        "be an earlier step of the same chain.",
                        step=step.name,
                        earlier=earlier.name,
                    )
                )

    @api.constrains("approver", "role_id", "person_ids", "user_ids", "field_name", "chain_id")
    def _check_approver(self):
        for step in self:
            missing = {
                "role": not step.role_id,
                "user": not step.user_ids,
                "field": not step._is_user_field(step.field_name),
            }[step.approver]
            if missing:
                raise ValidationError(
                    self.env._(
                        "Step %(step)s of chain %(chain)s does not say who is asked: choose a role, "
                        "persons, or a field of the document that holds a user.",
                        step=step.name,
                        chain=step.chain_id.name,
                    )
                )

    @api.constrains("domain", "chain_id")
    def _check_domain(self):
        for step in self:
            try:
                step._parsed_domain().validate(self.env[step.chain_id.model])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "Step %(step)s: the conditions cannot be used (%(error)s).",
                        step=step.name,
                        error=error,
                    )
                ) from error

    def _is_user_field(self, name):
        field = self.env[self.chain_id.model]._fields.get(name or "")
        return bool(field) and field.comodel_name == "res.users"

    def _parsed_domain(self):
        self.ensure_one()
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _applies_to(self, document):
        return bool(document.filtered_domain(self._parsed_domain()))

    @api.model
    def _definition_fields(self):
        """What a version of the chain keeps of its steps, besides their lines and where they came from."""
        besides = ("checklist_ids", "person_ids", "rulebook_name")
        return [
            name
            for name, field in self._fields.items()
            if field.store and name not in ("chain_id", "model", *besides, *models.MAGIC_COLUMNS)
        ]

    def _checklist(self):
        return [{"name": check.name, "required": check.required} for check in self.checklist_ids]
