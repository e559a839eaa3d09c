from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows


class PurchaseOrderLine(models.Model):
    """Quotations of several vendors side by side (S6)."""

    _inherit = "purchase.order.line"

    unit_cost = fields.Monetary(
        compute="_compute_comparison",
        string="Price in Company Currency",
        currency_field="review_currency_id",
        help="Per unit of the product, discounts deducted, without taxes.",
    )
    review_currency_id = fields.Many2one(related="company_id.currency_id", string="Own Currency")
    last_cost = fields.Monetary(
        compute="_compute_comparison",
        string="Last Price",
        currency_field="review_currency_id",
        help="Per unit of the product when it was ordered last, in company currency without taxes.",
    )
    is_best_price = fields.Boolean(compute="_compute_comparison", string="Lowest Price")

    @api.depends("price_subtotal", "product_qty", "product_uom_id", "order_id.currency_rate")
    def _compute_comparison(self):
        last = {}
        for company, lines in self.grouped("company_id").items():
            products_sudo = lines.product_id.sudo()
            last[company] = products_sudo._last_purchase_prices(company, lines.order_id)
        costs = {line: line._cost_of_product() for line in self}
        best = {}
        for line in self.filtered("product_qty"):
            best[line.product_id] = min(best.get(line.product_id, costs[line]), costs[line])
        for line in self:
            line.unit_cost = costs[line]
            line.last_cost = last[line.company_id].get(line.product_id.id, 0.0)
            line.is_best_price = bool(line.product_qty) and costs[line] == best[line.product_id]

    def action_choose_quotation(self):
        """Buy the product of these lines here: other vendors are not asked for it any more (S6).

        What they were asked for is set to zero; a request for quotation that nothing is left of is
        cancelled.

        :raise UserError: when one of the others is in approval, or somebody chose another vendor
        :return: True
        """
        requests = self.allocation_ids.line_id
        # two buyers who choose different vendors would leave none of them
        lock_rows(requests.sudo())
        self._check_still_asked()
        others = (requests.sudo().allocation_ids.purchase_line_id - self.sudo()).with_env(self.env)
        others = others.filtered(
            lambda line: line.state in ("draft", "sent", "to approve") and line.product_qty
        )
        others.write({"product_qty": 0.0})
        others.order_id._cancel_emptied()
        return True

    def _check_still_asked(self):
        """Refuse vendors that are not asked any more."""
        for line in self:
            if line.state == "cancel" or not line.product_qty:
                raise UserError(
                    self.env._(
                        "%(vendor)s is not asked for it any more: %(product)s was chosen from another "
                        "vendor, or %(order)s was cancelled. Look at the quotations again.",
                        vendor=line.order_id.partner_id.display_name,
                        product=line.product_id.display_name,
                        order=line.order_id.name,
                    )
                )
