from odoo import Command, api, models


class StockingPurchaseDemo(models.AbstractModel):
    """Seals asked for, bought and received: inspected, partly rejected, to be inspected (S7, S10)."""

    _inherit = "stocking.purchase.demo"

    @api.model
    def _load_inspections(self):
        seal = self.env.ref("stocking_request.demo_product_seal")
        if self.env["goods.inspection"].search_count([("product_id", "=", seal.id)], limit=1):
            return
        company = self.env.ref("approval_chain.demo_company")
        company.write({"stock_cover_days": 30, "stock_alerts": True})
        seal.with_company(company).standard_price = 120
        self._minimum(company)
        self._decide(self._received(seal, 60), 60, 45.0)
        self._decide(
            self._received(seal, 50),
            38,
            45.1,
            remark="十二只内径超差，退回供应商。",
            disposal="return",
        )
        self._received(seal, 40)

    def _minimum(self, company):
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", company.id)], limit=1)
        self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": self.env.ref("sale_order_flow.demo_product_cabinet").id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "company_id": company.id,
                "product_min_qty": 5,
                "product_max_qty": 10,
                "trigger": "manual",
            }
        )

    def _received(self, product, quantity):
        """The inspection of goods that were asked for, bought and received."""
        order = self._quotations(self._approved("sales", "维修备件。", product, quantity), 1)
        order.button_confirm()
        self._receive(order)
        return self.env["goods.inspection"].search(
            [("picking_id", "in", order.sudo().picking_ids.ids), ("state", "=", "todo")]
        )

    def _decide(self, inspection, accepted, measured, **values):
        inspection = inspection.with_user(self.env.ref("sale_order_flow.demo_user_quality"))
        inspection.write(
            {
                "accepted_quantity": accepted,
                "sample_quantity": 10,
                **values,
                "result_ids": [Command.update(inspection.result_ids.id, {"value": measured})],
            }
        )
        inspection.action_record()
