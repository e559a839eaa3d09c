from odoo import Command, fields, models

from .production_schedule import BEGUN


class ProductionScheduleLine(models.Model):
    """Approved rows become manufacturing orders, whose work orders stand where they were planned (P4)."""

    _inherit = "production.schedule.line"

    def _make_productions(self):
        """One production for each row that we make; those there are take the new dates.

        As superuser: the decision on the schedule makes them. What may not begin yet stays unplanned
        and says why; it takes its place when it is confirmed.

        :return: the ``mrp.production`` records
        """
        made = self.filtered(lambda line: line.kind == "make")
        new = made.filtered(lambda line: not line.production_id)
        productions = self.env["mrp.production"].create(
            [line._prepare_production_vals() for line in new]
        )
        for line, production in zip(new, productions, strict=True):
            line._stamp({"production_id": production.id})
        new._bind_material()
        # what brings material first
        waiting = made.filtered(lambda line: not line._has_begun())
        for _depth, lines in sorted(waiting.grouped(lambda line: line._depth()).items())[::-1]:
            lines.production_id._begin_as_scheduled()
        made._stamp({"is_placed": True, "failure": False})
        return made.production_id

    def _depth(self):
        return 1 + self.parent_id._depth() if self.parent_id else 0

    def _prepare_production_vals(self):
        """Hook: values of the production that makes a row."""
        self.ensure_one()
        top = self._top()
        lines = top.order_line_ids
        warehouses = self.env["stock.warehouse"]
        warehouse = lines.order_id.warehouse_id[:1] or warehouses.search(
            [("company_id", "=", self.company_id.id)], limit=1
        )
        # a bill that companies share may name the operations of one of them
        kind = self.bom_id.picking_type_id.filtered(lambda kind: kind.company_id == self.company_id)
        kind = kind or warehouse.manu_type_id
        values = {
            "product_id": self.product_id.id,
            "product_qty": self.quantity,
            "product_uom_id": self.uom_id.id,
            "bom_id": self.bom_id.id,
            "picking_type_id": kind.id,
            "company_id": self.company_id.id,
            "origin": f"{self.schedule_id.name} {top.notice_line_id.notice_id.name or ''}".strip(),
            "date_start": self.date_start,
            "date_finished": self.date_finish,
            "date_deadline": top.date_needed,
            "user_id": False,
            "reference_ids": [Command.set(self._references(lines.order_id).ids)],
        }
        if len(lines) == 1 and not self.parent_id:
            values["sale_line_id"] = lines.id
        return values

    def _references(self, orders):
        """The references by which orders and productions know each other."""
        references = orders.stock_reference_ids
        for order in orders.filtered(lambda order: not order.stock_reference_ids):
            references |= references.create(
                {"name": order.name, "sale_ids": [Command.link(order.id)]}
            )
        return references

    def _bind_material(self):
        """What is made for a row goes into its production, where it is all that the row needs."""
        for line in self.filtered("parent_id"):
            moves = line.parent_id.production_id.move_raw_ids.filtered(
                lambda move, line=line: move.product_id == line.product_id
            )
            finished = line.production_id.move_finished_ids.filtered(
                lambda move, line=line: move.product_id == line.product_id
            )
            needed = sum(moves.mapped("product_qty"))
            if len(moves) == 1 and line.uom_id.compare(line.quantity, needed) >= 0:
                moves.move_orig_ids = [Command.link(move.id) for move in finished]


class MrpProduction(models.Model):
    """A production that was scheduled stands where the schedule in force puts it (P4)."""

    _inherit = "mrp.production"

    schedule_line_ids = fields.One2many(
        "production.schedule.line",
        "production_id",
        string="Schedule Rows",
        groups="sale_order_flow.group_flow_user",
    )

    def action_confirm(self):
        result = super().action_confirm()
        scheduled = self.sudo().filtered(
            lambda production: production.state == "confirmed" and production._row_in_force()
        )
        for production in scheduled:
            if text := production._row_in_force()._past_text():
                production.message_post(body=text)
                scheduled -= production
        scheduled._take_scheduled_place()
        return result

    def _row_in_force(self):
        return self.schedule_line_ids.filtered(lambda line: line.schedule_id.state == "approved")[
            :1
        ]

    def _begin_as_scheduled(self):
        """Confirm and plan them, or say why they have to wait."""
        drafts = self.filtered(lambda production: production.state == "draft")
        reasons = drafts._why_not_yet()
        for production in drafts.browse(reasons):
            production.message_post(
                body=self.env._(
                    "Scheduled, but it cannot begin yet. It takes its place when it is confirmed: %s",
                    reasons[production.id],
                )
            )
        free = drafts.filtered(lambda production: production.id not in reasons)
        if free:
            free.action_confirm()
        # on hold or not: they stand where they are planned
        (self - drafts)._take_scheduled_place()

    def _why_not_yet(self):
        """What keeps productions from being confirmed: their orders, or a decision of their own.

        :return: ``{production id: sentences}`` of those that have to wait
        """
        reasons = {id_: [text] for id_, text in self._start_hold_reasons().items() if text}
        asks = self and hasattr(self, "_approval_reasons")
        if asks and "confirm" in self._approval_operations():
            for id_, texts in self._approval_reasons("confirm").items():
                if texts:
                    reasons.setdefault(id_, []).extend(texts)
        return {id_: " ".join(texts) for id_, texts in reasons.items()}

    def _take_scheduled_place(self):
        """Plan the work orders where the schedule puts them, as superuser."""
        for production in self:
            line = production._row_in_force()
            if not line or production.state in (*BEGUN, "cancel"):
                continue
            production._link_workorders_and_moves()
            places = line.operation_ids.grouped("operation_id")
            for workorder in production.workorder_ids:
                if place := places.get(workorder.operation_id):
                    workorder._take_place(place)
            production.with_context(force_date=True).write(
                {"date_start": line.date_start, "date_finished": line.date_finish}
            )


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def _take_place(self, operation):
        """Stand where an operation of the schedule does."""
        self.ensure_one()
        if self.workcenter_id != operation.workcenter_id:
            self.workcenter_id = operation.workcenter_id
        self.with_context(bypass_duration_calculation=True).write(
            {
                "duration_expected": operation.duration,
                "date_start": operation.date_start,
                "date_finished": operation.date_end,
            }
        )
