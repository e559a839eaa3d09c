from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Reviews and improvement actions in every state, each made by whose turn it was (P7, P11)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_performance(self):
        if self.env.ref("sales_planning.demo_review_approved", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        first = company._approval_today().replace(day=1)
        # whose, how many months ago, and how many of the steps
        for name, login, months, steps in (
            ("approved", "sales", 0, 4),
            ("submitted", "sales", 1, 3),
            ("draft", "sales", 2, 0),
            ("manager", "sales2", 0, 2),
            ("self", "sales2", 1, 1),
        ):
            self._walk_review(name, login, first - relativedelta(months=months), steps)
        given_up = self._make_review("cancelled", "sales2", first - relativedelta(months=2))
        given_up.action_cancel("当月休假，不参加考核。")
        self._make_improvements(company)

    def _planner_of_sales(self, records):
        user = self.env.ref("sales_planning.demo_user_planner")
        return records.with_user(user).with_context(
            allowed_company_ids=self.env.ref("approval_chain.demo_company").ids,
            lang="zh_CN",
            tz="Asia/Shanghai",
        )

    def _name_planned(self, name, record):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sales_planning.demo_{name}",
                    "record": record.with_user(self.env.user),
                    "noupdate": True,
                }
            ]
        )

    # ------------------------------------------------------------------ reviews

    def _make_review(self, name, login, day):
        review = self._planner_of_sales(self.env["performance.review"]).create(
            {
                "scheme_id": self.env.ref("sales_planning.demo_scheme_month").id,
                "user_id": self._user(login).id,
                "date_from": day,
            }
        )
        self._name_planned(f"review_{name}", review)
        return review

    def _walk_review(self, name, login, day, steps):
        """A review as far as ``steps`` says."""
        review = self._make_review(name, login, day)
        for step in (
            self._review_started,
            self._review_handed_in,
            self._review_scored,
            self._review_decided,
        )[:steps]:
            step(review)

    def _review_started(self, review):
        review.action_start()

    def _review_handed_in(self, review):
        own = review.with_user(review.user_id)
        own.line_ids.filtered(lambda line: line.kind == "manual").write(
            {"self_points": 90, "self_remark": "主动配合售后处理两起投诉。"}
        )
        own.self_comment = "重点客户回款及时；新客户开发不足，希望安排商务谈判培训。"
        own.action_hand_in()

    def _review_scored(self, review):
        mine = review.with_user(review.sudo().manager_id)
        for line in mine.line_ids:
            if line.kind == "manual":
                line.write({"manager_points": 85, "manager_remark": "协作良好。"})
            elif not line.has_figure:
                line.write({"manager_points": 80, "manager_remark": "本期无数据，按日常表现评定。"})
        mine.manager_comment = "加强新客户开发，每周至少拜访三家。"
        mine.action_submit()

    def _review_decided(self, review):
        request = review.sudo().approval_request_id
        for login in ("vp", "president"):
            self._as(request, login).action_decide("approve", "同意。")

    # ------------------------------------------------------------------ improvements

    def _make_improvements(self, company):
        today = company._approval_today()
        review = self.env.ref("sales_planning.demo_review_approved")
        source = f"performance.review,{review.id}"
        improvements = self._as(self.env["improvement.action"], "salesmgr")
        rows = (
            ("open", "商务谈判培训", "training", "sales", 20, "两天内训，训后三个月看成交率。"),
            ("progress", "报价模板统一", "process", "sales2", 10, "统一报价格式，减少返工。"),
            ("done", "重点客户季度回访", "customer", "sales", 15, "每季度上门一次并记录需求。"),
            ("helped", "合同归档清单", "process", "sales2", 12, "按清单当日归档。"),
            ("failed", "新品推广话术", "training", "sales", 12, "话术培训两次。"),
            ("cancelled", "增加不锈钢阀门规格", "product", "sales2", 30, "客户多次询价DN65。"),
        )
        made = {}
        for name, title, kind, login, days, measure in rows:
            made[name] = improvements.create(
                {
                    "name": title,
                    "kind": kind,
                    "source": source if login == "sales" else False,
                    "owner_id": self._user(login).id,
                    "due_date": today + timedelta(days=days),
                    "measure": measure,
                    "company_id": company.id,
                }
            )
            self._name_planned(f"improvement_{name}", made[name])
        for name in ("progress", "done", "helped", "failed"):
            own = made[name].with_user(made[name].owner_id)
            own.action_begin()
            if name != "progress":
                own.result = "已按措施完成，记录见附件。"
                own.action_done()
        made["helped"].action_effective("本月合同全部按时归档。")
        made["failed"].action_not_effective("新品询价仍未增加，请改为带样机上门演示。")
        made["cancelled"].action_cancel("与现有规格重叠，暂不开发。")
