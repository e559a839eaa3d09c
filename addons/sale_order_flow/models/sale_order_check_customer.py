from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from ..order_check import Finding, OrderCheck

_lt = LazyTranslate(__name__)


class SaleOrder(models.Model):
    """Checks of the customer (F2): documents, credit limit, overdue invoices."""

    _inherit = "sale.order"

    def _order_checks_customer(self):
        return {
            "qualification": OrderCheck(
                label=_lt("Qualification"),
                method="_check_qualification",
                fine=_lt("The documents the customer needs are verified and valid."),
                explains=_lt(
                    "Whether the customer has every document that is required for orders, verified "
                    "and valid at the promised date."
                ),
            ),
            "credit": OrderCheck(
                label=_lt("Credit limit"),
                method="_check_credit",
                fine=_lt("No credit limit is exceeded."),
                explains=_lt(
                    "Receivables, confirmed orders not yet invoiced and this order together, against "
                    "the customer's credit limit. Needs credit limits to be on in the invoicing "
                    "settings."
                ),
            ),
            "overdue": OrderCheck(
                label=_lt("Overdue invoices"),
                method="_check_overdue",
                fine=_lt("The customer has no overdue invoices."),
                explains=_lt("Invoices of the customer, or instalments of them, that are overdue."),
                limit=_lt("Days overdue that are tolerated"),
            ),
        }

    # ------------------------------------------------------------------ qualification documents

    def _promised_day(self):
        """The day the goods are promised for, where the company works; today when none is."""
        self.ensure_one()
        company = self.company_id
        if not self.commitment_date:
            return company._approval_today()
        promised = self.with_context(tz=company._approval_tz())
        return fields.Datetime.context_timestamp(promised, self.commitment_date).date()

    def _check_qualification(self, run):
        Qualification = self.env["res.partner.qualification"]
        required = self.env["res.partner.qualification.kind"]._required_kinds(self.company_id)
        kinds = self.env["res.partner.qualification.kind"].union(*required.values())
        customers = self.partner_id.commercial_partner_id
        documents = Qualification._documents_of(customers, kinds) if kinds else Qualification
        by_customer = documents.grouped("partner_id")
        findings = {}
        for order in self:
            above = order.company_id.parent_ids
            own = by_customer.get(order.partner_id.commercial_partner_id._origin, Qualification)
            own = own.filtered(lambda document, above=above: document.company_id in above)
            day = order._promised_day()
            findings[order] = [
                Finding(sentence)
                for kind in required[order.company_id.id]
                if (sentence := order._qualification_gap(kind, own, day))
            ]
        return findings

    def _qualification_gap(self, kind, documents, day):
        """Why the customer's ``documents`` do not do for ``kind`` on that day; empty when they do."""
        self.ensure_one()
        documents = documents.filtered(lambda document: document.kind_id == kind)
        valid = documents.filtered(lambda document: document._is_valid_on(day))
        if valid.filtered("verified_at"):
            return ""
        texts = {"customer": self.partner_id.commercial_partner_id.name or "", "kind": kind.name}
        if valid:
            return self.env._(
                "%(customer)s: %(kind)s %(number)s is not verified. Ask finance or the sales "
                "assistant to verify it.",
                number=valid[0].number,
                **texts,
            )
        if documents:
            return documents._gap_text(day)
        return self.env._(
            "%(customer)s: %(kind)s is missing. Enter it at the customer and have it verified.",
            **texts,
        )

    # ------------------------------------------------------------------ credit limit

    def _check_credit(self, run):
        """As Odoo's own warning, for many orders at once: a limit of zero is none."""
        findings = {}
        for company, orders in self.grouped("company_id").items():
            if not company.account_use_credit_limit:
                continue
            orders = orders.with_company(company)
            # they depend on nothing, so Odoo would answer with what was true a while ago
            orders.partner_id.commercial_partner_id.invalidate_recordset(
                ["credit", "debit", "credit_to_invoice"], flush=False
            )
            for order in orders:
                customer = order.partner_id.commercial_partner_id
                amount = company.currency_id.round(
                    order.amount_total / (order.currency_rate or 1.0)
                )
                owed, ordered = customer.credit, customer.credit_to_invoice
                limit, total = customer.credit_limit, owed + ordered + amount
                if not limit or company.currency_id.compare_amounts(total, limit) <= 0:
                    continue
                shown = company.currency_id.format
                text = self.env._(
                    "%(customer)s owes %(owed)s, has %(ordered)s ordered and not invoiced, and asks for "
                    "%(amount)s: %(total)s in all, %(beyond)s beyond the credit limit of %(limit)s.",
                    customer=customer.name or "",
                    owed=shown(owed),
                    ordered=shown(ordered),
                    amount=shown(amount),
                    total=shown(total),
                    beyond=shown(total - limit),
                    limit=shown(limit),
                )
                findings[order] = [Finding(text)]
        return findings

    # ------------------------------------------------------------------ overdue invoices

    def _check_overdue(self, run):
        days = {order.company_id.id: run.limit(order, "overdue") for order in self}
        overdue = self._overdue_invoices(days)
        return {
            order: [
                Finding(
                    self.env._(
                        "%(customer)s has not paid in time: %(overdue)s.",
                        customer=order.partner_id.commercial_partner_id.name or "",
                        overdue=order._overdue_text(found),
                    )
                )
            ]
            for order, found in overdue.items()
        }

    def _overdue_invoices(self, tolerated):
        """What the customers of these orders have not paid in time, each due date by itself.

        :param tolerated: ``{company id: days overdue that do not count}``
        :return: ``{order: (number of invoices, amount in the currency of the company, oldest due
            date)}``; orders whose customer owes nothing in time are left out
        """
        due = Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain(
                "date_maturity",
                "<",
                company._approval_today() - timedelta(days=tolerated[company.id]),
            )
            for company in self.company_id
        )
        rows = (
            self.env["account.move.line"]
            .sudo()
            ._read_group(
                due
                & Domain("partner_id", "in", self.partner_id.commercial_partner_id.ids)
                & Domain("parent_state", "=", "posted")
                & Domain("account_type", "=", "asset_receivable")
                & Domain("reconciled", "=", False)
                & Domain("move_id.move_type", "in", ("out_invoice", "out_receipt"))
                & Domain("amount_residual", ">", 0),
                ["company_id", "partner_id"],
                ["move_id:count_distinct", "amount_residual:sum", "date_maturity:min"],
            )
        )
        owed = {(company, partner): tuple(found) for company, partner, *found in rows}
        result = {}
        for order in self:
            customer = order.partner_id.commercial_partner_id._origin
            if found := owed.get((order.company_id, customer)):
                result[order] = found
        return result

    def _overdue_text(self, overdue):
        """How much is overdue, as people read it."""
        count, owed, oldest = overdue
        return self.env._(
            "%(amount)s in %(count)s invoices, the oldest for %(days)s days",
            amount=self.company_id.currency_id.format(owed),
            count=count,
            days=(self.company_id._approval_today() - oldest).days,
        )
