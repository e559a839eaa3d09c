from datetime import timedelta

from odoo import Command, api, fields, models


class ExpenseApprovalDemo(models.AbstractModel):
    """Demo claims in every stage, each made through the public methods by the person whose turn it is."""

    _name = "expense.approval.demo"
    _description = "Demo Data of Reimbursement"

    @api.model
    def _load(self):
        """Set the demo company up and walk its claims through the chain."""
        company = self.env.ref("approval_chain.demo_company")
        self._prepare_accounting(company)
        company.action_set_up_rulebook()
        if not self.env.ref("expense_approval.demo_claim_draft", raise_if_not_found=False):
            self._make_documents()

    def _prepare_accounting(self, company):
        if company.chart_template:
            return
        codes = self.env["account.chart.template"]._get_chart_template_mapping()
        # not try_loading(): it warns of a registry that is still being loaded, as it is here
        self.env["account.chart.template"]._load(
            "cn" if "cn" in codes else "generic_coa", company, False
        )

    def _user(self, login):
        return self.env.ref(f"approval_chain.demo_user_{login}")

    def _as(self, records, login):
        """The records as that person sees them in the web client."""
        user = self._user(login)
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids, lang="zh_CN", tz="Asia/Shanghai"
        )

    # ------------------------------------------------------------------ the documents

    def _make_documents(self):
        self._application("draft", "参加西部装备展", 6000)
        self._approved_application("approved", "华兴项目现场调试", 3000)
        self._claim("draft", [("市内交通", "travel", 86), ("客户午餐", "meal", 240)])
        self._submitted("submitted", [("高铁票", "travel", 523)])
        self._returned()
        self._until("originals", [("住宿费", "hotel", 720)], 2)
        self._until("recheck", [("机票", "travel", 1380), ("住宿费", "hotel", 960)], 3)
        self._with_the_president()
        self._lowered()
        self._until("approved", [("打车费", "travel", 132)], 4)
        posted = self._until("posted", [("快递费", "other", 58)], 4)
        paid = self._until("paid", [("办公用品", "other", 199)], 4)
        self._post(posted | paid)
        self._pay(paid)

    def _product(self, name):
        return self.env.ref(f"expense_approval.demo_product_{name}")

    def _keep(self, record, name):
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"expense_approval.demo_{name}", "record": record, "noupdate": True}]
        )
        return record

    def _application(self, name, purpose, amount, login="sales"):
        today = fields.Date.context_today(self)
        application = self._as(self.env["expense.application"], login).create(
            {
                "purpose": purpose,
                "event": purpose,
                "date_from": today,
                "date_to": today + timedelta(days=30),
                "line_ids": [
                    Command.create({"product_id": self._product("travel").id, "amount": amount})
                ],
            }
        )
        return self._keep(application, f"application_{name}")

    def _approved_application(self, name, purpose, amount):
        application = self._application(name, purpose, amount)
        application.action_approval_submit()
        self._decide(application, "salesmgr")
        self._decide(application, "head")

    def _claim(self, name, lines, login="sales", days=3):
        day = fields.Date.context_today(self) - timedelta(days=days)
        employee = self.env.ref(f"approval_chain.demo_employee_{login}")
        expenses = self._as(self.env["hr.expense"], login).create(
            [
                {
                    "name": label,
                    "product_id": self._product(product).id,
                    "employee_id": employee.id,
                    "date": day,
                    "total_amount_currency": amount,
                }
                for label, product, amount in lines
            ]
        )
        claim = self._as(self.env["reimbursement.claim"], login).create(
            {
                "purpose": "、".join(expenses.mapped("name")),
                "expense_ids": [Command.set(expenses.ids)],
            }
        )
        return self._keep(claim, f"claim_{name}")

    def _submitted(self, name, lines, login="sales"):
        claim = self._claim(name, lines, login)
        claim.action_approval_submit()
        return claim

    def _decide(self, document, login, verb="approve", opinion="同意。", checked=None):
        request = self._as(document.sudo().approval_request_id, login)
        request.action_decide(verb, opinion, checked)

    def _until(self, name, lines, steps, login="sales"):
        """A claim after so many of its steps: manager, leader, originals, re-check."""
        claim = self._submitted(name, lines, login)
        way = [
            ("salesmgr", "approve", "情况属实。"),
            ("head", "approve", "费用合理。"),
            ("finance", "handle", "原始单据已收。"),
            ("finance", "approve", "复核无误。"),
        ]
        for person, verb, opinion in way[:steps]:
            open_steps = claim.sudo().approval_request_id.step_ids.filtered(
                lambda step: step.state == "open"
            )
            checked = [row["name"] for step in open_steps for row in step.checklist or []]
            self._decide(claim, person, verb, opinion, checked)
        return claim

    def _returned(self):
        claim = self._submitted(
            "returned", [("出租车", "travel", 310), ("晚餐", "meal", 880)], "sales2"
        )
        second = claim.expense_ids.filtered(lambda expense: expense.name == "晚餐")
        self._as(claim, "salesmgr").action_return(
            "请核对餐费。", {second.id: "发票金额为 380 元。"}
        )

    def _with_the_president(self):
        self._until("president", [("展位费", "other", 236000)], 4)

    def _lowered(self):
        claim = self._until("lowered", [("住宿费", "hotel", 1500)], 3, "sales2")
        self._as(claim.expense_ids, "finance").action_sanction(1200, "超过住宿标准。")

    def _post(self, claims):
        action = self._as(claims, "finance").action_post()
        wizards = self._as(self.env[action["res_model"]], "finance")
        wizards.with_context(**action["context"]).browse(action["res_id"]).action_post_entry()

    def _pay(self, claims):
        action = self._as(claims, "finance").action_pay()
        wizards = self._as(self.env[action["res_model"]], "finance")
        wizards.with_context(**action["context"]).create({}).action_create_payments()
