from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import float_compare

from ..documents import open_rows

# what the planner decides; everything else is calculated
EDITABLE = frozenset({"quantity", "partner_id", "price_unit", "reason"})


class PurchasePlanLine(models.Model):
    """A product needed on one day, what covers it, and what is ordered for the rest (P5).

    Lines are calculated. The planner may change quantity, supplier and price, with a reason.
    """

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch

    _name = "purchase.plan.line"
    _description = "Purchase Plan Line"
    _inherit = ["approval.line.mixin"]
    _order = "plan_id, order_by, date_needed, id"
    _check_company_auto = True

    _approval_parent = "plan_id"

    plan_id = fields.Many2one(
        "purchase.plan", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    plan_state = fields.Selection(related="plan_id.state")
    plan_stage = fields.Selection(related="plan_id.stage")
    product_id = fields.Many2one(
        "product.product", required=True, readonly=True, index=True, ondelete="restrict"
    )
    kind = fields.Selection(
        [("buy", "Bought"), ("subcontract", "Subcontracted")],
        required=True,
        readonly=True,
        default="buy",
        string="Comes From",
    )
    level = fields.Integer(readonly=True, string="BoM Level", help="0: sold itself.")
    date_needed = fields.Date(required=True, readonly=True, string="Needed On")
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    gross = fields.Float(readonly=True, digits="Product Unit", string="Demand")
    from_stock = fields.Float(readonly=True, digits="Product Unit", string="In Stock")
    from_incoming = fields.Float(readonly=True, digits="Product Unit", string="Incoming")
    net = fields.Float(readonly=True, digits="Product Unit", string="Missing")
    incoming_late_on = fields.Date(
        readonly=True,
        string="Incoming Late",
        help="What was ordered earlier covers the need, but comes on this day only.",
    )
    planned_quantity = fields.Float(
        readonly=True,
        digits="Product Unit",
        help="As calculated: minimum and multiple of the supplier are kept.",
    )
    quantity = fields.Float(digits="Product Unit", string="To Order")
    purchase_uom_id = fields.Many2one(
        "uom.uom", required=True, readonly=True, string="Purchase Unit"
    )
    seller_id = fields.Many2one("product.supplierinfo", readonly=True, ondelete="set null")
    planned_partner_id = fields.Many2one(
        "res.partner", readonly=True, string="Calculated Supplier", help="As calculated."
    )
    partner_id = fields.Many2one("res.partner", string="Supplier", check_company=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    planned_price = fields.Float(
        readonly=True,
        min_display_digits="Product Price",
        string="Calculated Price",
        help="Of the calculated supplier.",
    )
    price_unit = fields.Float(min_display_digits="Product Price", string="Unit Price")
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount = fields.Monetary(
        compute="_compute_amount", store=True, currency_field="company_currency_id"
    )
    lead_days = fields.Integer(readonly=True, string="Lead Time", help="In working days.")
    order_by = fields.Date(
        readonly=True, index=True, help="Ordered later it comes later than needed."
    )
    is_late = fields.Boolean(
        readonly=True, string="Too Late", help="It should have been ordered already."
    )
    problem = fields.Char(readonly=True, help="Why it cannot be ordered as it is.")
    reason = fields.Char(string="Reason of the Change")
    is_changed = fields.Boolean(compute="_compute_is_changed")
    pegs = fields.Json(readonly=True)
    peg_text = fields.Text(compute="_compute_peg_text", string="Needed For")
    order_line_ids = fields.Many2many(
        "sale.order.line",
        "purchase_plan_line_order_line_rel",
        readonly=True,
        string="Order Lines",
    )
    order_text = fields.Char(
        compute="_compute_order_text",
        search="_search_order_text",
        compute_sudo=True,
        string="Sales Orders",
    )
    purchase_line_ids = fields.One2many(
        "purchase.order.line", "purchase_plan_line_id", string="Purchases", readonly=True
    )
    ordered_quantity = fields.Float(
        compute="_compute_progress", store=True, compute_sudo=True, digits="Product Unit"
    )
    received_quantity = fields.Float(
        compute="_compute_progress", store=True, compute_sudo=True, digits="Product Unit"
    )
    expected_date = fields.Date(
        compute="_compute_progress",
        store=True,
        compute_sudo=True,
        string="Expected Arrival",
        help="As purchasing says it on the order.",
    )
    days_late = fields.Integer(
        compute="_compute_progress",
        store=True,
        compute_sudo=True,
        help="From the day it is needed to the expected arrival.",
    )
    step = fields.Selection(
        [
            ("plan", "Planned"),
            ("rfq", "Quotation Asked"),
            ("ordered", "Ordered"),
            ("received", "Received"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_progress",
        store=True,
        compute_sudo=True,
        string="Status",
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "Less than nothing cannot be ordered."
    )
    _price_positive = models.Constraint("CHECK (price_unit >= 0)", "Prices cannot be negative.")

    # ------------------------------------------------------------------ computes

    @api.depends("quantity", "price_unit", "currency_id", "plan_id.calculated_at")
    def _compute_amount(self):
        for line in self:
            day = line.plan_id.calculated_at or fields.Datetime.now()
            line.amount = line.currency_id._convert(
                line.quantity * line.price_unit, line.company_currency_id, line.company_id, day
            )

    @api.depends(
        "quantity",
        "planned_quantity",
        "partner_id",
        "planned_partner_id",
        "price_unit",
        "planned_price",
    )
    def _compute_is_changed(self):
        for line in self:
            line.is_changed = line._orders_other_quantity() or line._orders_elsewhere()

    def _orders_other_quantity(self):
        unit = self.purchase_uom_id
        return bool(unit and unit.compare(self.quantity, self.planned_quantity))

    def _orders_elsewhere(self):
        """Whether it is bought otherwise than calculated; where no supplier was found, any will do."""
        if not self.planned_partner_id or not self.quantity:
            return False
        digits = self.env["decimal.precision"].precision_get("Product Price")
        return self.partner_id != self.planned_partner_id or bool(
            float_compare(self.price_unit, self.planned_price, precision_digits=digits)
        )

    @api.depends("pegs")
    def _compute_peg_text(self):
        for line in self:
            texts = [f"{peg['name']} · {peg['quantity']:.12g}" for peg in line.pegs or ()]
            line.peg_text = "\n".join(texts)

    @api.depends("order_line_ids.order_id.name")
    def _compute_order_text(self):
        for line in self:
            line.order_text = ", ".join(line.order_line_ids.order_id.mapped("name"))

    def _search_order_text(self, operator, value):
        # sudo: planners have no rights in sales
        orders = self.env["sale.order"].sudo()._search([("name", operator, value)])
        return Domain("order_line_ids", "any!", Domain("order_id", "in", orders))

    @api.depends(
        "quantity",
        "date_needed",
        "purchase_line_ids.state",
        "purchase_line_ids.product_qty",
        "purchase_line_ids.product_uom_id",
        "purchase_line_ids.qty_received",
        "purchase_line_ids.date_planned",
        "purchase_line_ids.move_ids.date",
        "purchase_line_ids.move_ids.state",
        "purchase_line_ids.move_ids.product_uom_qty",
    )
    def _compute_progress(self):
        for line in self:
            alive = line.purchase_line_ids.filtered(lambda row: row._is_alive())
            ordered = alive.filtered(lambda row: row.state == "purchase")
            unit = line.purchase_uom_id
            line.ordered_quantity = sum(
                row.product_uom_id._compute_quantity(row._kept_quantity(), unit) for row in ordered
            )
            line.received_quantity = sum(
                row.product_uom_id._compute_quantity(row.qty_received, unit) for row in ordered
            )
            line.step = line._step_of(alive, ordered)
            arrivals = list(filter(None, (row._arrival_day() for row in alive)))
            line.expected_date = max(arrivals, default=False)
            late = line.expected_date and line.expected_date - line.date_needed
            line.days_late = max(late.days, 0) if late else 0

    def _step_of(self, alive, ordered):
        if not self.purchase_line_ids:
            return "plan"
        if not alive:
            return "cancelled"
        if alive - ordered:
            return "rfq"
        if self.purchase_uom_id.compare(self.received_quantity, self.ordered_quantity) < 0:
            return "ordered"
        return "received"

    @api.depends("product_id", "date_needed")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.product_id.display_name} · {line.date_needed}"

    @api.onchange("partner_id")
    def _onchange_partner_id(self):
        self.update(self._offer_values(self.partner_id))

    def _offer_values(self, partner):
        """Conditions of a supplier that the planner chose instead."""
        self.ensure_one()
        seller = (
            self.sudo()
            .product_id.with_company(self.company_id)
            ._select_seller(partner_id=partner, quantity=None, date=self.order_by)
        )
        if not seller or self.partner_id == self.seller_id.partner_id == partner:
            return {}
        price = seller.product_uom_id._compute_price(
            seller.price * (1 - seller.discount / 100), self.purchase_uom_id
        )
        return {
            "price_unit": seller.currency_id._convert(
                price, self.currency_id, self.company_id, self.order_by, round=False
            )
        }

    # ------------------------------------------------------------------ what is needed for it

    def _blockers(self):
        """Why the plan cannot be approved with this line, as full sentences naming it."""
        self.ensure_one()
        found = [] if (self.reason or "").strip() else self._unexplained()
        if not self.quantity:
            return found
        if not self.partner_id:
            found.append(
                self.env._(
                    "%(line)s has no supplier: choose one, or order nothing and say why. %(problem)s",
                    line=self.display_name,
                    problem=self.problem or "",
                ).strip()
            )
        if not self.product_id.active:
            found.append(
                self.env._(
                    "%s is archived: correct the bill of materials, or order nothing and say why.",
                    self.display_name,
                )
            )
        return found

    def _unexplained(self):
        """What the planner changed, each with the request to say why."""
        found = []
        if self._orders_other_quantity():
            found.append(
                self.env._(
                    "%(line)s: say why %(quantity)s is ordered and not %(planned)s as calculated.",
                    line=self.display_name,
                    quantity=f"{self.quantity:.12g}",
                    planned=f"{self.planned_quantity:.12g}",
                )
            )
        if self._orders_elsewhere():
            found.append(
                self.env._(
                    "%(line)s: say why it is bought from %(offer)s and not from %(planned)s as "
                    "calculated.",
                    line=self.display_name,
                    offer=self._offer_text(self.partner_id, self.price_unit),
                    planned=self._offer_text(self.planned_partner_id, self.planned_price),
                )
            )
        return found

    def _offer_text(self, partner, price):
        return f"{partner.name or '-'} · {self.currency_id.symbol} {price:.12g}"

    def _change_texts(self):
        return [
            f"{line.product_id.display_name} {', '.join(line._changes())} ({line.reason or '-'})"
            for line in self
        ]

    def _changes(self):
        changes = []
        if self._orders_other_quantity():
            changes.append(f"{self.planned_quantity:.12g} → {self.quantity:.12g}")
        if self._orders_elsewhere():
            planned = self._offer_text(self.planned_partner_id, self.planned_price)
            changes.append(f"{planned} → {self._offer_text(self.partner_id, self.price_unit)}")
        return changes

    # ------------------------------------------------------------------ who writes what

    @api.model_create_multi
    def create(self, vals_list):
        raise AccessError(self._calculated_only())

    def write(self, vals):
        if strange := vals.keys() - EDITABLE:
            labels = self.fields_get(sorted(strange), ["string"])
            raise AccessError(
                self.env._(
                    "%(fields)s of a purchase plan: calculated, and entered by nobody.",
                    fields=", ".join(label["string"] for label in labels.values()) or "-",
                )
            )
        if vals.keys() - {"reason"}:
            self.plan_id._check_state("calculated")
        return super().write(vals)

    def unlink(self):
        raise UserError(self._calculated_only())

    def _calculated_only(self):
        return self.env._(
            "Lines of a purchase plan are calculated. Order nothing of what is not wanted, and say why."
        )

    @api.model
    def _make(self, vals_list):
        """Lines as they were calculated, as superuser."""
        return super(PurchasePlanLine, self.sudo()).create(vals_list)

    def _drop(self):
        """Lines go when the plan is calculated again."""
        return super(PurchasePlanLine, self.sudo()).unlink()

    # ------------------------------------------------------------------ handing over

    def _rfq_line_values(self):
        """Hook: values of the purchase line."""
        self.ensure_one()
        noon = self.company_id._approval_midnight(self.date_needed) + timedelta(hours=12)
        return {
            "product_id": self.product_id.id,
            "product_qty": self.quantity,
            "product_uom_id": self.purchase_uom_id.id,
            "price_unit": self.price_unit,
            "date_planned": noon,
        }

    def _day_to_order(self):
        """The day to order by; of what was calculated without an order, the day it is needed."""
        return self.order_by or self.date_needed

    # ------------------------------------------------------------------ drill down

    def action_view_sources(self):
        """The order lines that the line is needed for."""
        self.ensure_one()
        return open_rows(self.sudo().order_line_ids, self.display_name)

    def action_open(self):
        """Open the purchase of the line; before it was handed over, the plan."""
        self.ensure_one()
        lines = self.sudo().purchase_line_ids
        if not lines:
            return self.plan_id._get_records_action(name=self.display_name)
        return open_rows(lines, self.display_name)
