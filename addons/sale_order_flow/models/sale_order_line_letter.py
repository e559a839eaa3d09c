from odoo import api, models

LETTER_LINE_FIELDS = frozenset(
    {"product_id", "product_uom_qty", "product_uom_id", "price_unit", "discount", "tax_ids"}
)


class SaleOrderLine(models.Model):
    """Goods, quantities and prices are in the letter and in the contract."""

    _inherit = "sale.order.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if self.env["res.company"]._order_flow_company_ids():
            lines.order_id._terms_changed()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if (
            not LETTER_LINE_FIELDS.isdisjoint(vals)
            and self.env["res.company"]._order_flow_company_ids()
        ):
            self.order_id._terms_changed()
        return result

    def unlink(self):
        orders = self.order_id
        result = super().unlink()
        if self.env["res.company"]._order_flow_company_ids():
            orders._terms_changed()
        return result
