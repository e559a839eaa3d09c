from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index
from .order_case import SUPPORT
from .order_case_owner import ROLES

TEAMS = {"customer_service": "service", "technical": "technical", "vp_marketing": "marketing"}


class OrderCase(models.Model):
    """Cases stand on the desk of whoever handles them until they are closed (F11, F19, F22)."""

    _name = "order.case"
    _inherit = ["order.case", "order.desk.stage"]

    _desk_kind = 24
    _desk_stages = {
        "case_ask": ("sales", "salesperson"),
        "case_decide": ("approval", "approver"),
        "case_take_service": ("service", "customer_service"),
        "case_take_technical": ("technical", "technical"),
        "case_take_marketing": ("marketing", "vp_marketing"),
        "case_work_service": ("service", "customer_service"),
        "case_work_technical": ("technical", "technical"),
        "case_work_marketing": ("marketing", "vp_marketing"),
        "case_wait_service": ("customer", "customer_service"),
        "case_wait_technical": ("customer", "technical"),
        "case_wait_marketing": ("customer", "vp_marketing"),
    }
    _desk_columns = {
        "promised_date": "d.deadline",
        "amount_total": "d.amount",
        "currency_id": "d.desk_currency_id",
    }
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    # stored: the desk reads columns of one table
    desk_currency_id = fields.Many2one(
        related="company_id.currency_id", store=True, string="Currency on the Desk"
    )

    @api.depends("state", "kind", "deadline", "owner_id", "user_id")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        team = TEAMS[ROLES[self.kind]]
        if self.state == "new":
            if self.kind in SUPPORT and self.approval_state == "pending":
                return "case_decide"
            # a stranger's mail has no salesperson: whoever handles it asks
            asks = self._to_be_approved() and self.user_id
            return "case_ask" if asks else f"case_take_{team}"
        if self.state == "progress":
            return f"case_work_{team}" if self.owner_id else f"case_take_{team}"
        return f"case_wait_{team}" if self.state == "waiting" else False

    def _to_be_approved(self):
        """Whether a chain stands before the support, and was not passed yet."""
        return self.kind in SUPPORT and self.approval_required and self.approval_state != "approved"

    def _desk_entered(self):
        return self.opened_at if self.state == "new" else False

    def _desk_worry(self):
        return self.state != "waiting" and self.deadline

    def _desk_method(self, stage):
        if stage == "case_decide":
            return "action_open_approval", self.env._("Decide")
        if stage == "case_ask":
            return "action_open_case", self.env._("Submit for Approval")
        if stage.startswith("case_take"):
            return "action_take_and_open", self.env._("Take the Case")
        return "action_open_case", self.env._("Work on the Case")

    def action_open_case(self):
        """Open the case, where it is worked on and closed."""
        return self._desk_open_document()

    def action_take_and_open(self):
        """Take the case and open it, from the desk (F11).

        :raise AccessError: for anybody but those of the role of its kind
        :return: window action
        """
        self.action_take()
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"order.case": [*STAGE_COLUMNS, "deadline", "amount", "desk_currency_id"]}

    waits_for = fields.Selection(
        selection_add=[
            ("service", "Customer Service"),
            ("technical", "Technical Department"),
            ("marketing", "Marketing"),
        ]
    )
    stage = fields.Selection(
        selection_add=[
            ("case_ask", "Support to Ask For"),
            ("case_decide", "Support to Decide"),
            ("case_take_service", "Case to Take"),
            ("case_take_technical", "Technical Support to Take"),
            ("case_take_marketing", "Advertising Support to Take"),
            ("case_work_service", "Case in Progress"),
            ("case_work_technical", "Technical Support in Progress"),
            ("case_work_marketing", "Advertising Support in Progress"),
            ("case_wait_service", "Case Waiting for the Customer"),
            ("case_wait_technical", "Technical Support Waiting for the Customer"),
            ("case_wait_marketing", "Advertising Support Waiting for the Customer"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "order.case"]
