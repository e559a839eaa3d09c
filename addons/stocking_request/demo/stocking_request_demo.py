from datetime import timedelta

from odoo import Command, api, fields, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Demo requests in every stage, each made through the public methods by whoever has the turn."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_stocking(self):
        if self.env.ref("stocking_request.demo_request_draft", raise_if_not_found=False):
            return
        self._prepare_vendor()
        self._stocking_template_and_rule()
        self._stocking("draft", {"valve": 60}, "冬季检修旺季将至，阀门消耗快。", send=False)
        self._stocking(
            "assistant", {"pump": 1}, "客户到厂试机用样机。", reason="sample", partner="huaxin"
        )
        asked = self._stocking(
            "review", {"pump": 4, "valve": 20}, "西南片区第一季度备货。", login="sales2"
        )
        self._as(asked, "assistant").action_submit()
        opinion = self._stocking(
            "president",
            {"cabinet": 2},
            "维修备机，避免客户停产。",
            reason="spare",
            partner="nanfang",
        )
        self._as(opinion, "assistant").action_submit()
        for login in ("vp", "cfo"):
            self._decide(opinion, login, "opinion", "同意备货。")
        self._stocking_approved("supply", {"valve": 15, "cabinet": 3}, "年度框架合同备货。")
        self._stocking_ordered()
        self._stocking_unpaid()
        held = self._stocking_approved(
            "held", {"valve": 12}, "华信二期项目预留。", partner="huaxin"
        )
        self._stocking_order(held)
        self._put_aside(held)
        self._age(held, 75)
        gone = self._stocking("cancelled", {"pump": 6}, "项目取消，不再需要。")
        gone.action_cancel()

    def _prepare_vendor(self):
        """Somebody sells the goods, and takes a while."""
        company = self.env.ref("approval_chain.demo_company")
        vendor = self.env["res.partner"].create(
            {"name": "蓉城机电供应有限公司", "is_company": True, "supplier_rank": 1}
        )
        for name, price, delay in (("pump", 5200, 12), ("valve", 180, 5), ("cabinet", 7600, 20)):
            product = self._ref(f"product_{name}").with_company(company)
            product.standard_price = price
            product.seller_ids = [
                Command.create(
                    {
                        "partner_id": vendor.id,
                        "price": price,
                        "delay": delay,
                        "company_id": company.id,
                    }
                )
            ]

    def _stocking_template_and_rule(self):
        company = self.env.ref("approval_chain.demo_company")
        self._as(self.env["stocking.template"], "assistant").create(
            {
                "name": "冬季检修套装",
                "company_id": company.id,
                "line_ids": [
                    Command.create(
                        {"product_id": self._ref(f"product_{name}").id, "quantity": quantity}
                    )
                    for name, quantity in (("pump", 1), ("valve", 8))
                ],
            }
        )
        self.env["stocking.assistant.rule"].create(
            {
                "name": "机械设备备货",
                "company_id": company.id,
                "categ_ids": [Command.link(self._ref("category_machines").id)],
                "user_id": self._user("assistant").id,
            }
        )

    # ------------------------------------------------------------------ the requests

    def _stocking(
        self, name, quantities, purpose, login="sales", send=True, partner=False, **values
    ):
        request = self._as(self.env["stocking.request"], login).create(
            {
                "purpose": purpose,
                "date_needed": fields.Date.today() + timedelta(days=20),
                "partner_id": partner and self._ref(f"partner_{partner}").id,
                "line_ids": [
                    Command.create(
                        {"product_id": self._ref(f"product_{product}").id, "quantity": quantity}
                    )
                    for product, quantity in quantities.items()
                ],
                **values,
            }
        )
        self._name_stocking(name, request)
        if send:
            request.action_send()
        return request

    def _name_stocking(self, name, request):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"stocking_request.demo_request_{name}",
                    "record": request,
                    "noupdate": True,
                }
            ]
        )

    def _stocking_approved(self, name, quantities, purpose, **values):
        request = self._stocking(name, quantities, purpose, **values)
        self._approve_stocking(request)
        return request

    def _approve_stocking(self, request):
        self._as(request, "assistant").action_submit()
        for login, verb in (("vp", "opinion"), ("cfo", "opinion"), ("president", "approve")):
            self._decide(request, login, verb, "同意备货。")

    def _stocking_order(self, request):
        opened = self._as(request, "assistant").action_supply()
        self._as(self.env["stocking.supply"].browse(opened["res_id"]), "assistant").action_order()

    def _put_aside(self, request):
        pickings = request.sudo().allocation_ids.move_ids.picking_id
        self._as(pickings, "warehouse").button_validate()

    def _age(self, request, days):
        """The goods of the request stand aside for some time already, and the assistant hears of it."""
        moves = request.sudo().allocation_ids.move_ids.filtered(lambda move: move.state == "done")
        moves.date = fields.Datetime.now() - timedelta(days=days)
        self.env.ref("approval_chain.demo_company").stock_held_days = 60
        self.env["stocking.held.goods"]._cron_remind_assistants()

    def _stocking_ordered(self):
        """Ordered from the vendor, whose date has moved twice, once explained."""
        request = self._stocking_approved("ordered", {"cabinet": 4}, "配套控制柜安全库存。")
        self._stocking_order(request)
        shortage = request.sudo().allocation_ids.shortage_id[:1]
        purchase = self._as(shortage.purchase_order_id, "purchasing")
        purchase.button_confirm()
        wizard = self._as(self.env["supply.date.wizard"], "purchasing")
        day = shortage.expected_date + timedelta(days=5)
        wizard.create(
            {
                "shortage_ids": [Command.set(shortage.ids)],
                "new_date": day,
                "reason": "供应商原材料涨价，排产顺延。",
            }
        ).action_apply()
        line = self._as(shortage.purchase_line_id, "purchasing")
        line.date_planned = day + timedelta(days=3)

    def _stocking_unpaid(self):
        """An order that ships before it is paid: approved, a part is bought."""
        order = self._confirmed("stocking_unpaid", "nanfang", {"cabinet": 2})
        opened = order.action_make_stocking_request()
        request = self._as(self.env["stocking.request"].browse(opened["res_id"]), "sales")
        request.purpose = "客户现场停产，先发货，月底付款。"
        self._name_stocking("unpaid", request)
        request.action_send()
        self._approve_stocking(request)
        self._stocking_order(request)
