from collections import defaultdict

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """An order that is short of stock asks production for the goods (P3, D11)."""

    _inherit = "sale.order"

    production_notice_count = fields.Integer(
        compute="_compute_production_notice_count",
        groups="sale_order_flow.group_flow_user",
    )
    may_notice_production = fields.Boolean(compute="_compute_may_notice_production")

    @api.depends_context("uid", "allowed_company_ids")
    def _compute_production_notice_count(self):
        notices = self._notices_of_production()
        for order in self:
            order.production_notice_count = len(notices[order.id])

    def _notices_of_production(self):
        """``{order id: set of notice ids}``."""
        found = {order.id: set() for order in self}
        lines = self.env["production.notice.line"].search(
            [("order_line_ids.order_id", "in", self.ids)]
        )
        for line in lines:
            for order in line.order_line_ids.order_id & self:
                found[order.id].add(line.notice_id.id)
        return found

    def _compute_may_notice_production(self):
        """Confirmed orders of a company that plans, with something left to deliver."""
        for order in self:
            order.may_notice_production = (
                order.company_id.planning_enabled
                and order.state == "sale"
                and any(line._is_owed() for line in order.order_line)
            )

    def action_notice_production(self):
        """Make a production notice over what these orders miss and we make ourselves (P3).

        :raise UserError: where planning is off, nothing is missing, or it is noticed already
        :return: window action that opens the notice
        """
        self.company_id._check_production_planned()
        self.check_access("read")
        lines = self.order_line.filtered(lambda line: line._is_owed())
        values = [
            vals
            for company, own in lines.grouped("company_id").items()
            for vals in own._prepare_production_notice(company)
        ]
        if not values:
            raise UserError(
                self.env._(
                    "%s: nothing that we make ourselves is missing, or it is in a production notice "
                    "already.",
                    ", ".join(self.mapped("name")),
                )
            )
        notices = self.env["production.notice"].create(values)
        return notices._get_records_action(name=self.env._("Production Notice"))

    def action_view_production_notices(self):
        """Open the production notices of these orders."""
        ids = set().union(*self._notices_of_production().values())
        notices = self.env["production.notice"].browse(sorted(ids))
        return notices._get_records_action(name=self.env._("Production Notices"))


class SaleOrderLine(models.Model):
    """What of order lines is still owed, and how much of it production has to make (P3)."""

    _inherit = "sale.order.line"

    def _owed_goods(self):
        """What is still to be delivered, of kits their components.

        :return: ``{line: {product: quantity in its unit}}``
        """
        owed, lines = {}, self.filtered(lambda line: line._is_owed())
        kits = lines._possible_kits()
        for line in lines:
            if line in kits and (parts := line._kit_parts()):
                owed[line] = {part: ordered - there for part, (ordered, there) in parts.items()}
            else:
                rest = line.product_uom_qty - line.qty_delivered
                unit = line.product_id.uom_id
                owed[line] = {line.product_id: line.product_uom_id._compute_quantity(rest, unit)}
        return owed

    def _possible_kits(self):
        """Those that were launched by a bill of materials, or are kits by now, in a few queries."""
        found = self.filtered(lambda line: line.sudo().move_ids.bom_line_id)
        Bom = self.env["mrp.bom"].sudo()
        for company, lines in (self - found).grouped("company_id").items():
            boms = Bom._bom_find(lines.product_id, company_id=company.id, bom_type="phantom")
            found |= lines.filtered(lambda line, boms=boms: boms[line.product_id])
        return found

    def _kit_parts(self):
        """What a kit takes in all, and what of it the customer has: returned goods are owed again,
        and so is what a cancelled transfer would have brought.

        :return: ``{product: (ordered, delivered)}`` in its unit; empty for no kit
        """
        self.ensure_one()
        parts = self._parts_per_unit()
        there = self._delivered_parts() if parts else {}
        found = {}
        for part, each in parts.items():
            ordered = each * self.product_uom_qty
            found[part] = (ordered, min(max(there.get(part, 0.0), 0.0), ordered))
        return found

    def _delivered_parts(self):
        """``{product: quantity in its unit}`` of components that customers have, as Odoo counts what
        was delivered: an exchange brings nothing, and what is refunded came back."""
        there = defaultdict(float)
        for move in self.sudo().move_ids.filtered(lambda move: move.state == "done"):
            quantity = move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id, round=False
            )
            if move.location_dest_id._is_outgoing() and not move._is_dropshipped_returned():
                if not move.origin_returned_move_id or move.to_refund:
                    there[move.product_id] += quantity
            elif move.to_refund and move.location_id._is_outgoing():
                there[move.product_id] -= quantity
        return there

    def _prepare_production_notice(self, company):
        """Values of one notice over what these lines of a company miss; empty where nothing is.

        What is free in stock, comes anyway or is noticed already is not asked for again.
        """
        owed = {}
        for line, goods in self._owed_goods().items():
            for product, quantity in goods.items():
                total, lines = owed.get(product, (0.0, self.browse()))
                owed[product] = (total + quantity, lines | line)
        products = self.env["product.product"].union(*owed)
        missing = self.env["order.roundup"]._missing(company, products)
        made = self.env["mrp.bom"].sudo()._bom_find(products, company_id=company.id)
        lines = [
            own._prepare_notice_line(product, min(quantity, missing.get(product.id, 0.0)))
            for product, (quantity, own) in owed.items()
            if made[product].type in ("normal", "subcontract")
            and product.uom_id.compare(min(quantity, missing.get(product.id, 0.0)), 0) > 0
        ]
        values = {"company_id": company.id, "source": "order"}
        return [{**values, "line_ids": [Command.create(line) for line in lines]}] if lines else []

    def _prepare_notice_line(self, product, quantity):
        """Values of the notice line over ``quantity`` of ``product``, for these order lines."""
        dates = [date for date in self.mapped("promised_date") if date]
        company = self.company_id[:1] or self.env.company
        return {
            "product_id": product.id,
            "quantity": quantity,
            "product_uom_id": product.uom_id.id,
            "date_needed": min(dates) and company._approval_local(min(dates)).date()
            if dates
            else False,
            "order_line_ids": [Command.set(self.ids)],
        }
