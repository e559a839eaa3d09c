from odoo import api, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Production notices and schedules in every stage, each made by the person whose turn it was (P3, P4)."""

    _inherit = "sale.order.flow.demo"

    def _ref(self, name):
        if name.startswith("product_planned_"):
            return self.env.ref(f"sales_planning_mrp.demo_{name}")
        return super()._ref(name)

    @api.model
    def _load_production(self):
        if self.env.ref("sales_planning_mrp.demo_notice_draft", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        steel = self._ref("product_planned_steel")
        place = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self.env["stock.quant"].with_company(company)._update_available_quantity(
            steel, place.lot_stock_id, 30
        )
        steps = ("draft", "review", "statistics", "scheduled", "dispatch", "cancelled")
        for name in steps:
            self._walk_notice(name)

    def _production_user(self, login):
        if login == "production":
            return self.env.ref("sale_order_flow.demo_user_production")
        return self.env.ref(f"sales_planning_mrp.demo_user_{login}")

    def _producing(self, records, login):
        return records.with_user(self._production_user(login)).with_context(
            allowed_company_ids=self.env.ref("approval_chain.demo_company").ids,
            lang="zh_CN",
            tz="Asia/Shanghai",
        )

    def _walk_notice(self, stage):
        """One order short of stock, and its notice as far as ``stage``."""
        order = self._confirmed(f"planned_{stage}", "huaxin", {"planned_skid": 2}, days=25)
        action = self._as(order, "sales").action_notice_production()
        notice = self._as(self.env["production.notice"].browse(action["res_id"]), "sales")
        notice.note = "客户现场急用，请优先安排。"
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sales_planning_mrp.demo_notice_{stage}",
                    "record": notice,
                    "noupdate": True,
                }
            ]
        )
        if stage == "cancelled":
            notice.action_cancel()
            return
        if stage != "draft":
            notice.action_approval_submit("notice")
        if stage in ("statistics", "dispatch", "scheduled"):
            self._decide(notice, "salesmgr")
        if stage in ("dispatch", "scheduled"):
            self._producing(notice, "statistics").action_verify()
            self._schedule_notice(notice, stage)

    def _schedule_notice(self, notice, stage):
        """Scheduled and submitted; the first one is decided as well."""
        action = self._producing(notice, "dispatch").action_schedule_notice()
        schedule = self._producing(
            self.env["production.schedule"].browse(action["res_id"]), "dispatch"
        )
        schedule.action_calculate()
        schedule.action_approval_submit("schedule")
        if stage == "scheduled":
            request = schedule.sudo().approval_request_id
            self._producing(request, "production").action_decide("approve", "产能可行，同意。")
