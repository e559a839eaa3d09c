from odoo import api, models
from odoo.fields import Domain

# what decides whether somebody can open a request
ACCESS = {"active", "company_ids", "group_ids"}


class ResUsersDeparted(models.Model):
    """What waits for people is handed on when they leave, or may not open it any more (A11)."""

    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if not ACCESS.isdisjoint(vals):
            self.env["approval.request.slot"]._access_changed(self)
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_hand_on_approvals(self):
        """Before they are gone: nobody knows afterwards who was above them."""
        Slot = self.env["approval.request.slot"].sudo()
        Slot.search(Slot._domain_unanswered() & Domain("user_id", "in", self.ids))._hand_departed()
        if self.sudo().approval_holder_ids:
            Slot._wake_departed()


class ResCompanyDeparted(models.Model):
    _inherit = "res.company"

    def write(self, vals):
        result = super().write(vals)
        if "user_ids" in vals:
            self.env["approval.request.slot"]._wake_departed()
        return result


class ResGroupsDeparted(models.Model):
    _inherit = "res.groups"

    def write(self, vals):
        result = super().write(vals)
        if not {"user_ids", "implied_ids"}.isdisjoint(vals):
            self.env["approval.request.slot"]._wake_departed()
        return result


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
