from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class OrderDeskDocument(models.AbstractModel):
    """A document that stands on the desk: whose turn it is, and its one next step (F11).

    The document implements ``_desk_next_action``; button, owner and refusal all ask that.
    """

    _name = "order.desk.document"
    _description = "Document on the Order Desk"

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
        """Hook: code of the role whose turn it is, or ``"salesperson"``, ``"approver"`` or nothing.

        Extend ``_compute_desk_user_id`` with the fields it depends on.
        """
        self.ensure_one()
        return False

    def unlink(self):
        self.env["order.desk.duty"]._forget(self._name, self.ids)
        return super().unlink()

    def _desk_next_action(self):
        """Hook: THE next step of each document.

        :return: ``{id: {"method", "label", "role", "owner" (names), "mine" (bool)}}``; documents that
            wait for nobody are left out
        """
        return {}

    def _desk_owner(self, role, names):
        """Names of those whose turn it is.

        :param role: role code, or ``"salesperson"`` or ``"approver"``
        :param names: ``{role code: names}`` of today's holders in the company of the document
        """
        self.ensure_one()
        if role == "salesperson":
            return self.sudo().user_id.name or ""
        if role == "approver":
            return self.sudo().approval_request_id._waits_for()
        return self._desk_named(role).name or names.get(role, "")

    def _desk_named(self, role):
        """The person named for ``role`` on this document, who holds it still; may be empty."""
        self.ensure_one()
        duties = self.sudo().desk_duty_ids.filtered(lambda duty: duty.role_id.code == role)
        return duties.user_id.filtered(lambda user: user._holds_role(role, self.company_id))

    def _desk_is_mine(self, role, mine):
        """Whether it is the current user's turn.

        :param mine: ``{(role code, company id)}`` the user holds today
        """
        self.ensure_one()
        if role == "salesperson":
            return self.sudo().user_id == self.env.user
        if role == "approver":
            return any(self.sudo().approval_request_id.slot_ids.mapped("is_mine"))
        named = self._desk_named(role)
        return (role, self.company_id.id) in mine and (not named or named == self.env.user)

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
