from datetime import datetime, time, timedelta

import pytz

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import lock_rows

from ..explosion import NOTHING, SUBCONTRACT, BomLoop, WorkDays, explode

# working days are looked up so many days around what is planned
MARGIN = timedelta(days=400)
PRODUCING = ("draft", "confirmed", "progress", "to_close")
ASKING = ("draft", "sent", "to approve")
MOVING = ("waiting", "confirmed", "partially_available", "assigned")


class PurchasePlan(models.Model):
    """What is needed, what is there and what comes: read in one go, then exploded (P5)."""

    _inherit = "purchase.plan"

    def action_calculate(self):
        """Calculate the lines of plans anew; what the planner had changed is gone (P5).

        :raise UserError: naming products that contain each other, or a calendar without working days;
            or when a plan was approved already
        :return: True
        """
        self.check_access("write")
        lock_rows(self)
        self._check_state("draft", "calculated")
        for plan in self:
            plan._calculate()
        return True

    def _calculate(self):
        self.ensure_one()
        # what is planned for is everybody's, whoever plans
        plan_sudo = self.sudo().with_company(self.company_id)
        needs = plan_sudo._demand()
        asked = plan_sudo._asked_lines()
        items, findings = plan_sudo._items({need[0] for need in needs} | set(asked.product_id.ids))
        work = plan_sudo._work_days()
        needs += plan_sudo._asked_parts(asked, items, work)
        try:
            rows = explode(
                needs,
                items,
                plan_sudo._stock(list(items)),
                plan_sudo._incoming(asked, list(items)),
                work,
                self.company_id._approval_today(),
            )
        except BomLoop as loop:
            names = plan_sudo.env["product.product"].browse(loop.path).mapped("display_name")
            raise UserError(
                self.env._(
                    "These products contain each other: %s. Correct their bills of materials and "
                    "calculate again.",
                    " → ".join(names),
                )
            ) from loop
        self.line_ids._drop()
        self._stamp(
            {
                "state": "calculated",
                "calculated_at": fields.Datetime.now(),
                "handed_before": len(self._handed_plans()),
                "findings": "\n".join(findings.general) or False,
            }
        )
        self.line_ids._make(
            [
                plan_sudo._line_values(row, findings)
                for row in rows
                if row.kind in ("buy", SUBCONTRACT)
            ]
        )
        self.invalidate_recordset(["line_ids"])

    # ------------------------------------------------------------------ time

    def _work_days(self):
        """The working days around what is planned; every day where the company has no calendar."""
        company, today = self.company_id, self.company_id._approval_today()
        calendar = company._approval_calendar()
        if not calendar:
            return WorkDays([])
        zone = pytz.timezone(company._approval_tz())
        first, last = (
            zone.localize(datetime.combine(day, time.min))
            for day in (today - MARGIN, max(self.date_to, today) + MARGIN)
        )
        found = calendar._work_intervals_batch(first, last, domain=company._approval_holidays())
        days = {
            moment.astimezone(zone).date()
            for start, stop, _meta in found[False]
            # what begins one day and ends another is work on both
            for moment in (start, stop - timedelta(seconds=1))
        }
        if not days:
            raise UserError(
                self.env._(
                    "The working calendar “%s” has no working day: nothing can be planned. Enter its "
                    "working hours first.",
                    calendar.name,
                )
            )
        return WorkDays(days)

    def _day(self, moment):
        """The day a moment lies on where the company works."""
        return self.company_id._approval_local(moment).date()

    # ------------------------------------------------------------------ what is needed

    def _demand(self):
        """Hook: what is needed until the end of the plan, as superuser.

        :return: list of ``(product id, day, quantity in the unit of the product, source)``; a source
            is ``(model, id, name)``: what the plan line opens and shows
        """
        needs = self._order_demand() + self._production_demand()
        if self.with_forecast:
            needs += self._forecast_demand()
        return [need for need in needs if need[1] <= self.date_to]

    def _order_demand(self):
        """What confirmed orders still wait for, on the day it is promised."""
        lines = self.env["sale.order.line"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("product_id.type", "=", "consu"),
                ("order_id.delivery_status", "!=", "full"),
            ]
        )
        lines = lines.filtered(
            lambda line: line.product_uom_id.compare(line.product_uom_qty, line.qty_delivered) > 0
        )
        if not self.with_waiting_orders:
            waiting = lines.order_id._start_reasons()
            lines = lines.filtered(lambda line: line.order_id.id not in waiting)
        return [
            (
                line.product_id.id,
                self._order_day(line),
                line.product_uom_id._compute_quantity(
                    line.product_uom_qty - line.qty_delivered, line.product_id.uom_id, round=False
                ),
                ("sale.order.line", line.id, line.order_id.name),
            )
            for line in lines
        ]

    def _order_day(self, line):
        """The day the customer was promised the goods, else the day by the lead time of the line."""
        order = line.order_id
        promised = line.promised_date or order.commitment_date
        return self._day(promised or order.date_order + timedelta(days=line.customer_lead or 0))

    def _production_demand(self):
        """Components of productions under way."""
        moves = self.env["stock.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("raw_material_production_id.state", "in", PRODUCING),
                ("state", "not in", ("done", "cancel")),
            ]
        )
        return [
            (
                move.product_id.id,
                self._day(move.date),
                move.product_qty,
                (
                    "mrp.production",
                    move.raw_material_production_id.id,
                    move.raw_material_production_id.name,
                ),
            )
            for move in moves
        ]

    def _forecast_demand(self):
        """What the forecast expects of a month beyond the orders that are promised for it."""
        if "sales.forecast" not in self.env:
            return []
        today = self.company_id._approval_today()
        products = self.env["product.product"].search(
            [
                ("sale_ok", "=", True),
                ("type", "=", "consu"),
                ("company_id", "in", [False, self.company_id.id]),
            ]
        )
        expected = self.env["sales.forecast"]._expected(
            self.company_id, products.ids, today, self.date_to
        )
        ordered = self._ordered_by_month({product for product, _month in expected}, today)
        return [
            (product, max(month, today), quantity - ordered.get((product, month), 0.0), source)
            for (product, month), quantity in expected.items()
            if quantity - ordered.get((product, month), 0.0) > NOTHING
            for source in [("sales.forecast", False, f"{month:%Y-%m}")]
        ]

    def _ordered_by_month(self, product_ids, today):
        """``{(product id, first day of month): quantity}`` of confirmed orders, delivered or not."""
        first = self.company_id._approval_midnight(today.replace(day=1))
        lines = self.env["sale.order.line"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "=", "sale")
            & Domain("product_id", "in", list(product_ids))
            & (
                Domain("promised_date", ">=", first)
                | Domain("promised_date", "=", False)
                & (
                    Domain("order_id.commitment_date", ">=", first)
                    | Domain("order_id.commitment_date", "=", False)
                    & Domain("order_id.date_order", ">=", first - timedelta(days=100))
                )
            )
        )
        ordered = {}
        for line in lines:
            key = (line.product_id.id, self._order_day(line).replace(day=1))
            ordered[key] = ordered.get(key, 0.0) + line.product_uom_id._compute_quantity(
                line.product_uom_qty, line.product_id.uom_id, round=False
            )
        return ordered

    # ------------------------------------------------------------------ what is there, what comes

    def _stock(self, product_ids):
        """``{product id: quantity}`` on hand; what waits for its return inspection is not there yet."""
        company = self.company_id
        kept_out = (
            self.env["stock.warehouse"]
            .with_context(active_test=False)
            .search([("company_id", "=", company.id)])
            .return_location_id
        )
        there = Domain("location_id.usage", "=", "internal") & Domain("company_id", "=", company.id)
        if kept_out:
            there &= ~Domain("location_id", "child_of", kept_out.ids)
        groups = self.env["stock.quant"]._read_group(
            there & Domain("product_id", "in", product_ids), ["product_id"], ["quantity:sum"]
        )
        return {product.id: quantity for product, quantity in groups}

    def _asked_lines(self):
        """Requests for quotation that will be ordered: of plans, or of somebody who waits for them."""
        return self.env["purchase.order.line"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", ASKING)
            & Domain("product_id.type", "=", "consu")
            & (
                Domain("purchase_plan_line_id", "!=", False)
                | Domain("orderpoint_id", "!=", False)
                | Domain("move_dest_ids", "!=", False)
                | Domain("sale_line_id", "!=", False)
            )
        )

    def _incoming(self, asked, product_ids):
        """``{product id: [(day, quantity)]}`` of what is under way: purchases, transfers, productions."""
        coming = {}
        for line in asked:
            left = line.product_uom_id._compute_quantity(
                line.product_qty, line.product_id.uom_id, round=False
            )
            if left > NOTHING and line.date_planned:
                coming.setdefault(line.product_id.id, []).append((line._arrival_day(), left))
        for move in self._receipts(product_ids):
            receipt = (self._day(move.date), move.product_qty)
            coming.setdefault(move.product_id.id, []).append(receipt)
        for product, receipts in self._in_transit(product_ids).items():
            coming.setdefault(product, []).extend(receipts)
        # what a subcontractor makes comes with its purchase
        own = Domain("bom_id", "=", False) | Domain("bom_id.type", "!=", SUBCONTRACT)
        productions = self.env["mrp.production"].search(
            own
            & Domain("company_id", "=", self.company_id.id)
            & Domain("state", "in", PRODUCING)
            & Domain("product_id", "in", product_ids)
        )
        for production in productions:
            left = production.product_uom_id._compute_quantity(
                production.product_qty - production.qty_produced,
                production.product_id.uom_id,
                round=False,
            )
            if left > NOTHING:
                day = self._day(production.date_finished or production.date_start)
                coming.setdefault(production.product_id.id, []).append((day, left))
        return coming

    def _receipts(self, product_ids):
        """What confirmed purchases still bring: receipts that were cancelled bring nothing."""
        moves = self.env["stock.move"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("purchase_line_id.state", "=", "purchase"),
                ("state", "in", MOVING),
                ("product_id", "in", product_ids),
            ]
        )
        return moves.filtered(lambda move: not move._is_purchase_return())

    def _in_transit(self, product_ids):
        """``{product id: [(day, quantity)]}`` of what left one warehouse for another.

        It arrives as its transfers say; what has none is there today.
        """
        transit = Domain("location_id.usage", "=", "transit")
        own = Domain("company_id", "=", self.company_id.id)
        products = Domain("product_id", "in", product_ids)
        groups = self.env["stock.quant"]._read_group(
            transit & own & products, ["product_id"], ["quantity:sum"]
        )
        left = {product.id: quantity for product, quantity in groups if quantity > NOTHING}
        arrivals = {product: [] for product in left}
        moves = self.env["stock.move"].search(
            transit & own & Domain("product_id", "in", list(left)) & Domain("state", "in", MOVING),
            order="date, id",
        )
        for move in moves:
            product = move.product_id.id
            taken = min(move.product_qty, left[product])
            left[product] -= taken
            arrivals[product].append((self._day(move.date), taken))
        today = self.company_id._approval_today()
        for product, quantity in left.items():
            arrivals[product].append((today, quantity))
        return arrivals

    def _asked_parts(self, asked, items, work):
        """What subcontractors need for what is asked but not ordered: no production knows it yet."""
        needs = []
        for line in asked:
            item = items.get(line.product_id.id)
            if not item or item.kind != SUBCONTRACT or not line.date_planned:
                continue
            lead = min((offer.lead for offer in item.offers), default=0)
            quantity = line.product_uom_id._compute_quantity(
                line.product_qty, line.product_id.uom_id, round=False
            )
            day = work.before(line._arrival_day(), lead)
            source = ("purchase.order", line.order_id.id, line.order_id.name)
            needs += [(part, day, quantity * each, source) for part, each in item.parts]
        return [need for need in needs if need[1] <= self.date_to]

    # ------------------------------------------------------------------ lines

    def _line_values(self, row, findings):
        """A row of the explosion as values of a line."""
        product = self.env["product.product"].browse(row.product)
        seller = self.env["product.supplierinfo"].browse(row.offer.key if row.offer else False)
        unit = seller.product_uom_id or product.uom_id
        currency = seller.currency_id or self.company_id.currency_id
        quantity = product.uom_id._compute_quantity(row.quantity, unit, rounding_method="UP")
        price = seller.price * (1 - seller.discount / 100)
        return {
            "plan_id": self.id,
            "product_id": product.id,
            "kind": row.kind,
            "level": row.level,
            "date_needed": row.day,
            "gross": row.gross,
            "from_stock": row.stock,
            "from_incoming": row.incoming,
            "net": row.net,
            "incoming_late_on": row.late,
            "planned_quantity": quantity,
            "quantity": quantity,
            "purchase_uom_id": unit.id,
            "seller_id": seller.id,
            "planned_partner_id": seller.partner_id.id,
            "partner_id": seller.partner_id.id,
            "currency_id": currency.id,
            "planned_price": price,
            "price_unit": price,
            "lead_days": row.lead,
            "order_by": row.order_by,
            "is_late": bool(row.order_by) and row.order_by < self.company_id._approval_today(),
            "problem": " ".join(findings.of_row(self.env, product, row)) or False,
            "pegs": [
                {"model": source[0], "id": source[1], "name": source[2], "quantity": round(part, 6)}
                for source, part in row.sources.items()
                if source
            ],
            "order_line_ids": [
                source[1] for source in row.sources if source and source[0] == "sale.order.line"
            ],
        }
