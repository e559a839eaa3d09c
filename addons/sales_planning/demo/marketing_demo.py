import base64
from datetime import timedelta

from odoo import Command, api, models

POSTER = base64.b64encode("春季节能水泵海报".encode())


class SaleOrderFlowDemo(models.AbstractModel):
    """Marketing work in every state and kind, goals and work on customers (P8, P9)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_marketing(self):
        if self.env.ref("sales_planning.demo_work_draft", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        company.action_set_up_rulebook()
        if not self.env["approval.role"]._people("general_manager", company):
            self.env["approval.role.holder"].create(
                {
                    "role_id": self.env["approval.role"]._with_code("general_manager").id,
                    "user_id": self._user("president").id,
                    "company_id": company.id,
                }
            )
        self.env["approval.limit"].create(
            {
                "role_id": self.env["approval.role"]._with_code("vp_marketing").id,
                "model_id": self.env["ir.model"]._get_id("marketing.work"),
                "company_id": company.id,
                "currency_id": company.currency_id.id,
                "amount": 20000,
            }
        )
        self._load_advertising()
        self._load_network()
        self._load_survey()
        self._load_development()

    # ------------------------------------------------------------------ helpers

    def _planner(self, records):
        """The records as the planner sees them in the web client."""
        return records.with_user(self.env.ref("sales_planning.demo_user_planner")).with_context(
            allowed_company_ids=self.env.ref("approval_chain.demo_company").ids,
            lang="zh_CN",
            tz="Asia/Shanghai",
        )

    def _make_work(self, name, title, budget, **values):
        """A marketing work of the planner with its plan."""
        today = self.env.ref("approval_chain.demo_company")._approval_today()
        planner = self.env.ref("sales_planning.demo_user_planner")
        work = self._planner(self.env["marketing.work"]).create(
            {
                "title": title,
                "kind": "advertising",
                "user_id": planner.id,
                "member_ids": [Command.set(self._user("sales").ids)],
                "date_start": today,
                "date_end": today + timedelta(days=45),
                "goal": "新增线索30条，促成订单5张。",
                "audience": "华东地区给排水工程公司",
                "plan": "<p>先定稿物料，再投放媒体，最后跟进线索。</p>",
                "budget_ids": [
                    Command.create({"kind": kind, "name": text, "amount": amount})
                    for kind, text, amount in budget
                ],
                "step_ids": [
                    Command.create(
                        {
                            "name": step,
                            "user_id": person.id,
                            "date_due": today + timedelta(days=days),
                        }
                    )
                    for step, person, days in (
                        ("物料定稿", planner, 5),
                        ("执行与跟进", self._user("sales"), 30),
                    )
                ],
                **values,
            }
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sales_planning.demo_work_{name}",
                    "record": work.sudo(),
                    "noupdate": True,
                }
            ]
        )
        return work

    def _approve_work(self, work):
        work.action_approval_submit("marketing")
        for login in ("salesmgr", "vp", "president"):
            request = self._as(work.sudo().approval_request_id, login)
            if request.sudo().state == "pending":
                request.action_decide("approve", "同意，请控制费用。")

    def _run_work(self, work):
        self._approve_work(work)
        work.action_start()

    # ------------------------------------------------------------------ marketing work

    def _load_advertising(self):
        budget = [("media", "户外广告", 12000), ("production", "海报与样本", 5000)]
        self._make_work("draft", "秋季展会参展", [("event", "展位与搭建", 30000)])
        asked = self._make_work("asked", "行业杂志广告", [("media", "封二整版", 8000)])
        asked.action_approval_submit("marketing")
        self._approve_work(self._make_work("approved", "夏季短视频投放", budget))
        self._make_work("cancelled", "电梯广告投放", budget).action_cancel("媒体报价过高，暂缓。")
        running = self._make_work("running", "春季节能水泵推广", budget)
        self._run_work(running)
        self._place(running, "高铁站灯箱", 9000)
        material = self._planner(self.env["marketing.material"]).create(
            {"work_id": running.id, "name": "节能水泵海报", "file": POSTER, "file_name": "海报.txt"}
        )
        material.action_hand_in()
        self._spend(running, "灯箱制作费", 4200)
        self._lead(running, "sales", "苏州工业园泵房改造")
        self._lead(running, "sales2", "无锡污水厂水泵更换")
        done = self._make_work("done", "冬季老客户回馈", [("gifts", "礼品", 3000)])
        self._run_work(done)
        self._place(done, "公众号推文", 0, proof=POSTER, proof_name="截图.txt")
        self._spend(done, "礼品采购", 2800)
        for step in done.step_ids:
            step.action_done()
        done.result = "<p>回访老客户40家，收到意向8条。</p>"
        done.conclusions = "<p>老客户关注节能改造，建议推出改造套餐。</p>"
        done.action_done()

    def _place(self, work, name, amount, **values):
        self._planner(self.env["marketing.placement"]).create(
            {
                "work_id": work.id,
                "name": name,
                "medium": "outdoor" if amount else "social",
                "date_from": work.date_start,
                "date_to": work.date_end,
                "amount": amount,
                **values,
            }
        )

    def _spend(self, work, name, amount):
        """Booked by finance on the account of the work."""
        self.env["account.analytic.line"].create(
            {
                "name": name,
                "account_id": work.sudo().account_id.id,
                "amount": -amount,
                "date": work.date_start,
                "company_id": work.company_id.id,
            }
        )

    def _lead(self, work, login, name):
        return self._as(self.env["crm.lead"], login).create(
            {
                "name": name,
                "type": "opportunity",
                "user_id": self._user(login).id,
                "campaign_id": work and work.campaign_id.id,
                "company_id": self.env.ref("approval_chain.demo_company").id,
            }
        )

    def _load_network(self):
        regions = self.env["res.country.state"].browse(
            self.env.ref(f"base.state_cn_{code}").id for code in ("CQ", "SC", "GZ", "YN")
        )
        work = self._make_work(
            "network",
            "西南经销商网络开发",
            [("travel", "走访差旅", 6000)],
            kind="network",
            region_ids=[Command.set(regions.ids)],
            goal="每个省至少签约一家经销商。",
        )
        self._run_work(work)
        names = ("联系中机电", "已走访机电", "待签约机电", "已签约机电", "未通过机电")
        for number, name in enumerate(names):
            candidate = self._planner(self.env["marketing.candidate"]).create(
                {
                    "work_id": work.id,
                    "name": name,
                    "region_id": regions[number % len(regions)].id,
                    "contact": "负责人",
                }
            )
            if name == "未通过机电":
                candidate.action_refuse("没有售后人员。")
                continue
            candidate.note = "门店位置好，有稳定的工程客户。"
            if number:
                candidate.action_visited()
            if number > 1:
                candidate.write(
                    {
                        "points_market": 20,
                        "points_money": 18,
                        "points_sales": 17,
                        "points_service": 15,
                    }
                )
                candidate.action_assess()
            if number > 2:
                candidate.action_agree()

    def _load_survey(self):
        planner = self._planner(self.env["survey.survey"])
        survey = planner.create(
            {
                "title": "水泵市场调查",
                "question_and_page_ids": [
                    Command.create(
                        {"title": "您选购水泵时最看重什么？", "question_type": "text_box"}
                    )
                ],
            }
        )
        work = self._make_work(
            "survey",
            "华东水泵市场调查",
            [("survey", "问卷与礼品", 2000)],
            kind="survey",
            goal="收回有效问卷50份。",
        )
        work.survey_id = survey
        self._run_work(work)
        answers = self.env["survey.user_input"]
        for state in ("new", "done", "done"):
            answers.create({"survey_id": survey.id, "state": state})
        work.findings = "<p>初步结果：多数客户最看重能耗和交货期。</p>"

    # ------------------------------------------------------------------ customer development

    def _load_development(self):
        company = self.env.ref("approval_chain.demo_company")
        goals = self._planner(self.env["development.goal"])
        goals = goals.create(
            [
                {
                    "user_id": self._user(login).id,
                    "month": company._approval_today(),
                    "leads": 6,
                    "visits": 8,
                    "demos": 3,
                    "negotiations": 2,
                    "customers": 1,
                    "note": "重点开发市政和工业园区客户。",
                }
                for login in ("sales", "sales2")
            ]
        )
        goals.action_copy_next()
        done = {
            "sales": ("visit", "visit", "demo", "negotiation"),
            "sales2": ("visit", "demo"),
        }
        for login, kinds in done.items():
            lead = self._lead(False, login, "自来水公司二次供水项目")
            for kind in kinds:
                self._plan_activity(lead, kind, login).action_feedback(
                    feedback="客户认可方案，下周提交报价。"
                )
            self._plan_activity(lead, "visit", login)

    def _plan_activity(self, lead, kind, login):
        return lead.activity_schedule(
            f"sales_planning.activity_type_{kind}",
            user_id=self._user(login).id,
            summary="拜访设备科" if kind == "visit" else "",
        )
