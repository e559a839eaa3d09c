class PaidOrders:
    """Orders paid as the rulebook wants it, for test cases of stocking."""

    def pay(self, order):
        """A real payment, the application with its voucher, and finance's verification."""
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": order.amount_total,
                "currency_id": order.currency_id.id,
                "company_id": self.company.id,
                "journal_id": self.env["account.journal"]
                .search([("company_id", "=", self.company.id), ("type", "=", "bank")], limit=1)
                .id,
            }
        )
        payment.action_post()
        voucher = self.as_user(self.env["ir.attachment"], self.sales).create(
            {"name": "slip.png", "raw": b"slip"}
        )
        application = self.as_user(self.env["sale.delivery.application"], self.sales).create(
            {
                "order_id": order.id,
                "voucher_ids": [(6, 0, voucher.ids)],
            }
        )
        application.action_submit()
        self.as_user(self.env["sale.payment.allocation"], self.finance).create(
            {
                "application_id": application.id,
                "payment_id": payment.id,
                "amount": order.amount_total,
            }
        )
        self.as_user(application, self.finance).action_verify()
