from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    order_flow_enabled = fields.Boolean(related="company_id.order_flow_enabled", readonly=False)
    head_discount_limit = fields.Float(related="company_id.head_discount_limit", readonly=False)
    release_payment_percent = fields.Float(
        related="company_id.release_payment_percent",
        readonly=False,
    )
    deposit_percent = fields.Float(related="company_id.deposit_percent", readonly=False)
    feasibility_review_needed = fields.Boolean(
        related="company_id.feasibility_review_needed", readonly=False
    )
    delivery_needs_order = fields.Boolean(related="company_id.delivery_needs_order", readonly=False)
    own_customers_only = fields.Boolean(related="company_id.own_customers_only", readonly=False)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    letter_evidence_needed = fields.Boolean(
        related="company_id.letter_evidence_needed", readonly=False
    )
    contract_needed_amount = fields.Monetary(
        related="company_id.contract_needed_amount",
        currency_field="company_currency_id",
        readonly=False,
    )
    contract_review_amount = fields.Monetary(
        related="company_id.contract_review_amount",
        currency_field="company_currency_id",
        readonly=False,
    )
    cancel_needs_request = fields.Boolean(related="company_id.cancel_needs_request", readonly=False)
    return_needs_request = fields.Boolean(related="company_id.return_needs_request", readonly=False)
    collect_overdue = fields.Boolean(related="company_id.collect_overdue", readonly=False)
    collect_manager_days = fields.Integer(related="company_id.collect_manager_days", readonly=False)
