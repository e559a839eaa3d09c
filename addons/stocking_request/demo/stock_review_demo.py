from odoo import Command, api, models


class StockingPurchaseDemo(models.AbstractModel):
    """Scrap, counts and transfers to a second warehouse, each in its states (S8)."""

    _inherit = "stocking.purchase.demo"

    @api.model
    def _load_stock_reviews(self):
        """Buy what is scrapped, counted and moved; then walk it through by whoever has the turn."""
        company = self.env.ref("approval_chain.demo_company")
        if self.env["stocking.count"].search_count([("company_id", "=", company.id)], limit=1):
            return
        place = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        joint = self._product("不锈钢接头 DN50", 42, ("川流管件有限公司", 42))
        hose = self._product("高压软管 10 m", 96, ("川流管件有限公司", 96))
        self._stock_up(joint, 300)
        self._stock_up(hose, 80)
        self._scraps(joint, hose, place)
        self._counts(joint, hose, place)
        self._transfers(joint, hose, place)

    def _stock_up(self, product, quantity):
        """Bought for the stores and received."""
        order = self._quotations(self._approved("sales", "仓库常备件。", product, quantity), 1)
        order.button_confirm()
        self._receive(order)

    def _decide_stock(self, document, verb="approve", opinion="同意。"):
        """Those who are asked decide, one after the other."""
        document.action_approval_submit()
        approval = self.env["approval.request"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)], limit=1
        )
        while approval.state == "pending":
            slot = approval.sudo().slot_ids.filtered(lambda slot: slot.state == "open")[:1]
            user = slot.user_id or slot.role_id._holders(approval.company_id)[:1]
            approval.with_user(user).action_decide(verb, opinion)

    # ------------------------------------------------------------------ scrap

    def _scraps(self, joint, hose, place):
        """Cheap and done at once, to be submitted, in approval, approved, refused."""
        self._scrap(joint, 3, place).action_validate()
        self._scrap(hose, 8, place)
        self._scrap(joint, 20, place).action_approval_submit()
        self._decide_stock(self._scrap(hose, 6, place))
        self._decide_stock(self._scrap(hose, 7, place), "refuse", "外观划伤可降级使用，不予报废。")

    def _scrap(self, product, quantity, place):
        return self._as(self.env["stock.scrap"], "warehouse").create(
            {
                "product_id": product.id,
                "scrap_qty": quantity,
                "company_id": place.company_id.id,
                "location_id": place.lot_stock_id.id,
            }
        )

    # ------------------------------------------------------------------ counts

    def _counts(self, joint, hose, place):
        """Collected, in approval, applied, given up."""
        self._decide_stock(self._count(joint, -15, place, "季度盘点，收货少点一箱。"))
        self._count(joint, 13, place, "重复盘点。").action_cancel()
        self._count(joint, -14, place, "月度盘点，领用未登记。").action_approval_submit()
        self._count(hose, -6, place, "货架复盘，原因待查。")

    def _count(self, product, difference, place, reason):
        """What was counted on the stock line of a product, collected."""
        quant = self._as(self.env["stock.quant"], "warehouse").search(
            [("product_id", "=", product.id), ("location_id", "=", place.lot_stock_id.id)]
        )
        quant = quant.with_context(inventory_mode=True)
        quant.inventory_quantity = quant.quantity + difference
        action = quant.action_collect_count()
        count = self._as(self.env["stocking.count"].browse(action["res_id"]), "warehouse")
        count.reason = reason
        return count

    # ------------------------------------------------------------------ transfers

    def _transfers(self, joint, hose, place):
        """To be applied for, in approval, approved, done, refused."""
        branch = self.env["stock.warehouse"].create(
            {"name": "成都分仓", "code": "CD", "company_id": place.company_id.id}
        )
        self._transfer(joint, 10, place, branch)
        asked = self._transfer(joint, 25, place, branch)
        self._apply_for(asked, "分仓下周装机，接头不足。").action_approval_submit()
        allowed = self._transfer(hose, 12, place, branch)
        self._decide_stock(self._apply_for(allowed, "分仓维修备件。"))
        done = self._transfer(joint, 30, place, branch)
        self._decide_stock(self._apply_for(done, "分仓开仓铺货。"))
        done.button_validate()
        kept = self._transfer(hose, 20, place, branch)
        self._decide_stock(
            self._apply_for(kept, "分仓备货。"), "refuse", "总仓本月订单未交完，下月再调。"
        )

    def _transfer(self, product, quantity, place, branch):
        ends = {
            "location_id": place.lot_stock_id.id,
            "location_dest_id": branch.lot_stock_id.id,
        }
        picking = self._as(self.env["stock.picking"], "warehouse").create(
            {
                "picking_type_id": place.int_type_id.id,
                "company_id": place.company_id.id,
                **ends,
                "move_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "product_uom_qty": quantity,
                            "product_uom": product.uom_id.id,
                            **ends,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.action_assign()
        return picking

    def _apply_for(self, picking, reason):
        action = picking.action_apply_for_transfer()
        application = self._as(self.env["stocking.transfer"].browse(action["res_id"]), "warehouse")
        application.reason = reason
        return application
