from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.tools import SQL


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
        self._returned_advance()
        self._offset_advance()
        self._overdue_advance()

    def _returned_advance(self):
        advance = self._advance("returned", "展台布置借款", 9000, "sales2")
        advance.action_approval_submit()
        self._decide(advance, "salesmgr", "return", "请分项说明用途。")

    def _offset_advance(self):
        """Partly settled by a claim: the rest of the advance stays with the employee."""
        advance = self._approved_advance("offset", "客户回访借款", 2000, "sales2")
        self._money(advance, "action_pay")
        claim = self._claim("offset", [("机票", "travel", 1640)], "sales2")
        claim.action_offset_advances()
        self._post(self._walk(claim, 4))

    def _overdue_advance(self):
        advance = self._approved_advance("overdue", "广州安装借款", 3500, "sales2")
        self._money(advance, "action_pay")
        # no advance is approved that should be settled already, and a demo cannot wait a month
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE expense_advance SET needed_by = needed_by - 40, settle_by = settle_by - 40 "
                "WHERE id = %s",
                advance.id,
            )
        )
        advance.invalidate_recordset()

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

    def _approved_advance(self, name, purpose, amount, login="sales"):
        advance = self._advance(name, purpose, amount, login)
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
        self._fund_request(
            "draft", "operating", "年度设备维护", "江海设备服务有限公司", 80000, 80000
        )
        self._fund_request(
            "submitted", "investment", "参股检测实验室", "蓝图检测技术有限公司", 500000
        ).action_approval_submit()
        returned = self._fund_request(
            "returned", "distribution", "上年度利润分配", "星辰投资控股有限公司", 600000
        )
        returned.action_approval_submit()
        self._decide(returned, "cfo", "return", "请附上股东会决议。")
        self._approved_fund_request(
            "approved", "operating", "厂房租金", "园区资产管理有限公司", 45000, 45000, days=40
        )
        raised = self._approved_fund_request(
            "partly", "raising", "流动资金贷款", "城市发展银行", 1000000, 1000000
        )
        self._carry_out(raised.instalment_ids[:1])
        done = self._approved_fund_request(
            "done", "operating", "消防系统改造", "安达消防工程有限公司", 60000
        )
        self._carry_out(done.instalment_ids)

    def _carry_out(self, instalment):
        """Finance prepares the payment of an instalment, and the accountant posts it."""
        action = self._money(instalment, "action_pay")
        self._as(self.env["account.payment"], "finance").browse(action["res_id"]).action_post()

    def _fund_request(self, name, kind, purpose, counterparty, *amounts, days=0):
        """A request made so many days ago, with an instalment every thirty days."""
        day = fields.Date.context_today(self) - timedelta(days=days)
        partner = self.env["res.partner"].create({"name": counterparty, "is_company": True})
        request = self._as(self.env["fund.request"], "finance").create(
            {
                "purpose": purpose,
                "kind": kind,
                "date": day,
                "partner_id": partner.id,
                "amount": sum(amounts),
                "instalment_ids": [
                    Command.create(
                        {"due_date": day + timedelta(days=30 * number), "amount": amount}
                    )
                    for number, amount in enumerate(amounts, start=1)
                ],
            }
        )
        return self._keep(request, f"fund_{name}")

    def _approved_fund_request(self, name, *details, days=0):
        request = self._fund_request(name, *details, days=days)
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
            ("sales", False, 800000, "step"),
            ("travel", self._product("travel").id, 12000, "warn"),
            ("meal", self._product("meal").id, 2000, "warn"),
        ):
            # named as the people of the company call department and category
            budgets = self.env["expense.budget"].with_context(lang="zh_CN")
            budget = budgets.create(
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
