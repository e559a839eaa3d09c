from odoo import Command, api, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Cases and support requests in every stage, and what customers answered (F19, F22)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_cases(self):
        if self.env.ref("sale_order_flow.demo_case_new", raise_if_not_found=False):
            return
        cases = self.env.ref("sale_order_flow.group_flow_cases")
        self._ref("user_engineer").group_ids = [Command.link(cases.id)]
        self._make_case("new", "水泵到货后外壳有划痕")
        working = self._make_case("working", "水泵运行时有异响", priority="2")
        self._serve(working).action_take()
        waiting = self._make_case("waiting", "阀门规格与现场不符", priority="1")
        waiting.sudo()._stamp({"source": "portal"})
        self._serve(waiting).action_take()
        self._serve(waiting).action_wait()
        for name, subject, rate, comment in (
            ("solved", "密封圈渗水", 5, "处理及时，非常满意。"),
            ("unhappy", "送货比承诺晚一天", 1, "没有提前通知，影响了工期。"),
            ("unrated", "发票抬头有误", None, None),
        ):
            self._close_case(self._make_case(name, subject), rate, comment)
        self._make_case("cancelled", "重复登记").action_cancel("与另一服务单重复。")
        self._make_support()

    def _make_case(self, name, subject, kind="complaint", **values):
        order = self._ref("order_confirmed")
        case = self._as(self.env["order.case"], "sales").create(
            {
                "subject": subject,
                "kind": kind,
                "order_id": order.id,
                "partner_id": (order.contact_id or order.partner_id).id,
                "product_id": self._ref("product_pump").id,
                "description": f"客户反映：{subject}，请尽快处理。",
                **values,
            }
        )
        self._name_case(name, case)
        return case

    def _name_case(self, name, case):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sale_order_flow.demo_case_{name}",
                    "record": case.sudo(),
                    "noupdate": True,
                }
            ]
        )

    def _serve(self, case):
        return case.with_user(self._ref("user_service"))

    def _close_case(self, case, rate, comment):
        case.sudo()._stamp({"source": "portal"})
        mine = self._serve(case)
        mine.action_take()
        mine.write(
            {
                "cause": "出厂检验漏检。",
                "measure": "已更换配件，并增加一道检验工序。",
                "result": "客户现场确认，问题已解决。",
            }
        )
        mine.action_close()
        asked = case.sudo().satisfaction_ids
        if rate and asked:
            case.sudo().rating_apply(rate, rating=asked.rating_id, feedback=comment)

    def _make_support(self):
        self._make_case("to_submit", "现场调试支持", "technical")
        asked = self._make_case("to_decide", "门店灯箱制作", "advertising", amount=8000)
        asked.action_approval_submit()
        given = self._make_case("supported", "泵房改造方案支持", "technical")
        given.action_approval_submit()
        self._as(given.approval_request_id, "head").action_decide("approve", "同意，请技术部安排。")
