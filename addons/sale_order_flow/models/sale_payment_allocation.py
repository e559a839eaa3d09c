from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from odoo.addons.approval_chain.values import lock_rows

VALID_STATES = ("in_process", "paid")


class SalePaymentAllocation(models.Model):
    """A part of a real payment that counts for one order (F10, DESIGN 15).

    A payment counts only through such a row: never the partner's balance. Whether it counts is
    computed from the payment, so that a cancelled or rejected payment closes the gate again.
    """

    _name = "sale.payment.allocation"
    _description = "Payment Allocated to an Order"
    _order = "id"
    _check_company_auto = True

    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade", check_company=True,
    )
    application_id = fields.Many2one(
        "sale.delivery.application", index="btree_not_null", ondelete="set null",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    commercial_partner_id = fields.Many2one(related="order_id.partner_id.commercial_partner_id")
    payment_id = fields.Many2one(
        "account.payment", required=True, index=True, ondelete="restrict", check_company=True,
        domain="[('payment_type', '=', 'inbound'), ('state', 'in', ('in_process', 'paid')),"
               " ('partner_id', 'child_of', commercial_partner_id)]",
    )
    payment_date = fields.Date(related="payment_id.date")
    currency_id = fields.Many2one(related="payment_id.currency_id")
    amount = fields.Monetary(required=True, help="In the currency of the payment.")
    order_currency_id = fields.Many2one(related="order_id.currency_id", string="Order Currency")
    order_amount = fields.Monetary(
        compute="_compute_order_amount", store=True, currency_field="order_currency_id",
        string="In Order Currency", help="Converted at the date of the payment.",
    )
    is_valid = fields.Boolean(
        compute="_compute_is_valid", store=True, string="Counts",
        help="The payment is posted, and neither cancelled nor rejected nor reversed.",
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "An allocation needs a positive amount.")

    @api.depends("amount", "payment_id.currency_id", "payment_id.date", "order_id.currency_id")
    def _compute_order_amount(self):
        for row in self:
            row.order_amount = row.currency_id._convert(
                row.amount, row.order_currency_id, row.company_id, row.payment_date or fields.Date.today(),
            ) if row.currency_id and row.order_currency_id else 0.0

    @api.depends(
        "payment_id.state", "payment_id.move_id.state", "payment_id.move_id.reversal_move_ids.state",
    )
    def _compute_is_valid(self):
        for row in self:
            move = row.payment_id.move_id
            reversed_by = move.reversal_move_ids.filtered(lambda reversal: reversal.state == "posted")
            row.is_valid = (
                row.payment_id.state in VALID_STATES and move.state != "cancel" and not reversed_by
            )

    # ------------------------------------------------------------------ doors

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_finance()
        return rows

    def write(self, vals):
        self._check_finance()
        result = super().write(vals)
        self._check_finance()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_by_finance(self):
        self._check_finance()

    def _check_finance(self):
        """Only finance allocates payments, and nobody allocates for an own order (A21)."""
        for company in self.company_id:
            if not self.env.user._holds_role("finance", company):
                raise AccessError(self.env._(
                    "Payments are allocated to orders by finance of %s only.", company.name,
                ))
        if own := self.filtered(lambda row: row.order_id.user_id == self.env.user):
            raise AccessError(self.env._(
                "%s is your own order: its payment has to be verified by somebody else.",
                own[0].order_id.name,
            ))

    @api.constrains("amount", "payment_id", "order_id")
    def _check_payment(self):
        lock_rows(self.sudo().payment_id)
        for payment in self.sudo().payment_id:
            rows = payment.order_allocation_ids
            total = sum(rows.mapped("amount"))
            if payment.currency_id.compare_amounts(total, payment.amount) > 0:
                raise ValidationError(self.env._(
                    "%(payment)s is %(amount)s, but %(total)s would be allocated to orders: reduce one of "
                    "the allocations.", payment=payment.display_name,
                    amount=payment.currency_id.format(payment.amount),
                    total=payment.currency_id.format(total),
                ))
        for row in self.sudo():
            payer = row.payment_id.partner_id.commercial_partner_id
            if row.payment_id.payment_type != "inbound" or payer != row.commercial_partner_id:
                raise ValidationError(self.env._(
                    "%(payment)s is not a payment received from %(customer)s and cannot count for "
                    "%(order)s.", payment=row.payment_id.display_name, order=row.order_id.name,
                    customer=row.commercial_partner_id.display_name,
                ))

    @api.model
    def _propose(self, order):
        """What finance would allocate: the customer's payments with something left, oldest first.

        :return: list of values, in all at most what the order still needs
        """
        payments = self.env["account.payment"].search([
            ("company_id", "=", order.company_id.id), ("payment_type", "=", "inbound"),
            ("state", "in", VALID_STATES),
            ("partner_id", "child_of", order.partner_id.commercial_partner_id.id),
        ], order="date, id")
        missing, rows = order.release_amount - order.verified_amount, []
        for payment in payments:
            if order.currency_id.compare_amounts(missing, 0.0) <= 0:
                break
            left = payment.amount - sum(payment.sudo().order_allocation_ids.mapped("amount"))
            if payment.currency_id.compare_amounts(left, 0.0) <= 0:
                continue
            needed = order.currency_id._convert(
                missing, payment.currency_id, order.company_id, payment.date,
            )
            amount = min(left, needed)
            rows.append({"order_id": order.id, "payment_id": payment.id, "amount": amount})
            missing -= payment.currency_id._convert(
                amount, order.currency_id, order.company_id, payment.date,
            )
        return rows

    def _raise_if_nothing_to_propose(self, order):
        raise UserError(self.env._(
            "%(order)s: no posted payment of %(customer)s has anything left to allocate. Register the "
            "payment in accounting first.", order=order.name,
            customer=order.partner_id.commercial_partner_id.display_name,
        ))
