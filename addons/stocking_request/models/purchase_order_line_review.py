from odoo import models
from odoo.tools import float_compare


class PurchaseOrderLine(models.Model):
    """The price of a line against the last one, the vendor's pricelist and the estimate (S6)."""

    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "approval.line.mixin"]

    _approval_parent = "order_id"

    def _dearer_than(self, last):
        """What this line costs more than it should.

        :param last: what the product cost last, per its unit, in company currency; may be missing
        :return: list of sentences
        """
        self.ensure_one()
        currency, product = self.company_id.currency_id, self.product_id
        cost = self._cost_of_product()
        texts = {"product": product.display_name, "price": self._cost_text(cost)}
        found = []
        if last and self._is_above(cost, last):
            found.append(
                self.env._(
                    "%(product)s at %(price)s, and it cost %(usual)s last time.",
                    **texts,
                    usual=self._cost_text(last),
                )
            )
        listed = self._vendor_list_price()
        paid = self.price_unit * (1 - self.discount / 100)
        if listed and self._is_above(paid, listed):
            found.append(
                self.env._(
                    "%(product)s at %(price)s, and the pricelist of the vendor says %(usual)s.",
                    product=product.display_name,
                    price=self.currency_id.format(paid),
                    usual=self.currency_id.format(listed),
                )
            )
        for row in self.allocation_ids:
            estimate = row.product_uom_id._compute_price(row.line_id.price_unit, product.uom_id)
            if estimate and self._is_above(cost, estimate):
                found.append(
                    self.env._(
                        "%(product)s at %(price)s, and %(request)s was approved with %(usual)s.",
                        **texts,
                        request=row.request_id.name,
                        usual=currency.format(estimate),
                    )
                )
        return found

    def _cost_text(self, cost):
        return self.company_id.currency_id.format(cost)

    def _is_above(self, price, usual):
        """Whether a price is above the usual one by more than the company tolerates."""
        digits = self.env["decimal.precision"].precision_get("Product Price")
        limit = usual * (1 + self.company_id.purchase_price_tolerance / 100)
        return float_compare(price, limit, precision_digits=digits) > 0

    def _vendor_list_price(self):
        """What the pricelist of the vendor says for one unit of the line, in its currency; or zero.

        As Odoo itself would fill it in.
        """
        seller = self.selected_seller_id
        if not seller:
            return 0.0
        price = self.env["account.tax"]._fix_tax_included_price_company(
            seller.price * (1 - (seller.discount or 0.0) / 100),
            self.product_id.supplier_taxes_id,
            self.tax_ids,
            self.company_id,
        )
        price = seller.currency_id._convert(
            price, self.currency_id, self.company_id, self.date_order, round=False
        )
        return seller.product_uom_id._compute_price(price, self.product_uom_id)
