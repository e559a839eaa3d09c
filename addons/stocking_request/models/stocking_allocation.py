from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class StockingAllocation(models.Model):
    """A quantity of a request line given to real documents (DESIGN: quantities go through rows).

    ``source`` says who brings the goods: the warehouse, or a shortage handed to purchasing (or, in
    other addons, to production). Where they go: to the customer by a delivery notice, else into the
    held stock by the transfers of the row, where only a released order of whoever asked takes them.
    """

    _name = "stocking.allocation"
    _description = "Stocking Allocation"
    _order = "line_id, id"

    line_id = fields.Many2one(
        "stocking.request.line", required=True, index=True, ondelete="cascade"
    )
    request_id = fields.Many2one(related="line_id.request_id", store=True, index=True)
    company_id = fields.Many2one(related="line_id.company_id", store=True)
    product_id = fields.Many2one(related="line_id.product_id", store=True, index=True)
    product_uom_id = fields.Many2one(related="line_id.product_uom_id")
    quantity = fields.Float(required=True, digits="Product Unit")
    source = fields.Selection(
        [("warehouse", "Warehouse"), ("purchase", "Purchasing")],
        required=True,
        default="warehouse",
    )
    notice_line_id = fields.Many2one(
        "sale.delivery.notice.line", index="btree_not_null", ondelete="cascade"
    )
    shortage_id = fields.Many2one("supply.shortage", index="btree_not_null", ondelete="cascade")
    move_ids = fields.One2many("stock.move", "stocking_allocation_id", string="Transfers")
    document_name = fields.Char(compute="_compute_document_name", string="Documents")
    held_quantity = fields.Float(
        compute="_compute_held_quantity",
        digits="Product Unit",
        string="Held",
        help="Put aside in the held stock and not yet taken by an order.",
    )
    held_asked_until = fields.Date(
        readonly=True,
        copy=False,
        help="The assistant was asked about what was put aside up to this day and does not sell.",
    )
    done = fields.Boolean(compute="_compute_progress", store=True)
    expected_date = fields.Datetime(compute="_compute_progress", store=True, string="Expected")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "An allocation needs a quantity."
    )
    _brought_by_somebody = models.Constraint(
        "CHECK (source = 'warehouse' OR shortage_id IS NOT NULL)",
        "Goods that are not in the warehouse need whoever brings them.",
    )

    @api.depends("notice_line_id", "shortage_id.document_name", "move_ids.picking_id")
    def _compute_document_name(self):
        for allocation in self:
            row = allocation.sudo()
            names = [
                row.shortage_id.document_name,
                row.notice_line_id.notice_id.name,
                *row.move_ids.filtered(lambda move: move.state != "cancel").picking_id.mapped(
                    "name"
                ),
            ]
            allocation.document_name = ", ".join(filter(None, names))

    @api.depends(
        "quantity",
        "shortage_id.state",
        "shortage_id.expected_date",
        "move_ids.state",
        "move_ids.date",
        "move_ids.quantity",
        "notice_line_id.shipped_quantity",
        "notice_line_id.quantity",
        "notice_line_id.order_line_id.planned_date",
    )
    def _compute_progress(self):
        for allocation in self:
            shortage, notice = allocation.shortage_id, allocation.notice_line_id
            moves = allocation.move_ids
            coming = moves.filtered(lambda move: move.state not in ("done", "cancel"))
            date = max(coming.mapped("date"), default=False)
            if notice:
                allocation.done = notice.shipped_quantity >= notice.quantity > 0
                date = notice.order_line_id.planned_date
            else:
                missing = allocation.quantity - allocation._moved_quantity()
                allocation.done = allocation.line_id.product_uom_id.compare(missing, 0.0) <= 0
            if shortage and shortage.state != "arrived":
                date = shortage.expected_date
            allocation.expected_date = date if not allocation.done else False

    def _moved_quantity(self):
        """What was put aside, or given to an order straight from the stock, in the unit of the line."""
        self.ensure_one()
        held = self.line_id.request_id.warehouse_id.held_location_id
        return sum(
            move.product_uom._compute_quantity(move.quantity, self.line_id.product_uom_id)
            for move in self.move_ids
            if move.state == "done" and move.location_id != held
        )

    @api.depends(
        "move_ids.state",
        "move_ids.quantity",
        "move_ids.product_uom_qty",
        "move_ids.location_id",
        "move_ids.location_dest_id",
    )
    def _compute_held_quantity(self):
        held = self._held()
        for allocation in self:
            allocation.held_quantity = allocation.product_id.uom_id._compute_quantity(
                held.get(allocation.id, 0.0), allocation.product_uom_id
            )

    def _held(self):
        """What stands in the held stock for each row and is taken by nobody, in the product's unit.

        :return: ``{allocation id: quantity}``
        """
        places = self.sudo().request_id.warehouse_id.held_location_id
        held = defaultdict(float)
        if not places:
            return held
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                [("stocking_allocation_id", "in", self.ids), ("state", "!=", "cancel")],
                [
                    "stocking_allocation_id",
                    "product_uom",
                    "state",
                    "location_id",
                    "location_dest_id",
                ],
                ["quantity:sum", "product_uom_qty:sum"],
            )
        )
        for allocation, unit, state, source, target, moved, asked in groups:
            quantity = unit._compute_quantity(
                moved if state == "done" else asked,
                allocation.product_id.uom_id,
                rounding_method="HALF-UP",
            )
            if source in places:
                held[allocation.id] -= quantity
            elif target in places and state == "done":
                held[allocation.id] += quantity
        return held

    def _waiting_moves(self):
        """The transfers that still have to put goods aside."""
        return self.move_ids.filtered(
            lambda move: (
                move._is_open()
                and move.location_dest_id
                == move.stocking_allocation_id.request_id.warehouse_id.held_location_id
            )
        )

    @api.constrains("quantity", "line_id")
    def _check_not_more_than_approved(self):
        for line in self.line_id:
            wanted = line.quantity - line.short_closed
            if line._left(sum(line.allocation_ids.mapped("quantity")) - wanted):
                raise ValidationError(
                    self.env._(
                        "%(product)s on %(request)s: more would be ordered than was approved "
                        "(%(approved)s %(unit)s).",
                        product=line.product_id.display_name,
                        request=line.request_id.name,
                        approved=wanted,
                        unit=line.product_uom_id.name,
                    )
                )

    # ------------------------------------------------------------------ taking back

    def action_release(self):
        """Take back what was not done of these orders; it stands under *To Order* again (S3).

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: for goods on a delivery notice, or when everything is done
        :return: True
        """
        self.request_id._flow_check_role("sales_assistant")
        self.check_access("read")
        for allocation in self:
            if allocation.notice_line_id:
                raise UserError(
                    self.env._(
                        "%(product)s is on delivery notice %(notice)s: cancel the notice instead.",
                        product=allocation.product_id.display_name,
                        notice=allocation.sudo().notice_line_id.notice_id.name,
                    )
                )
            if allocation.done:
                raise UserError(
                    self.env._(
                        "%s was put aside already: nothing is left to take back.",
                        allocation.product_id.display_name,
                    )
                )
        self.sudo()._release()
        return True

    def _release(self):
        """Withdraw the open transfers and what was ordered for them; keep what is done."""
        texts = defaultdict(list)
        for allocation in self:
            texts[allocation.request_id].append(
                self.env._(
                    "%(product)s: %(documents)s taken back as far as it was not done.",
                    product=allocation.product_id.display_name,
                    documents=allocation.document_name or "-",
                )
            )
        self._waiting_moves()._action_cancel()
        self.shortage_id._withdraw()
        for allocation in self.exists():
            done = allocation._moved_quantity()
            if allocation.product_uom_id.compare(done, 0.0) > 0:
                allocation.quantity = min(done, allocation.quantity)
            else:
                allocation.unlink()
        for request, lines in texts.items():
            request.message_post(body="\n".join(lines))

    def _give_up(self, quantity):
        """An order gives back what it took before it was put aside: it is to be ordered again.

        :param quantity: in the unit of the product
        """
        self.ensure_one()
        left = self.quantity - self.product_id.uom_id._compute_quantity(
            quantity, self.product_uom_id
        )
        if self.product_uom_id.compare(left, 0.0) > 0:
            self.quantity = left
        else:
            self.unlink()

    def _return_held(self):
        """Let the warehouse bring held goods back into the free stock: one transfer a warehouse."""
        held = self._held()
        rows = self.filtered(lambda row: row.product_id.uom_id.compare(held[row.id], 0.0) > 0)
        for request, group in rows.grouped("request_id").items():
            request._make_transfer(
                request.warehouse_id.held_location_id,
                request.warehouse_id.lot_stock_id,
                [
                    {
                        "product_id": row.product_id.id,
                        "product_uom_qty": held[row.id],
                        "product_uom": row.product_id.uom_id.id,
                        "stocking_allocation_id": row.id,
                    }
                    for row in group
                ],
            )._action_assign()
