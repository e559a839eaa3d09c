from odoo import models

from ..einvoice import normal
from .expense_finding import ExpenseFinding

# kinds whose buyer is the company; tickets may name the traveller only
_WITH_BUYER = ("digital_special", "digital_ordinary", "special", "ordinary")


class ExpenseInvoiceFindings(models.Model):
    """What is not as it should be with an invoice (E8)."""

    _inherit = "expense.invoice"

    def _findings(self, facts):
        """Check one invoice.

        :param facts: as from ``_invoice_facts`` of the company
        """
        found = [
            *self._number_findings(),
            *self._date_findings(facts),
            *self._amount_findings(),
            *self._buyer_findings(facts),
        ]
        if self.is_proposed:
            message = self.env._(
                "Invoice %(invoice)s of %(expense)s was read from its file and not compared by the "
                "claimant yet.",
                **self._names(),
            )
            found.append(("invoice_unchecked", "warn", message))
        return [
            ExpenseFinding(code, message, policy, self.expense_id)
            for code, policy, message in found
            if policy != "off"
        ]

    def _names(self):
        return {"invoice": self.number, "expense": self.expense_id.name}

    def _number_findings(self):
        if self.kind not in _WITH_BUYER:
            return
        digits = len(self.number) if self.number.isdigit() else 0
        if digits not in (8, 20):
            yield (
                "invoice_number",
                "stop",
                self.env._(
                    "Invoice %(invoice)s of %(expense)s: the number has 8 digits, or 20 on a digital "
                    "invoice.",
                    **self._names(),
                ),
            )
        elif digits == 8 and len(normal(self.code)) not in (10, 12):
            yield (
                "invoice_code",
                "stop",
                self.env._(
                    "Invoice %(invoice)s of %(expense)s: enter the code of 10 or 12 digits printed above "
                    "the number.",
                    **self._names(),
                ),
            )

    def _date_findings(self, facts):
        if not self.date:
            yield (
                "invoice_date",
                "stop",
                self.env._(
                    "Invoice %(invoice)s of %(expense)s has no date: enter when it was issued.",
                    **self._names(),
                ),
            )
        elif self.date > facts.today:
            yield (
                "invoice_future",
                "stop",
                self.env._(
                    "Invoice %(invoice)s of %(expense)s is dated in the future: correct its date.",
                    **self._names(),
                ),
            )
        elif facts.oldest and self.date < facts.oldest:
            yield (
                "invoice_old",
                self.company_id.invoice_age_policy,
                self.env._(
                    "Invoice %(invoice)s of %(expense)s is older than the %(months)s months that are "
                    "accepted.",
                    months=self.company_id.invoice_max_months,
                    **self._names(),
                ),
            )

    def _amount_findings(self):
        currency = self.currency_id
        if currency.compare_amounts(self.amount_total, 0) <= 0:
            yield (
                "invoice_total",
                "stop",
                self.env._(
                    "Invoice %(invoice)s of %(expense)s has no total above zero. A red-letter invoice "
                    "takes another one back and is not claimed.",
                    **self._names(),
                ),
            )
        elif (self.amount_untaxed or self.amount_tax) and currency.compare_amounts(
            self.amount_untaxed + self.amount_tax, self.amount_total
        ):
            yield (
                "invoice_sum",
                "stop",
                self.env._(
                    "Invoice %(invoice)s of %(expense)s: %(untaxed)s and %(tax)s tax are not %(total)s. "
                    "Correct the amounts.",
                    untaxed=currency.format(self.amount_untaxed),
                    tax=currency.format(self.amount_tax),
                    total=currency.format(self.amount_total),
                    **self._names(),
                ),
            )

    def _buyer_findings(self, facts):
        name, vat = normal(self.buyer_name), normal(self.buyer_vat).upper()
        if self.kind not in _WITH_BUYER and not name and not vat:
            return
        company = self.company_id
        policy = company.invoice_buyer_policy
        if name not in facts.buyers:
            yield (
                "invoice_buyer",
                policy,
                self.env._(
                    "Invoice %(invoice)s of %(expense)s was issued to “%(buyer)s”, not to %(company)s. Ask "
                    "the seller to issue it anew.",
                    buyer=self.buyer_name or "",
                    company=company.name,
                    **self._names(),
                ),
            )
        elif name == normal(company.name) and facts.vat and vat != facts.vat:
            yield (
                "invoice_vat",
                policy,
                self.env._(
                    "Invoice %(invoice)s of %(expense)s has the buyer's tax number “%(vat)s”, that of "
                    "%(company)s is %(right)s.",
                    vat=self.buyer_vat or "",
                    company=company.name,
                    right=facts.vat,
                    **self._names(),
                ),
            )
