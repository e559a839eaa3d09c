from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index


class SaleReturnRequest(models.Model):
    """Returns stand on the desk until goods and money are settled (F17, F11).

    The replacement of an exchange is the order's own next step and stands in its row.
    """

    _name = "sale.return.request"
    _inherit = ["sale.return.request", "order.desk.stage"]

    _desk_kind = 23
    _desk_stages = {
        "return_ask": ("sales", "salesperson"),
        "return_decide": ("approval", "approver"),
        "return_receive": ("stock", "warehouse"),
        "return_inspect": ("stock", "quality"),
        "return_credit": ("finance", "finance"),
    }
    _desk_columns = {"amount_total": "d.amount", "currency_id": "d.currency_id"}
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state", "progress")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        if self.state == "draft":
            return "return_decide" if self.approval_state == "pending" else "return_ask"
        stages = {
            "receiving": "return_receive",
            "inspecting": "return_inspect",
            "crediting": "return_credit",
        }
        return self.state == "approved" and stages.get(self.progress, False)

    def _desk_method(self, stage):
        return {
            "return_ask": ("action_open_return", self.env._("Ask for the Return")),
            "return_decide": ("action_open_approval", self.env._("Decide")),
            "return_receive": ("action_view_return_pickings", self.env._("Take the Goods Back")),
            "return_inspect": ("action_view_return_inspections", self.env._("Inspect")),
            "return_credit": ("action_view_refunds", self.env._("Post the Credit Note")),
        }[stage]

    def action_open_return(self):
        """Open the request, where it is asked for or given up."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"sale.return.request": [*STAGE_COLUMNS, "amount", "currency_id"]}

    stage = fields.Selection(
        selection_add=[
            ("return_ask", "Return to Ask For"),
            ("return_decide", "Return to Decide"),
            ("return_receive", "Goods to Come Back"),
            ("return_inspect", "Returned Goods to Inspect"),
            ("return_credit", "Return to Credit"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "sale.return.request"]
