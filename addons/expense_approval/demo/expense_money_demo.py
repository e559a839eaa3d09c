from datetime import timedelta

from odoo import Command, api, fields, models


class ExpenseApprovalDemo(models.AbstractModel):
    """Demo advances, budgets and fund requests, made by the people whose turn it is."""

    _inherit = "expense.approval.demo"

    @api.model
    def _load_money(self):
        """Budgets, advances in every stage and fund requests of the demo company."""
        if self.env.ref("expense_approval.demo_advance_draft", raise_if_not_found=False):
            return
        self._advances()
        self._fund_requests()
        self._budgets()

    # ------------------------------------------------------------------ advances

    def _advances(self):
        self._advance("draft", "展会备用金", 3000)
        self._advance("submitted", "客户接待备用金", 2000).action_approval_submit()
        self._approved_advance("approved", "差旅借款", 4000)
        for name, purpose, amount in (
            ("paid", "项目现场备用金", 5000),
            ("partly", "培训费借款", 2400),
            ("settled", "样品采购借款", 1200),
        ):
            advance = self._approved_advance(name, purpose, amount)
            self._money(advance, "action_pay")
            if name != "paid":
                self._money(advance, "action_pay_back", 1200)

    def _advance(self, name, purpose, amount, login="sales"):
        today = fields.Date.context_today(self)
        advance = self._as(self.env["expense.advance"], login).create(
            {
                "purpose": purpose,
                "amount": amount,
                "needed_by": today,
                "settle_by": today + timedelta(days=30),
            }
        )
        return self._keep(advance, f"advance_{name}")

    def _approved_advance(self, name, purpose, amount):
        advance = self._advance(name, purpose, amount)
        advance.action_approval_submit()
        for person in ("salesmgr", "finance", "president"):
            if advance.state == "submitted":
                self._decide(advance, person)
        return advance

    def _money(self, document, method, amount=None):
        """Finance pays or takes in what the form proposes, or another amount."""
        action = getattr(self._as(document, "finance"), method)()
        wizard = self._as(self.env[action["res_model"]], "finance").browse(action["res_id"])
        if amount:
            wizard.amount = amount
        return wizard.action_create_payment()

    # ------------------------------------------------------------------ funds

    def _fund_requests(self):
        self._fund_request("draft", "operating", "年度设备维护", (80000, 80000))
        self._fund_request(
            "submitted", "investment", "参股检测实验室", (500000,)
        ).action_approval_submit()
        raised = self._approved_fund_request(
            "approved", "raising", "流动资金贷款", (1000000, 1000000)
        )
        for instalment in raised.instalment_ids[:1]:
            action = self._money(instalment, "action_pay")
            self._as(self.env["account.payment"], "finance").browse(action["res_id"]).action_post()

    def _fund_request(self, name, kind, purpose, amounts):
        today = fields.Date.context_today(self)
        partner = self.env["res.partner"].create({"name": purpose, "is_company": True})
        request = self._as(self.env["fund.request"], "finance").create(
            {
                "purpose": purpose,
                "kind": kind,
                "partner_id": partner.id,
                "amount": sum(amounts),
                "instalment_ids": [
                    Command.create(
                        {"due_date": today + timedelta(days=30 * number), "amount": amount}
                    )
                    for number, amount in enumerate(amounts, start=1)
                ],
            }
        )
        return self._keep(request, f"fund_{name}")

    def _approved_fund_request(self, name, kind, purpose, amounts):
        request = self._fund_request(name, kind, purpose, amounts)
        request.action_approval_submit()
        for person in ("cfo", "president", "president"):
            if request.state == "submitted":
                self._decide(request, person)
        return request

    # ------------------------------------------------------------------ budgets

    def _budgets(self):
        """The sales department for this year, and its travel within it."""
        year = fields.Date.context_today(self).year
        department = self.env.ref("approval_chain.demo_department_sales")
        for name, product, amount, policy in (
            ("sales", False, 300000, "step"),
            ("travel", self._product("travel").id, 12000, "warn"),
        ):
            budget = self.env["expense.budget"].create(
                {
                    "company_id": department.company_id.id,
                    "department_id": department.id,
                    "product_id": product,
                    "date_from": f"{year}-01-01",
                    "date_to": f"{year}-12-31",
                    "amount": amount,
                    "policy": policy,
                }
            )
            self._keep(budget, f"budget_{name}")
