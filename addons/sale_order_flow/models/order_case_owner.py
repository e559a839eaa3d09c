from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows

from .order_case import OPEN_STATES

# who handles a kind of case
ROLES = {
    "complaint": "customer_service",
    "feedback": "customer_service",
    "technical": "technical",
    "advertising": "vp_marketing",
}


class OrderCase(models.Model):
    """Who handles a case: its role, its owner with a to-do, taking and handing over (F19)."""

    _inherit = "order.case"

    owner_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        string="Handled By",
    )
    may_take = fields.Boolean(compute="_compute_may", groups="base.group_user")
    may_work = fields.Boolean(compute="_compute_may", groups="base.group_user")
    may_edit = fields.Boolean(compute="_compute_may", groups="base.group_user")

    @api.depends("state", "owner_id", "kind", "company_id", "user_id")
    @api.depends_context("uid")
    def _compute_may(self):
        user = self.env.user
        held = self.env["approval.role.holder"]._roles_of(user)
        for case in self:
            has_role = (ROLES.get(case.kind), case.company_id.id) in held
            is_open = case.state in OPEN_STATES
            case.may_take = is_open and has_role and case.owner_id != user
            case.may_work = is_open and has_role and case.owner_id == user
            case.may_edit = not case._origin or (
                case.may_work
                or (case.state == "new" and (has_role or user in case.create_uid | case.user_id))
            )

    def _role(self):
        """Code of the role that handles this case."""
        self.ensure_one()
        return ROLES[self.kind]

    def _role_label(self):
        return self._flow_role_label(self._role(), self.company_id)

    def _route(self):
        """The only holder of the role is the owner at once; several find the case on their desk."""
        for case in self:
            people = self.env["approval.role"]._people(case._role(), case.company_id)
            case._set_owner(people if len(people) == 1 else people.browse())

    def _set_owner(self, user):
        """Name the owner, with one to-do until the deadline."""
        self.ensure_one()
        case = self.sudo()
        case._stamp({"owner_id": user.id})
        case._drop_activity()
        role = self.env["approval.role"]._with_code(case._role())
        if user and role:
            self.env["order.desk.duty"]._assign(case, role, user)
            case.message_subscribe(user.partner_id.ids)
            case.activity_schedule(
                "sale_order_flow.activity_case",
                date_deadline=case._todo_day(),
                summary=case.subject,
                user_id=user.id,
            )

    def _todo_day(self):
        """The day of the deadline, where the company works."""
        there = self.with_context(tz=self.company_id._approval_tz())
        return fields.Datetime.context_timestamp(there, self.deadline).date()

    def _reschedule_activity(self):
        """The to-do follows the deadline."""
        for case in self.sudo():
            case.activity_reschedule(
                ["sale_order_flow.activity_case"], date_deadline=case._todo_day()
            )

    def _drop_activity(self):
        self.sudo().activity_unlink(["sale_order_flow.activity_case"])

    def action_take(self):
        """Become the owner and begin; also in place of a colleague who cannot go on (F19).

        :raise AccessError: for anybody but those of the role of its kind
        :raise UserError: when it is closed, or support is not approved yet
        :return: True
        """
        lock_rows(self.sudo())
        for case in self:
            case._flow_check_role(case._role())
            if case.state == "new":
                case._move("progress")
            elif case.state not in OPEN_STATES:
                raise UserError(self.env._("%s is closed: nothing is left to take.", case.name))
            if case.owner_id != self.env.user:
                case._set_owner(self.env.user)
        return True

    def _desk_hand_over(self, role, user, reason):
        """Handing over a case names its new owner, with a new to-do."""
        for case in self:
            if role.code != case._role():
                raise UserError(
                    self.env._(
                        "%(case)s is handled by %(role)s: hand it over to one of them.",
                        case=case.name,
                        role=case._role_label(),
                    )
                )
            if case.state not in OPEN_STATES:
                raise UserError(
                    self.env._("%s is closed: nothing is left to hand over.", case.name)
                )
        result = super()._desk_hand_over(role, user, reason)
        for case in self:
            case._set_owner(user)
        return result

    def action_hand_over(self):
        """Open the form that names another owner, with the reason.

        :return: window action
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "order.desk.handover",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_documents": [(self._name, case.id) for case in self]},
        }
