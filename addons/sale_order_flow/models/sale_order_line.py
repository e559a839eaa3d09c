from collections import defaultdict

from odoo import fields, models
from odoo.fields import Domain


class SaleOrderLine(models.Model):
    """The start gate, and what of a line was noticed and shipped."""

    _name = "sale.order.line"
    _inherit = [
        "sale.order.line",
        "approval.line.mixin",
        "order.flow.document",
        "order.lateness",
    ]

    _approval_parent = "order_id"
    _stamps_derived = False
    _stamped = frozenset(
        {
            "launched_quantity",
            "started_quantity",
            "is_non_standard",
            "technical_contact_id",
            "promised_date",
            "planned_date",
            "worry_date",
            "refunded_quantity",
        }
    )

    delivery_notice_line_ids = fields.One2many(
        "sale.delivery.notice.line",
        "order_line_id",
        string="Delivery Notice Lines",
        copy=False,
        groups="sale_order_flow.group_flow_user,stock.group_stock_user",
    )
    launched_quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        string="Quantity Started",
        help="The quantity whose supply the assistant has started.",
    )

    # ------------------------------------------------------------------ quantities

    def _needs_delivery(self):
        """Whether the line is goods that leave through the warehouse."""
        self.ensure_one()
        return (
            not self.display_type
            and not self.is_downpayment
            and self.product_id.type == "consu"
            and self.qty_delivered_method == "stock_move"
        )

    def _noticed_quantities(self):
        """``{line id: quantity in issued delivery notices}``, read from the notices themselves."""
        groups = (
            self.env["sale.delivery.notice.line"]
            .sudo()
            ._read_group(
                [("order_line_id", "in", self.ids), ("notice_id.state", "=", "issued")],
                ["order_line_id"],
                ["quantity:sum"],
            )
        )
        return {line.id: quantity for line, quantity in groups}

    def _moved_quantities(self, domain, by="sale_line_id"):
        """``{line id: quantity of done moves}`` in the unit of each line; of kits, the complete ones.

        :param by: field of ``stock.move`` to sum by instead; its records name their ``order_line_id``
        """
        groups = (
            self.env["stock.move"]
            .sudo()
            ._read_group(
                Domain("sale_line_id", "in", self.ids) & Domain("state", "=", "done") & domain,
                [by, "product_id", "product_uom", "location_id", "location_dest_id"],
                ["quantity:sum"],
            )
        )
        places = self.env["stock.location"].sudo().union(*(row[3] | row[4] for row in groups))
        outside = places.filtered(lambda location: location._is_outgoing())
        moved, parts = defaultdict(float), defaultdict(lambda: defaultdict(float))
        for key, product, unit, source, target, quantity in groups:
            if (source in outside) == (target in outside):
                continue
            line = key if by == "sale_line_id" else key.order_line_id
            if product == line.product_id:
                moved[key.id] += unit._compute_quantity(
                    quantity,
                    line.product_uom_id,
                    rounding_method="HALF-UP",
                )
            else:
                parts[key, line][product] += unit._compute_quantity(
                    quantity, product.uom_id, rounding_method="HALF-UP"
                )
        for (key, line), found in parts.items():
            moved[key.id] += line._complete_kits(found)
        return moved

    def _parts_per_unit(self):
        """Hook: what leaves instead of the product of the line, where it is a kit.

        :return: ``{product: quantity in its unit}`` for one unit of the line; empty for no kit
        """
        self.ensure_one()
        return {}

    def _complete_kits(self, parts):
        """How many kits of the line ``parts`` make, in the unit of the line.

        :param parts: ``{product: quantity in its unit}``
        """
        self.ensure_one()
        kits = [parts.get(part, 0.0) / needed for part, needed in self._parts_per_unit().items()]
        return self.product_uom_id.round(min(kits, default=0.0), rounding_method="DOWN")

    def _shipped_parts(self):
        """``{product: quantity in its unit}`` of the components of a kit that left already."""
        self.ensure_one()
        moves = self.sudo().move_ids.filtered(
            lambda move: move.state == "done" and move.product_id != self.product_id
        )
        left = defaultdict(float)
        for move in moves._leaving_customers():
            left[move.product_id] += move.product_uom._compute_quantity(
                move.quantity, move.product_id.uom_id, rounding_method="HALF-UP"
            )
        return left

    def _shipped_quantities(self):
        """``{line id: quantity that left for the customer}``, returns not deducted.

        What came back and leaves once more needs a notice of its own.
        """
        return self._moved_quantities(
            Domain("location_dest_id.usage", "in", ("customer", "transit"))
        )

    def _returned_quantities(self):
        """``{line id: quantity that came back from the customer}``."""
        return self._moved_quantities(Domain("location_id.usage", "in", ("customer", "transit")))

    def _unnoticed_quantities(self, noticed=None):
        """``{line id: quantity ordered, or returned, that no delivery notice covers yet}``.

        :param noticed: as :meth:`_noticed_quantities` answers, where it was asked already
        """
        lines = self.filtered(lambda line: line._needs_delivery())
        noticed = lines._noticed_quantities() if noticed is None else noticed
        returned = lines._returned_quantities()
        return {
            line.id: max(
                line.product_uom_qty + returned.get(line.id, 0.0) - noticed.get(line.id, 0.0),
                0.0,
            )
            for line in lines
        }

    def _quantities_without_payment(self):
        """Hook: how much of each line may leave before it is paid.

        By default all of a line whose order ``_ships_without_payment()``; extend to allow only the
        quantities that were approved.

        :return: ``{line id: quantity in the unit of the line}``
        """
        orders = self.order_id._ships_without_payment()
        return {line.id: line.product_uom_qty for line in self if line.order_id.id in orders}

    def _unpaid_limits(self):
        """``{line id: quantity that may leave before it is paid}``, overrides of the gate included.

        A gate opened by decision lets all of the order go, whatever else was decided on parts of it.
        """
        allowed = self._quantities_without_payment()
        orders = self.order_id
        overrides = orders._gate_overrides("payment")
        opened = orders.browse([order.id for order in overrides])
        missing = opened._payment_missing() if opened else {}
        decided = opened._amount_overridden("payment", missing) if missing else {}
        for line in self.filtered(lambda line: line.order_id.id in decided):
            allowed[line.id] = line.product_uom_qty
        return allowed

    # ------------------------------------------------------------------ start gate

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Nothing that confirmation, a later line or a raised quantity would launch starts before
        the assistant's delivery notice (F11).
        """
        held = self.filtered(lambda line: line.order_id._is_in_flow())
        if held and not self.env.context.get("skip_procurement"):
            held._launch_supply()
        return super(SaleOrderLine, self - held)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty,
        )

    def _launchable_quantities(self):
        """Hook: ``{line id: quantity whose supply may be started}``: what was noticed, or is made
        to the customer's wishes and was started.
        """
        noticed = self._noticed_quantities()
        returned = self._returned_quantities()
        return {
            line.id: min(
                max(noticed.get(line.id, 0.0), line.started_quantity),
                line.product_uom_qty + returned.get(line.id, 0.0),
            )
            for line in self
        }

    def _launch_supply(self):
        """Bring what is launched in line with what may be: locked orders included, twice as safe.

        Called at every change: a notice issued or cancelled, a quantity changed.
        """
        lines = self.filtered(lambda line: line.state == "sale" and line._needs_delivery())
        launchable = lines._launchable_quantities()
        closed = lines.order_id._start_reasons()
        procurements = []
        for line in lines.sudo():
            line = line.with_company(line.company_id)
            if not (launchable[line.id] or line.launched_quantity or line.move_ids):
                continue  # as when an order is confirmed: nothing to start, nothing started
            missing = launchable[line.id] - line._supplied_quantity()
            more = line.product_uom_id.compare(missing, 0.0)
            if not more or (more > 0 and line.order_id.id in closed):
                continue
            if not line.order_id.stock_reference_ids:
                self.env["stock.reference"].sudo().create(line._prepare_reference_vals())
            quantity, unit = line.product_uom_id._adjust_uom_quantities(
                missing, line.product_id.uom_id
            )
            procurements += line._create_procurements(
                quantity, unit, line._prepare_procurement_values()
            )
            line._stamp({"launched_quantity": launchable[line.id]})
        if procurements:
            self.env["stock.rule"].run(procurements)
            lines.sudo().order_id.picking_ids.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            ).action_confirm()

    def _supplied_quantity(self):
        """What was launched before, whether it came back or not."""
        self.ensure_one()
        supplied = self._get_qty_procurement({self.id: self.launched_quantity})
        _outgoing, incoming = self._get_outgoing_incoming_moves(strict=False)
        return supplied + sum(
            move.product_uom._compute_quantity(
                move.quantity if move.state == "done" else move.product_uom_qty,
                self.product_uom_id,
                rounding_method="HALF-UP",
            )
            for move in incoming
        )
