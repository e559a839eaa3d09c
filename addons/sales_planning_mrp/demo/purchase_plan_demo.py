from datetime import timedelta

from odoo import api, models

PEOPLE = {
    "dispatch": "sales_planning_mrp.demo_user_dispatch",
    "statistics": "sales_planning_mrp.demo_user_statistics",
    "production": "sale_order_flow.demo_user_production",
}
GOODS = {"station": "sales_planning_mrp.demo_product_station"}


class SaleOrderFlowDemo(models.AbstractModel):
    """Purchase plans in every stage and exceptions, each made by the person whose turn it was (P5, P6)."""

    _inherit = "sale.order.flow.demo"

    def _user(self, login):
        return self.env.ref(PEOPLE[login]) if login in PEOPLE else super()._user(login)

    def _ref(self, name):
        known = GOODS.get(name.removeprefix("product_"))
        return self.env.ref(known) if known else super()._ref(name)

    @api.model
    def _load_purchase_plans(self):
        if self.env.ref("sales_planning_mrp.demo_plan_done", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        # the chain of purchase plans is new
        company.action_set_up_rulebook()
        self._station_order("first", 2, 60)
        done = self._make_plan("done")
        for line in done.line_ids.filtered(lambda line: line.kind == "subcontract"):
            line.write({"quantity": 0, "reason": "首批底座由样机库存解决。"})
        self._plan_approved(done)
        self._plan_received(done)
        self._station_order("second", 3, 45)
        handed = self._make_plan("handed")
        self._plan_approved(handed)
        self._plan_late(handed)
        self._station_order("third", 1, 75)
        approved = self._make_plan("approved")
        self._plan_submitted(approved)
        self._decide(approved, "production", opinion="同意，请采购抓紧。")
        review = self._make_plan("review")
        self._plan_submitted(review)
        self._make_plan("calculated")
        self._make_plan("draft", calculate=False)
        self._as(self._make_plan("cancelled"), "dispatch").action_cancel()
        self._make_exceptions(company)

    def _station_order(self, name, quantity, days):
        order = self._confirmed(f"station_{name}", "huaxin", {"station": quantity}, days=days)
        return order

    def _name_planning(self, name, record):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sales_planning_mrp.demo_{name}",
                    "record": record,
                    "noupdate": True,
                }
            ]
        )

    def _make_plan(self, name, calculate=True):
        company = self.env.ref("approval_chain.demo_company")
        plan = self._as(self.env["purchase.plan"], "dispatch").create(
            {"date_to": company._approval_today() + timedelta(days=100)}
        )
        if calculate:
            plan.action_calculate()
            for line in plan.line_ids.filtered(lambda line: line.quantity and not line.partner_id):
                line.write({"quantity": 0, "reason": "由备货申请另行解决。"})
        self._name_planning(f"plan_{name}", plan)
        return plan

    def _plan_submitted(self, plan):
        bearing = plan.line_ids.filtered(
            lambda line: line.product_id == self.env.ref("sales_planning_mrp.demo_product_bearing")
        )[:1]
        if bearing:
            bearing.write({"quantity": bearing.quantity + 20, "reason": "留作售后备件。"})
        plan.action_approval_submit("purchase_plan")

    def _plan_approved(self, plan):
        """Approved by the VP of production and handed to purchasing by dispatch."""
        self._plan_submitted(plan)
        self._decide(plan, "production")
        plan.action_hand_over()

    def _plan_purchases(self, plan):
        """The orders of the plan, confirmed by purchasing."""
        orders = self._as(plan.sudo().line_ids.purchase_line_ids.order_id, "purchasing")
        for order in orders:
            # where purchases out of the ordinary are decided by somebody else
            if "approval_required" in order._fields and order.approval_required:
                order.action_approval_submit()
                self._decide(order, "cfo")
            else:
                order.button_confirm()
        return orders

    def _plan_received(self, plan):
        orders = self._plan_purchases(plan)
        for picking in self._as(orders.sudo().picking_ids, "warehouse"):
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
            picking.move_ids.picked = True
            picking.with_context(skip_backorder=True).button_validate()

    def _plan_late(self, plan):
        """The motors come six days later than planned."""
        orders = self._plan_purchases(plan)
        motors = orders.order_line.filtered(
            lambda line: line.product_id == self.env.ref("sales_planning_mrp.demo_product_motor")
        )
        for line in motors:
            line.date_planned += timedelta(days=6)

    def _make_exceptions(self, company):
        told = self._as(self.env["plan.exception"], "statistics").create(
            {"summary": "二车间行车故障，装配工位停工半天。"}
        )
        self._name_planning("exception_told", told)
        handled = self._as(self.env["plan.exception"], "statistics").create(
            {"summary": "底座铸件有砂眼，两件需返工。"}
        )
        self._as(handled, "dispatch").action_handle("退外协厂返工，三天内送回。")
        self._name_planning("exception_handled", handled)
        self.env["plan.exception"]._watch(company)
