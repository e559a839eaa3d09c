from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

MARKS = ("done", "waiting", "closed", "overridden")


class SaleOrderRelease(models.Model):
    """Nothing starts and nothing ships before it may (F10, F11; D9)."""

    _inherit = "sale.order"

    in_order_flow = fields.Boolean(
        readonly=True, copy=False,
        help="Confirmed while the order flow was switched on: start and release gates apply.",
    )
    payment_allocation_ids = fields.One2many("sale.payment.allocation", "order_id")
    delivery_application_ids = fields.One2many("sale.delivery.application", "order_id")
    delivery_notice_ids = fields.One2many("sale.delivery.notice", "order_id")
    delivery_application_count = fields.Integer(compute="_compute_release_counts")
    delivery_notice_count = fields.Integer(compute="_compute_release_counts")
    verified_amount = fields.Monetary(
        compute="_compute_verified_amount", string="Payment Verified",
        help="Real payments that finance allocated to this order, in the order's currency.",
    )
    release_amount = fields.Monetary(
        compute="_compute_verified_amount", string="Payment Needed",
        help="What has to be verified before the delivery notice can be issued.",
    )
    release_checklist = fields.Json(compute="_compute_release_checklist")

    # ------------------------------------------------------------------ computes

    @api.depends("delivery_application_ids", "delivery_notice_ids")
    def _compute_release_counts(self):
        for order in self:
            order.delivery_application_count = len(order.delivery_application_ids)
            order.delivery_notice_count = len(order.delivery_notice_ids)

    @api.depends(
        "payment_allocation_ids.order_amount", "payment_allocation_ids.is_valid", "amount_total",
        "company_id.release_payment_percent",
    )
    def _compute_verified_amount(self):
        for order in self:
            order.verified_amount = sum(
                allocation.order_amount for allocation in order.sudo().payment_allocation_ids
                if allocation.is_valid
            )
            share = order.company_id.release_payment_percent / 100
            order.release_amount = order.currency_id.round(order.amount_total * share)

    def _compute_release_checklist(self):
        gates = self._release_gates()
        for order in self:
            order.release_checklist = gates.get(order.id) or False

    # ------------------------------------------------------------------ entering the flow

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._enter_order_flow()
        return orders

    def write(self, vals):
        if "in_order_flow" in vals:
            raise AccessError(self.env._(
                "Whether an order follows the order flow is decided when it is confirmed.",
            ))
        result = super().write(vals)
        if vals.get("state") == "sale":
            self._enter_order_flow()
        return result

    def _enter_order_flow(self):
        """Orders confirmed while the flow is on follow it; those confirmed before do not."""
        entering = self.filtered(lambda order: (
            order.state == "sale" and not order.in_order_flow and order.company_id.order_flow_enabled
        ))
        if entering:
            super(SaleOrderRelease, entering).write({"in_order_flow": True})

    # ------------------------------------------------------------------ gates

    def _ships_without_payment(self):
        """Hook: which orders may ship before they are paid, and by whose decision.

        :return: ``{order id: sentence}``
        """
        return {}

    def _release_gates(self):
        """What stands between each order and its delivery, in order (DESIGN 14).

        Other addons add their gates with ``super()``.

        :return: ``{order id: [{"code", "label", "state", "text", "who"}]}``, state one of ``done``,
            ``waiting``, ``closed``, ``overridden``; orders outside the flow are left out
        """
        orders = self.filtered(lambda order: order.in_order_flow and order.state == "sale")
        unpaid = orders._ships_without_payment()
        return {
            order.id: [
                order._gate_approval(), order._gate_payment(unpaid.get(order.id)),
                order._gate_notice(), order._gate_stock(),
            ] for order in orders
        }

    @api.model
    def _gate(self, code, label, state, text, who=""):
        return {"code": code, "label": label, "state": state, "text": text, "who": who}

    def _gate_approval(self):
        request = self.sudo().approval_request_id
        text = self.env._("Approved in %s.", request.name) if request \
            else self.env._("No approval was needed.")
        return self._gate("approval", self.env._("Approval"), "done", text)

    def _gate_payment(self, permission):
        label, who = self.env._("Payment"), self._role_holders("finance")
        if self._is_paid_enough():
            return self._gate("payment", label, "done", self.env._(
                "%s verified.", self.currency_id.format(self.verified_amount)), who)
        if permission:
            return self._gate("payment", label, "overridden", permission, who)
        applied = self.delivery_application_ids.filtered(lambda row: row.state == "submitted")
        return self._gate("payment", label, "waiting" if applied else "closed", self.env._(
            "%(verified)s of %(needed)s verified.", needed=self.currency_id.format(self.release_amount),
            verified=self.currency_id.format(self.verified_amount)), who)

    def _gate_notice(self):
        label, who = self.env._("Delivery notice"), self._role_holders("sales_assistant")
        lines = self.order_line._needs_delivery()
        if all(line.noticed_quantity >= line.product_uom_qty for line in lines):
            return self._gate("notice", label, "done", self.env._("Issued for everything."), who)
        if any(line.noticed_quantity for line in lines):
            return self._gate("notice", label, "waiting", self.env._("Issued for a part."), who)
        return self._gate("notice", label, "closed", self.env._("Not issued."), who)

    def _gate_stock(self):
        label, who = self.env._("Stock"), self._role_holders("warehouse")
        pickings = self.picking_ids.filtered(lambda picking: picking.state not in ("done", "cancel"))
        if not self.picking_ids:
            return self._gate("stock", label, "closed", self.env._("Not started."), who)
        if all(picking.state == "assigned" for picking in pickings):
            return self._gate("stock", label, "done", self.env._("Ready or shipped."), who)
        return self._gate("stock", label, "waiting", self.env._("Goods are missing."), who)

    def _is_paid_enough(self):
        return self.currency_id.compare_amounts(self.verified_amount, self.release_amount) >= 0

    def _role_holders(self, code):
        role = self.env["approval.role"].sudo().search([("code", "=", code)])
        return ", ".join(role._holders(self.company_id).mapped("name"))

    # ------------------------------------------------------------------ who may do what

    def _check_role(self, code):
        """Refuse whoever does not hold the role in the company of each order (A2)."""
        for order in self:
            if not self.env.user._holds_role(code, order.company_id):
                role = self.env["approval.role"].sudo().search([("code", "=", code)])
                raise AccessError(self.env._(
                    "%(order)s: this is done by %(role)s (%(people)s).", order=order.name,
                    role=role.name, people=order._role_holders(code) or "-",
                ))

    # ------------------------------------------------------------------ the notice

    def action_issue_delivery_notice(self):
        """Issue notices for everything that may ship and was not noticed yet (F10).

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when the payment is not verified and nobody permitted shipping without it
        :return: the ``sale.delivery.notice`` records
        """
        notices = self.env["sale.delivery.notice"]
        for order in self:
            open_lines = {
                line: line.product_uom_qty - line.noticed_quantity
                for line in order.order_line._needs_delivery()
                if line.product_uom_id.compare(line.product_uom_qty, line.noticed_quantity) > 0
            }
            notices |= order._issue_delivery_notice(open_lines)
        return notices

    def _issue_delivery_notice(self, quantities, basis=""):
        """Issue one notice and start the supply of its lines.

        :param quantities: ``{order line: quantity in its unit}``
        :param basis: what permits the delivery when it is not the payment
        :return: the notice
        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: a gate is closed, or more would be noticed than was ordered
        """
        self.ensure_one()
        self._check_role("sales_assistant")
        lock_rows(self)
        self._check_may_notice(quantities)
        permission = self._ships_without_payment().get(self.id)
        if not self._is_paid_enough() and not permission:
            raise UserError(self.env._(
                "%(order)s: finance has verified %(verified)s of %(needed)s. The delivery notice can be "
                "issued when the payment is verified, or for an approved stocking request.",
                order=self.name, verified=self.currency_id.format(self.verified_amount),
                needed=self.currency_id.format(self.release_amount),
            ))
        notice = self.env["sale.delivery.notice"].sudo()._issue(
            self, quantities, basis or ("" if self._is_paid_enough() else permission),
        )
        self._start_supply()
        return notice.with_env(self.env)

    def _check_may_notice(self, quantities):
        if not self.in_order_flow or self.state != "sale":
            raise UserError(self.env._(
                "%s is not a confirmed order of the order flow: it needs no delivery notice.", self.name,
            ))
        if not any(quantity > 0 for quantity in quantities.values()):
            raise UserError(self.env._("%s: everything was noticed already.", self.name))
        for line, quantity in quantities.items():
            left = line.product_uom_qty - line.noticed_quantity
            if quantity < 0 or line.product_uom_id.compare(quantity, left) > 0 or line.order_id != self:
                raise UserError(self.env._(
                    "%(product)s on %(order)s: %(asked)s would be noticed, %(left)s %(unit)s are left.",
                    product=line.product_id.display_name, order=self.name, asked=quantity, left=left,
                    unit=line.product_uom_id.name,
                ))

    def _start_supply(self):
        """Launch what the issued notices cover; a locked order is supplied like any other."""
        order = self.sudo()
        locked = order.locked
        if locked:
            order.action_unlock()
        order.order_line._action_launch_stock_rule()
        if locked:
            order.action_lock()
