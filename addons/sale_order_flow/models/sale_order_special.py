from odoo import api, fields, models


class SaleOrderSpecial(models.Model):
    """Special approval is detected by the system, never declared by the salesperson (F5, F6)."""

    _inherit = "sale.order"

    special_level = fields.Selection(
        [("none", "None"), ("head", "Department Head"), ("president", "President")],
        compute="_compute_special", string="Special Approval",
        help="Whose decision the price and the terms of this order need.",
    )
    special_reasons = fields.Json(compute="_compute_special", string="Why It Is Special")
    special_text = fields.Text(compute="_compute_special", string="Special Reasons")

    @api.depends(
        "company_id.order_flow_enabled", "company_id.head_discount_limit", "partner_id", "payment_term_id",
        "pricelist_id", "currency_id", "fiscal_position_id", "order_line.product_id",
        "order_line.product_uom_qty", "order_line.product_uom_id", "order_line.price_unit",
        "order_line.discount", "order_line.display_type", "order_line.is_downpayment",
    )
    @api.depends_context("lang")
    def _compute_special(self):
        for order in self:
            reasons = order._special_reasons() if order.company_id.order_flow_enabled else []
            levels = {reason["level"] for reason in reasons}
            order.special_reasons = reasons
            order.special_text = "\n".join(reason["text"] for reason in reasons)
            order.special_level = next(
                (level for level in ("president", "head") if level in levels), "none",
            )

    def _special_reasons(self):
        """What is special about this order; extend to add to the company's list (F5: 等).

        :return: list of ``{"code", "level": "head" or "president", "text": sentence}``
        """
        self.ensure_one()
        reasons = []
        for line in self.order_line:
            if not line.display_type and not line.is_downpayment and line.product_id and line.product_uom_qty:
                reasons += line._special_price_reasons()
        agreed = self.partner_id.with_company(self.company_id).property_payment_term_id
        if self.payment_term_id != agreed:
            reasons.append({
                "code": "payment_term", "level": "president", "text": self.env._(
                    "Payment term “%(term)s” instead of the customer's own “%(agreed)s”.",
                    term=self.payment_term_id.name or self.env._("immediate"),
                    agreed=agreed.name or self.env._("immediate"),
                ),
            })
        return reasons

    def _approval_sheet_notes(self, code):
        """The reasons stand at the head of the sheet that approvers read."""
        notes = super()._approval_sheet_notes(code)
        for order in self:
            notes.setdefault(order.id, []).extend(
                {"level": "danger" if reason["level"] == "president" else "warning", "text": reason["text"]}
                for reason in order.special_reasons or []
            )
        return notes
