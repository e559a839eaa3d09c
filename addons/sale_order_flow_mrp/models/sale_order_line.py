from collections import defaultdict

from odoo import models


class SaleOrderLine(models.Model):
    """Kits: a delivery notice over kits lets their components leave in the same share."""

    _inherit = "sale.order.line"

    def _parts_per_unit(self):
        kit = self.sudo()._kit()
        if not kit:
            return super()._parts_per_unit()
        # components are rounded up once for all of the line, not once a unit
        quantity = self.product_uom_qty or 1.0
        times = self.product_uom_id._compute_quantity(quantity, kit.product_uom_id, round=False)
        _boms, rows = kit.explode(self.product_id, times / kit.product_qty)
        parts = defaultdict(float)
        for bom_line, data in rows:
            product = bom_line.product_id
            if product.type != "service":
                parts[product] += bom_line.product_uom_id._compute_quantity(
                    data["qty"], product.uom_id, round=False
                )
        return {product: needed / quantity for product, needed in parts.items() if needed}

    def _kit(self):
        """The kit the line was launched as, else the one it would be now."""
        self.ensure_one()
        product = self.product_id
        launched = self.move_ids.bom_line_id.bom_id.filtered(
            lambda bom: (
                bom.type == "phantom"
                and (bom.product_id or product) == product
                and bom.product_tmpl_id == product.product_tmpl_id
            )
        )
        return (
            launched[:1]
            or self.env["mrp.bom"]._bom_find(
                product, company_id=self.company_id.id, bom_type="phantom"
            )[product]
        )
