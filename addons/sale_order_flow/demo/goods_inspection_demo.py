from odoo import Command, api, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Goods to be inspected before they leave, some of them rejected (F13)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_inspections(self):
        if self.env.ref("sale_order_flow.demo_order_inspect", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self.env["stock.quant"].with_company(company)._update_available_quantity(
            self._ref("product_tank"), warehouse.lot_stock_id, 30
        )
        for name in ("inspect", "rejected", "inspected"):
            order = self._confirmed(name, "huaxin", {"tank": 4})
            self._pay_and_verify(order)
            self._notice(order)
        self._inspect("rejected", 3, "一台焊缝渗漏，返修后复检。", disposal="rework", passed="no")
        self._inspect("inspected", 4)

    def _inspect(self, name, accepted, remark=False, passed="yes", **values):
        order = self._ref(f"order_{name}")
        inspection = self.env["goods.inspection"].search([("order_id", "=", order.id)])
        inspection = inspection.with_user(self._ref("user_quality"))
        looks, pressure = inspection.result_ids
        inspection.write(
            {
                "accepted_quantity": accepted,
                "remark": remark,
                **values,
                "result_ids": [
                    Command.update(looks.id, {"passed": passed}),
                    Command.update(pressure.id, {"value": 1.5}),
                ],
            }
        )
        inspection.action_record()
