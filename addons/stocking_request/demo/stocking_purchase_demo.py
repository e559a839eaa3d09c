from datetime import timedelta

from odoo import Command, api, fields, models


class StockingPurchaseDemo(models.AbstractModel):
    """Demo purchase requests in every stage, each made by the person whose turn it is (S6)."""

    _name = "stocking.purchase.demo"
    _description = "Demo Data of Purchase Requests"

    @api.model
    def _load(self):
        """Name who decides, then walk requests and purchase orders through their stages."""
        company = self.env.ref("approval_chain.demo_company")
        if self.env["stocking.purchase.request"].search_count(
            [("company_id", "=", company.id)], limit=1
        ):
            return
        self._name_deciders(company)
        laptop = self._product("笔记本电脑", 5200, ("办公伙伴商贸", 5000), ("联创电子", 5350))
        gloves = self._product("劳保手套", 3, ("安泰劳保", 3), ("办公伙伴商贸", 3.4))
        pallet = self._product("木托盘", 68, ("顺达包装", 66), ("安泰劳保", 71))
        self._request("sales", "新入职两名业务员。", laptop, 2)
        self._request("sales2", "客户演示用机,原机屏幕损坏。", laptop, 1).action_approval_submit()
        self._approved("sales", "展会搬运用。", gloves, 100)
        self._quotations(self._approved("sales", "成品出库托盘不足。", pallet, 40))
        ordered = self._approved("sales2", "仓库季度劳保。", gloves, 300)
        self._quotations(ordered, 1).button_confirm()
        received = self._approved("sales", "样品间陈列。", pallet, 12)
        order = self._quotations(received, 1)
        order.button_confirm()
        self._receive(order)
        self._unplanned(laptop)

    def _name_deciders(self, company):
        """A general manager, and how much finance decides without asking him."""
        roles, limits = self.env["approval.role"], self.env["approval.limit"]
        for code, model, amount in (
            ("finance", "stocking.purchase.request", 20000),
            ("finance_director", "purchase.order", 50000),
        ):
            limits.create(
                {
                    "role_id": roles.search([("code", "=", code)], limit=1).id,
                    "model_id": self.env["ir.model"]._get_id(model),
                    "company_id": company.id,
                    "currency_id": company.currency_id.id,
                    "amount": amount,
                }
            )
        manager = roles.search([("code", "=", "general_manager")], limit=1)
        if not manager._holders(company):
            self.env["approval.role.holder"].create(
                {
                    "role_id": manager.id,
                    "user_id": self._user("president").id,
                    "company_id": company.id,
                }
            )
        self._user("warehouse").group_ids += self.env.ref("stock.group_stock_user")
        department = self.env.ref("approval_chain.demo_department_sales")
        if not department.manager_id:
            department.manager_id = self.env.ref("approval_chain.demo_employee_head")

    def _user(self, login):
        return self.env.ref(f"approval_chain.demo_user_{login}")

    def _as(self, records, login):
        """The records as that person sees them in the web client."""
        user = self._user(login)
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids, lang="zh_CN", tz="Asia/Shanghai"
        )

    def _product(self, name, cost, *sellers):
        company = self.env.ref("approval_chain.demo_company")
        partners = self.env["res.partner"]
        vendors = [
            partners.search([("name", "=", vendor)], limit=1)
            or partners.create({"name": vendor, "is_company": True, "lang": "zh_CN"})
            for vendor, _price in sellers
        ]
        return (
            self.env["product.product"]
            .with_company(company)
            .create(
                {
                    "name": name,
                    "type": "consu",
                    "is_storable": True,
                    "sale_ok": False,
                    "company_id": company.id,
                    "standard_price": cost,
                    "supplier_taxes_id": [Command.clear()],
                    "seller_ids": [
                        Command.create(
                            {
                                "partner_id": vendor.id,
                                "price": price,
                                "delay": 5,
                                "company_id": company.id,
                                "currency_id": company.currency_id.id,
                            }
                        )
                        for vendor, (_name, price) in zip(vendors, sellers, strict=True)
                    ],
                }
            )
        )

    def _request(self, login, purpose, product, quantity):
        needed = fields.Date.context_today(self) + timedelta(days=20)
        return self._as(self.env["stocking.purchase.request"], login).create(
            {
                "purpose": purpose,
                "date_needed": needed,
                "line_ids": [Command.create({"product_id": product.id, "quantity": quantity})],
            }
        )

    def _approved(self, *args):
        """Submitted, then approved by the manager of the department and finance."""
        request = self._request(*args)
        request.action_approval_submit()
        manager = request.sudo().department_id.manager_id.user_id
        approval = self.env["approval.request"].search(
            [("res_model", "=", request._name), ("res_id", "=", request.id)], limit=1
        )
        for user in (manager, self._user("finance")):
            approval.with_user(user).action_decide("approve")
        return request

    def _quotations(self, request, count=2):
        """Purchasing asks vendors; the requests for quotation."""
        action = self._as(request, "purchasing").action_ask_vendors()
        wizard = self._as(
            self.env["stocking.purchase.quotation"].browse(action["res_id"]), "purchasing"
        )
        wizard.vendor_ids = wizard.vendor_ids[:count]
        wizard.action_ask()
        return self._as(request.sudo().allocation_ids.purchase_order_id, "purchasing")

    def _receive(self, order):
        picking = self._as(order.sudo().picking_ids, "warehouse")
        for move in picking.move_ids:
            move.quantity = move.product_uom_qty
        picking.button_validate()

    def _unplanned(self, product):
        """A purchase that nobody asked for waits for the finance director."""
        order = self._as(self.env["purchase.order"], "purchasing").create(
            {
                "partner_id": product.seller_ids[0].partner_id.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_qty": 3, "price_unit": 5600})
                ],
            }
        )
        order.action_approval_submit()
