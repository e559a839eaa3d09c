from odoo import api, models
from odoo.exceptions import ValidationError


class StockingRequestLine(models.Model):
    """Which goods can be asked for, checked at every door, import included (S1, X6)."""

    _inherit = "stocking.request.line"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_negative(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._refuse_negative(vals)
        return super().write(vals)

    def _refuse_negative(self, vals):
        """A sentence before the database refuses it with one of its own."""
        if (vals.get("quantity") or 0.0) < 0:
            product = self.env["product.product"].browse(vals.get("product_id"))
            raise ValidationError(
                self.env._(
                    "%(product)s: “Quantity” %(quantity)s is below zero. Enter how much is needed.",
                    product=(product or self[:1].product_id).display_name or "-",
                    quantity=vals["quantity"],
                )
            )

    @api.constrains("product_id", "product_uom_id")
    def _check_goods(self):
        for line in self:
            if reason := line._goods_reason():
                raise ValidationError(reason)

    def _goods_reason(self):
        """Why the product cannot be stocked; empty when it can."""
        self.ensure_one()
        product, unit = self.product_id, self.product_uom_id
        values = {"product": product.display_name, "request": self.request_id.name}
        if product.type != "consu":
            return self.env._(
                "%(product)s on %(request)s is no goods: services are not stocked. Remove the line.",
                **values,
            )
        if not product.active:
            return self.env._(
                "%(product)s on %(request)s is archived: choose another product, or bring it back "
                "first.",
                **values,
            )
        if not unit._has_common_reference(product.uom_id):
            return self.env._(
                "%(product)s on %(request)s is counted in %(right)s, which “Unit” %(wrong)s cannot be "
                "converted to. Choose another unit.",
                right=product.uom_id.name,
                wrong=unit.name,
                **values,
            )
        return ""

    def _hand_in_reasons(self):
        """Sentences on lines that ask for nothing or for what became impossible meanwhile."""
        reasons = []
        for line in self:
            if not line._left(line.quantity):
                reasons.append(
                    self.env._(
                        "%(product)s on %(request)s: “Quantity” is empty. Enter it or remove the line.",
                        product=line.product_id.display_name,
                        request=line.request_id.name,
                    )
                )
            elif reason := line._goods_reason():
                reasons.append(reason)
        return reasons
