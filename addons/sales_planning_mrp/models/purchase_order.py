from odoo import api, fields, models
from odoo.exceptions import UserError

from .purchase_order_line import ORDERED

ACTIVITY = "sales_planning_mrp.activity_purchase_plan"


class PurchaseOrder(models.Model):
    """Orders made from a purchase plan stay what was approved, or say why not (P5)."""

    _inherit = "purchase.order"

    is_of_plan = fields.Boolean(compute="_compute_is_of_plan")

    @api.depends("order_line.purchase_plan_line_id")
    def _compute_is_of_plan(self):
        for order in self:
            order.is_of_plan = bool(order._planned_lines())

    def _planned_lines(self):
        return self.order_line.filtered("purchase_plan_line_id")

    def write(self, vals):
        begun = self.browse()
        if vals.get("state") in ORDERED:
            begun = self.filtered(lambda order: order.state not in ORDERED)
        result = super().write(vals)
        if begun or not {"partner_id", "currency_id"}.isdisjoint(vals):
            self._planned_lines()._check_against_plan()
        begun._tell_against_plan()
        if vals.get("state") in ("purchase", "cancel"):
            self._planned_lines().order_id.sudo().activity_unlink([ACTIVITY])
        return result

    def _confirmation_error_message(self):
        """Said before anything else of the confirmation is done."""
        message = super()._confirmation_error_message()
        return message or self._planned_lines()._against_plan_refusal() or False

    def _tell_against_plan(self):
        """Planner and approver learn what purchasing orders otherwise than approved, and why (P5)."""
        for line in self._planned_lines():
            plan = line.sudo().purchase_plan_line_id.plan_id
            told = line.with_context(lang=plan.user_id.lang)
            if not (changes := told._against_plan()):
                continue
            people = plan.user_id | plan.approved_by_id
            text = " ".join(changes)
            plan.message_post(
                subtype_xmlid="mail.mt_note",
                author_id=self.env.user.partner_id.id,
                partner_ids=(people - self.env.user).partner_id.ids,
                body=told.env._(
                    "%(order)s: %(changes)s Reason: %(reason)s",
                    order=line.order_id.name,
                    changes=text,
                    reason=line.plan_change_reason,
                ),
            )

    def action_merge(self):
        """Merging adds lines up; each line of a purchase plan follows its own purchase (P5).

        :raise UserError: for requests for quotation that were made from a purchase plan
        """
        asked = self.filtered(lambda order: order.state in ("draft", "sent"))
        if planned := asked._planned_lines().order_id:
            names = ", ".join(planned.mapped("name"))
            raise UserError(
                self.env._(
                    "%s was made from a purchase plan, whose lines each follow their purchase: order it "
                    "by itself, without merging.",
                    names,
                )
            )
        return super().action_merge()
