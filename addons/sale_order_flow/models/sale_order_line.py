from odoo import api, fields, models
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    """Prices held against the pricelist (F5, F6), and the start gate (F11)."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "approval.line.mixin"]

    _approval_parent = "order_id"

    delivery_notice_line_ids = fields.One2many(
        "sale.delivery.notice.line", "order_line_id", string="Delivery Notices",
    )
    noticed_quantity = fields.Float(
        compute="_compute_noticed_quantity", digits="Product Unit", string="Noticed",
        help="Quantity that issued delivery notices allow to ship.",
    )

    @api.depends("delivery_notice_line_ids.quantity", "delivery_notice_line_ids.notice_id.state")
    def _compute_noticed_quantity(self):
        for line in self:
            line.noticed_quantity = sum(
                notice_line.quantity for notice_line in line.delivery_notice_line_ids
                if notice_line.notice_id.state == "issued"
            )

    # ------------------------------------------------------------------ start gate

    def _action_launch_stock_rule(self, **kwargs):
        """Launch only what the assistant has started: lines of an issued delivery notice (F11).

        Confirmation, later lines, raised quantities and relaunches all come through here.
        """
        held = self.filtered(lambda line: line.order_id.in_order_flow and not line.noticed_quantity)
        return super(SaleOrderLine, self - held)._action_launch_stock_rule(**kwargs)

    def _needs_delivery(self):
        """Lines of goods that are delivered from stock."""
        return self.filtered(
            lambda line: not line.display_type and not line.is_downpayment
            and line.product_id.type == "consu" and line.product_uom_qty > 0
        )

    # ------------------------------------------------------------------ special prices

    def _agreed_price(self):
        """Unit price this line has by the pricelist, after the pricelist's own discount.

        :return: price in the order's currency, without taxes that the fiscal position removes
        """
        line = self.with_company(self.company_id)
        return line.product_id._get_tax_included_unit_price_from_price(
            line._get_pricelist_price(),
            product_taxes=line.product_id.taxes_id._filter_taxes_by_company(line.company_id),
            fiscal_position=line.order_id.fiscal_position_id,
        )

    def _special_price_reasons(self):
        """F5, F6: a price below the pricelist, or above it."""
        self.ensure_one()
        agreed, asked = self._agreed_price(), self.price_unit * (1 - (self.discount or 0.0) / 100)
        digits = self.env["decimal.precision"].precision_get("Product Price")
        order = float_compare(asked, agreed, precision_digits=digits)
        if not order:
            return []
        names = {
            "product": self.product_id.display_name, "asked": self.currency_id.format(asked),
            "agreed": self.currency_id.format(agreed),
        }
        if order > 0:
            return [{"code": "price_rise", "level": "president", "text": self.env._(
                "%(product)s: %(asked)s is above the pricelist price %(agreed)s.", **names,
            )}]
        share = (agreed - asked) / agreed * 100
        limit = self.company_id.head_discount_limit
        if limit and float_compare(share, limit, precision_digits=4) <= 0:
            return [{"code": "concession", "level": "head", "text": self.env._(
                "%(product)s: %(asked)s is %(share).2f %% below the pricelist price %(agreed)s, within "
                "the limit of the department head.", share=share, **names,
            )}]
        return [{"code": "price_cut", "level": "president", "text": self.env._(
            "%(product)s: %(asked)s is %(share).2f %% below the pricelist price %(agreed)s, beyond the "
            "limit of the department head.", share=share, **names,
        )}]
