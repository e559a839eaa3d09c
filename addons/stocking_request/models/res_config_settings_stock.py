from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    stock_review_currency_id = fields.Many2one(related="company_id.currency_id")
    stock_count_review = fields.Boolean(related="company_id.stock_count_review", readonly=False)
    stock_count_amount = fields.Monetary(
        related="company_id.stock_count_amount",
        readonly=False,
        currency_field="stock_review_currency_id",
    )
    stock_transfer_review = fields.Boolean(
        related="company_id.stock_transfer_review", readonly=False
    )
