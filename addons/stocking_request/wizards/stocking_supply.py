from collections import defaultdict
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows


class StockingSupply(models.TransientModel):
    """The assistant's proposal for an approved request: warehouse first, then who can bring the rest.

    The proposal is only a proposal: quantities are checked again, under lock, when it is carried
    out, and only a sales assistant of the company can carry it out (S3).
    """

    _name = "stocking.supply"
    _description = "Order the Goods of a Stocking Request"

    request_id = fields.Many2one("stocking.request", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="request_id.company_id")
    sale_order_id = fields.Many2one(related="request_id.sale_order_id")
    line_ids = fields.One2many(
        "stocking.supply.line",
        "supply_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("request_id")
    def _compute_line_ids(self):
        for supply in self:
            supply.line_ids = [(5, 0, 0)] + [(0, 0, vals) for vals in supply._proposals()]

    def _proposals(self):
        """Take what is free, order the rest from whoever can bring it; never more than remains.

        Lines of one product share what is free.

        :return: values of ``stocking.supply.line``, one for each line with something to order
        """
        lines = self.request_id.line_ids.filtered(lambda line: line._left(line.remaining_quantity))
        free = self._free_quantities(lines)
        ways = self._missing_ways(lines)
        today = fields.Datetime.now()
        proposals = []
        for line in lines:
            unit, there = line.product_uom_id, free[line.product_id.id]
            stock = min(
                max(line.product_id.uom_id._compute_quantity(there, unit), 0.0),
                line.remaining_quantity,
            )
            free[line.product_id.id] -= unit._compute_quantity(stock, line.product_id.uom_id)
            missing = line.remaining_quantity - stock
            vals = {"line_id": line.id, "from_stock": stock, "expected_date": today}
            if line._left(missing):
                vals |= ways[line.id]["vals"]
                vals[ways[line.id]["field"]] = missing
            else:
                vals["vendor_id"] = ways[line.id]["vals"].get("vendor_id")
            proposals.append(vals)
        return proposals

    def _free_quantities(self, lines):
        """``{product id: free quantity in its unit}``, with what is held for the order already."""
        free = defaultdict(float)
        for line in lines:
            free[line.product_id.id] = line.product_uom_id._compute_quantity(
                line.free_quantity, line.product_id.uom_id
            )
        rows = (
            self.env["stocking.allocation"]
            .sudo()
            .search(
                [
                    ("product_id", "in", lines.product_id.ids),
                    ("company_id", "=", self.company_id.id),
                    ("notice_line_id", "=", False),
                    ("request_id.state", "=", "approved"),
                ]
            )
            if self.sale_order_id
            else ()
        )
        held = rows._held() if rows else {}
        for sale_line in lines.sale_line_id.sudo() if held else ():
            for row in sale_line._rows_held_for(rows):
                free[row.product_id.id] += held.get(row.id, 0.0)
        return free

    # ------------------------------------------------------------------ who brings what is missing

    @api.model
    def _route_ways(self):
        """Hook: ``{action of a stock rule: the way goods are brought}``."""
        return {"buy": "purchase"}

    def _missing_ways(self, lines):
        """Hook: who brings what is not there.

        :return: ``{line id: {"field": of the quantity, "vals": of the proposal}}``
        """
        return {line.id: self._purchase_way(line) for line in lines}

    def _routed_ways(self, products, own_only=False):
        """The ways that routes name: those of product and category, else those of the warehouse.

        :param own_only: leave the routes of the warehouse out
        :return: ``{product id: [ways, the first one first]}``
        """
        ways = self._route_ways()
        warehouse = self.request_id.warehouse_id.sudo()
        rules = (
            self.env["stock.rule"]
            .sudo()
            .search(
                [
                    ("action", "in", list(ways)),
                    ("picking_type_id.warehouse_id", "=", warehouse.id),
                ],
                order="route_sequence, sequence",
            )
        )
        found = {}
        for product in products.sudo():
            own = product.route_ids | product.categ_id.total_route_ids
            fit = rules.filtered(lambda rule, own=own: rule.route_id in own)
            if not fit and not own_only:
                fit = rules.filtered(lambda rule: rule.route_id in warehouse.route_ids)
            found[product.id] = list(dict.fromkeys(ways[rule.action] for rule in fit))
        return found

    def _purchase_way(self, line):
        """How purchasing brings the missing goods of one line: vendor and lead time."""
        product = line.product_id.with_company(self.company_id).sudo()
        seller = product._stocking_seller(
            line.product_uom_id._compute_quantity(line.remaining_quantity, product.uom_id)
        )
        return {
            "field": "from_purchase",
            "vals": {
                "vendor_id": seller.partner_id.id,
                "expected_date": seller and fields.Datetime.now() + timedelta(days=seller.delay),
                "remark": not seller
                and self.env._("No vendor sells it: purchasing has to find one."),
            },
        }

    # ------------------------------------------------------------------ execution

    def action_order(self):
        """Give the orders: to the warehouse what is there, to the others what is missing (S3).

        For a sales order the delivery notice covers the whole quantity, so that the warehouse
        ships the rest as soon as it arrives.

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when quantities were ordered meanwhile, or nothing is asked
        :return: True
        """
        self.ensure_one()
        request = self.request_id
        request._flow_check_role("sales_assistant")
        lock_rows(request.line_ids)
        if request.state != "approved":
            raise UserError(self.env._("%s is not approved: nothing can be ordered.", request.name))
        lines = self.line_ids.filtered(lambda line: any(line._parts().values()))
        if not lines:
            raise UserError(self.env._("Enter at least one quantity for warehouse or purchasing."))
        lines._check_remaining()
        if request.sale_order_id:
            lines._order_for_customer()
        else:
            lines._order_for_stock()
        return True
