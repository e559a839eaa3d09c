from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import touch_rows, without_defaults

from .production_notice import HANDED_OVER, STATISTICS

FIGURES = ("stock_quantity", "owed_quantity", "coming_quantity")


class ProductionNoticeLine(models.Model):
    """One product that sales asks for, by when, for which order lines (P3).

    ``quantity`` is what sales asks for; ``to_produce`` what production statistics found has to be made.
    """

    _name = "production.notice.line"
    _description = "Line of a Production Notice"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "notice_id desc, sequence, id"
    _rec_name = "product_id"
    _check_company_auto = True

    _approval_parent = "notice_id"
    _stamped = frozenset(FIGURES)

    notice_id = fields.Many2one("production.notice", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="notice_id.company_id", store=True, index=True)
    notice_state = fields.Selection(related="notice_id.state", string="State of the Notice")
    sequence = fields.Integer(default=10)
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        index=True,
        domain="[('type', '=', 'consu')]",
    )
    quantity = fields.Float(required=True, default=1.0, digits="Product Unit")
    product_uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        compute="_compute_product_uom_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    date_needed = fields.Date(string="Needed By", copy=False)
    order_line_ids = fields.Many2many(
        "sale.order.line",
        "production_notice_line_order_rel",
        "notice_line_id",
        "order_line_id",
        string="Order Lines",
        copy=False,
        check_company=True,
    )
    stock_quantity = fields.Float(
        readonly=True, copy=False, digits="Product Unit", string="Free Stock"
    )
    owed_quantity = fields.Float(readonly=True, copy=False, digits="Product Unit", string="Owed")
    coming_quantity = fields.Float(
        readonly=True,
        copy=False,
        digits="Product Unit",
        string="Coming",
        help="From vendors, or in production.",
    )
    to_produce = fields.Float(
        copy=False,
        digits="Product Unit",
        help="In the unit of the product. Entered by production statistics; what sales asked for, as "
        "long as nobody says otherwise.",
    )
    product_quantity = fields.Float(
        compute="_compute_product_quantity",
        store=True,
        digits="Product Unit",
        string="Asked For, in the Unit of the Product",
    )
    schedule_line_ids = fields.One2many(
        "production.schedule.line",
        "notice_line_id",
        string="Schedule Lines",
        groups="sales_planning_mrp.group_production_reader",
    )
    order_names = fields.Char(
        compute="_compute_order_names",
        compute_sudo=True,
        string="Sales Orders",
        help="Whose orders the row is for; none for a forecast.",
    )
    date_planned = fields.Datetime(compute="_compute_progress", string="Planned Finish", store=True)
    is_made = fields.Boolean(compute="_compute_progress", store=True, string="Made")
    open_quantity = fields.Float(
        compute="_compute_open_quantity",
        store=True,
        digits="Product Unit",
        help="Noticed, and neither in production nor ordered from a subcontractor yet.",
    )
    remark = fields.Char()

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0 AND COALESCE(to_produce, 0) >= 0)", "Quantities cannot be negative."
    )

    # ------------------------------------------------------------------ computes

    @api.depends("product_id")
    def _compute_product_uom_id(self):
        for line in self:
            line.product_uom_id = line.product_id.uom_id

    @api.depends("quantity", "product_uom_id", "product_id")
    def _compute_product_quantity(self):
        for line in self:
            own, unit = line.product_uom_id, line.product_id.uom_id
            line.product_quantity = (
                own._compute_quantity(line.quantity, unit, round=False)
                if own and unit and own._has_common_reference(unit)
                else line.quantity
            )

    @api.depends(
        "schedule_line_ids.schedule_id.state",
        "schedule_line_ids.previous_line_id",
        "schedule_line_ids.date_finish",
        "schedule_line_ids.production_id.state",
        "schedule_line_ids.kind",
        "purchase_ids.received",
        "to_produce",
        "notice_id.state",
    )
    def _compute_progress(self):
        for line in self:
            rows = line.sudo().schedule_line_ids._newest()
            line.date_planned = max(filter(None, rows.mapped("date_finish")), default=False)
            line.is_made = (
                all(row._is_made() for row in rows)
                if rows
                else line.notice_id.state == "scheduled" and not line.to_produce
            )

    @api.depends(
        "notice_id.state",
        "product_quantity",
        "to_produce",
        "schedule_line_ids.production_id.state",
        "purchase_ids.ordered",
    )
    def _compute_open_quantity(self):
        for line in self:
            state = line.notice_id.state
            if state == "cancelled" or line.sudo().schedule_line_ids.production_id:
                line.open_quantity = 0.0
            else:
                ordered = sum(line.sudo().purchase_ids.mapped("ordered"))
                line.open_quantity = max(line._asked_quantity() - ordered, 0.0)

    @api.depends("order_line_ids.order_id.name", "order_line_ids.order_id.partner_id")
    def _compute_order_names(self):
        for line in self:
            line.order_names = ", ".join(
                f"{order.name} {order.partner_id.name or ''}".strip()
                for order in line.order_line_ids.order_id
            )

    @api.depends("product_id", "notice_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.notice_id.name} · {line.product_id.display_name}"

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        lines = super(ProductionNoticeLine, without_defaults(self, {"to_produce"})).create(
            vals_list
        )
        lines._check_editable()
        if not self.env.su and any(vals.get("to_produce") for vals in vals_list):
            lines._check_statistics()
        return lines

    def write(self, vals):
        if self.env.su or not vals:
            return super().write(vals)
        if not vals.keys() <= {"to_produce", "remark", "sequence"}:
            self._check_editable()
        if "to_produce" in vals:
            self._check_statistics()
        result = super().write(vals)
        if "notice_id" in vals:
            # moved, it has to fit where it is now
            self._check_editable()
            self._check_company()
        if "to_produce" in vals:
            # nothing of the last row that waited is to be made
            begun = self.sudo().notice_id.filtered("line_ids.schedule_line_ids")
            begun.filtered(lambda notice: notice.state == "dispatch")._set_scheduled()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_of_drafts(self):
        self._check_editable()

    def _check_editable(self):
        """:raise AccessError: of a notice of somebody else
        :raise UserError: of a notice that production has
        """
        if not self.env.su:
            self.notice_id._check_mine()
        self.notice_id._check_state("draft", "cancelled")

    def _check_statistics(self):
        """What has to be produced is entered by statistics, until the row is scheduled."""
        for notice in self.notice_id:
            if notice.state == "draft" and self.env.user._holds_role(STATISTICS, notice.company_id):
                raise AccessError(
                    self.env._("%s was not handed over to production yet.", notice.name)
                )
            notice._flow_check_role(STATISTICS)
            notice._check_state("statistics", "dispatch")
        self._check_not_scheduled()

    def _check_not_scheduled(self):
        for line in self.sudo().schedule_line_ids:
            if line.schedule_id.state in ("draft", "approved"):
                raise UserError(
                    self.env._(
                        "%(notice)s is in %(schedule)s: dispatch takes it out there first.",
                        notice=line.notice_line_id.notice_id.name,
                        schedule=line.schedule_id.name,
                    )
                )

    @api.constrains("quantity", "order_line_ids", "product_id", "product_uom_id")
    def _check_covered_once(self):
        """P3: what an open notice covers already is not noticed twice."""
        lines = self.sudo().filtered("order_line_ids")
        touch_rows(lines.order_line_ids)
        covering = self.sudo().search(
            [
                ("order_line_ids", "in", lines.order_line_ids.ids),
                ("product_id", "in", lines.product_id.ids),
                ("is_made", "=", False),
                ("notice_id.state", "!=", "cancelled"),
            ]
        )
        owed_goods = (covering | lines).order_line_ids._owed_goods()
        by_product = covering.grouped("product_id")
        for line in lines:
            # rows that share an order line are one sum
            alike = by_product.get(line.product_id, lines.browse()).filtered(
                lambda other, line=line: other.order_line_ids & line.order_line_ids
            )
            others = alike - line
            owed = sum(
                owed_goods[order_line].get(line.product_id, 0.0)
                for order_line in (alike | line).order_line_ids
                if order_line in owed_goods
            )
            total = sum(other._asked_quantity() for other in alike | line)
            if others and line.product_id.uom_id.compare(total, owed) > 0:
                raise UserError(
                    self.env._(
                        "%(product)s for %(orders)s is in %(notices)s already: %(total)s would be noticed, "
                        "and %(owed)s are owed. Lower the quantity or remove the row.",
                        product=line.product_id.display_name,
                        orders=", ".join(line.order_line_ids.order_id.mapped("name")),
                        notices=", ".join(others.notice_id.mapped("name")),
                        total=total,
                        owed=owed,
                    )
                )

    def _asked_quantity(self):
        """What is going to be made for the row, in the unit of the product."""
        handed_over = self.notice_id.state in HANDED_OVER
        return self.to_produce if handed_over else self.product_quantity

    def _problems(self, bom):
        """What is wrong with the row, as full sentences that name it."""
        self.ensure_one()
        product, names = self.product_id, {"notice": self.notice_id.name}
        names["product"] = product.display_name
        found = []
        if not self.date_needed:
            found.append(
                self.env._("%(notice)s, %(product)s: enter by when it is needed.", **names)
            )
        if not product.active:
            found.append(
                self.env._(
                    "%(notice)s, %(product)s: the product is archived. Remove the row.", **names
                )
            )
        if not self.product_uom_id._has_common_reference(product.uom_id):
            found.append(
                self.env._(
                    "%(notice)s, %(product)s: %(unit)s cannot be converted to %(own)s, the unit of the "
                    "product. Choose another unit.",
                    unit=self.product_uom_id.name,
                    own=product.uom_id.name,
                    **names,
                )
            )
        if bom.type not in ("normal", "subcontract"):
            found.append(
                self.env._(
                    "%(notice)s, %(product)s: there is no bill of materials, production cannot make it. "
                    "Add one, or ask purchasing.",
                    **names,
                )
            )
        return found

    # ------------------------------------------------------------------ figures

    def _take_figures(self):
        """Stamp what stands in the round-up now; what to produce is what sales asked for."""
        for company, lines in self.grouped("company_id").items():
            Roundup = self.env["order.roundup"]
            found = Roundup._rows_now(company, lines.product_id)
            rows = found.grouped("product_id")
            for line in lines:
                row = rows.get(line.product_id, Roundup)
                line._stamp(
                    {
                        "stock_quantity": row.free,
                        "owed_quantity": row.owed,
                        "coming_quantity": row.incoming + row.in_production,
                        "to_produce": line.product_quantity,
                    }
                )
