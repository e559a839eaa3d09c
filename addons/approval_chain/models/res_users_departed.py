from odoo import api, models
from odoo.fields import Domain


class ResUsersDeparted(models.Model):
    """What waits for people is handed on when they leave (A11)."""

    _inherit = "res.users"

    def write(self, vals):
        leaving = self.filtered("active") if not vals.get("active", True) else self.browse()
        result = super().write(vals)
        Slot = self.env["approval.request.slot"].sudo()
        if leaving:
            Slot._people_left(leaving)
        elif vals.get("active"):
            Slot.search([("is_orphan", "=", True), ("user_id", "in", self.ids)])._engine_write(
                {"is_orphan": False}
            )
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_hand_on_approvals(self):
        """Before they are gone: nobody knows afterwards who was above them."""
        Slot = self.env["approval.request.slot"].sudo()
        for slot in Slot.search(Slot._domain_unanswered() & Domain("user_id", "in", self.ids)):
            slot._hand_departed()
        if self.sudo().approval_holder_ids:
            Slot._wake_departed()


class ApprovalRoleHolderDeparted(models.Model):
    _inherit = "approval.role.holder"

    def write(self, vals):
        result = super().write(vals)
        if not {"user_id", "date_from", "date_to"}.isdisjoint(vals):
            self.env["approval.request.slot"]._wake_departed()
        return result

    def unlink(self):
        result = super().unlink()
        self.env["approval.request.slot"]._wake_departed()
        return result
