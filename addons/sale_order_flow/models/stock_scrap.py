from odoo import fields, models


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    goods_inspection_id = fields.Many2one(
        "goods.inspection", readonly=True, copy=False, index="btree_not_null"
    )
