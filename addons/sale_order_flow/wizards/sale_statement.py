from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain


class SaleStatement(models.TransientModel):
    """What a customer ordered, was invoiced and paid in a period, to be agreed upon (F16, D7)."""

    _name = "sale.statement"
    _description = "Statement of a Customer"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", required=True, string="Customer")
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(
        required=True, default=lambda self: fields.Date.context_today(self).replace(day=1)
    )
    date_to = fields.Date(required=True, default=fields.Date.context_today)

    @api.constrains("date_from", "date_to")
    def _check_period(self):
        for statement in self:
            if statement.date_from > statement.date_to:
                raise ValidationError(
                    self.env._(
                        "The statement begins on %(start)s and ends on %(end)s. Exchange the two dates.",
                        start=statement.date_from,
                        end=statement.date_to,
                    )
                )

    def action_print(self):
        """Print the statement as PDF, in the language of the customer.

        :raise AccessError: when the user may not read the customer or the company
        """
        self.ensure_one()
        self._customer()
        return self.env.ref("sale_order_flow.action_report_statement").report_action(self)

    def _customer(self):
        """The customer whose statement it is, if the user may see it."""
        self.partner_id.check_access("read")
        self.company_id.check_access("read")
        if self.company_id not in self.env.companies:
            raise UserError(
                self.env._("%s is none of the companies you work in.", self.company_id.name)
            )
        return self.partner_id.commercial_partner_id

    def _orders(self):
        """The confirmed orders of the period, with their settlement."""
        customer = self._customer()
        start, end = (
            self.company_id._approval_midnight(day)
            for day in (self.date_from, self.date_to + timedelta(days=1))
        )
        return (
            self.env["sale.order"]
            .sudo()
            .search(
                Domain("partner_id", "child_of", customer.id)
                & Domain("company_id", "=", self.company_id.id)
                & Domain("state", "=", "sale")
                & Domain("date_order", ">=", start)
                & Domain("date_order", "<", end),
                order="date_order, id",
            )
        )

    def _items(self):
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain("partner_id", "child_of", self._customer().id)
            & Domain("parent_state", "=", "posted")
            & Domain("account_id.account_type", "=", "asset_receivable")
        )

    def _opening(self):
        """Balance before the period, in the currency of the company."""
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(self._items() & Domain("date", "<", self.date_from), [], ["balance:sum"])
        )
        return rows[0][0] or 0.0

    def _movements(self):
        """Invoices, credit notes and payments of the period, with the balance after each.

        :return: list of dicts ``date``, ``name``, ``note``, ``debit``, ``credit``, ``balance``
        """
        items = (
            self.env["account.move.line"]
            .sudo()
            .search(
                self._items()
                & Domain("date", ">=", self.date_from)
                & Domain("date", "<=", self.date_to),
                order="date, move_id, id",
            )
        )
        balance, rows = self._opening(), []
        for item in items:
            balance += item.balance
            rows.append(
                {
                    "date": item.date,
                    "name": item.move_id.name,
                    "note": item.move_id.invoice_origin or item.move_id.ref or item.name or "",
                    "debit": item.debit,
                    "credit": item.credit,
                    "balance": balance,
                }
            )
        return rows
