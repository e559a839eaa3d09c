from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .desk_turns import DeskTurns


class OrderDeskDocument(models.AbstractModel):
    """A document that stands on the desk: whose turn it is, and its one next step (F11).

    Button, owner and refusal all ask ``_desk_next_action``. A kind of document declares the
    attributes below and ``_desk_method``, and is appended to ``sale.desk._desk_models``.
    """

    _name = "order.desk.document"
    _description = "Document on the Order Desk"

    # number of the kind, below ``desk_rows.KINDS``: no two kinds share one
    _desk_kind = None
    # field with what the document waits for
    _desk_stage_field = "desk_stage"
    # {stage: (key of the desk's "waits_for", role code or "salesperson" or "approver")}
    _desk_stages = {}
    # stages whose step depends on the document itself, which is read for it
    _desk_document_stages = frozenset()
    # whether whoever decides has something to enter on the form: then that is opened
    _desk_decided_on_form = False
    # {column of the desk: SQL of it over the table d} where it is not the column of that name
    _desk_columns = {}

    desk_duty_ids = fields.One2many(
        "order.desk.duty",
        "res_id",
        string="Named Persons",
        domain=lambda self: [("res_model", "=", self._name)],
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )
    desk_user_id = fields.Many2one(
        "res.users",
        compute="_compute_desk_user_id",
        store=True,
        string="Named Person",
        help="Who of the role whose turn it is was named for this document.",
    )

    @api.depends("desk_duty_ids.user_id", "desk_duty_ids.role_id")
    def _compute_desk_user_id(self):
        for document in self:
            role = document._desk_role()
            duty = document.desk_duty_ids.filtered(
                lambda duty, role=role: duty.role_id.code == role
            )
            document.desk_user_id = duty.user_id

    def _desk_role(self):
        """Code of the role whose turn it is, or ``"salesperson"``, ``"approver"`` or nothing.

        Extend ``_compute_desk_user_id`` with the fields it depends on.
        """
        self.ensure_one()
        return self._desk_stage_owners().get(self[self._desk_stage_field])

    @api.model
    def _desk_stage_owners(self):
        """Hook: whose turn it is in each stage.

        :return: ``{stage: role code, or "salesperson" or "approver"}``
        """
        return {stage: role for stage, (_team, role) in self._desk_stages.items()}

    @api.model
    def _desk_stage_teams(self):
        """Hook: what the desk says a document waits for in each stage.

        :return: ``{stage: key of the desk's "waits_for"}``
        """
        return {stage: team for stage, (team, _role) in self._desk_stages.items()}

    def unlink(self):
        self.env["order.desk.duty"]._forget(self._name, self.ids)
        return super().unlink()

    def _desk_next_action(self):
        """THE next step of each document.

        :return: ``{id: {"method", "label", "role", "owner" (names), "mine" (bool)}}``; documents that
            wait for nobody are left out
        """
        owners, stage = self._desk_stage_owners(), self._desk_stage_field
        waiting = self._origin.filtered(lambda document: document[stage] in owners)
        methods = waiting._desk_methods()
        waiting = waiting.sudo()
        roles = {document: owners[document[stage]] for document in waiting}
        asked = [document.id for document, role in roles.items() if role == "approver"]
        turns = DeskTurns(self.env, waiting.company_id, {self._name: asked} if asked else {})
        steps = {}
        for document, role in roles.items():
            owner, mine = turns.of(
                (self._name, document.id),
                document.company_id.id,
                role,
                document.user_id,
                document.desk_user_id,
            )
            method, label = methods[document.id]
            steps[document.id] = {
                "method": method,
                "label": label,
                "role": role,
                "owner": owner,
                "mine": mine,
            }
        return steps

    def _desk_methods(self):
        """Method and label of the button of each of the documents.

        :return: ``{id: (method, label)}``
        """
        by_stage = self.grouped(self._desk_stage_field)
        general = {
            stage: self.browse()._desk_method(stage)
            for stage in by_stage
            if stage not in self._desk_document_stages
        }
        return {
            document.id: general.get(stage) or document._desk_method(stage)
            for stage, documents in by_stage.items()
            for document in documents
        }

    def _desk_labels(self):
        """Hook: what a page of the desk says on the buttons, ``{id: label}``; the step itself is
        judged when the button is pressed.
        """
        return {id_: label for id_, (_method, label) in self._desk_methods().items()}

    def _desk_method(self, stage):
        """Hook: method and label of the button in a stage.

        Asked on no document, unless the stage is one of ``_desk_document_stages``.
        """
        raise NotImplementedError

    def _desk_named(self, role):
        """The person named for ``role`` on this document, who holds it still; may be empty."""
        self.ensure_one()
        duties = self.sudo().desk_duty_ids.filtered(lambda duty: duty.role_id.code == role)
        return duties.user_id.filtered(lambda user: user._holds_role(role, self.company_id))

    def _desk_hand_over(self, role, user, reason):
        """Name ``user`` for ``role`` on these documents, and say so to them and in the chatter.

        :param role: ``approval.role`` record
        :param user: ``res.users``, holds the role in the companies of the documents
        :param reason: text, why
        :raise AccessError: for anybody who neither holds the role nor is a sales assistant
        :raise UserError: when ``user`` does not hold the role in the company of a document
        """
        self.check_access("read")
        for company, documents in self.grouped("company_id").items():
            documents._desk_check_hand_over(role, user, company)
        self.env["order.desk.duty"]._assign(self, role, user)
        for document in self.sudo():
            document.message_post(
                body=self.env._(
                    "%(user)s does the part of %(role)s, named by %(by)s: %(reason)s",
                    user=user.name,
                    role=role.name,
                    by=self.env.user.name,
                    reason=reason,
                ),
                partner_ids=user.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    def _desk_check_hand_over(self, role, user, company):
        may = {role.code, "sales_assistant"}
        if not any(self.env.user._holds_role(code, company) for code in may):
            raise AccessError(
                self.env._(
                    "%(document)s: the part of %(role)s is handed over by those who hold the role, "
                    "or by a sales assistant of %(company)s.",
                    document=self[:1].display_name,
                    role=role.name,
                    company=company.name,
                )
            )
        if not user._holds_role(role.code, company):
            raise UserError(
                self.env._(
                    "%(document)s: %(user)s does not hold the role %(role)s in %(company)s. Choose one "
                    "of its holders, or make the person one in Approvals.",
                    document=self[:1].display_name,
                    user=user.name,
                    role=role.name,
                    company=company.name,
                )
            )

    def action_flow_next(self):
        """Do the next step of this document, or open exactly the form to do it (F11).

        :raise AccessError: when it is somebody else's turn, naming them
        :raise UserError: when nothing is left to do
        :return: window action or True
        """
        self.ensure_one()
        step = self._desk_next_action().get(self.id)
        if not step:
            raise UserError(self.env._("%s waits for nobody: nothing is left to do.", self.name))
        if not step["mine"]:
            raise AccessError(
                self.env._(
                    "%(document)s waits for %(owner)s (%(step)s).",
                    document=self.name,
                    owner=step["owner"] or "-",
                    step=step["label"],
                )
            )
        return getattr(self, step["method"])()

    def _desk_open_document(self):
        """Window action: the form of the document, where its next step is done."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_open_approval(self):
        """Open the approval request that waits for a decision."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "approval.request",
            "res_id": self.sudo().approval_request_id.id,
            "views": [(False, "form")],
            "target": "current",
        }
