from collections import defaultdict
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date

OPEN_MOVES = ("waiting", "confirmed", "partially_available", "assigned")


class Pool:
    """What there is of components, and comes, given out to whoever needs it first.

    :param supplies: ``{product id: [(moment or None for now, quantity)]}``
    :param owed: ``{product id: quantity}`` that others wait for already
    """

    def __init__(self, supplies, owed):
        self._supplies = {
            key: sorted(rows, key=lambda row: (row[0] is not None, row[0]))
            for key, rows in supplies.items()
        }
        for key, quantity in owed.items():
            self.take(key, quantity)

    def take(self, key, quantity):
        """Take what there is, the first to come first.

        :return: the moment when the last of it comes, None for now; and the quantity that is missing
        """
        moment, rows = None, self._supplies.get(key, [])
        while rows and quantity > 0:
            when, there = rows[0]
            taken = min(there, quantity)
            quantity -= taken
            if taken > 0 and when is not None:
                moment = when
            if there > taken:
                rows[0] = (when, there - taken)
            else:
                rows.pop(0)
        return moment, quantity


class ProductionSchedule(models.Model):
    """When the material of each row is there, and what has to be made for it first (P4)."""

    _inherit = "production.schedule"

    def _boms_below(self, chosen):
        """The bills of materials of all that the chosen ones take, level by level.

        :param chosen: ``mrp.bom`` of the rows, whichever of its product each is
        :return: ``{product: mrp.bom}``; products that are made of nothing are left out
        """
        boms = {}
        seen = level = chosen.bom_line_ids.product_id
        while level:
            found = self.env["mrp.bom"]._bom_find(level, company_id=self.company_id.id)
            boms.update({product: bom for product, bom in found.items() if bom})
            level = self.env["mrp.bom"].union(*found.values()).bom_line_ids.product_id - seen
            seen |= level
        return boms

    def _loop_in(self, product, boms, seen=None, path=()):
        """The products that are made of each other below ``product``; empty for none."""
        seen = set() if seen is None else seen
        if product in path:
            return [*path[path.index(product) :], product]
        # what many things are made of is looked at once
        if product in seen or product not in boms:
            return []
        seen.add(product)
        for part in boms[product].bom_line_ids.product_id:
            if loop := self._loop_in(part, boms, seen, (*path, product)):
                return loop
        return []

    # ------------------------------------------------------------------ what there is and comes

    def _pool(self, products, own):
        """What there is of ``products`` beside the productions ``own``, and what comes by when."""
        supplies = defaultdict(list)
        for product, quantity, reserved in self.env["stock.quant"]._read_group(
            Domain("product_id", "in", products.ids)
            & Domain("company_id", "=", self.company_id.id)
            & Domain("location_id.usage", "=", "internal")
            & Domain("location_id", "not in", self._outside_locations().ids),
            ["product_id"],
            ["quantity:sum", "reserved_quantity:sum"],
        ):
            supplies[product.id].append((None, quantity - reserved))
        for move in self._coming_moves(products, own):
            supplies[move.product_id.id].append((move.date, move.product_qty))
        return Pool(supplies, self._waiting_for(products, own))

    def _outside_locations(self):
        """Where goods are with subcontractors."""
        root = self.company_id.subcontracting_location_id
        return self.env["stock.location"].search([("id", "child_of", root.ids)])

    def _coming_moves(self, products, own):
        """What vendors bring and productions beside ``own`` make."""
        moves = Domain("product_id", "in", products.ids) & Domain(
            "company_id", "=", self.company_id.id
        )
        bought = Domain("purchase_line_id", "!=", False) & Domain("state", "in", OPEN_MOVES)
        bought &= Domain("location_id.usage", "=", "supplier") | Domain(
            "location_id", "in", self._outside_locations().ids
        )
        made = Domain("production_id", "!=", False) & Domain("production_id", "not in", own.ids)
        made &= Domain("state", "in", ("draft", *OPEN_MOVES))
        return self.env["stock.move"].search(
            moves
            & Domain("location_dest_id.usage", "=", "internal")
            & Domain("location_dest_id", "not in", self._outside_locations().ids)
            & (bought | made)
        )

    def _waiting_for(self, products, own):
        """``{product id: quantity}`` that other productions need and have not reserved."""
        moves = self.env["stock.move"].search(
            [
                ("product_id", "in", products.ids),
                ("company_id", "=", self.company_id.id),
                ("raw_material_production_id", "!=", False),
                ("raw_material_production_id", "not in", own.ids),
                # what is held is a draft, and is made all the same
                ("state", "in", ("draft", *OPEN_MOVES)),
            ]
        )
        waiting = defaultdict(float)
        for move in moves:
            waiting[move.product_id.id] += move._unreserved_quantity()
        return waiting

    # ------------------------------------------------------------------ what each row needs

    def _explode_lines(self, boms):
        """Find the material of every row; what has to be made for it becomes a row of its own.

        The first needed takes first. A row that cannot be made says why in ``problem``.
        """
        lines = self.line_ids
        bills = lines.bom_id.union(*boms.values())
        components = bills.bom_line_ids.product_id | lines.production_id.move_raw_ids.product_id
        pool = self._pool(components, lines.production_id)
        far = fields.Datetime.now() + timedelta(days=36500)
        tops = lines.filtered(lambda line: not line.parent_id)
        waiting = list(tops.sorted(lambda line: (line.date_needed or far, line.id), reverse=True))
        while waiting:
            line = waiting.pop()
            if not line.problem and not line._has_begun():
                waiting += line._find_material(pool, boms)


class ProductionScheduleLine(models.Model):
    _inherit = "production.schedule.line"

    def _component_needs(self):
        """``{product: quantity in its unit}`` still to be found for the row."""
        needs = defaultdict(float)
        if self.production_id:
            for move in self.production_id.move_raw_ids:
                if move.state not in ("done", "cancel"):
                    needs[move.product_id] += move._unreserved_quantity()
            return needs
        times = self.uom_id._compute_quantity(
            self.quantity, self.bom_id.product_uom_id, round=False
        )
        _boms, rows = self.bom_id.explode(self.product_id, times / self.bom_id.product_qty)
        for row, data in rows:
            needs[row.product_id] += row.product_uom_id._compute_quantity(
                data["qty"], row.product_id.uom_id, round=False
            )
        return needs

    def _find_material(self, pool, boms):
        """Give the row its material out of the pool; say at the row what is missing.

        :return: list of the rows that have to make the rest
        """
        self.ensure_one()
        made, notes, moments = [], [], []
        for product, quantity in self._component_needs().items():
            if not product.active:
                self._tell_problem(
                    self.env._(
                        "the component %(component)s is archived. Change the bill of materials, or "
                        "unarchive it.",
                        component=product.display_name,
                    )
                )
            if not product.is_storable or product.uom_id.is_zero(quantity):
                continue
            children = self.child_ids.filtered(
                lambda child, product=product: child.product_id == product
            )
            missing = max(quantity - sum(children.mapped("quantity")), 0.0)
            moment = None
            if not product._is_made_to_order():
                moment, missing = pool.take(product.id, missing)
            made += children
            if product.uom_id.compare(missing, 0) > 0:
                child, later = self._supply_missing(product, missing, boms)
                made += child
                moment = max(filter(None, (moment, later)), default=None)
            if moment:
                moments.append(moment)
                day = self.company_id._approval_local(moment).date()
                notes.append(f"{product.display_name}: {format_date(self.env, day)}")
        self._stamp(
            {
                "material_date": max(moments, default=False),
                "material_note": "\n".join(notes) or False,
            }
        )
        return made

    def _supply_missing(self, product, quantity, boms):
        """Make, have made or buy what is missing of a component.

        :return: the new row, or none; and the moment when the vendor brings it, or None
        """
        bom = boms.get(product)
        if bom and bom.type in ("normal", "subcontract"):
            child = self.create(
                {
                    "schedule_id": self.schedule_id.id,
                    "sequence": self.sequence,
                    "product_id": product.id,
                    "bom_id": bom.id,
                    "quantity": product.uom_id.round(quantity, rounding_method="UP"),
                }
            )
            child._stamp({"parent_id": self.id, "kind": child._kind()})
            child._check_plannable(boms)
            return child, None
        seller = product.with_company(self.company_id)._select_seller(
            quantity=None, uom_id=product.uom_id
        )
        if not seller:
            self._tell_problem(
                self.env._(
                    "%(quantity)s %(unit)s of the component %(component)s are missing, and it has neither "
                    "a vendor nor a bill of materials. Enter one of them.",
                    quantity=quantity,
                    unit=product.uom_id.name,
                    component=product.display_name,
                )
            )
            return self.browse(), None
        return self.browse(), fields.Datetime.now() + timedelta(days=seller.delay)

    def _kind(self):
        return "subcontract" if self.bom_id.type == "subcontract" else "make"

    def _check_plannable(self, boms):
        """Say at the row why it cannot be planned at all."""
        self.ensure_one()
        bom, product = self.bom_id, self.product_id
        if not self.date_needed and not self.parent_id:
            self._tell_problem(self.env._("enter by when it is needed."))
        if not product.active:
            self._tell_problem(self.env._("the product is archived."))
        if bom.type not in ("normal", "subcontract") or not bom.active:
            self._tell_problem(self.env._("it has no bill of materials. Choose one."))
            return
        loop = self.schedule_id._loop_in(product, {**boms, product: bom})
        if loop:
            self._tell_problem(
                self.env._(
                    "its bills of materials go round in a loop: %s. Correct one of them.",
                    " → ".join(item.display_name for item in loop),
                )
            )
        units = [(product.uom_id, bom.product_uom_id, product)]
        units += [
            (row.product_id.uom_id, row.product_uom_id, row.product_id) for row in bom.bom_line_ids
        ]
        for own, unit, item in units:
            if not own._has_common_reference(unit):
                self._tell_problem(
                    self.env._(
                        "the bill of materials counts %(product)s in %(unit)s, which cannot be converted to "
                        "%(own)s.",
                        product=item.display_name,
                        unit=unit.name,
                        own=own.name,
                    )
                )

    def _tell_problem(self, text):
        """Add a sentence to what keeps the row from being planned."""
        self.ensure_one()
        sentence = self.env._(
            "%(product)s (%(quantity)s %(unit)s): %(problem)s",
            product=self.product_id.display_name,
            quantity=self.quantity,
            unit=self.uom_id.name,
            problem=text,
        )
        self._stamp({"problem": "\n".join(filter(None, [self.problem, sentence]))})


class StockMove(models.Model):
    _inherit = "stock.move"

    def _unreserved_quantity(self):
        """What a move still needs and nothing is kept for, in the unit of the product."""
        self.ensure_one()
        kept = sum(self.move_line_ids.mapped("quantity_product_uom"))
        return max(self.product_qty - kept, 0.0)


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _is_made_to_order(self):
        """Whether it is brought for each need, whatever is in stock."""
        self.ensure_one()
        rules = (self.route_ids | self.categ_id.total_route_ids).rule_ids
        return any(rule.procure_method == "make_to_order" for rule in rules)
