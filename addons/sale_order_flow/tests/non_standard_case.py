from .common import OrderFlowCase


class NonStandardCase(OrderFlowCase):
    """A machine made to the customer's wishes, the technical department and production."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.engineer = cls.env.ref("sale_order_flow.demo_user_engineer")
        cls.production = cls.env.ref("sale_order_flow.demo_user_production")
        cls.machine = cls.make_product("Machine", 1000, is_non_standard=True)
        cls.company.write({"deposit_percent": 30.0, "feasibility_review_needed": True})

    def make_machine_order(self, quantities=None, **values):
        return self.make_order(quantities or {self.machine: 2}, **values)

    def ask(self, order, submit=True):
        """The reviews of an order, asked for by its salesperson."""
        order.action_ask_feasibility()
        reviews = order.feasibility_review_ids
        reviews.requirement = "Three metres high, for salt water."
        if submit:
            for review in reviews:
                review.action_approval_submit("release")
        return reviews

    def answer(self, review, user, **values):
        answers = self.as_user(review, user).answer_ids.filtered("may_answer")
        answers.write({"result": "yes", **values})
        return answers

    def agree(self, review, user, verb="approve"):
        request = self.as_user(review.sudo().approval_request_id, user)
        request.action_decide(verb, "Because.")

    def find_feasible(self, order):
        """Everybody agrees: 10 and 20 days, 300 and 400 of cost a part."""
        for review in self.ask(order):
            self.answer(review, self.engineer, lead_time_days=5, unit_cost=150)
            self.agree(review, self.engineer)
            self.answer(review, self.production, lead_time_days=20, unit_cost=400)
            self.agree(review, self.production)
            self.agree(review, self.head)
        return order.feasibility_review_ids

    def make_signed(self, quantities=None, **values):
        """A confirmed non-standard order, nothing paid."""
        order = self.make_machine_order(quantities, **values)
        self.find_feasible(order)
        order.action_approval_submit("confirm")
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "sale")
        return order

    def pay_deposit(self, order, amount=None):
        """The deposit handed in, found and verified; the payment is returned."""
        amount = order._deposit_required() if amount is None else amount
        application = self.as_user(
            self.env["sale.delivery.application"].browse(order.action_apply_deposit()["res_id"]),
            self.sales,
        )
        self.attach_voucher(application)
        application.action_submit()
        payment = self.make_payment(amount)
        self.allocate(application, payment, amount)
        self.as_user(application, self.finance).action_verify()
        return payment

    def start(self, order, user=None):
        return self.as_user(order, user or self.assistant).action_start_production()
