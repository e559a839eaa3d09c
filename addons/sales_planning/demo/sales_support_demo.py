from datetime import timedelta

from odoo import Command, api, fields, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Trainings and loans of sales tools in every stage, made by whose turn it was (P12)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_sales_support(self):
        if self.env.ref("sales_planning.demo_training_held", raise_if_not_found=False):
            return
        self._load_trainings()
        self._load_loans()

    def _supporting(self, model, login):
        """The model as a person of the demo company works with it."""
        user = self.env.ref(login if "." in login else f"approval_chain.demo_user_{login}")
        return (
            self.env[model]
            .with_user(user)
            .with_context(
                allowed_company_ids=self.env.ref("approval_chain.demo_company").ids,
                lang="zh_CN",
                tz="Asia/Shanghai",
            )
        )

    def _named(self, name, record):
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"sales_planning.demo_{name}", "record": record, "noupdate": True}]
        )
        return record

    def _load_trainings(self):
        planner = self.env.ref("sales_planning.demo_user_planner")
        company = self.env.ref("approval_chain.demo_company")
        trainings = self._supporting("sales.training", "sales_planning.demo_user_planner")
        sellers = self.env["res.users"].concat(
            *(self.env.ref(f"approval_chain.demo_user_{name}") for name in ("sales", "sales2"))
        )
        morning = company._approval_midnight(company._approval_today()) + timedelta(hours=9)
        for name, topic, days in (
            ("held", "新型调节阀的选型", -20),
            ("planned", "大客户谈判技巧", 12),
            ("draft", "报价与合同流程", 30),
        ):
            begin = morning + timedelta(days=days)
            training = self._named(
                f"training_{name}",
                trainings.create(
                    {
                        "name": topic,
                        "company_id": company.id,
                        "kind": {"held": "product", "planned": "skill", "draft": "process"}[name],
                        "trainer_id": planner.partner_id.id,
                        "date_start": begin,
                        "date_end": begin + timedelta(hours=3),
                        "place": "二楼会议室",
                        "seats": 20,
                        "attendee_ids": [
                            Command.create({"user_id": user.id})
                            for user in sellers[: 2 - (days > 0)]
                        ],
                    }
                ),
            )
            if name == "draft":
                continue
            training.action_publish()
            if name == "planned":
                training.with_user(sellers[1]).action_enrol()
                continue
            training.attendee_ids[0].write({"state": "attended", "points": 88})
            training.attendee_ids[1].write({"state": "absent", "remark": "出差"})
            training.action_hold()

    def _load_loans(self):
        today = fields.Date.today()
        for name, tool, steps in (
            ("asked", "valve", ()),
            ("lent", "valve", ("action_hand_out",)),
            ("returned", "valve", ("action_hand_out", "action_take_back")),
            ("used", "brochure", ("action_hand_out",)),
        ):
            loan = self._named(
                f"loan_{name}",
                self._supporting("sales.tool.loan", "sales").create(
                    {
                        "tool_id": self.env.ref(f"sales_planning.demo_tool_{tool}").id,
                        "partner_id": self._ref("partner_huaxin").id,
                        "purpose": "技术交流会" if tool == "valve" else "展会发放",
                        "quantity": 1 if tool == "valve" else 30,
                        "date_due": tool == "valve" and today + timedelta(days=10),
                    }
                ),
            )
            kept = self._supporting("sales.tool.loan", "assistant").browse(loan.id)
            for step in steps:
                getattr(kept, step)()
