from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain


class ResCompany(models.Model):
    """When who is asked to collect overdue invoices (F16, D7)."""

    _inherit = "res.company"

    collect_overdue = fields.Boolean(
        string="Follow Up Overdue Invoices",
        help="Salespeople get an activity on the order as soon as an invoice of it is overdue.",
    )
    collect_manager_days = fields.Integer(
        string="Sales Manager After",
        default=15,
        help="So many days after the due date the sales manager gets an activity, too. Zero: never.",
    )

    _collect_manager_days_positive = models.Constraint(
        "CHECK (collect_manager_days >= 0)",
        "The days after which the sales manager is asked to collect cannot be negative.",
    )

    def _set_up_rulebook(self):
        new = not self.order_flow_enabled
        result = super()._set_up_rulebook()
        if new:
            self.collect_overdue = True
        return result

    def _ask_to_collect(self):
        """Schedule the activities of this company that are due today."""
        self.ensure_one()
        today = self._approval_today()
        overdue = Domain("company_id", "=", self.id) & Domain("move_type", "=", "out_invoice")
        overdue &= Domain("state", "=", "posted") & Domain("amount_residual", ">", 0)
        Invoice = self.env["account.move"].sudo()
        asked = Invoice.search(
            overdue
            & Domain("invoice_date_due", "<", today)
            & Domain("collect_asked", "=", False)
            & Domain("line_ids.sale_line_ids.order_id.order_flow", "=", True)
        )
        for invoice in asked:
            for order in invoice._orders_in_flow():
                invoice._ask_to_collect(order, order.user_id)
        asked._stamp_collect("salesperson")
        if not self.collect_manager_days:
            return
        late = Invoice.search(
            overdue
            & Domain("invoice_date_due", "<=", today - timedelta(days=self.collect_manager_days))
            & Domain("collect_asked", "=", "salesperson")
        )
        managers = self.env["approval.role"]._people("sales_manager", self)
        for invoice in late if managers else ():
            for order in invoice._orders_in_flow():
                invoice._ask_to_collect(order, managers)
        if managers:
            late._stamp_collect("manager")


class AccountMove(models.Model):
    """Who was asked to collect an invoice is said by nobody but the asking itself (A10)."""

    _name = "account.move"
    _inherit = ["account.move", "approval.stamped"]

    _stamps_derived = False
    _stamped = frozenset({"collect_asked"})

    collect_asked = fields.Selection(
        [("salesperson", "Salesperson"), ("manager", "Sales Manager")],
        string="Asked to Collect",
        readonly=True,
        copy=False,
        help="Who was last asked to collect this overdue invoice.",
    )

    def _stamp_collect(self, who):
        self.sudo()._stamp({"collect_asked": who})

    def _orders_in_flow(self):
        return self.line_ids.sale_line_ids.order_id.filtered("order_flow")

    def _ask_to_collect(self, order, users):
        """:param users: one activity each"""
        self.ensure_one()
        for user in users:
            words = self.with_context(lang=user.lang).env._
            order.activity_schedule(
                "sale_order_flow.activity_collect",
                user_id=user.id,
                summary=words(
                    "%(invoice)s is overdue since %(date)s: %(amount)s to collect",
                    invoice=self.name,
                    date=self.invoice_date_due,
                    amount=self.currency_id.format(self.amount_residual),
                ),
            )
