from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import float_compare, formatLang

from ..order_check import Finding


class SaleOrderLine(models.Model):
    """The unit price of a line against its pricelist (F5, F6)."""

    _inherit = "sale.order.line"

    # ------------------------------------------------------------------ price against the pricelist

    def _is_priced(self):
        """Hook: whether the line sells something that a pricelist has a price for."""
        self.ensure_one()
        return bool(self.product_id) and not self.display_type and not self.is_downpayment

    def _may_be_free(self):
        """Hook: whether a price of nothing may be meant, and is not one that was forgotten."""
        self.ensure_one()
        return False

    def _worth_asked(self):
        """What the lines cost the customer, their discounts deducted."""
        return sum(
            line.price_unit * (1 - line.discount / 100) * line.product_uom_qty for line in self
        )

    def _list_price_unit(self):
        """Hook: the unit price Odoo itself would charge on this line: pricelist, taxes, combos.

        :return: price in the currency of the order, discounts of the pricelist deducted
        """
        self.ensure_one()
        line = self.with_company(self.company_id)
        if line.product_type == "combo" or line.combo_item_id:
            price = line._get_display_price()
        else:
            price = line._price_rule()._compute_price(
                product=line.product_id.with_context(**line._get_product_price_context()),
                **line._price_arguments(),
            )
        return line.product_id._get_tax_included_unit_price_from_price(
            price,
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=line.order_id.fiscal_position_id,
        )

    def _price_arguments(self):
        """As Odoo's own, but at a date nobody can choose: not long before the order was made, and
        not in the future.
        """
        arguments = self._get_pricelist_kwargs()
        day = timedelta(days=1)
        now = fields.Datetime.now()
        created = self.order_id._origin.create_date or now
        if not created - day <= arguments["date"] <= now + day:
            arguments["date"] = created
        return arguments

    def _price_rule(self):
        """The pricelist rule of the line; looked up only where there are rules at all."""
        pricelist = self.order_id.pricelist_id
        if not pricelist.item_ids:
            return self.env["product.pricelist.item"]
        arguments = self._price_arguments()
        if arguments["date"] == self._get_order_date():
            return self.pricelist_item_id
        rule_id = pricelist._get_product_rule(product=self.product_id, **arguments)
        return self.env["product.pricelist.item"].browse(rule_id or [])

    @api.model
    def _price_digits(self):
        return self.env["decimal.precision"].precision_get("Product Price")

    def _price_asked(self, rebate=0.0):
        """What one unit costs the customer.

        :param rebate: share of the order's value that rebate lines take off every line
        """
        self.ensure_one()
        return self.price_unit * (1 - self.discount / 100) * (1 - rebate)

    def _is_rebate(self):
        """Whether the line only lowers what the customer pays."""
        self.ensure_one()
        return self.price_unit * self.product_uom_qty < 0 < self.product_uom_qty

    def _price_text(self, price):
        """A unit price as people read it: with as many decimals as it needs."""
        currency, digits = self.order_id.currency_id, self._price_digits()
        if not float_compare(price, currency.round(price), precision_digits=digits):
            return currency.format(price)
        return f"{formatLang(self.env, price, digits=digits)} {currency.name}"

    def _price_texts(self, price, usual):
        """What sentences on a price other than that of the pricelist name."""
        self.ensure_one()
        percent = 100 * abs(usual - price) / usual if usual > 0 else 0.0
        return {
            "product": self.product_id.display_name,
            "price": self._price_text(price),
            "usual": self._price_text(usual),
            "percent": formatLang(self.env, percent),
            "limit": formatLang(self.env, self.company_id.head_discount_limit),
        }

    def _price_raised(self, price, usual):
        """The sentence on a price above the pricelist."""
        texts = self._price_texts(price, usual)
        if usual <= 0:
            return self.env._(
                "%(product)s: price raised from %(usual)s to %(price)s.",
                **texts,
            )
        return self.env._(
            "%(product)s: price raised from %(usual)s to %(price)s, %(percent)s %% more.",
            **texts,
        )

    def _price_lowered(self, price, usual):
        """The finding on a price below the pricelist: within the limit the head decides at most."""
        texts = self._price_texts(price, usual)
        if usual <= 0:
            return Finding(
                self.env._(
                    "%(product)s: asked is %(price)s; the pricelist has no price for it.", **texts
                )
            )
        limit = self.company_id.head_discount_limit
        if not limit:
            return Finding(
                self.env._(
                    "%(product)s: price lowered from %(usual)s to %(price)s, %(percent)s %% less. No "
                    "discount is left to the department head.",
                    **texts,
                )
            )
        percent = 100 * (usual - price) / usual
        if float_compare(percent, limit, precision_digits=2) <= 0:
            text = self.env._(
                "%(product)s: price lowered from %(usual)s to %(price)s, %(percent)s %% less: within "
                "the %(limit)s %% that the department head decides on.",
                **texts,
            )
            return Finding(text, at_most="head")
        return Finding(
            self.env._(
                "%(product)s: price lowered from %(usual)s to %(price)s, %(percent)s %% less: beyond "
                "the %(limit)s %% that the department head decides on.",
                **texts,
            )
        )

    def _is_same_price(self, price, usual):
        """Equal as far as prices and discounts can be written down at all."""
        if not float_compare(price, usual, precision_digits=self._price_digits()):
            return True
        if not self.discount:
            return False
        step = 10 ** -self.env["decimal.precision"].precision_get("Discount")
        return abs(price - usual) <= abs(self.price_unit) * step / 200
