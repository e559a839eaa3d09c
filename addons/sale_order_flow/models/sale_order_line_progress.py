from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """What a line was promised for and when it is expected, each from its own source (F12).

    Expected dates are computed from the transfers, and through :meth:`_flow_expected_dates` from
    the purchases and productions of other addons; promises are made by people and keep their
    history (``sale.order.promise``).
    """

    _inherit = "sale.order.line"

    _lateness_fields = ("worry_date", "promised_date", "planned_date")

    tracker_id = fields.Many2one(
        "res.users",
        compute="_compute_tracker_id",
        store=True,
        readonly=False,
        index="btree_not_null",
        domain="[('share', '=', False)]",
        help="Follows this line until it is delivered. By default the tracker of the product "
        "category.",
    )
    promised_date = fields.Datetime(
        compute="_compute_promised_date",
        store=True,
        string="Promised",
        help="What the customer was promised last for this line, or else for the order.",
    )
    planned_date = fields.Datetime(
        compute="_compute_planned_date",
        store=True,
        string="Expected",
        help="When the goods leave by the documents as they stand.",
    )
    worry_date = fields.Datetime(
        compute="_compute_worry_date",
        store=True,
        index="btree_not_null",
        help="Since when, or from when on, the line is late: the promised date, or the moment it "
        "was found out that the goods are expected later. Empty when nothing is left to deliver.",
    )

    @api.depends("product_id")
    def _compute_tracker_id(self):
        for line in self:
            if not line.tracker_id or line.product_id != line._origin.product_id:
                line.tracker_id = line.product_id.categ_id._tracker(line.company_id)

    @api.depends(
        "order_id.order_flow",
        "order_id.commitment_date",
        "order_id.promise_ids.new_date",
        "order_id.promise_ids.line_id",
        "order_id.promise_ids.consent_state",
    )
    def _compute_promised_date(self):
        self.promised_date = False
        for line in self.filtered(lambda line: line.order_id._is_in_flow()):
            promises = line.order_id.sudo().promise_ids._in_force().sorted("id")
            own = promises.filtered(
                lambda promise, line=line: not promise.line_id or promise.line_id == line._origin
            )
            line.promised_date = own[-1:].new_date or line.order_id.commitment_date

    @api.depends("order_id.order_flow", "move_ids.date", "move_ids.state", "move_ids.location_id")
    def _compute_planned_date(self):
        # outside the order flow nothing is stored, and nothing is read but that
        lines = self.filtered(lambda line: line.order_id._is_in_flow())
        dates = lines._flow_expected_dates() if lines else {}
        for line in self:
            line.planned_date = dates.get(line._origin.id, False)

    def _flow_expected_dates(self):
        """Hook: when the last of each line leaves, from the documents that bring and ship it.

        Extend with ``super()``, the later date wins; extend ``_compute_planned_date`` with what the
        answer depends on.

        :return: ``{line id: datetime in UTC}``; lines without an open document are left out
        """
        moves = self.sudo().move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        # asked once a place, not once a move
        outside = moves.location_id.filtered(lambda location: location._is_outgoing())
        moves = moves.filtered(lambda move: move.location_id not in outside)
        return {
            line.id: max(own.mapped("date")) for line, own in moves.grouped("sale_line_id").items()
        }

    @api.depends(
        "state", "promised_date", "planned_date", "qty_delivered", "product_uom_qty", "product_id"
    )
    def _compute_worry_date(self):
        now = fields.Datetime.now()
        for line in self:
            promised, before = line.promised_date, line._origin.worry_date
            if not promised or not line._is_owed():
                line.worry_date = False
            elif not line.planned_date or line.planned_date <= promised:
                line.worry_date = promised
            else:
                # found out now, unless it was before
                line.worry_date = min(filter(None, (promised, before, now)))

    def _is_owed(self):
        """Whether goods of a confirmed line are still to be delivered."""
        self.ensure_one()
        return (
            self.state == "sale"
            and self._needs_delivery()
            and self.product_uom_id.compare(self.product_uom_qty, self.qty_delivered) > 0
        )
