from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError


class StockingSupplyLine(models.TransientModel):
    """One line of the proposal: how much from the warehouse, how much from whoever brings it."""

    _name = "stocking.supply.line"
    _description = "Line of the Order of a Stocking Request"

    supply_id = fields.Many2one("stocking.supply", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="supply_id.company_id")
    line_id = fields.Many2one("stocking.request.line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="line_id.product_id")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    remaining_quantity = fields.Float(related="line_id.remaining_quantity")
    on_hand_quantity = fields.Float(related="line_id.on_hand_quantity")
    reserved_quantity = fields.Float(related="line_id.reserved_quantity")
    free_quantity = fields.Float(related="line_id.free_quantity")
    incoming_quantity = fields.Float(related="line_id.incoming_quantity")
    from_stock = fields.Float(string="From Warehouse", digits="Product Unit")
    from_purchase = fields.Float(string="From Purchasing", digits="Product Unit")
    vendor_id = fields.Many2one(
        "res.partner",
        help="Who is asked for what purchasing brings. Empty: purchasing finds a vendor.",
    )
    expected_date = fields.Datetime(
        string="Expected", readonly=True, help="By the lead times of vendor or bill of materials."
    )
    remark = fields.Char(readonly=True)

    def _parts(self):
        """Hook: ``{source: quantity}`` as entered."""
        self.ensure_one()
        return {"warehouse": self.from_stock, "purchase": self.from_purchase}

    def _check_remaining(self):
        """What was entered must still be open and possible: others may have acted meanwhile."""
        for entry in self:
            line, parts = entry.line_id, entry._parts()
            if reason := line._goods_reason():
                raise UserError(reason)
            asked = sum(parts.values())
            if min(parts.values()) < 0 or line._left(asked - line.remaining_quantity):
                raise UserError(
                    self.env._(
                        "%(product)s: %(asked)s would be ordered, but %(remaining)s %(unit)s remain. "
                        "Quantities must not be negative; correct them and order again.",
                        product=line.product_id.display_name,
                        asked=asked,
                        remaining=line.remaining_quantity,
                        unit=line.product_uom_id.name,
                    )
                )

    # ------------------------------------------------------------------ for a customer

    def _order_for_customer(self):
        """One delivery notice for the sales order; who brings what is missing is ordered too."""
        request = self.line_id.request_id
        order = request.sale_order_id
        if unlinked := self.line_id.filtered(lambda line: not line.sale_line_id):
            raise UserError(
                self.env._(
                    "%(product)s on %(request)s is not a line of %(order)s: make a request of its own "
                    "for goods that are not part of the order.",
                    order=order.name,
                    product=unlinked[0].product_id.display_name,
                    request=request.name,
                )
            )
        quantities = defaultdict(float)
        for entry in self:
            sale_line = entry.line_id.sale_line_id
            quantities[sale_line] += entry.product_uom_id._compute_quantity(
                sum(entry._parts().values()), sale_line.product_uom_id
            )
        notice = order._issue_delivery_notice(quantities, basis=request.name)
        lines = {line.order_line_id: line.id for line in notice.line_ids}
        self._give(lambda entry: {"notice_line_id": lines[entry.line_id.sale_line_id]})

    # ------------------------------------------------------------------ to be held

    def _order_for_stock(self):
        """One transfer into the held stock: what is there is reserved for it, what is missing will
        be as it arrives.
        """
        request = self.line_id.request_id.sudo()
        warehouse = request.warehouse_id
        allocations = self._make_allocations(lambda entry: {})
        moves = request._make_transfer(
            warehouse.lot_stock_id,
            warehouse._held_stock_location(),
            [
                {
                    "product_id": row.product_id.id,
                    "product_uom_qty": row.quantity,
                    "product_uom": row.product_uom_id.id,
                    "stocking_allocation_id": row.id,
                    "supply_shortage_id": row.shortage_id.id,
                    # what somebody brings for it, and no other goods
                    "procure_method": "make_to_order" if row.shortage_id else "make_to_stock",
                }
                for row in allocations
            ],
        )
        moves.filtered(lambda move: not move.supply_shortage_id)._action_assign()
        self._provide(allocations)

    # ------------------------------------------------------------------ rows and real documents

    def _give(self, target):
        """Allocations, shortages and the documents that bring the goods."""
        self._provide(self._make_allocations(target))

    def _make_allocations(self, target):
        """One allocation for each line and source, with a shortage where somebody brings goods.

        :param target: function of a line of the proposal: where the goods go
        :return: the ``stocking.allocation`` records
        """
        parts = [
            (entry, source, quantity)
            for entry in self
            for source, quantity in entry._parts().items()
            if entry.line_id._left(quantity)
        ]
        missing = [part for part in parts if part[1] != "warehouse"]
        shortages = (
            self.env["supply.shortage"]
            .sudo()
            .create(
                [
                    entry._prepare_shortage_vals(source, quantity, target(entry))
                    for entry, source, quantity in missing
                ]
            )
        )
        brought = {
            (entry, source): shortage.id
            for (entry, source, _quantity), shortage in zip(missing, shortages, strict=True)
        }
        return (
            self.env["stocking.allocation"]
            .sudo()
            .create(
                [
                    {
                        "line_id": entry.line_id.id,
                        "quantity": quantity,
                        "source": source,
                        "shortage_id": brought.get((entry, source), False),
                        **target(entry),
                    }
                    for entry, source, quantity in parts
                ]
            )
        )

    def _prepare_shortage_vals(self, source, quantity, target):
        """Hook: values of the shortage that ``source`` is asked to end."""
        line = self.line_id
        return {
            "company_id": line.company_id.id,
            "warehouse_id": line.request_id.warehouse_id.id,
            "product_id": line.product_id.id,
            "quantity": quantity,
            "source": source,
            "product_uom_id": line.product_uom_id.id,
            "request_line_id": line.id,
            "date_needed": line.date_needed or line.request_id.date_needed,
            **target,
        }

    def _provide(self, allocations):
        """Hook: make the documents that bring the missing goods. Without a vendor the shortage
        stays with purchasing, which finds one.
        """
        vendors = {entry.line_id: entry.vendor_id for entry in self if entry.vendor_id}
        asked = {
            row.shortage_id: vendors[row.line_id]
            for row in allocations
            if row.source == "purchase" and row.line_id in vendors
        }
        if asked:
            self.env["supply.shortage"].sudo()._ask_vendors(asked)
