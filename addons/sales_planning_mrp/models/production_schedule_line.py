from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_datetime

from .production_schedule import BEGUN

# what a row is made for is said when it is taken in
MADE_FOR = {"schedule_id", "notice_line_id", "product_id"}


class ProductionScheduleLine(models.Model):
    """One production of a schedule: of a notice, or of the material of another row (P4)."""

    _name = "production.schedule.line"
    _description = "Row of a Production Schedule"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "schedule_id desc, sequence, id"
    _rec_name = "product_id"
    _check_company_auto = True

    _approval_parent = "schedule_id"
    _stamped = frozenset(
        {
            "parent_id",
            "previous_line_id",
            "kind",
            "material_date",
            "earliest_start",
            "date_start",
            "date_finish",
            "problem",
            "material_note",
            "production_id",
            "previous_finish",
            "is_placed",
            "failure",
        }
    )

    schedule_id = fields.Many2one(
        "production.schedule", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="schedule_id.company_id", store=True, index=True)
    schedule_state = fields.Selection(related="schedule_id.state", string="State of the Schedule")
    sequence = fields.Integer(default=10)
    notice_line_id = fields.Many2one(
        "production.notice.line",
        string="Noticed",
        index="btree_not_null",
        ondelete="restrict",
        readonly=True,
        check_company=True,
    )
    parent_id = fields.Many2one(
        "production.schedule.line",
        string="Material Of",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
    )
    child_ids = fields.One2many("production.schedule.line", "parent_id", string="Material Rows")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, check_company=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    bom_id = fields.Many2one(
        "mrp.bom",
        string="Bill of Materials",
        check_company=True,
        ondelete="restrict",
        domain="[('type', 'in', ('normal', 'subcontract')), '|', ('product_id', '=', product_id),"
        " '&', ('product_id', '=', False), ('product_tmpl_id.product_variant_ids', 'in', product_id)]",
    )
    kind = fields.Selection(
        [("make", "Made by Us"), ("subcontract", "Subcontracted")],
        readonly=True,
        string="How",
    )
    quantity = fields.Float(digits="Product Unit", required=True)
    date_needed = fields.Datetime(help="By when it has to be finished.", string="Needed By")
    material_date = fields.Datetime(readonly=True, string="Material There On")
    material_note = fields.Text(readonly=True, string="When Material Comes")
    earliest_start = fields.Datetime(readonly=True)
    date_start = fields.Datetime(readonly=True, string="Planned Start")
    date_finish = fields.Datetime(readonly=True, string="Planned Finish")
    late_days = fields.Float(
        compute="_compute_late_days",
        store=True,
        digits=(16, 1),
        string="Late By (Days)",
        help="Days from when it is needed to its planned finish.",
    )
    problem = fields.Text(readonly=True)
    operation_ids = fields.One2many("production.schedule.operation", "line_id", string="Operations")
    production_id = fields.Many2one(
        "mrp.production",
        string="Manufacturing Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    is_placed = fields.Boolean(
        readonly=True,
        copy=False,
        string="In Manufacturing",
        help="Its manufacturing order was made, and stands where the schedule puts it.",
    )
    failure = fields.Text(readonly=True, copy=False, string="Why It Was Not Made")
    production_state = fields.Selection(related="production_id.state", string="Production")
    order_line_ids = fields.Many2many(related="notice_line_id.order_line_ids")
    order_names = fields.Char(related="notice_line_id.order_names", string="Sales Orders")
    previous_line_id = fields.Many2one(
        "production.schedule.line", readonly=True, copy=False, ondelete="set null"
    )
    previous_finish = fields.Datetime(readonly=True, copy=False, string="Finish Before")
    shift_days = fields.Float(
        compute="_compute_shift_days",
        store=True,
        digits=(16, 1),
        string="Moves By (Days)",
        help="From the finish of the schedule before to the one of this: below zero, earlier.",
    )
    promised_date = fields.Datetime(compute="_compute_hurts", store=True, string="Promised")
    hurts = fields.Boolean(
        compute="_compute_hurts",
        store=True,
        help="It is finished after a customer was promised it.",
    )

    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Quantities are above zero.")
    _noticed_once = models.UniqueIndex(
        "(schedule_id, notice_line_id) WHERE notice_line_id IS NOT NULL",
        "A row of a notice is scheduled once.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("date_needed", "date_finish")
    def _compute_late_days(self):
        for line in self:
            late = line.date_needed and line.date_finish and line.date_finish > line.date_needed
            line.late_days = late and (line.date_finish - line.date_needed) / timedelta(days=1)

    @api.depends("previous_finish", "date_finish")
    def _compute_shift_days(self):
        for line in self:
            both = line.previous_finish and line.date_finish
            line.shift_days = both and (line.date_finish - line.previous_finish) / timedelta(days=1)

    @api.depends("date_finish", "notice_line_id.order_line_ids.promised_date")
    def _compute_hurts(self):
        for line in self:
            dates = line.sudo().notice_line_id.order_line_ids.mapped("promised_date")
            line.promised_date = min(filter(None, dates), default=False)
            line.hurts = bool(
                line.promised_date and line.date_finish and line.date_finish > line.promised_date
            )

    @api.depends("product_id", "schedule_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.schedule_id.name} · {line.product_id.display_name}"

    # ------------------------------------------------------------------ who enters what

    def write(self, vals):
        if not self.env.su and vals:
            self.schedule_id._check_draft()
            self._check_change(vals.keys())
        result = super().write(vals)
        if not {"bom_id", "quantity", "date_needed"}.isdisjoint(vals):
            self.schedule_id._stamp({"calculated_at": False})
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        if self.env.su:
            return
        self.schedule_id._check_draft()
        self._check_not_in_production()
        self.schedule_id._stamp({"calculated_at": False})

    def _check_change(self, names):
        """What dispatch may change of a row.

        :param names: names of the fields that are written
        :raise UserError: for what a row is made for, what is in production, and what follows from
            the row that it brings material to
        """
        if not MADE_FOR.isdisjoint(names):
            raise UserError(
                self.env._(
                    "A row of a schedule stays what it was made for. Remove it and take in another notice."
                )
            )
        if not {"bom_id", "quantity"}.isdisjoint(names):
            self._check_not_in_production()
        material = self.filtered("parent_id")
        if material and not {"quantity", "date_needed"}.isdisjoint(names):
            raise UserError(
                self.env._(
                    "Quantity and date of %(product)s follow from the row of %(parent)s.",
                    product=material[0].product_id.display_name,
                    parent=material[0].parent_id.product_id.display_name,
                )
            )

    def _check_not_in_production(self):
        for line in self.sudo():
            if line.production_id.state not in (False, "done", "cancel"):
                raise UserError(
                    self.env._(
                        "%(product)s is in %(production)s already. Change or cancel the manufacturing "
                        "order first.",
                        product=line.product_id.display_name,
                        production=line.production_id.name,
                    )
                )

    @api.model
    def _taken(self, rows):
        """Those of the rows of notices that need no schedule any more.

        Nothing is to be made of them, they are in a schedule that is being made or in force, or they
        went into production before it was planned anew.
        """
        live = Domain("schedule_id.state", "in", ("draft", "approved"))
        live |= Domain("schedule_id.state", "=", "replaced") & Domain("production_id", "!=", False)
        found = self.sudo().search(Domain("notice_line_id", "in", rows.ids) & live)
        over = rows.filtered(lambda row: row.is_made or not row.to_produce)
        return over | rows.browse(found.notice_line_id.ids)

    def _newest(self):
        """Of rows that were approved and planned anew, those of the newest plan."""
        approved = self.filtered(lambda row: row.schedule_id.state in ("approved", "replaced"))
        # asked of one row of a notice after the other: all of them are read at once
        approved = approved.with_prefetch(self._prefetch_ids)
        return (approved - approved.previous_line_id).with_prefetch(self._prefetch_ids)

    def _is_made(self):
        """Whether there is nothing left to do for the row."""
        self.ensure_one()
        if self.kind == "subcontract":
            received = sum(self.notice_line_id.purchase_ids.mapped("received"))
            return self.uom_id.compare(received, self.quantity) >= 0
        return self.production_id.state in ("done", "cancel")

    def _is_over(self):
        """Whether it is made, or what it brings material to is."""
        return self._is_made() or bool(self.parent_id) and self.parent_id._is_over()

    def _top(self):
        """The row that all of this is made for."""
        self.ensure_one()
        return self.parent_id._top() if self.parent_id else self

    def _to_place(self):
        """The rows that we make, whose production is not made or not in its place."""
        return self.filtered(lambda line: line.kind == "make" and not line.is_placed)

    def _has_begun(self):
        """Whether it is being made, or was: such rows keep their place."""
        self.ensure_one()
        return self.production_id.state in BEGUN

    def _past_text(self):
        """Why the row cannot be made as it was planned any more; an empty text when it can."""
        self.ensure_one()
        now = fields.Datetime.now()
        today = self.company_id._approval_midnight(self.company_id._approval_today())
        begins = self.date_start and self.date_start < today
        ends = any(moment <= now for moment in self.operation_ids.mapped("date_end"))
        if self._has_begun() or not (begins or ends):
            return ""
        return self.env._(
            "%(product)s (%(quantity)s %(unit)s): it was to begin %(start)s, which is past. Calculate it "
            "anew.",
            product=self.product_id.display_name,
            quantity=self.quantity,
            unit=self.uom_id.name,
            start=self._moment_text(self.date_start),
        )

    def _moment_text(self, moment):
        """A moment on the clock of the company, whoever reads it."""
        return format_datetime(
            self.env, moment, tz=self.company_id._approval_tz(), dt_format="short"
        )

    def _lateness_text(self):
        self.ensure_one()
        return self.env._(
            "%(product)s is finished %(finish)s, needed %(needed)s (%(orders)s).",
            product=self.product_id.display_name,
            finish=self._moment_text(self.date_finish),
            needed=self._moment_text(self.promised_date or self.date_needed),
            orders=", ".join(self.sudo().order_line_ids.order_id.mapped("name")) or "-",
        )

    # ------------------------------------------------------------------ planning anew

    def _copy_to(self, revision):
        """The rows that are not finished, in the new schedule, with the productions they have."""
        copies = {}
        rest = self.filtered(lambda line: not line.sudo()._is_over())
        for line in rest.sorted(lambda line: line.parent_id.id):
            copies[line] = self.sudo().create(
                {
                    "schedule_id": revision.id,
                    "sequence": line.sequence,
                    "notice_line_id": line.notice_line_id.id,
                    "product_id": line.product_id.id,
                    "bom_id": line.bom_id.id,
                    "quantity": line.quantity,
                    "date_needed": line.date_needed,
                }
            )
        for line, copy in copies.items():
            copy._stamp(
                {
                    "parent_id": copies.get(line.parent_id, self.browse()).id,
                    "kind": line.kind,
                    "production_id": line.production_id.id,
                    "previous_line_id": line.id,
                    "previous_finish": line.date_finish,
                    "date_start": line.date_start,
                    "date_finish": line.date_finish,
                }
            )

    # ------------------------------------------------------------------ what is told

    def _tell_sales(self):
        """Salespeople and assistants learn when the goods are finished, and whom a change hurts."""
        for notice, lines in self.grouped(lambda line: line.notice_line_id.notice_id).items():
            moved = lines.filtered(lambda line: not line.previous_finish or line.shift_days)
            if notice and moved:
                lines._tell_notice(notice.sudo(), moved)

    def _tell_notice(self, notice, lines):
        roles = self.env["approval.role"]
        people = (
            notice.user_id
            | lines.sudo().order_line_ids.order_id.user_id
            | roles._people("sales_assistant", notice.company_id)
        )
        texts = [
            self.env._(
                "%(product)s: finished %(finish)s",
                product=line.product_id.display_name,
                finish=line._moment_text(line.date_finish),
            )
            + (" — " + self.env._("later than promised") if line.hurts else "")
            for line in lines
        ]
        notice.message_post(
            body=self.env._(
                "%(schedule)s was approved. %(rows)s",
                schedule=lines.schedule_id.name,
                rows="; ".join(texts),
            ),
            partner_ids=people.partner_id.ids,
        )


class ProductionNoticeLine(models.Model):
    _inherit = "production.notice.line"

    def _prepare_schedule_line(self, schedule, bom):
        """Values of the row that makes what statistics found has to be made, by a ``mrp.bom``."""
        self.ensure_one()
        company = self.company_id
        return {
            "schedule_id": schedule.id,
            "notice_line_id": self.id,
            "product_id": self.product_id.id,
            "bom_id": bom.id,
            "quantity": self.to_produce,
            # finished by the end of the day; that nobody entered one is told at the row
            "date_needed": self.date_needed
            and company._approval_midnight(self.date_needed + timedelta(days=1))
            - timedelta(seconds=1),
        }
