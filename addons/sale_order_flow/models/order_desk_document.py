from odoo import models
from odoo.exceptions import AccessError, UserError


class OrderDeskDocument(models.AbstractModel):
    """A document that stands on the desk: whose turn it is, and its one next step (F11).

    The document implements ``_desk_next_action``; button, owner and refusal all ask that.
    """

    _name = "order.desk.document"
    _description = "Document on the Order Desk"

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
        return names.get(role, "")

    def _desk_is_mine(self, role, mine):
        """Whether it is the current user's turn.

        :param mine: ``{(role code, company id)}`` the user holds today
        """
        self.ensure_one()
        if role == "salesperson":
            return self.sudo().user_id == self.env.user
        if role == "approver":
            return any(self.sudo().approval_request_id.slot_ids.mapped("is_mine"))
        return (role, self.company_id.id) in mine

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
