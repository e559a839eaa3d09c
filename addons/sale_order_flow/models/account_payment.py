from odoo import api, fields, models


class AccountPayment(models.Model):
    _inherit = "account.payment"

    order_allocation_ids = fields.One2many(
        "sale.payment.allocation",
        "payment_id",
        groups="sale_order_flow.group_flow_user",
    )
    order_allocatable_amount = fields.Monetary(
        compute="_compute_order_allocatable_amount",
        string="Not Yet Given to Orders",
        currency_field="currency_id",
        help="What is left of this payment for orders that wait to be delivered.",
    )

    @api.depends("amount", "order_allocation_ids.amount")
    def _compute_order_allocatable_amount(self):
        for payment in self:
            given = sum(payment.sudo().order_allocation_ids.mapped("amount"))
            payment.order_allocatable_amount = payment.amount - given

    def _counts_for_orders(self):
        """Those of the payments that are real money received at the moment (F10).

        Computed from the accounting documents each time: nothing has to be told when a payment is
        cancelled, rejected, reset to draft or reversed.
        """
        return self.filtered(
            lambda payment: (
                payment.state in ("in_process", "paid")
                and payment.payment_type == "inbound"
                and (not payment.move_id or payment.move_id._stands_for_orders())
            )
        )
