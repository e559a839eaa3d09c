from odoo import models


class SaleOrderLine(models.Model):
    """Services that are bought for an order wait until it is started (F11)."""

    _inherit = "sale.order.line"

    def _purchase_service_generation(self):
        held = self._held_services()
        return super(SaleOrderLine, self - held)._purchase_service_generation()

    def _service_waits(self):
        product = self.product_id.with_company(self.company_id)
        bought = product.service_to_purchase and not self.purchase_line_ids
        return bool(bought) or super()._service_waits()

    def _start_services(self):
        self.sudo()._purchase_service_generation()
        return super()._start_services()
