from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """What kind of order it is, derived from its lines (F7)."""

    _inherit = "sale.order"

    order_kind = fields.Selection(
        "_selection_order_kind",
        compute="_compute_order_kind",
        store=True,
        string="Kind of Order",
        help="Non-standard when one of its products is, or when somebody marked it so.",
    )
    is_marked_non_standard = fields.Boolean(
        string="Made to Order",
        copy=True,
        tracking=True,
        help="Standard products too are made to the customer's wishes: the order is reviewed like "
        "one of non-standard products.",
    )

    @api.model
    def _selection_order_kind(self):
        """Hook: the kinds of orders there are; another addon appends its own.

        :return: list of ``(kind, label)``
        """
        return [
            ("standard", self.env._("Standard")),
            ("non_standard", self.env._("Non-Standard")),
        ]

    @api.depends("is_marked_non_standard", "order_line.is_non_standard")
    def _compute_order_kind(self):
        kinds = self._order_kinds()
        for order in self:
            order.order_kind = kinds[order]

    def _order_kinds(self):
        """Hook: the kind of each order. Extend ``_compute_order_kind`` with what it depends on.

        :return: ``{order: kind}``
        """
        return {
            order: "non_standard"
            if order.is_marked_non_standard or any(order.order_line.mapped("is_non_standard"))
            else "standard"
            for order in self
        }

    def write(self, vals):
        if "is_marked_non_standard" in vals:
            self._check_before_approval(
                self.filtered(
                    lambda order: order.is_marked_non_standard != vals["is_marked_non_standard"]
                ),
                "is_marked_non_standard",
            )
        return super().write(vals)

    def _check_before_approval(self, orders, name, everywhere=False):
        """What approvers relied on does not change under their hands, nor afterwards.

        :param orders: those that would get another value
        :param name: field that would change
        :param everywhere: also in companies without the order flow, where confirmed orders are meant
        """
        enabled = self.env["res.company"]._order_flow_company_ids()
        for order in orders.filtered(lambda order: everywhere or order.company_id.id in enabled):
            if order.state == "sale" or order.sudo().approval_state in ("pending", "approved"):
                raise UserError(
                    self.env._(
                        "%(order)s: “%(field)s” cannot be changed while the order is in approval, or "
                        "after it. Withdraw the request first, or ask for a change of the order.",
                        order=order.name,
                        field=self.fields_get([name], ["string"])[name]["string"],
                    )
                )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    is_non_standard = fields.Boolean(
        compute="_compute_is_non_standard",
        store=True,
        string="Non-Standard",
        help="As the product is, until the order is confirmed.",
    )

    @api.depends("product_id.is_non_standard")
    def _compute_is_non_standard(self):
        for line in self:
            if line.state == "sale" and line._origin:
                line.is_non_standard = line._origin.is_non_standard
            else:
                line.is_non_standard = line.product_id.is_non_standard
