from datetime import timedelta

from odoo import api, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Non-standard orders on their way, an order on hold, a gate to be opened (F7, A19)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load(self):
        result = super()._load()
        if not self.env.ref("sale_order_flow.demo_order_deposit", raise_if_not_found=False):
            self._make_non_standard()
        return result

    def _make_non_standard(self):
        self._make_order("feasibility_new", "nanfang", {"skid": 1}, days=60)
        asked = self._make_order("feasibility", "huaxin", {"skid": 1}, days=60)
        review = self._ask_feasibility(asked)
        self._answer(review, "engineer", lead_time_days=8, unit_cost=1500)
        self._agree(review, "engineer")
        self._signed("deposit")
        self._deposit(self._signed("start"))
        started = self._signed("started")
        self._deposit(started)
        self._as(started, "assistant").action_start_production()
        self._later_date(started)
        self._stopped()

    def _user(self, login):
        return self._ref("user_engineer") if login == "engineer" else super()._user(login)

    def _ask_feasibility(self, order):
        order.action_ask_feasibility()
        review = order.feasibility_review_ids
        review.requirement = "流量 120 m³/h，扬程 65 m，不锈钢管路，现场高度不超过 2.4 m。"
        review.action_approval_submit("release")
        return review

    def _answer(self, review, login, **values):
        answers = self._as(review, login).answer_ids.filtered("may_answer")
        answers.write({"result": "yes", **values})

    def _agree(self, review, login):
        self._as(review.sudo().approval_request_id, login).action_decide("approve", "同意。")

    def _signed(self, name):
        order = self._make_order(name, "huaxin", {"skid": 1}, days=60)
        review = self._ask_feasibility(order)
        self._answer(review, "engineer", lead_time_days=8, unit_cost=1500)
        self._agree(review, "engineer")
        self._answer(review, "production", lead_time_days=25, unit_cost=21000)
        self._agree(review, "production")
        self._agree(review, "head")
        self._submit(order)
        level = order.sudo().special_level
        self._decide(order, "salesmgr" if level == "none" else "head")
        return order

    def _deposit(self, order):
        opened = order.action_apply_deposit()
        self._pay_and_verify(order, self.env["sale.delivery.application"].browse(opened["res_id"]))

    def _later_date(self, order):
        self._as(self.env["sale.order.promise.wizard"], "assistant").create(
            {
                "order_id": order.id,
                "new_date": order.commitment_date + timedelta(days=10),
                "reason": "铸件晚到。",
            }
        ).action_promise()
        self._as(order, "assistant").action_pass_on_news()

    def _stopped(self):
        order = self._confirmed("hold", "nanfang", {"valve": 5})
        self._as(order, "finance").action_hold("上一张发票逾期，请先与客户对账。")
        asked = self._confirmed("override", "huaxin", {"pump": 1})
        override = self._as(self.env["sale.gate.override"], "sales").create(
            {"order_id": asked.id, "gate": "payment", "reason": "工地停工，款项已在途。"}
        )
        override.action_approval_submit("open")
