from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import label, lock_rows

from .order_case import SUPPORT

# the one table of what may follow on what
TRANSITIONS = {
    "new": {"progress", "cancelled"},
    "progress": {"waiting", "done", "cancelled"},
    "waiting": {"progress", "done", "cancelled"},
    "done": set(),
    "cancelled": set(),
}


class OrderCase(models.Model):
    """From new to done: wait, go on, close, cancel, by its owner (F19)."""

    _inherit = "order.case"

    state = fields.Selection(
        [
            ("new", "New"),
            ("progress", "In Progress"),
            ("waiting", "Waiting for the Customer"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        default="new",
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
    )
    closed_at = fields.Datetime(readonly=True, copy=False, string="Closed On")
    closed_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    def _move(self, state):
        """THE change of state; the deadline moves by the time that it waited for the customer."""
        self.ensure_one()
        if state not in TRANSITIONS[self.state]:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(case)s is “%(state)s”: it cannot become “%(next)s”.",
                    case=self.name,
                    state=labels[self.state],
                    next=labels[state],
                )
            )
        case, now = self.sudo(), fields.Datetime.now()
        values = {"state": state, "waiting_since": now if state == "waiting" else False}
        if case.waiting_since:
            company = case.company_id
            waited = company._approval_hours_worked([(case.waiting_since, now)])[0]
            values["paused_hours"] = case.paused_hours + waited
        self._stamp(values)
        if "paused_hours" in values:
            self._reschedule_activity()

    def _check_owner(self):
        for case in self:
            if case.owner_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "%(case)s is worked on by its owner (%(owner)s). Those of %(role)s may take "
                        "it first.",
                        case=case.name,
                        owner=case.owner_id.name or "-",
                        role=case._role_label(),
                    )
                )
            case._flow_check_role(case._role())

    def action_wait(self):
        """Nothing can be done until the customer answers: the deadline stands still (F19).

        :raise AccessError: for anybody but the owner
        :raise UserError: when it is not in progress
        :return: True
        """
        self._check_owner()
        for case in self:
            case._move("waiting")
        return True

    def action_resume(self):
        """Go on with a case that waited.

        :raise AccessError: for anybody but the owner
        :raise UserError: when it does not wait
        :return: True
        """
        self._check_owner()
        for case in self:
            case._move("progress")
        return True

    def action_close(self):
        """Close the case with its result; the customer is asked how it was (F19, F22).

        :raise AccessError: for anybody but the owner
        :raise UserError: without customer, cause, measure or result, or when it cannot be closed
        :return: True
        """
        self._check_owner()
        lock_rows(self.sudo())
        for case in self:
            missing = [name for name in case._needed_to_close() if not case._filled(name)]
            if missing:
                raise UserError(
                    self.env._(
                        "%(case)s cannot be closed yet: fill in %(fields)s first.",
                        case=case.display_name,
                        fields=", ".join(f"“{label(case, name)}”" for name in missing),
                    )
                )
            case._move("done")
            case._close()
            case._tell_result()
        self.env["order.satisfaction"]._ask(self)
        return True

    def _needed_to_close(self):
        """Hook: fields without which a case is not closed; support needs no cause."""
        self.ensure_one()
        names = ["partner_id", "cause", "measure", "result"]
        return [name for name in names if name != "cause" or self.kind not in SUPPORT]

    def _close(self):
        self._stamp({"closed_at": fields.Datetime.now(), "closed_by_id": self.env.uid})
        self._drop_activity()

    def action_cancel(self, reason):
        """Cancel a case that is none, with the reason in its history.

        :param reason: text, needed
        :raise AccessError: for anybody but its owner and, until it is taken, who opened it
        :raise UserError: without reason, or when it is closed
        :return: True
        """
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the case is cancelled."))
        for case in self:
            opened = case.state == "new" and self.env.user in case.create_uid | case.user_id
            if not opened:
                case._check_owner()
            case._move("cancelled")
            case._close()
            case.message_post(
                body=self.env._("Cancelled: %s", reason.strip()), subtype_xmlid="mail.mt_note"
            )
        return True

    def _filled(self, name):
        value = self[name]
        return bool(value.strip() if isinstance(value, str) else value)
