from functools import cache

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# what the gates ask of an order, and of a line: a page of the desk has hundreds
ORDER_FIELDS = (
    "name",
    "state",
    "company_id",
    "currency_id",
    "user_id",
    "amount_total",
    "date_order",
    "payment_term_id",
    "order_flow",
    "order_kind",
    "agreed_deposit_percent",
    "has_agreed_release",
    "agreed_release_percent",
    "is_on_hold",
    "delivery_status",
)
GOODS_FIELDS = (
    "order_id",
    "display_type",
    "is_downpayment",
    "product_id",
    "product_uom_id",
    "product_uom_qty",
    "qty_delivered_method",
)


class SaleOrder(models.Model):
    """Release gates (F10): small separate answers to "may this leave?", and who can open them."""

    _inherit = "sale.order"

    release_checklist = fields.Json(compute="_compute_release_checklist")

    @api.depends(
        "flow_stage",
        "state",
        "order_line.qty_delivered",
        "picking_ids.state",
        "hold_ids.lifted_at",
        "gate_override_ids.state",
    )
    @api.depends_context("lang", "uid")
    def _compute_release_checklist(self):
        gates = self._release_gates()
        for order in self:
            order.release_checklist = gates.get(order._origin.id) or False

    # ------------------------------------------------------------------ payment

    def _release_amount_required(self):
        """What must be paid before anything of the order leaves, in its currency."""
        self.ensure_one()
        order = self.sudo()
        return (
            order.currency_id.round(
                order.amount_total * order.release_payment_percent / 100,
            )
            if order.currency_id
            else 0.0
        )

    def _ships_without_payment(self):
        """Hook: orders that may leave unpaid, by a decision taken elsewhere (D9 2).

        An addon that returns an order here calls :meth:`_flow_changed` whenever its answer changes,
        and extends ``sale.order.line._quantities_without_payment`` when only part may leave.

        :return: ``{order id: sentence naming the decision}``
        """
        overrides = self._gate_overrides("payment")
        orders = self.browse([order.id for order in overrides])
        return orders._amount_overridden("payment", orders._payment_missing()) if orders else {}

    def _stop_reasons(self):
        """Why nothing of orders starts or leaves, whatever else is in order: holds not overridden.

        :return: ``{order id: sentence}``; orders left out are not stopped
        """
        stopped = self.filtered(lambda order: order.sudo().is_on_hold)
        reasons = stopped._hold_reasons() if stopped else {}
        for order, overrides in stopped._gate_overrides("hold").items() if reasons else ():
            if order.sudo().hold_ids._open_holds() <= overrides.hold_ids:
                reasons.pop(order.id, None)
        return reasons

    def _payment_reasons(self):
        """Why the payment gate of orders is closed, computed from the payments as they stand.

        :return: ``{order id: sentence}``; orders left out are paid as far as they need to be
        """
        return {
            order_id: sentence for order_id, (_amount, sentence) in self._payment_missing().items()
        }

    def _payment_missing(self):
        """What is missing of the payment before delivery, with the sentence that says so.

        :return: ``{order id: (amount in the order's currency, sentence)}``
        """
        verified = self.env["sale.payment.allocation"]._verified_amounts(self)
        shown = cache(lambda currency, amount: currency.format(amount))
        missing = {}
        for order in self.sudo():
            required, paid = order._release_amount_required(), verified.get(order.id, 0.0)
            if order.currency_id.compare_amounts(paid, required) < 0:
                sentence = self.env._(
                    "%(order)s: %(paid)s of %(required)s needed before delivery is verified by "
                    "finance.",
                    order=order.name,
                    paid=shown(order.currency_id, paid),
                    required=shown(order.currency_id, required),
                )
                missing[order.id] = required - paid, sentence
        return missing

    # ------------------------------------------------------------------ the checklist

    def _release_gates(self):
        """Hook: the gates of each order, for the checklist and for those who ask why.

        Extend with ``super()`` and append dicts: ``code``, ``label``, ``state`` (``done``,
        ``waiting``, ``closed`` or ``overridden``), ``reason`` (why, in a sentence), ``owner`` (who
        can open it), ``blocking`` (whether transfers wait for it).

        :return: ``{order id: [gate]}``; orders outside the flow are left out
        """
        gates = self._release_gates_of_flow()
        self._offer_gate_actions(gates)
        return gates

    def _offer_gate_actions(self, gates):
        """What the current user may do about closed gates: open one by right, lift an own hold."""
        may_open = self.env.user.has_group("approval_chain.group_break_glass")
        known = {code for code, _label in self.env["sale.gate.override"]._selection_gate()}
        for order in self.browse(gates):
            for gate in gates[order.id]:
                gate["order_id"] = order.id
                gate["actions"] = []
                if gate["state"] in ("done", "overridden") or gate["code"] not in known:
                    continue
                if gate["code"] == "hold" and order.may_hold:
                    gate["actions"].append(
                        {"method": "action_lift_hold", "label": self.env._("Lift the Hold")}
                    )
                if may_open and order.sudo().state == "sale":
                    gate["actions"].append(
                        {
                            "method": "action_override_gate",
                            "args": [gate["code"]],
                            "label": self.env._("Open the Gate"),
                        }
                    )

    def _release_gates_of_flow(self):
        """The gates of this addon, see :meth:`_release_gates`."""
        self._origin.sudo().fetch(ORDER_FIELDS)
        orders = self._origin.filtered(lambda order: order._is_in_flow())
        if not orders:
            return {}
        unpaid, unasked = orders._payment_reasons(), orders._ships_without_payment()
        holders = self.env["approval.role.holder"]._names_by_role(orders.company_id)
        deposits = orders._deposit_missing()
        given = orders._deposit_decided(deposits)
        held = orders.filtered(lambda order: order.sudo().is_on_hold)
        holds, stopped = held._hold_reasons(), held._stop_reasons()
        lines = orders._goods_to_deliver()
        goods = self.env["sale.order.line"].sudo().union(*lines.values())
        noticed = goods._noticed_quantities()
        left = goods._unnoticed_quantities(noticed)
        moves = orders._moves_to_come()
        result = {}
        for order in orders.sudo():
            names = holders[order.company_id.id]
            own = lines.get(order.id, ())
            result[order.id] = [
                order._gate_approval(),
                *order._gate_deposit(deposits.get(order.id), given.get(order.id), names),
                *order._gate_hold(holds.get(order.id), order.id in stopped),
                order._gate_payment(unpaid.get(order.id), unasked.get(order.id), names),
                order._gate_notice(
                    names,
                    any(line.id in noticed for line in own),
                    any(line.product_uom_id.compare(left[line.id], 0.0) > 0 for line in own),
                ),
                order._gate_stock(names, moves.get(order.id, ())),
            ]
        return result

    def _goods_to_deliver(self):
        """``{order id: lines of goods that leave through the warehouse}``, as superuser."""
        lines = (
            self.env["sale.order.line"]
            .sudo()
            .search_fetch([("order_id", "in", self.ids)], GOODS_FIELDS, order="id")
        )
        lines.product_id.fetch(["product_tmpl_id"])
        lines.product_id.product_tmpl_id.fetch(["type"])
        goods = lines.filtered(lambda line: line._needs_delivery())
        return {order.id: group for order, group in goods.grouped("order_id").items()}

    def _moves_to_come(self):
        """``{order id: moves of its transfers that are neither done nor cancelled}``."""
        pickings = (
            self.env["stock.picking"]
            .sudo()
            .search_fetch([("sale_id", "in", self.ids)], ["sale_id"], order="id")
        )
        if not pickings:
            return {}
        moves = (
            self.env["stock.move"]
            .sudo()
            .search_fetch(
                [("picking_id", "in", pickings.ids), ("state", "not in", ("done", "cancel"))],
                ["picking_id", "state"],
                order="id",
            )
        )
        return {
            order.id: group
            for order, group in moves.grouped(lambda move: move.picking_id.sale_id).items()
        }

    @api.model
    def _gate(self, code, label, state, reason, owner="", blocking=True):
        return {
            "code": code,
            "label": label,
            "state": state,
            "reason": reason,
            "owner": owner or "",
            "blocking": blocking,
        }

    def _gate_approval(self):
        label = self.env._("Approval")
        if self.state == "sale":
            return self._gate("approval", label, "done", self.env._("The order is confirmed."))
        waiting = {
            "pending": self.env._("The order is in approval."),
            "approved": self.env._("Approved; the order is not confirmed yet."),
        }
        if self.approval_state in waiting:
            people = self.approval_request_id.slot_ids.filtered(lambda slot: slot.state == "open")
            owner = ", ".join(people.mapped("waits_for")) or self.user_id.name
            return self._gate("approval", label, "waiting", waiting[self.approval_state], owner)
        return self._gate(
            "approval",
            label,
            "closed",
            self.env._("The order was not submitted for approval yet."),
            self.user_id.name,
        )

    def _gate_payment(self, unpaid, unasked, names):
        label = self.env._("Payment")
        if not unpaid:
            return self._gate("payment", label, "done", self.env._("The payment is verified."))
        if unasked:
            return self._gate("payment", label, "overridden", unasked)
        if "submitted" in self.delivery_application_ids.mapped("state"):
            return self._gate("payment", label, "waiting", unpaid, names.get("finance"))
        return self._gate("payment", label, "closed", unpaid, self.user_id.name)

    def _gate_deposit(self, missing, given, names):
        """The mark of the deposit, where one is asked for."""
        if not self.deposit_percent:
            return []
        label = self.env._("Deposit")
        if not missing:
            return [self._gate("deposit", label, "done", self.env._("The deposit is verified."))]
        if given:
            return [self._gate("deposit", label, "overridden", given)]
        if "submitted" in self.delivery_application_ids.mapped("state"):
            return [self._gate("deposit", label, "waiting", missing[1], names.get("finance"))]
        return [self._gate("deposit", label, "closed", missing[1], self.user_id.name)]

    def _gate_hold(self, reason, stopped):
        """The mark of a hold, where there is one."""
        if not reason:
            return []
        holders = self.hold_ids._open_holds().mapped("role_name")
        state = "closed" if stopped else "overridden"
        owner = ", ".join(dict.fromkeys(holders))
        return [self._gate("hold", self.env._("Hold"), state, reason, owner)]

    def _gate_notice(self, names, any_noticed, any_left):
        label, owner = self.env._("Notice"), names.get("sales_assistant")
        if not any_noticed:
            reason = self.env._("No delivery notice was issued yet.")
            return self._gate("notice", label, "closed", reason, owner)
        if any_left:
            reason = self.env._("Part of the goods is not in a delivery notice yet.")
            return self._gate("notice", label, "waiting", reason, owner)
        return self._gate(
            "notice", label, "done", self.env._("All goods are in a delivery notice.")
        )

    def _gate_stock(self, names, moves):
        label, owner = self.env._("Stock"), names.get("warehouse")
        if moves and any(move.state != "assigned" for move in moves):
            reason = self.env._("Goods are missing or not reserved yet.")
            return self._gate("stock", label, "waiting", reason, owner, blocking=False)
        if moves:
            reason = self.env._("The goods are reserved.")
            return self._gate("stock", label, "done", reason, blocking=False)
        if self.delivery_status == "full":
            reason = self.env._("The goods have left.")
            return self._gate("stock", label, "done", reason, blocking=False)
        reason = self.env._("Nothing is ordered from the warehouse before the delivery notice.")
        return self._gate("stock", label, "closed", reason, owner, blocking=False)

    # ------------------------------------------------------------------ delivery notices

    def _notice_basis(self, notice):
        """What allows ``notice`` to be issued: verified payment, or a decision to ship without.

        :raise UserError: when nothing does, saying what is missing
        """
        self.ensure_one()
        if not self._is_in_flow() or self.state != "sale":
            raise UserError(
                self.env._(
                    "%s is not confirmed, or does not follow the order flow: no delivery notice can be "
                    "issued for it.",
                    self.name,
                )
            )
        self._check_may_start()
        unpaid = self._payment_reasons().get(self.id)
        if not unpaid:
            verified = self.delivery_application_ids.filtered(
                lambda application: application.state == "verified"
            )
            return ", ".join(verified.mapped("name")) or self.env._(
                "Nothing to pay before delivery"
            )
        if not (decision := self._ships_without_payment().get(self.id)):
            raise UserError(unpaid)
        self._check_unpaid_quantities(notice.line_ids, unpaid)
        return decision

    def _check_unpaid_quantities(self, lines, unpaid):
        """Of an unpaid order no more may leave than was decided."""
        order_lines = lines.order_line_id
        allowed = order_lines._unpaid_limits()
        noticed = order_lines._noticed_quantities()
        for order_line, group in lines.grouped("order_line_id").items():
            asked = noticed.get(order_line.id, 0.0) + sum(group.mapped("quantity"))
            if order_line.product_uom_id.compare(asked, allowed.get(order_line.id, 0.0)) > 0:
                raise UserError(
                    self.env._(
                        "%(reason)s Without payment %(allowed)s %(unit)s of %(product)s may leave, not "
                        "%(asked)s.",
                        reason=unpaid,
                        allowed=allowed.get(order_line.id, 0.0),
                        asked=asked,
                        unit=order_line.product_uom_id.name,
                        product=order_line.product_id.display_name,
                    )
                )

    def _issue_delivery_notice(self, quantities, basis=""):
        """Issue a delivery notice: for addons that decide on goods themselves (stocking requests).

        :param quantities: ``{sale.order.line: quantity in its unit}``
        :param basis: what allows the goods to leave, shown on the notice
        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: as ``sale.delivery.notice.action_issue``
        :return: the issued ``sale.delivery.notice``
        """
        self.ensure_one()
        notice = self.env["sale.delivery.notice"].create(
            {
                "order_id": self.id,
                "line_ids": [
                    (
                        0,
                        0,
                        {"order_line_id": line.id, "quantity": quantity, "sequence": line.sequence},
                    )
                    for line, quantity in quantities.items()
                ],
            }
        )
        notice.action_issue()
        if basis and not notice.basis.count(basis):
            notice._stamp({"basis": f"{basis}: {notice.basis}"})
        return notice

    def action_prepare_delivery_notice(self):
        """Open the delivery notice to be issued: everything not yet noticed, to be adjusted (F10).

        :raise AccessError: for anybody but a sales assistant of the company
        :return: window action of the notice
        """
        self.ensure_one()
        if not self.env.user._holds_role("sales_assistant", self.company_id):
            raise AccessError(
                self.env._(
                    "%(order)s: delivery notices are issued by %(role)s.",
                    order=self.name,
                    role=self._flow_role_label("sales_assistant", self.company_id),
                )
            )
        notice = self.delivery_notice_ids.filtered(lambda notice: notice.state == "draft")[:1]
        if not notice:
            left = self.order_line._unnoticed_quantities()
            notice = self.env["sale.delivery.notice"].create(
                {
                    "order_id": self.id,
                    "line_ids": [
                        (
                            0,
                            0,
                            {
                                "order_line_id": line.id,
                                "quantity": left[line.id],
                                "sequence": line.sequence,
                            },
                        )
                        for line in self.order_line
                        if line.product_uom_id.compare(left.get(line.id, 0.0), 0.0) > 0
                    ],
                }
            )
        return notice._get_records_action(name=self.env._("Delivery Notice"))

    def _supply_started(self, user):
        """Stamp who started the order, the first time."""
        for order in self.filtered(lambda order: not order.supply_started_at):
            order._stamp(
                {
                    "supply_started_at": fields.Datetime.now(),
                    "supply_started_by_id": user.id,
                }
            )
