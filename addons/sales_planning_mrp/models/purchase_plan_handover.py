from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import format_date

from odoo.addons.approval_chain.values import lock_rows

from .purchase_plan import DISPATCH

PURCHASING = "purchasing"
ACTIVITY = "sales_planning_mrp.activity_purchase_plan"


class PurchasePlan(models.Model):
    """An approved plan becomes requests for quotation, one a supplier and currency (P5)."""

    _inherit = "purchase.plan"

    def action_hand_over(self):
        """Hand approved plans to purchasing (production dispatch; P5).

        :raise AccessError: for anybody who does not hold the role
        :raise UserError: when a plan is not approved, or another has ordered for its needs meanwhile
        :return: window action of the requests for quotation, of one plan; else True
        """
        self._flow_check_role(DISPATCH)
        # of two plans handed over at once the second sees the first
        waiting = Domain("company_id", "in", self.company_id.ids) & Domain("state", "=", "approved")
        lock_rows(self | self.search(waiting))
        self._check_state("approved")
        if problems := [text for plan in self for text in plan._outdated()]:
            raise UserError("\n".join(problems))
        for plan in self:
            plan._ask_suppliers()
            plan._stamp(
                {
                    "state": "handed",
                    "handed_by_id": self.env.uid,
                    "handed_at": fields.Datetime.now(),
                }
            )
        return self.action_view_purchases() if len(self) == 1 else True

    def _ask_suppliers(self):
        """The requests for quotation, as superuser: planners have no rights in purchasing."""
        self.ensure_one()
        plan_sudo = self.sudo().with_company(self.company_id)
        people = self.env["approval.role"]._people(PURCHASING, self.company_id)
        ordered = plan_sudo.line_ids.filtered("quantity")
        groups = ordered.grouped(lambda line: (line.partner_id, line.currency_id))
        orders_sudo = plan_sudo.env["purchase.order"].create(
            [
                plan_sudo._rfq_values(partner, currency, lines, people)
                for (partner, currency), lines in groups.items()
            ]
        )
        for order, lines in zip(orders_sudo, groups.values(), strict=True):
            for bought, line in zip(order.order_line, lines, strict=True):
                bought._stamp({"purchase_plan_line_id": line.id})
            first = min(line._day_to_order() for line in lines)
            for user in people:
                told = order.with_context(lang=user.lang)
                told.activity_schedule(
                    ACTIVITY,
                    user_id=user.id,
                    date_deadline=max(first, self.company_id._approval_today()),
                    note=told.env._(
                        "%(plan)s: order by %(day)s, and enter when the goods arrive.",
                        plan=self.name,
                        day=format_date(told.env, first),
                    ),
                )
        self.message_post(
            body=self.env._("Handed to purchasing: %s", ", ".join(orders_sudo.mapped("name"))),
            partner_ids=(people - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _rfq_values(self, partner, currency, lines, people):
        """Hook: values of the request for quotation to one supplier, as superuser of the company."""
        buyer = partner.buyer_id.filtered("active") or people[:1]
        position = self.env["account.fiscal.position"]._get_fiscal_position(partner)
        return {
            "partner_id": partner.id,
            "company_id": self.company_id.id,
            "currency_id": currency.id,
            "payment_term_id": partner.property_supplier_payment_term_id.id,
            "fiscal_position_id": position.id,
            "user_id": buyer.id,
            "origin": self.name,
            "order_line": [fields.Command.create(line._rfq_line_values()) for line in lines],
        }
