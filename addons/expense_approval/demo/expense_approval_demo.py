import base64
import io
from datetime import timedelta

from PIL import Image, ImageDraw

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
        self._make_applications()
        self._claim(
            "draft", [("市内交通", "travel", 86), ("客户午餐", "meal", 240)], receipts=False
        )
        self._submitted("submitted", [("高铁票", "travel", 523)])
        self._until("leader", [("客户晚餐", "meal", 460), ("打车费", "travel", 72)], 1, "sales2")
        self._returned()
        self._until("originals", [("住宿费", "hotel", 720)], 2)
        self._until("recheck", [("机票", "travel", 1380), ("住宿费", "hotel", 960)], 3)
        self._until("president", [("展位费", "other", 236000)], 4)
        self._handed_back()
        self._lowered()
        self._claim("cancelled", [("停车费", "travel", 30)]).action_cancel()
        self._until("approved", [("打车费", "travel", 132)], 4)
        posted = self._until("posted", [("快递费", "other", 58)], 4)
        paid = self._until("paid", [("办公用品", "other", 199)], 4)
        planned = self._under_application()
        self._post(posted | paid | planned)
        self._pay(paid | planned)

    def _make_applications(self):
        self._application("draft", "参加西部装备展", 6000)
        self._application("submitted", "拜访南方机电", 2600).action_approval_submit()
        returned = self._application("returned", "客户答谢会", 18000, login="sales2")
        returned.action_approval_submit()
        self._decide(returned, "salesmgr", "return", "请附上参会名单并缩减规模。")
        self._approved_application("approved", "华兴项目现场调试", 3000)
        self._approved_application("closed", "年度供应商走访", 1500).action_close()

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
        return application

    def _under_application(self):
        """Spent as it was approved before, and paid: estimate and actual side by side."""
        application = self._approved_application("claimed", "苏州客户回访", 900)
        claim = self._claim("planned", [("高铁往返", "travel", 838)], days=0)
        claim.application_ids = application
        return self._walk(claim, 4)

    def _claim(self, name, lines, login="sales", days=3, receipts=True):
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
        for expense in expenses if receipts else ():
            self._photograph(expense)
        return self._keep(claim, f"claim_{name}")

    def _photograph(self, expense):
        """A receipt as a phone would take it; each another one."""
        picture = Image.new("RGB", (360, 240), "#fdfdf8")
        draw = ImageDraw.Draw(picture)
        draw.rectangle((10, 10, 349, 229), outline="#444444", width=2)
        for row, text in enumerate(
            (
                f"No. {expense.id:08d}",
                str(expense.date),
                f"CNY {expense.total_amount_currency:,.2f}",
            )
        ):
            draw.text((40, 50 + 50 * row), text, fill="#222222")
        content = io.BytesIO()
        picture.save(content, "PNG")
        expense.env["ir.attachment"].create(
            {
                "name": f"{expense.name}.png",
                "datas": base64.b64encode(content.getvalue()),
                "res_model": expense._name,
                "res_id": expense.id,
            }
        )

    def _submitted(self, name, lines, login="sales"):
        claim = self._claim(name, lines, login)
        claim.action_approval_submit()
        return claim

    def _decide(self, document, login, verb="approve", opinion="同意。", checked=None):
        request = self._as(document.sudo().approval_request_id, login)
        request.action_decide(verb, opinion, checked)

    def _until(self, name, lines, steps, login="sales"):
        """A claim after so many of its steps: manager, leader, originals, re-check."""
        return self._walk(self._claim(name, lines, login), steps)

    def _walk(self, claim, steps):
        claim.action_approval_submit()
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

    def _handed_back(self):
        """Refused by the general manager: finance still holds the originals."""
        claim = self._until("hand_back", [("年会场地及搭建", "other", 218000)], 4, "sales2")
        self._decide(claim, "president", "refuse", "超出年会规模，请按批准方案重新报销。")

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
