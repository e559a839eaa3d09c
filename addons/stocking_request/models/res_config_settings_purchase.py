from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    purchase_review_currency_id = fields.Many2one(related="company_id.currency_id")
    purchase_review_amount = fields.Monetary(
        related="company_id.purchase_review_amount",
        readonly=False,
        currency_field="purchase_review_currency_id",
    )
    purchase_review_unplanned = fields.Boolean(
        related="company_id.purchase_review_unplanned", readonly=False
    )
    purchase_review_price = fields.Boolean(
        related="company_id.purchase_review_price", readonly=False
    )
    purchase_price_tolerance = fields.Float(
        related="company_id.purchase_price_tolerance", readonly=False
    )
