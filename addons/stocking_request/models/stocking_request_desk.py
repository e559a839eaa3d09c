from odoo import api, models

# whose turn it is in each stage; "applicant" and "approver" are persons, the rest are roles
STAGE_OWNERS = {
    "draft": "salesperson",
    "assistant": "sales_assistant",
    "review": "approver",
    "supply": "sales_assistant",
    "ordered": "purchasing",
}


class StockingRequestDesk(models.Model):
    """The next step of a stocking request, as the desk shows and does it (F11, S2)."""

    _inherit = "stocking.request"

    def _desk_next_action(self):
        """THE next step of each request: the one oracle of the desk's button, owner and refusal.

        :return: ``{request id: {"method", "label", "role", "owner" (names), "mine" (bool)}}``
        """
        roles = self.env["sale.order"]._desk_my_roles()
        methods = {
            "draft": ("action_send", self.env._("Hand to the Assistant")),
            "assistant": ("action_submit", self.env._("Submit for Approval")),
            "review": ("action_open_approval", self.env._("Decide")),
            "supply": ("action_supply", self.env._("Order the Goods")),
            "ordered": ("action_purchasing_step", self.env._("Ask Vendors")),
        }
        names = self.env["approval.role.holder"]._names_by_role(self.sudo().company_id)
        steps = {}
        for request in self.filtered(lambda request: request.stage in STAGE_OWNERS):
            role = STAGE_OWNERS[request.stage]
            method, label = methods[request.stage]
            steps[request.id] = {
                "method": method,
                "label": label,
                "role": role,
                "owner": request._desk_owner(role, names[request.company_id.id]),
                "mine": request._desk_is_mine(role, roles),
            }
        return steps

    def action_purchasing_step(self):
        """Purchasing asks the vendors for what is missing, or opens what was asked (S3)."""
        shortages = self._shortages()
        if waiting := shortages.filtered(lambda shortage: shortage.state == "open"):
            return waiting.action_order_and_open()
        return shortages.purchase_order_id._get_records_action(name=self.env._("Purchases"))

    @api.model
    def _desk_kind(self):
        """Number of this kind of document in the ids of the desk."""
        return 1
