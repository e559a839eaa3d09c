from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .planning_whole_part import entered_together

# who shares confirmed orders out anew
SHARING_ROLES = ("sales_manager", "vp_marketing")


class SaleOrder(models.Model):
    """Among whom the credit for an order is shared; without shares it is the salesperson's (P7)."""

    _inherit = "sale.order"

    credit_share_ids = fields.One2many(
        "sale.credit.share",
        "order_id",
        string="Credit Shares",
        copy=False,
        groups="sale_order_flow.group_flow_user",
        help="Among whom targets and commission are shared. Empty: everything is the salesperson's.",
    )
    planning_enabled = fields.Boolean(related="company_id.planning_enabled")

    @api.model_create_multi
    def create(self, vals_list):
        if not any("credit_share_ids" in vals for vals in vals_list):
            return super().create(vals_list)
        with entered_together() as entered:
            orders = super().create(vals_list)
        orders._check_credit_shares(entered)
        return orders

    def write(self, vals):
        if "credit_share_ids" not in vals:
            return super().write(vals)
        self._check_may_share_credit()
        before = {order: order._credit_text() for order in self}
        with entered_together() as entered:
            result = super().write(vals)
        self._check_credit_shares(entered)
        self.filtered(lambda order: order.state == "sale")._tell_credit_shares(before)
        return result

    def _tell_credit_shares(self, before):
        """:param before: ``{order: shares as they were, as text}``"""
        for order in self:
            if before[order] != (after := order._credit_text()):
                order.message_post(
                    body=self.env._(
                        "Credit shares: %(before)s → %(after)s",
                        before=before[order],
                        after=after,
                    )
                )

    def _check_credit_shares(self, entered):
        self.env["sale.credit.share"]._check_entered(self, entered)
        for order in self.sudo():
            order.credit_share_ids._check_makes_up_whole(order)

    def _check_may_share_credit(self):
        """Shares of a confirmed order are changed by its sales managers, until commission is decided on.

        :raise AccessError: for anybody else
        :raise UserError: once a commission rests on them
        """
        used = (
            self.env["commission.line"]
            .sudo()
            .search(
                [
                    ("order_id", "in", self.ids),
                    ("review_id.state", "in", ("submitted", "approved")),
                ],
                limit=1,
            )
        )
        if used:
            raise UserError(
                self.env._(
                    "%(order)s: commission rests on its credit shares in %(review)s. They stay as they "
                    "are, unless that review is taken back before it is approved.",
                    order=used.order_id.name,
                    review=used.review_id.name,
                )
            )
        confirmed = self.filtered(lambda order: order.state == "sale")
        for order in self.browse() if self.env.su else confirmed:
            if not any(self.env.user._holds_role(role, order.company_id) for role in SHARING_ROLES):
                raise AccessError(
                    self.env._(
                        "%(order)s is confirmed: its credit shares are changed by %(role)s.",
                        order=order.name,
                        role=self.env["order.flow.document"]._flow_role_label(
                            SHARING_ROLES[0], order.company_id
                        ),
                    )
                )

    def _credit_text(self):
        self.ensure_one()
        shares = self.sudo().credit_share_ids
        if not shares:
            return self.user_id.name or "-"
        return ", ".join(f"{share.user_id.name} {share.percent:g} %" for share in shares)

    def _credit_fractions(self):
        """How much of the orders is whose.

        :return: ``{order: {user id: percent}}``; nobody's for one without salesperson and shares
        """
        whose = {}
        for order in self:
            shares = order.sudo().credit_share_ids
            whose[order] = {share.user_id.id: share.percent for share in shares}
            if order.user_id and not shares:
                whose[order] = {order.user_id.id: 100.0}
        return whose

    def _freeze_credit_shares(self, user):
        """What commission was approved by stays: whoever it was approved for keeps the orders.

        :param user: ``res.users`` whose the orders without shares were when commission was submitted
        """
        orders = self.filtered(lambda order: not order.credit_share_ids)
        before = {order: order._credit_text() for order in orders}
        with entered_together():
            self.env["sale.credit.share"].create(
                [{"order_id": order.id, "user_id": user.id, "percent": 100} for order in orders]
            )
        orders._tell_credit_shares(before)

    @api.model
    def _credit_domain(self, users):
        """Orders that people have a share in."""
        return [
            "|",
            ("credit_share_ids.user_id", "in", users.ids),
            "&",
            ("credit_share_ids", "=", False),
            ("user_id", "in", users.ids),
        ]
