from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import float_compare, format_date, formatLang

# what an order may say otherwise than the plan that it was made from
AGAINST_PLAN = frozenset(
    {
        "product_id",
        "product_qty",
        "product_uom_id",
        "price_unit",
        "discount",
        "order_id",
        "plan_change_reason",
    }
)
ORDERED = ("to approve", "purchase")


class PurchaseOrderLine(models.Model):
    """What a line buys of a purchase plan; its arrival date flows back there (P5, P6)."""

    _name = "purchase.order.line"
    _inherit = ["purchase.order.line", "approval.stamped"]

    # what was approved with the plan counts as asked for: nobody says so by hand
    _stamped = frozenset({"purchase_plan_line_id"})
    _stamps_derived = False

    purchase_plan_line_id = fields.Many2one(
        "purchase.plan.line",
        string="Purchase Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    plan_change_reason = fields.Char(
        string="Reason Against the Plan",
        copy=False,
        help="Why it is bought from another supplier, dearer or more of it than the approved purchase "
        "plan says.",
    )

    def _arrival_day(self):
        """The day the last of the line comes: of its open receipts, which follow the line."""
        self.ensure_one()
        moment = self.date_planned
        if self.purchase_plan_line_id:
            moment = max(filter(None, self._open_receipts().mapped("date")), default=moment)
        return moment and self.company_id._approval_local(moment).date()

    def _open_receipts(self):
        return self.move_ids.filtered(
            lambda move: move.state not in ("done", "cancel") and not move._is_purchase_return()
        )

    def _kept_quantity(self):
        """What was received or still comes, in its unit: receipts that were cancelled bring nothing."""
        self.ensure_one()
        moves = self.move_ids.filtered(lambda move: move.product_id == self.product_id)
        if not moves:
            return self.product_qty
        unit = self.product_uom_id
        coming = sum(
            move.product_uom._compute_quantity(move.product_uom_qty, unit, round=False)
            for move in moves & self._open_receipts()
        )
        return self.qty_received + coming

    def _is_alive(self):
        """Whether it brings, or may bring, anything."""
        return self.state != "cancel" and not self.product_uom_id.is_zero(self._kept_quantity())

    def write(self, vals):
        planned = (
            self.filtered("purchase_plan_line_id") if "date_planned" in vals else self.browse()
        )
        before = {line: line._arrival_day() for line in planned}
        result = super().write(vals)
        for line, day in before.items():
            if not line.date_planned:
                continue
            # one date, not two: Odoo moves the deadline of the receipts alone
            if receipts := line.sudo()._open_receipts():
                receipts.write({"date": line.date_planned})
            if line._arrival_day() != day:
                line._tell_planner(day)
        if not AGAINST_PLAN.isdisjoint(vals):
            self._check_against_plan()
        return result

    def _find_candidate(self, *args, **kwargs):
        """What a plan orders grows by nothing that was asked for elsewhere."""
        free = self.filtered(lambda line: not line.purchase_plan_line_id)
        return super(PurchaseOrderLine, free)._find_candidate(*args, **kwargs)

    # ------------------------------------------------------------------ other than the plan

    def _check_against_plan(self):
        """:raise UserError: when an order says otherwise than the approved plan, and not why (P5)"""
        ordered = self.filtered(lambda line: line.order_id.state in ORDERED)
        if refusal := ordered._against_plan_refusal():
            raise UserError(refusal)

    def _against_plan_refusal(self):
        """Why these lines are not ordered as they are; empty when nothing stands against it."""
        silent = self.filtered(lambda line: not (line.plan_change_reason or "").strip())
        texts = [text for line in silent for text in line._against_plan()]
        if not texts:
            return ""
        todo = self.env._(
            "Enter the Reason Against the Plan on the line, or order as it was approved."
        )
        return "\n".join([*texts, todo])

    def _against_plan(self):
        """What the line says otherwise than the approved plan, as full sentences; cheaper is none.

        :return: list of sentences, empty for lines that come from no plan
        """
        self.ensure_one()
        # sudo: whoever orders reads no plans
        planned = self.sudo().purchase_plan_line_id
        if not planned or self.order_id.state == "cancel":
            return []
        if planned.product_id != self.product_id:
            return [
                self.env._(
                    "%(product)s is bought, and %(plan)s was approved for %(planned)s.",
                    product=self.product_id.display_name,
                    plan=planned.plan_id.name,
                    planned=planned.product_id.display_name,
                )
            ]
        names = {"product": self.product_id.display_name, "plan": planned.plan_id.name}
        checks = (self._other_supplier, self._higher_price, self._larger_quantity)
        return [text for check in checks if (text := check(planned, names))]

    def _other_supplier(self, planned, names):
        supplier, approved = self.order_id.partner_id, planned.partner_id
        if approved.commercial_partner_id == supplier.commercial_partner_id:
            return ""
        return self.env._(
            "%(product)s is bought from %(supplier)s, and %(plan)s was approved for %(approved)s.",
            **names,
            supplier=supplier.name,
            approved=approved.name,
        )

    def _higher_price(self, planned, names):
        price, currency = self._price_in_plan(planned), planned.currency_id
        digits = self.env["decimal.precision"].precision_get("Product Price")
        if float_compare(price, planned.price_unit, precision_digits=digits) <= 0:
            return ""
        return self.env._(
            "%(product)s costs %(price)s, and %(plan)s was approved with %(approved)s.",
            **names,
            price=currency.format(price),
            approved=currency.format(planned.price_unit),
        )

    def _larger_quantity(self, planned, names):
        share = self._planned_share(planned)
        if self.product_uom_id.compare(self.product_qty, share) <= 0:
            return ""
        bought, approved = (
            formatLang(self.env, quantity, dp="Product Unit")
            for quantity in (self.product_qty, share)
        )
        return self.env._(
            "%(quantity)s %(unit)s of %(product)s are bought, and %(plan)s was approved for "
            "%(approved)s.",
            **names,
            quantity=bought,
            unit=self.product_uom_id.name,
            approved=approved,
        )

    def _price_in_plan(self, planned):
        """What one purchase unit of the plan costs on this line, in the currency of the plan."""
        price = self.product_uom_id._compute_price(
            self.price_unit * (1 - self.discount / 100), planned.purchase_uom_id
        )
        return self.currency_id._convert(
            price,
            planned.currency_id,
            self.company_id,
            self.date_order or fields.Datetime.now(),
            round=False,
        )

    def _planned_share(self, planned):
        """What is left of a line of the plan for this line, in its unit."""
        others = planned.purchase_line_ids.filtered(
            lambda row: row != self and row.order_id.state != "cancel"
        )
        ordered = sum(
            row.product_uom_id._compute_quantity(
                row.product_qty, planned.purchase_uom_id, round=False
            )
            for row in others
        )
        return planned.purchase_uom_id._compute_quantity(
            max(planned.quantity - ordered, 0.0), self.product_uom_id, round=False
        )

    # ------------------------------------------------------------------ the planner

    def _tell_planner(self, before):
        """Purchasing said another day: the planner learns it, and whether it is in time (P5)."""
        plan_line = self.sudo().purchase_plan_line_id
        plan, day = plan_line.plan_id, self._arrival_day()
        told = plan.with_context(lang=plan.user_id.lang)
        late = day > plan_line.date_needed
        told.message_post(
            body=(
                told.env._(
                    "%(product)s arrives on %(day)s instead of %(before)s (%(order)s): later than "
                    "needed, which is %(needed)s.",
                    product=self.product_id.display_name,
                    day=format_date(told.env, day),
                    before=format_date(told.env, before),
                    order=self.order_id.name,
                    needed=format_date(told.env, plan_line.date_needed),
                )
                if late
                else told.env._(
                    "%(product)s arrives on %(day)s instead of %(before)s (%(order)s): in time.",
                    product=self.product_id.display_name,
                    day=format_date(told.env, day),
                    before=format_date(told.env, before),
                    order=self.order_id.name,
                )
            ),
            author_id=self.env.user.partner_id.id,
            partner_ids=(plan.user_id - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
