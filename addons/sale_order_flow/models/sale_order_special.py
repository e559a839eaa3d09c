from odoo import api, fields, models
from odoo.fields import Domain

SPECIAL_LEVELS = [
    ("none", "No Special Approval"),
    ("head", "Department Head"),
    ("president", "President"),
]


class SaleOrder(models.Model):
    """Special approval (F5, F6): found by comparing the order with pricelist and policy."""

    _inherit = "sale.order"

    special_level = fields.Selection(
        SPECIAL_LEVELS,
        compute="_compute_special",
        search="_search_special_level",
        string="Special Approval",
    )
    special_reasons = fields.Text(compute="_compute_special")

    @api.depends(
        "company_id",
        "partner_id",
        "pricelist_id",
        "payment_term_id",
        "fiscal_position_id",
        "date_order",
        "order_line.product_id",
        "order_line.product_uom_id",
        "order_line.product_uom_qty",
        "order_line.price_unit",
        "order_line.discount",
    )
    def _compute_special(self):
        findings = self._special_findings()
        ranks = [level for level, _label in SPECIAL_LEVELS]
        for order in self:
            found = findings.get(order, [])
            order.special_level = max(
                (level for level, _sentence in found),
                key=ranks.index,
                default="none",
            )
            order.special_reasons = "\n".join(sentence for _level, sentence in found)

    def _search_special_level(self, operator, value):
        if operator != "in":
            return NotImplemented
        quotations = self.search(Domain("state", "in", ("draft", "sent")))
        return Domain(
            "id", "in", quotations.filtered(lambda order: order.special_level in value).ids
        )

    def _special_findings(self):
        """Hook: what makes each order special (“and whatever else the company lists”).

        Extend with ``super()`` and append; the highest level decides which chain applies.

        :return: ``{order: [(level, sentence)]}`` with level ``head`` or ``president``
        """
        enabled = self.env["res.company"]._order_flow_company_ids()
        orders = self.filtered(lambda order: order.company_id.id in enabled)
        orders.order_line.mapped("product_no_variant_attribute_value_ids")  # read for all at once
        return {order: [*order._special_policy(), *order._special_prices()] for order in orders}

    def _special_policy(self):
        """Terms other than the customer's own: every change of policy is the president's (D9)."""
        self.ensure_one()
        customer = self.partner_id.with_company(self.company_id)
        found = []
        if self.payment_term_id != customer.property_payment_term_id:
            found.append(
                (
                    "president",
                    self.env._(
                        "Payment terms “%(term)s” instead of “%(usual)s”, which this customer has.",
                        term=self.payment_term_id.display_name or self.env._("Immediate"),
                        usual=customer.property_payment_term_id.display_name
                        or self.env._("Immediate"),
                    ),
                )
            )
        if self.pricelist_id != customer.property_product_pricelist:
            found.append(
                (
                    "president",
                    self.env._(
                        "Pricelist “%(pricelist)s” instead of “%(usual)s”, which this customer has.",
                        pricelist=self.pricelist_id.display_name or self.env._("none"),
                        usual=customer.property_product_pricelist.display_name
                        or self.env._("none"),
                    ),
                )
            )
        return found

    def _special_prices(self):
        """Unit prices that differ from the pricelist, after all discounts of the order."""
        self.ensure_one()
        lines = self.order_line.filtered(lambda line: line._is_priced())
        rebates = lines.filtered(
            lambda line: line.price_unit * line.product_uom_qty < 0 < line.product_uom_qty
        )
        given, gross = -rebates._worth_asked(), (lines - rebates)._worth_asked()
        share = min(given / gross, 1.0) if gross > 0 else 0.0
        findings = [line._special_price(share) for line in lines - rebates]
        if given and gross <= 0:
            findings.append(("president", self.env._("A rebate exceeds the value of the order.")))
        for line in lines.filtered(lambda line: line.product_uom_qty < 0):
            text = self.env._(
                "%(product)s is taken back on this order, which lowers what the customer pays.",
                product=line.product_id.display_name,
            )
            findings.append(("president", text))
        return [finding for finding in findings if finding]

    def _approval_sheet_notes(self, code):
        """Approvers see first what makes the order special."""
        notes = super()._approval_sheet_notes(code)
        colours = {"head": "warning", "president": "danger"}
        for order, found in self._special_findings().items():
            notes.setdefault(order.id, []).extend(
                {"level": colours[level], "text": sentence} for level, sentence in found
            )
        return notes
