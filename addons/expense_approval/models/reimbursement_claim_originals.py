from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class ReimbursementClaimOriginals(models.Model):
    """Approved by the leaders, the claim waits for the original receipts (E4, D15 17-18)."""

    _inherit = "reimbursement.claim"

    originals_wanted = fields.Boolean(search="_search_originals_wanted")

    def _search_originals_wanted(self, operator, value):
        if operator != "in":
            return NotImplemented
        requests_sudo = self.env["approval.request"].sudo()
        waiting = requests_sudo._search(
            [
                ("res_model", "=", self._name),
                ("state", "=", "pending"),
                ("step_ids", "any", [("state", "=", "open"), ("kind", "=", "handle")]),
            ]
        )
        wanted = Domain("state", "=", "submitted") & Domain("id", "in", waiting.subselect("res_id"))
        return wanted if True in value else ~wanted

    def action_receive_originals(self):
        """Whoever is asked records that the originals of these claims were handed in (E4, D15 18).

        :raise UserError: naming the claim whose originals are not asked for, or not of this user
        :return: True
        """
        self.check_access("read")
        if kept := self.filtered(lambda claim: not claim.originals_wanted):
            raise UserError(
                self.env._(
                    "%(claim)s is “%(stage)s”: its original receipts are not asked for now. They are "
                    "once the leaders have approved it.",
                    claim=kept[0].name,
                    stage=kept[0]._stage_label(),
                )
            )
        # whoever is asked answers personally, though the link is read for everybody
        return self.sudo().approval_request_id.sudo(False).action_decide("handle")
