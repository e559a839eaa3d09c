from odoo import models
from odoo.tools import LazyTranslate, float_compare, formatLang

from ..order_check import Finding, OrderCheck

_lt = LazyTranslate(__name__)


class SaleOrder(models.Model):
    """Checks of the terms (F5, F6): the order against the pricelist and the customer's own policy."""

    _inherit = "sale.order"

    def _order_checks_terms(self):
        return {
            "price": OrderCheck(
                label=_lt("Unit price"),
                method="_check_price",
                fine=_lt("No unit price is above the pricelist."),
                explains=_lt("Unit prices above the pricelist: raising a price is a change too."),
                means="president",
                lasting=True,
            ),
            "discount": OrderCheck(
                label=_lt("Discount"),
                method="_check_discount",
                fine=_lt("Nothing is sold below the pricelist."),
                explains=_lt(
                    "Unit prices below the pricelist, discounts, rebates and goods taken back. "
                    "Within the discount limit in the settings the department head decides at most."
                ),
                means="president",
                lasting=True,
            ),
            "promotion": OrderCheck(
                label=_lt("Pricelist and promotion"),
                method="_check_promotion",
                fine=_lt("The pricelist is the one this customer has."),
                explains=_lt("A pricelist other than the customer's own, which finance has set."),
                means="president",
                lasting=True,
            ),
            "payment_term": OrderCheck(
                label=_lt("Payment term"),
                method="_check_payment_term",
                fine=_lt("The payment terms are those this customer has."),
                explains=_lt("Payment terms other than the customer's own, which finance has set."),
                means="president",
                lasting=True,
            ),
            "margin": OrderCheck(
                label=_lt("Margin"),
                method="_check_margin",
                fine=_lt("The margin is not below the floor, as far as costs are known."),
                explains=_lt(
                    "The margin of the order over the cost of its products; products without a cost "
                    "do not count."
                ),
                limit=_lt("Lowest margin in percent"),
                lasting=True,
            ),
        }

    # ------------------------------------------------------------------ prices

    def _price_deviations(self, run):
        """Where unit prices differ from the pricelist, after all discounts of the order.

        :return: ``([(line, price, usual)], given, gross)``: the lines, then how much rebate lines
            take off, and off how much, in the currency of the order
        """
        self.ensure_one()
        rebates = self._checked_lines(lambda line: line._is_rebate())
        goods = self._checked_lines(lambda line: not line._is_rebate())
        given, gross = -rebates._worth_asked(), goods._worth_asked()
        share = min(given / gross, 1.0) if gross > 0 else 0.0
        found = []
        for line in goods:
            usual = run.remember(line, line._list_price_unit)
            price = line._price_asked(share)
            if not line._is_same_price(price, usual):
                found.append((line, price, usual))
        return found, given, gross

    def _deviations(self, run):
        """:meth:`_price_deviations` of each order, looked up once a round: ``[(order, answer)]``."""
        return [
            (order, run.remember(order, lambda order=order: order._price_deviations(run)))
            for order in self
        ]

    def _check_price(self, run):
        return {
            order: [
                Finding(line._price_raised(price, usual))
                for line, price, usual in deviations
                if price > usual
            ]
            for order, (deviations, _given, _gross) in self._deviations(run)
        }

    def _check_discount(self, run):
        findings = {}
        for order, (deviations, given, gross) in self._deviations(run):
            found = [
                line._price_lowered(price, usual)
                for line, price, usual in deviations
                if price < usual
            ]
            if given and gross <= 0:
                found.append(Finding(self.env._("A rebate exceeds the value of the order.")))
            for line in order._checked_lines(lambda line: line.product_uom_qty < 0):
                text = self.env._(
                    "%(product)s is taken back on this order, which lowers what the customer pays.",
                    product=line.product_id.display_name,
                )
                found.append(Finding(text))
            findings[order] = found
        return findings

    # ------------------------------------------------------------------ the customer's policy (D9)

    def _other_than_usual(self, name, usual_name):
        """Orders whose terms are not those finance has set for the customer.

        :param name: field of the order
        :param usual_name: field of the customer with what is usual, company by company
        :return: ``[(order, what it has, what is usual)]``
        """
        pairs = [
            (order, order[name], order.partner_id.with_company(order.company_id)[usual_name])
            for order in self
        ]
        return [(order, asked, usual) for order, asked, usual in pairs if asked != usual]

    def _check_payment_term(self, run):
        immediate = self.env._("Immediate")
        return {
            order: [
                Finding(
                    self.env._(
                        "Payment terms “%(term)s” instead of “%(usual)s”, which this customer has.",
                        term=asked.display_name or immediate,
                        usual=usual.display_name or immediate,
                    )
                )
            ]
            for order, asked, usual in self._other_than_usual(
                "payment_term_id", "property_payment_term_id"
            )
        }

    def _check_promotion(self, run):
        none = self.env._("none")
        return {
            order: [
                Finding(
                    self.env._(
                        "Pricelist “%(pricelist)s” instead of “%(usual)s”, which this customer has.",
                        pricelist=asked.display_name or none,
                        usual=usual.display_name or none,
                    )
                )
            ]
            for order, asked, usual in self._other_than_usual(
                "pricelist_id", "property_product_pricelist"
            )
        }

    # ------------------------------------------------------------------ margin

    def _check_margin(self, run):
        findings = {}
        for order in self:
            floor = run.limit(order, "margin")
            lines = order._checked_lines(lambda line: line.product_uom_qty)
            costs = {line: line._card_cost() for line in lines}
            # rebates lower the income of what has a cost; what has none says nothing of the margin
            income = sum(line.price_subtotal for line in lines if costs[line] or line._is_rebate())
            income -= order._given_besides()
            cost = sum(costs.values())
            if not cost:
                continue
            if order.currency_id.compare_amounts(income, 0.0) <= 0:
                text = self.env._("The goods of this order cost more than the customer pays.")
                findings[order] = [Finding(text)]
                continue
            margin = 100 * (income - cost) / income
            if float_compare(margin, floor, precision_digits=2) < 0:
                findings[order] = [Finding(order._margin_text(margin, floor))]
        return findings

    def _given_besides(self):
        """Hook: what lines without a price of their own give the customer.

        :return: amount without taxes, in the currency of the order
        """
        self.ensure_one()
        return 0.0

    def _margin_text(self, margin, floor):
        """What is wrong with the margin; how large it is only for whoever may read costs."""
        if not self._may_read_costs():
            return self.env._(
                "The margin is below %(floor)s %%, the lowest the company wants.",
                floor=formatLang(self.env, floor),
            )
        return self.env._(
            "The margin is %(margin)s %%, below %(floor)s %%, the lowest the company wants.",
            margin=formatLang(self.env, margin),
            floor=formatLang(self.env, floor),
        )

    def _may_read_costs(self):
        """Whether the user may read costs: as superuser everything is readable, the person counts."""
        product = self.env["product.product"].sudo(False)
        return product.has_access("read") and product._has_field_access(
            product._fields["standard_price"], "read"
        )
