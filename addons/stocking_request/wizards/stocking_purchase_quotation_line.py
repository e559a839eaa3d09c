from datetime import datetime, time

from odoo import fields, models
from odoo.exceptions import UserError


class StockingPurchaseQuotationLine(models.TransientModel):
    """One product that vendors are asked for."""

    _name = "stocking.purchase.quotation.line"
    _description = "Product to Ask Vendors For"

    quotation_id = fields.Many2one("stocking.purchase.quotation", required=True, ondelete="cascade")
    line_id = fields.Many2one("stocking.purchase.request.line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="line_id.product_id")
    description = fields.Char(related="line_id.description")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    remaining_quantity = fields.Float(related="line_id.remaining_quantity")
    quantity = fields.Float(digits="Product Unit", string="Ask For")

    def _check_remaining(self):
        """What is asked for must belong to the request and still be open."""
        for entry in self:
            line = entry.line_id
            if line.request_id != entry.quotation_id.request_id or (
                entry.quantity < 0 or line._left(entry.quantity - line.remaining_quantity)
            ):
                raise UserError(
                    self.env._(
                        "%(product)s: vendors would be asked for %(asked)s, and %(remaining)s %(unit)s "
                        "remain to be ordered. Correct the quantity.",
                        product=line.product_id.display_name,
                        asked=entry.quantity,
                        remaining=line.remaining_quantity,
                        unit=line.product_uom_id.name,
                    )
                )

    def _prepare_order_line_vals(self):
        line = self.line_id
        vals = {
            "product_id": line.product_id.id,
            "product_qty": self.quantity,
            "product_uom_id": line.product_uom_id.id,
        }
        if line.description:
            vals["name"] = f"{line.product_id.display_name}\n{line.description}"
        if needed := line.date_needed or line.request_id.date_needed:
            # midday in UTC is that day nearly everywhere
            vals["date_planned"] = datetime.combine(needed, time(12))
        return vals
