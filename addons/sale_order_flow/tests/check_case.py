from datetime import timedelta

from odoo import Command

from .common import OrderFlowCase


class CheckCase(OrderFlowCase):
    """Orders, the company's list and the customer's invoices, for tests of the checks."""

    def result(self, order, code):
        order.invalidate_recordset(["check_results"])
        return next(check for check in order.check_results if check["code"] == code)

    def decide_policy(self, code, means, limit=0.0):
        policy = self.env["sale.order.check.policy"].search(
            [("company_id", "=", self.company.id), ("code", "=", code)]
        )
        policy.write({"means": means, "limit": limit})
        return policy

    def make_invoice(self, amount, days_overdue, partner=None, company=None, **values):
        company = company or self.company
        day = company._approval_today() - timedelta(days=days_overdue)
        invoice = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": (partner or self.customer).id,
                    "company_id": company.id,
                    "invoice_date": min(day, company._approval_today()) - timedelta(days=10),
                    "invoice_date_due": day,
                    "invoice_payment_term_id": False,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "Pump", "price_unit": amount, "tax_ids": [Command.clear()]}
                        )
                    ],
                    **values,
                }
            )
        )
        invoice.action_post()
        return invoice

    def enable_usd(self, rate):
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": rate,
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": usd.id, "company_id": self.company.id}
        )
        self.env.ref("base.group_user").implied_ids |= self.env.ref(
            "product.group_product_pricelist"
        )
        self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
        return usd
