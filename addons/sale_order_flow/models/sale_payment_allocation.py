from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import lock_rows


class SalePaymentAllocation(models.Model):
    """An amount of one payment that finance gives to one order (DESIGN: never "the balance").

    Rows are written by finance while it verifies a delivery application, and locked afterwards.
    The rows of a payment never sum to more than the payment; what they count for is computed from
    the payment as it stands, so that a reversal closes the gate of the order again.
    """

    _name = "sale.payment.allocation"
    _description = "Payment Allocation"
    _inherit = ["order.flow.document"]
    _order = "application_id, id"
    _check_company_auto = True

    # what a row is worth, and for which order, follows from its application and its payment
    _stamped = frozenset({"order_id", "company_id", "currency_id", "date"})

    application_id = fields.Many2one(
        "sale.delivery.application",
        required=True,
        index=True,
        ondelete="restrict",
        string="Delivery Application",
    )
    order_id = fields.Many2one(related="application_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="application_id.company_id", store=True)
    partner_id = fields.Many2one(
        related="application_id.partner_id.commercial_partner_id",
        string="Customer",
    )
    payment_id = fields.Many2one(
        "account.payment",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('payment_type', '=', 'inbound'), ('state', 'in', ('in_process', 'paid')),"
        " ('partner_id', 'child_of', partner_id)]",
    )
    statement_line_id = fields.Many2one(
        "account.bank.statement.line",
        string="Bank Statement Line",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('amount', '>', 0), ('partner_id', 'child_of', partner_id)]",
    )
    amount = fields.Monetary(required=True, help="In the currency of the payment.")
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        precompute=True,
    )
    date = fields.Date(compute="_compute_currency_id", store=True, precompute=True)
    order_currency_id = fields.Many2one(related="order_id.currency_id", string="Order Currency")
    counted_amount = fields.Monetary(
        compute="_compute_counted_amount",
        currency_field="order_currency_id",
        string="Counts As",
        help="What the row is worth for the order now, in the currency of the order at the date of "
        "the payment. Zero when the payment was cancelled or reversed.",
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "The amount must be positive.")
    _one_source = models.Constraint(
        "CHECK (num_nonnulls(payment_id, statement_line_id) = 1)",
        "Choose either a payment or a bank statement line.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("payment_id", "statement_line_id")
    def _compute_currency_id(self):
        for row in self:
            source = row._source()
            row.currency_id = source.currency_id or row.company_id.currency_id
            row.date = source.date if source else False

    @api.depends("amount", "payment_id", "statement_line_id")
    def _compute_counted_amount(self):
        worth = self._worth()
        for row in self:
            row.counted_amount = worth.get(row._origin.id, 0.0)

    def _source(self):
        self.ensure_one()
        return self.payment_id or self.statement_line_id

    # ------------------------------------------------------------------ what rows are worth

    def _worth(self):
        """What each row counts for its order now, whatever happened to the payment since.

        Rows of one payment are served in the order they were made, up to the payment's amount.

        :return: ``{row id: amount in the currency of its order}``; rows worth nothing are left out
        """
        rows = self.sudo()._origin.exists()
        siblings = self.sudo().search(
            Domain("payment_id", "in", rows.payment_id.ids)
            | Domain("statement_line_id", "in", rows.statement_line_id.ids),
            order="id",
        )
        paid = siblings.payment_id._counts_for_orders()
        banked = siblings.statement_line_id._counts_for_orders()
        banked = banked.filtered(lambda line: not line._payments_matched().order_allocation_ids)
        left = self._money_left(siblings, [*paid, *banked])
        worth = {}
        for row in siblings:
            source = row._source()
            counted = min(row.amount, left.get(source, 0.0))
            if counted <= 0 or not row._is_of_customer():
                continue
            left[source] -= counted
            worth[row.id] = row.currency_id._convert(
                counted,
                row.order_id.currency_id,
                row.company_id,
                row.date,
            )
        return worth

    @api.model
    def _money_left(self, siblings, sources):
        """Hook: what is left of payments and bank statement lines for orders, in their currencies."""
        return {source: source.amount for source in sources}

    def _is_of_customer(self):
        source, order = self._source(), self.order_id
        return (
            source.partner_id.commercial_partner_id == order.partner_id.commercial_partner_id
            and source.company_id in order.company_id.parent_ids
        )

    @api.model
    def _verified_amounts(self, orders):
        """``{order id: amount verified and still standing}`` in the currency of each order."""
        rows = self.sudo().search(
            [
                ("order_id", "in", orders.ids),
                ("application_id.state", "=", "verified"),
            ]
        )
        worth = rows._worth()
        amounts = defaultdict(float)
        for row in rows:
            amounts[row.order_id.id] += worth.get(row.id, 0.0)
        return amounts

    # ------------------------------------------------------------------ writing

    @api.model_create_multi
    def create(self, vals_list):
        rows = super().create(vals_list)
        rows._check_editable()
        rows._check_money()
        return rows

    def write(self, vals):
        self._check_editable()
        result = super().write(vals)
        self._check_editable()
        self._check_money()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_while_verifying(self):
        # rows of what was given up hold no money back
        self.filtered(lambda row: row.application_id.state != "cancelled")._check_editable()

    def _check_editable(self):
        """Only finance, and only while it verifies the application."""
        for application in self.application_id:
            application._flow_check_role("finance")
            application._check_not_own()
            if application.state != "submitted":
                raise UserError(
                    self.env._(
                        "%(application)s is not being verified: payments can be given to the order only "
                        "between submission and verification. Reopen the verification first.",
                        application=application.name,
                    )
                )

    def _check_money(self):
        """Real, of this customer, and not given away twice: checked under lock (F10)."""
        rows = self.sudo()
        lock_rows(rows.payment_id)
        lock_rows(rows.statement_line_id)
        for row in rows:
            source = row._source()
            if not source._counts_for_orders():
                raise ValidationError(
                    self.env._(
                        "%(payment)s is no payment received and posted: it cannot release %(order)s.",
                        payment=source.display_name,
                        order=row.order_id.name,
                    )
                )
            if not row._is_of_customer():
                raise ValidationError(
                    self.env._(
                        "%(payment)s was not paid by %(customer)s to this company: it cannot release "
                        "%(order)s.",
                        payment=source.display_name,
                        order=row.order_id.name,
                        customer=row.order_id.partner_id.commercial_partner_id.display_name,
                    )
                )
            if row.statement_line_id and (payments := row.statement_line_id._payments_matched()):
                raise ValidationError(
                    self.env._(
                        "%(line)s is the same money as %(payment)s: choose the payment.",
                        line=source.display_name,
                        payment=payments[0].display_name,
                    )
                )
            elsewhere = source._paid_for_others(row.order_id)
            if (
                elsewhere
                and row.currency_id.compare_amounts(row.amount, source.amount - elsewhere) > 0
            ):
                raise ValidationError(
                    self.env._(
                        "%(payment)s: %(elsewhere)s of it paid invoices of other orders. Lower the "
                        "amount for %(order)s or choose another payment.",
                        payment=source.display_name,
                        order=row.order_id.name,
                        elsewhere=row.currency_id.format(elsewhere),
                    )
                )
            given = sum(source.order_allocation_ids.mapped("amount"))
            if row.currency_id.compare_amounts(given, source.amount) > 0:
                raise ValidationError(
                    self.env._(
                        "%(payment)s is %(amount)s, but %(given)s of it would be given to orders. Lower "
                        "the amount for %(order)s or choose another payment.",
                        payment=source.display_name,
                        order=row.order_id.name,
                        amount=row.currency_id.format(source.amount),
                        given=row.currency_id.format(given),
                    )
                )
