from odoo import fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    order_allocation_ids = fields.One2many(
        "sale.payment.allocation", "payment_id", string="Allocated to Orders",
        groups="account.group_account_readonly",
    )
