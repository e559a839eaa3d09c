from odoo import fields, models
from odoo.tools import format_date


class PurchaseOrderLine(models.Model):
    """What a line buys of a purchase plan; its arrival date flows back there (P5, P6)."""

    _inherit = "purchase.order.line"

    purchase_plan_line_id = fields.Many2one(
        "purchase.plan.line",
        string="Purchase Plan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
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
        return result

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
