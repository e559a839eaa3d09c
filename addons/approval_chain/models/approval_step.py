from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

KINDS = [("decide", "Decide"), ("opinion", "Give an Opinion"), ("handle", "Handle")]
MODES = [("any", "Any One"), ("all", "All")]


class ApprovalStep(models.Model):
    """One step of a chain: who is asked for what (A2, A4)."""

    _name = "approval.step"
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
    user_ids = fields.Many2many("res.users", string="Persons", domain="[('share', '=', False)]")
    field_name = fields.Char(
        string="Field",
        help="Technical name of a field of the document that holds a user.",
    )
    mode = fields.Selection(
        MODES,
        required=True,
        default="any",
        help="Any one: the first answer closes the step. "
        "All: everybody answers; one refusal closes the others.",
    )
    domain = fields.Char(
        default="[]",
        help="The step is skipped for documents that do not match these conditions.",
    )
    model = fields.Char(related="chain_id.model")

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        self.env["approval.chain"]._definitions_changed()
        return steps

    def write(self, vals):
        result = super().write(vals)
        self.env["approval.chain"]._definitions_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["approval.chain"]._definitions_changed()
        return result

    @api.constrains("approver", "role_id", "user_ids", "field_name", "chain_id")
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

    def _translate_name(self, name):
        """Store a lazily translated name in every installed language."""
        self.update_field_translations(
            "name",
            {
                lang: self.with_context(lang=lang).env._(name)
                for lang, _label in self.env["res.lang"].get_installed()
            },
        )

    def _parsed_domain(self):
        self.ensure_one()
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _applies_to(self, document):
        return bool(document.filtered_domain(self._parsed_domain()))

    def _panel_preview(self, values, document):
        """The step as the panel shows it before submission: who it will be."""
        people = self._people(document) - self.env.user
        shown = [user._approval_face() for user in people]
        role = self.role_id.name if self.approver == "role" else False
        places = (
            [shown]
            if self.approver == "role" and self.mode == "any"
            else [[face] for face in shown]
        )
        return {
            **values,
            "id": False,
            "opened_at": False,
            "closed_at": False,
            "slots": []
            if values["state"] == "skipped"
            else [
                {
                    "id": False,
                    "state": "waiting",
                    "role": role,
                    "people": faces,
                    "decided_by": False,
                    "on_behalf_of": False,
                    "verdict": False,
                    "opinion": "",
                    "decided_at": False,
                    "seconds": False,
                }
                for faces in places
            ],
        }

    def _slot_seeds(self, people):
        """The places to be decided when the step is frozen: one for a role, one for each person.

        A role stays one place until its turn comes, so that whoever holds the role then is asked.

        :return: list of values for ``approval.request.slot``
        """
        Slot = self.env["approval.request.slot"]
        if self.approver == "role":
            company = self.chain_id.company_id
            return [
                {
                    "role_id": self.role_id.id,
                    "role_company_id": company.id,
                    "holder_key": Slot._role_key(self.role_id, company),
                }
            ]
        return [{"user_id": user.id, "holder_key": Slot._user_key(user)} for user in people]
