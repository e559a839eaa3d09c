from .order_flow_case import OrderFlowCase as BaseCase


class OrderFlowCase(BaseCase):
    """The people of the company with a second customer, a service, and documents of other people."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "head_discount_limit": 5.0,
                "release_payment_percent": 100.0,
                "portal_confirmation_sign": False,
                "portal_confirmation_pay": False,
            }
        )
        cls.training = cls.make_product("Training", 30, type="service", is_storable=False)
        cls.other_customer = cls.env["res.partner"].create({"name": "Nanfang", "is_company": True})

    def make_order(self, goods=None, user=None, **values):
        """A complete quotation made by ``user``, for whichever salesperson."""
        user = user or self.sales
        order_values = self.order_values(goods, **{"user_id": user.id, **values})
        return self.as_user(self.env["sale.order"], user).create(order_values)

    def make_application(self, order, user=None, submit=True):
        """The delivery application, made by the salesperson of the order or by ``user``."""
        application = self.as_user(
            self.env["sale.delivery.application"], user or order.user_id
        ).create(
            {"order_id": order.id},
        )
        if submit:
            self.attach_voucher(application)
            application.action_submit()
        return application

    def allocate(self, application, payment, amount, user=None):
        return self.as_user(self.env["sale.payment.allocation"], user or self.finance).create(
            {
                "application_id": application.id,
                "payment_id": payment.id,
                "amount": amount,
            }
        )

    def make_noticed(self, quantities=None, noticed=None, **values):
        """A paid order with a delivery notice for ``noticed``, or for everything."""
        order = self.make_confirmed(quantities, **values)
        self.make_verified(order)
        self.make_notice(order, noticed)
        return order

    def moves(self, order):
        """The stock moves of the order that were not cancelled."""
        return self.env["stock.move"].search(
            [("sale_line_id", "in", order.order_line.ids), ("state", "!=", "cancel")],
        )
