from odoo import Command, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class StockingRequest(models.Model):
    """Lines are chosen in Odoo's product catalogue as well (S1)."""

    _inherit = "stocking.request"

    def _get_product_catalog_domain(self):
        return super()._get_product_catalog_domain() & Domain("type", "=", "consu")

    def _get_product_catalog_order_data(self, products, **kwargs):
        data = super()._get_product_catalog_order_data(products, **kwargs)
        for product in products:
            data[product.id]["price"] = self._catalog_price(product)
        return data

    def _get_product_catalog_record_lines(self, product_ids, **kwargs):
        wanted = set(product_ids)
        return self.line_ids.filtered(lambda line: line.product_id.id in wanted).grouped(
            "product_id"
        )

    def _get_action_add_from_catalog_extra_context(self):
        return {
            **super()._get_action_add_from_catalog_extra_context(),
            "product_catalog_currency_id": self.currency_id.id,
        }

    def _catalog_price(self, product):
        """What the goods cost the company, in its currency; the applicant may not read it there."""
        return product.with_company(self.company_id).sudo().standard_price

    def _is_readonly(self):
        self.ensure_one()
        return self.state not in ("draft", "sent") or self.stage == "review"

    def _update_order_line_info(self, product_id, quantity, **kwargs):
        """Set the quantity of a product as the catalogue says; none removes its line.

        :raise UserError: for a request that cannot be changed any more
        :return: price of the product in the currency of the company
        """
        self.ensure_one()
        if self._is_readonly():
            raise UserError(
                self.env._(
                    "%s is in approval or decided: its products cannot be changed any more.",
                    self.name,
                )
            )
        product = self.env["product.product"].browse(product_id)
        line = self.line_ids.filtered(lambda line: line.product_id == product)[:1]
        if line and quantity:
            line.quantity = quantity
        elif line:
            line.unlink()
        elif quantity > 0:
            self.write(
                {"line_ids": [Command.create({"product_id": product.id, "quantity": quantity})]}
            )
        return self._catalog_price(product)


class StockingRequestLine(models.Model):
    _inherit = "stocking.request.line"

    def action_add_from_catalog(self):
        """Open the catalogue of the request in the context."""
        request = self.env["stocking.request"].browse(self.env.context.get("order_id"))
        return request.action_add_from_catalog()

    def _get_product_catalog_lines_data(self, **kwargs):
        """What the catalogue shows of a product that is on the request already."""
        if not self:
            return {"quantity": 0}
        return {
            "quantity": sum(self.mapped("quantity")),
            "readOnly": len(self) > 1 or self.request_id._is_readonly(),
            "price": self.request_id._catalog_price(self.product_id),
            "uomDisplayName": self[0].product_uom_id.display_name,
        }
