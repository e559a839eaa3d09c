from odoo import fields, models
from odoo.exceptions import UserError


class StockingSupplyLine(models.TransientModel):
    """One line of the proposal: how much from the warehouse, how much from purchasing."""

    _name = "stocking.supply.line"
    _description = "Line of the Order of a Stocking Request"

    supply_id = fields.Many2one("stocking.supply", required=True, ondelete="cascade")
    line_id = fields.Many2one("stocking.request.line", required=True, ondelete="cascade")
    product_id = fields.Many2one(related="line_id.product_id")
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    remaining_quantity = fields.Float(related="line_id.remaining_quantity")
    free_quantity = fields.Float(related="line_id.free_quantity")
    incoming_quantity = fields.Float(related="line_id.incoming_quantity")
    from_stock = fields.Float(string="From Warehouse", digits="Product Unit")
    from_purchase = fields.Float(string="From Purchasing", digits="Product Unit")

    def _check_remaining(self):
        """What was entered must still be open: another assistant may have ordered meanwhile."""
        for entry in self:
            line = entry.line_id
            asked = entry.from_stock + entry.from_purchase
            if min(entry.from_stock, entry.from_purchase) < 0 or line._left(
                asked - line.remaining_quantity
            ):
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

    def _order_for_customer(self):
        """One delivery notice for the sales order; what is missing goes to purchasing as shortage."""
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
        notice = order._issue_delivery_notice(
            {
                entry.line_id.sale_line_id: entry.line_id.product_uom_id._compute_quantity(
                    entry.from_stock + entry.from_purchase,
                    entry.line_id.sale_line_id.product_uom_id,
                )
                for entry in self
            },
            basis=request.name,
        )
        by_sale_line = {line.order_line_id: line for line in notice.line_ids}
        self.env["stocking.allocation"].sudo().create(
            [
                {
                    "line_id": entry.line_id.id,
                    "quantity": entry.from_stock + entry.from_purchase,
                    "notice_line_id": by_sale_line[entry.line_id.sale_line_id].id,
                }
                for entry in self
            ]
        )
        missing = self.filtered(lambda entry: entry.from_purchase > 0)
        self.env["supply.shortage"].sudo().create(
            [
                entry._shortage_vals(notice_line_id=by_sale_line[entry.line_id.sale_line_id].id)
                for entry in missing
            ]
        )

    def _order_for_stock(self):
        """Put aside what is there, in a transfer to the held stock; purchasing brings the rest."""
        request = self.line_id.request_id
        from_stock = self.filtered(lambda entry: entry.from_stock > 0)
        if from_stock:
            moves = request._hold_in_warehouse(
                {entry.line_id: entry.from_stock for entry in from_stock}
            )
            self.env["stocking.allocation"].sudo().create(
                [
                    {
                        "line_id": entry.line_id.id,
                        "quantity": entry.from_stock,
                        "move_id": moves[entry.line_id].id,
                    }
                    for entry in from_stock
                ]
            )
        from_purchase = self.filtered(lambda entry: entry.from_purchase > 0)
        shortages = (
            self.env["supply.shortage"]
            .sudo()
            .create([entry._shortage_vals() for entry in from_purchase])
        )
        self.env["stocking.allocation"].sudo().create(
            [
                {
                    "line_id": entry.line_id.id,
                    "quantity": entry.from_purchase,
                    "shortage_id": shortage.id,
                }
                for entry, shortage in zip(from_purchase, shortages, strict=True)
            ]
        )

    def _shortage_vals(self, **values):
        line = self.line_id
        return {
            "company_id": line.company_id.id,
            "warehouse_id": line.request_id.warehouse_id.id,
            "product_id": line.product_id.id,
            "quantity": self.from_purchase,
            "product_uom_id": line.product_uom_id.id,
            "request_line_id": line.id,
            "date_needed": line.date_needed or line.request_id.date_needed,
            **values,
        }
