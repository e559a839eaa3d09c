from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index


class GoodsInspection(models.Model):
    """Inspections stand on the desk of the quality role until the goods were judged (F11, F13, S10)."""

    _name = "goods.inspection"
    _inherit = ["goods.inspection", "order.desk.stage"]

    _desk_kind = 25
    _desk_stages = {"inspect": ("quality", "quality")}
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    user_id = fields.Many2one(
        "res.users",
        compute="_compute_user_id",
        store=True,
        string="Asked For By",
        help="The salesperson of the order; of goods received, whoever received them.",
    )

    @api.depends("order_id.user_id")
    def _compute_user_id(self):
        for inspection in self.sudo():
            inspection.user_id = inspection.order_id.user_id or inspection.create_uid

    @api.depends("state", "order_id.flow_promised_date")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        return "inspect" if self.state == "todo" else False

    def _desk_entered(self):
        return self.create_date

    def _desk_worry(self):
        """The goods cannot leave before: from the day on that their order is promised for."""
        return self.order_id.flow_promised_date

    def _desk_method(self, stage):
        return "action_open_inspection", self.env._("Inspect")

    def action_open_inspection(self):
        """Open the inspection, where its results are recorded."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"goods.inspection": STAGE_COLUMNS}

    stage = fields.Selection(selection_add=[("inspect", "Goods to Inspect")])
    waits_for = fields.Selection(selection_add=[("quality", "Quality")])

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "goods.inspection"]
