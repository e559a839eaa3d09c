from collections import defaultdict

from odoo import models
from odoo.fields import Domain

from ..explosion import BUY, KIT, MAKE, SUBCONTRACT, Item, Offer

KINDS = {"normal": MAKE, "phantom": KIT, "subcontract": SUBCONTRACT}
# what is neither stocked nor a kit is not planned
UNPLANNED = Item(KIT)


class Findings:
    """What is incomplete: in general, and of products."""

    def __init__(self):
        self.general = []
        self.products = defaultdict(list)

    def of_row(self, env, product, row):
        """Why a line cannot be ordered as it is, as sentences."""
        texts = list(self.products[product.id])
        if not product.active:
            texts.append(env._("The product is archived."))
        if row.quantity and not row.offer:
            if row.kind == SUBCONTRACT:
                texts.append(env._("No subcontractor of its bill of materials sells it."))
            else:
                texts.append(env._("It has neither a supplier nor a bill of materials."))
        return texts


class PurchasePlan(models.Model):
    """How products come: bills of materials and suppliers, read level by level (P5)."""

    _inherit = "purchase.plan"

    def _items(self, product_ids):
        """How products come, and all that they are made of.

        The number of queries grows with the number of levels, not with that of products.

        :return: ``{product id: Item}``, :class:`Findings`
        """
        findings, items = Findings(), {}
        routes = self._routes()
        waiting = self.env["product.product"].browse(sorted(product_ids))
        while waiting:
            boms = self.env["mrp.bom"]._bom_find(waiting, company_id=self.company_id.id)
            sellers = self._sellers(waiting)
            below = set()
            for product in waiting:
                bom = boms[product]
                if bom.type == "normal" and self._is_bought(product, routes):
                    bom = bom.browse()
                items[product.id] = self._item(product, bom, sellers, findings)
                below.update(part for part, _quantity in items[product.id].parts)
            waiting = waiting.browse(sorted(below - items.keys()))
        return items, findings

    def _routes(self):
        """The routes by which warehouses of the company make and buy."""
        warehouses = self.env["stock.warehouse"].search([("company_id", "=", self.company_id.id)])
        return {
            "make": warehouses.manufacture_pull_id.route_id,
            "buy": warehouses.buy_pull_id.route_id,
        }

    def _is_bought(self, product, routes):
        """Whether a product that could be made is bought: by its routes, as Odoo would."""
        own = product.route_ids | product.categ_id.total_route_ids
        return bool(own & routes["buy"]) and not own & routes["make"]

    def _sellers(self, products):
        """``{template: suppliers}`` in the order in which Odoo prefers them."""
        company = self.company_id
        sellers = self.env["product.supplierinfo"].search(
            Domain("product_tmpl_id", "in", products.product_tmpl_id.ids)
            & Domain("company_id", "in", [False, company.id])
            & Domain("partner_id.active", "=", True)
        )
        return sellers.grouped("product_tmpl_id")

    def _item(self, product, bom, sellers, findings):
        kind = KINDS.get(bom.type, BUY)
        if kind != KIT and not product.is_storable:
            return UNPLANNED
        offers = ()
        if kind in (BUY, SUBCONTRACT):
            of_product = sellers.get(product.product_tmpl_id, self.env["product.supplierinfo"])
            offers = self._offers(product, of_product, bom, findings)
        return Item(
            kind,
            self._parts(product, bom, findings) if bom else (),
            offers,
            bom.produce_delay if kind == MAKE else 0,
            product.uom_id.rounding,
        )

    def _offers(self, product, sellers, bom, findings):
        offers, unit, company = [], product.uom_id, self.company_id
        for seller in sellers.sorted(lambda s: (s.sequence, -s.min_qty, s.price, s.id)):
            if seller.product_id and seller.product_id != product:
                continue
            if bom and seller.partner_id not in bom.subcontractor_ids:
                continue
            if not seller.product_uom_id._has_common_reference(unit):
                findings.products[product.id].append(
                    self.env._(
                        "%(supplier)s sells it in %(unit)s, which is no quantity of %(own)s: correct the "
                        "unit of the supplier.",
                        supplier=seller.partner_id.name,
                        unit=seller.product_uom_id.name,
                        own=unit.name,
                    )
                )
                continue
            one = seller.product_uom_id._compute_quantity(1.0, unit, round=False)
            price = seller.currency_id._convert(
                seller.price * (1 - seller.discount / 100),
                company.currency_id,
                company,
                round=False,
            )
            offers.append(
                Offer(
                    seller.id,
                    seller.partner_id.id,
                    price / one,
                    seller.min_qty * one,
                    # whole units of the supplier, where they are others than those of the product
                    (seller.plan_multiple or (seller.product_uom_id != unit)) * one,
                    seller.delay,
                    seller.date_start or None,
                    seller.date_end or None,
                )
            )
        return tuple(offers)

    def _parts(self, product, bom, findings):
        parts = defaultdict(float)
        if not bom.product_uom_id._has_common_reference(product.uom_id):
            findings.general.append(
                self.env._(
                    "The bill of materials of %(product)s makes %(unit)s, which is no quantity of "
                    "%(own)s: its components are not planned. Correct its unit.",
                    product=product.display_name,
                    unit=bom.product_uom_id.name,
                    own=product.uom_id.name,
                )
            )
            return ()
        made = bom.product_uom_id._compute_quantity(bom.product_qty, product.uom_id, round=False)
        for line in bom.bom_line_ids:
            part = line.product_id
            if part.type == "service" or line._skip_bom_line(product):
                continue
            if not line.product_uom_id._has_common_reference(part.uom_id):
                findings.general.append(
                    self.env._(
                        "The bill of materials of %(product)s takes %(part)s in %(unit)s, which is no "
                        "quantity of %(own)s: this component is not planned. Correct its unit.",
                        product=product.display_name,
                        part=part.display_name,
                        unit=line.product_uom_id.name,
                        own=part.uom_id.name,
                    )
                )
                continue
            if not part.active:
                findings.general.append(
                    self.env._(
                        "The bill of materials of %(product)s takes %(part)s, which is archived. Replace "
                        "the component.",
                        product=product.display_name,
                        part=part.display_name,
                    )
                )
            quantity = line.product_uom_id._compute_quantity(
                line.product_qty, part.uom_id, round=False
            )
            parts[part.id] += quantity / made
        return tuple(parts.items())
