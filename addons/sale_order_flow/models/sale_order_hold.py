from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# who may stop an order, in the order in which their office counts
HOLDING_ROLES = ("finance", "sales_assistant", "sales_manager", "department_head")


class SaleOrderHold(models.Model):
    """An order stopped by hand, why, and who let it go on (DESIGN 14).

    Rows are made by *Hold* and closed by *Lift the Hold*, by holders of the role it was placed in.
    """

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "sale.order.hold"
    _description = "Hold of an Order"
    _order = "id desc"
    _rec_name = "reason"

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    role_code = fields.Char(required=True, readonly=True)
    role_name = fields.Char(compute="_compute_role_name", string="Placed By Role")
    reason = fields.Text(required=True, readonly=True)
    placed_by_id = fields.Many2one("res.users", required=True, readonly=True)
    placed_at = fields.Datetime(required=True, readonly=True, string="Placed On")
    lifted_by_id = fields.Many2one("res.users", readonly=True)
    lifted_at = fields.Datetime(readonly=True, string="Lifted On")
    lift_reason = fields.Text(readonly=True, string="Why It Was Lifted")

    _open = models.Index("(order_id) WHERE lifted_at IS NULL")

    @api.depends("role_code", "company_id")
    @api.depends_context("lang")
    def _compute_role_name(self):
        for hold in self:
            hold.role_name = self.env["order.flow.document"]._flow_role_label(
                hold.role_code, hold.company_id
            )

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_button()

    def write(self, vals):
        raise self._by_the_button()

    def unlink(self):
        raise self._by_the_button()

    def _by_the_button(self):
        return AccessError(
            self.env._(
                "Holds are placed and lifted with the buttons of the order, and stand as they were "
                "placed.",
            )
        )

    @api.model
    def _place(self, orders, reason):
        """:param orders: those the user may stop, locked by the caller"""
        return super(SaleOrderHold, self.sudo()).create(
            [
                {
                    "order_id": order.id,
                    "reason": reason,
                    "role_code": order._holding_role(),
                    "placed_by_id": self.env.uid,
                    "placed_at": fields.Datetime.now(),
                }
                for order in orders
            ]
        )

    def _open_holds(self):
        """Those of the holds that were not lifted."""
        return self.filtered(lambda hold: not hold.lifted_at)

    def _lift(self, reason):
        super().write(
            {
                "lifted_by_id": self.env.uid,
                "lifted_at": fields.Datetime.now(),
                "lift_reason": reason,
            }
        )


class SaleOrder(models.Model):
    """Orders stopped by hand: nothing of them starts or leaves."""

    _inherit = "sale.order"

    hold_ids = fields.One2many(
        "sale.order.hold",
        "order_id",
        string="Holds",
        copy=False,
        groups="sale_order_flow.group_flow_user,stock.group_stock_user",
    )
    is_on_hold = fields.Boolean(
        compute="_compute_is_on_hold",
        store=True,
        string="On Hold",
        help="Stopped by finance, the sales assistant or a manager, for the reason given.",
    )
    may_hold = fields.Boolean(compute="_compute_may_hold", groups="base.group_user")

    @api.depends("hold_ids.lifted_at")
    def _compute_is_on_hold(self):
        for order in self:
            order.is_on_hold = bool(order.hold_ids._open_holds())

    @api.depends("company_id", "is_on_hold")
    @api.depends_context("uid")
    def _compute_may_hold(self):
        for order in self:
            order.may_hold = order._is_in_flow() and bool(order._holding_role())

    def _holding_role(self):
        """The role in which the user may stop the order; empty for others."""
        self.ensure_one()
        holds = self.env.user._holds_role
        return next((code for code in HOLDING_ROLES if holds(code, self.company_id)), "")

    def _hold_reasons(self):
        """Why orders are stopped by hand.

        :return: ``{order id: sentence}``; orders left out are not stopped
        """
        open_holds = self.sudo().hold_ids._open_holds()
        return {
            order.id: "\n".join(
                self.env._(
                    "%(order)s is on hold: %(reason)s (%(user)s).",
                    order=order.name,
                    reason=hold.reason,
                    user=hold.placed_by_id.name,
                )
                for hold in holds
            )
            for order, holds in open_holds.grouped("order_id").items()
        }

    def action_hold(self, reason):
        """Stop orders: nothing of them starts or leaves until the hold is lifted.

        :param reason: why; needed
        :raise AccessError: for anybody but finance, sales assistant, sales manager, department head
        :raise UserError: without reason, or for orders that are cancelled or outside the order flow
        :return: True
        """
        reason = self._needs_reason(reason)
        self.check_access("read")
        for order in self:
            if not order._is_in_flow() or order.state == "cancel":
                raise UserError(
                    self.env._(
                        "%s is cancelled, or does not follow the order flow: there is nothing to stop.",
                        order.name,
                    )
                )
            if not order._holding_role():
                raise AccessError(
                    self.env._(
                        "%s: orders are stopped by finance, the sales assistant, the sales manager or "
                        "the department head.",
                        order.name,
                    )
                )
        self.env["sale.order.hold"]._place(self, reason)
        for order in self.sudo():
            order.message_post(body=self.env._("On hold: %s", reason))
        return True

    def action_lift_hold(self, reason):
        """Let stopped orders go on; each hold is lifted in the role it was placed in.

        :param reason: why it may go on; needed
        :raise AccessError: for anybody else, naming the role
        :raise UserError: without reason, or when nothing is on hold
        :return: True
        """
        reason = self._needs_reason(reason)
        self.check_access("read")
        for order in self:
            holds = order.sudo().hold_ids._open_holds()
            if not holds:
                raise UserError(self.env._("%s is not on hold.", order.name))
            mine = holds.filtered(
                lambda hold: self.env.user._holds_role(hold.role_code, hold.company_id)
            )
            if not mine:
                raise AccessError(
                    self.env._(
                        "%(order)s: this hold is lifted by %(role)s.",
                        order=order.name,
                        role=holds[0].role_name,
                    )
                )
            mine._lift(reason)
            order.sudo().message_post(body=self.env._("Hold lifted: %s", reason))
        return True

    def _needs_reason(self, reason):
        if not (reason := (reason or "").strip()):
            raise UserError(self.env._("Write the reason: it stays with the order."))
        return reason
