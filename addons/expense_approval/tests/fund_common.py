from odoo import Command

from .money_common import MoneyCase


class FundCase(MoneyCase):
    """Fund requests: who decides on them, and how their instalments are paid.

    The general manager decides up to 100,000.00; over that, and on everything but operating use, the
    president does.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.director = cls.make_user("director")
        cls.president = cls.make_user("president")
        cls.hold("finance_director", cls.director)
        cls.hold("president", cls.president)
        cls.env["approval.limit"].search([("user_id", "=", cls.boss.id)]).write(
            {"is_unlimited": False, "amount": 100000}
        )
        cls.lender = cls.env["res.partner"].create({"name": "Harbour Bank"})

    def make_request(self, *amounts, user=None, **values):
        user, amounts = user or self.claimant, amounts or (60000, 40000)
        return self.as_user(self.env["fund.request"], user).create(
            {
                "purpose": "New workshop",
                "employee_id": self.employee_of(user).id,
                "company_id": self.company.id,
                "kind": "operating",
                "partner_id": self.lender.id,
                "amount": sum(amounts),
                "instalment_ids": [
                    Command.create({"due_date": self.days(10 * number), "amount": amount})
                    for number, amount in enumerate(amounts, start=1)
                ],
                **values,
            }
        )

    def approve(self, request, user=None):
        self.submit(request, user)
        for decider in (self.director, self.boss, self.president):
            if request.state == "submitted":
                self.decide(request, decider)

    def pay_instalment(self, instalment, **values):
        """Finance prepares the payment and posts it."""
        action = self.wizard(instalment, "action_pay", **values).action_create_payment()
        payment = self.as_user(self.env["account.payment"], self.finance).browse(action["res_id"])
        self.assertEqual(payment.state, "draft")
        payment.action_post()
        return payment
