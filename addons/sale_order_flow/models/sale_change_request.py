from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

_lt = LazyTranslate(__name__)


class SaleChangeRequest(models.Model):
    """A confirmed order changed or cancelled by decision (F18, D17 six).

    The salesperson says why and proposes other values; everybody sees what is touched before it is
    decided. After the last decision it is carried out on the order, by Odoo's own documents. That is
    the only way in which decided values of a confirmed order move (A9).

    ====================  =====================================================
    action                who
    ====================  =====================================================
    ask, change, submit,  the salesperson of the order, sales assistants and
    give up               sales managers of its company
    read                  whoever reads the order
    ====================  =====================================================
    """

    _name = "sale.change.request"
    _description = "Change Request"
    _inherit = ["sale.order.request"]
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "company_id",
            "partner_id",
            "order_before",
            "order_after",
            "done_by_id",
            "done_at",
        }
    )

    _asked = frozenset({"order_id", "kind", "reason", "new_date", "line_ids"})

    kind = fields.Selection(
        [("change", "Change"), ("cancel", "Cancellation")], required=True, default="change"
    )
    old_date = fields.Datetime(related="order_id.commitment_date", string="Promised Date")
    new_date = fields.Datetime(
        string="New Promised Date", copy=False, help="Leave it empty to keep the date."
    )
    line_ids = fields.One2many("sale.change.request.line", "request_id", copy=False)
    amount_before = fields.Monetary(compute="_compute_amounts", store=True, string="Total Now")
    amount_after = fields.Monetary(compute="_compute_amounts", store=True, string="Total Then")
    amount = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        string="Amount Decided On",
        help="The larger of both totals: limits of approvers look at it.",
    )
    lowers_price = fields.Boolean(
        compute="_compute_lowers_price",
        store=True,
        help="A product gets cheaper, or a new one is cheaper than the price list says.",
    )
    state = fields.Selection(
        [("draft", "Applied For"), ("done", "Carried Out"), ("cancelled", "Given Up")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    order_before = fields.Char(
        readonly=True,
        copy=False,
        help="Fingerprint of the order as it was when this was submitted.",
    )
    order_after = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Fingerprint of the order as this request left it.",
    )
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Carried Out By")
    done_at = fields.Datetime(readonly=True, copy=False, string="Carried Out On")

    # ------------------------------------------------------------------ computes

    @api.depends("kind", "order_id.amount_total", "line_ids.amount_change")
    def _compute_amounts(self):
        for request in self:
            if request.state != "draft" and request._origin:
                request.amount_before = request._origin.amount_before
                request.amount_after = request._origin.amount_after
                request.amount = request._origin.amount
                continue
            before = request.order_id.sudo().amount_total
            after = before + sum(request.line_ids.mapped("amount_change"))
            request.amount_before = before
            request.amount_after = 0.0 if request.kind == "cancel" else after
            request.amount = max(before, request.amount_after)

    @api.depends("kind", "line_ids.lowers_price")
    def _compute_lowers_price(self):
        for request in self:
            cheaper = any(request.line_ids.mapped("lowers_price"))
            request.lowers_price = request.kind == "change" and cheaper

    @api.onchange("order_id")
    def _onchange_order_id(self):
        """Propose what is ordered, to be changed in place."""
        self.line_ids = [Command.clear(), *self._line_commands(self.order_id)]

    @api.model
    def _line_commands(self, order):
        return [
            Command.create(
                {
                    "order_line_id": line.id,
                    "product_id": line.product_id.id,
                    "quantity": line.product_uom_qty,
                    "price_unit": line.price_unit,
                    "discount": line.discount,
                }
            )
            for line in order.order_line
            if not line.display_type and not line.is_downpayment and line.product_id
        ]

    # ------------------------------------------------------------------ what is decided on

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "apply": Operation(
                label=_lt("Change or cancel the order"),
                executed=Domain("state", "=", "done"),
                inputs={"sale.change.request": ("state",)},
                watch=("order_id", "kind", "reason", "new_date"),
                lines={
                    "line_ids": (
                        Domain.TRUE,
                        ("order_line_id", "product_id", "quantity", "price_unit", "discount"),
                    )
                },
                amount="amount",
                run="_do_apply",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _on_approval_event(self, event):
        """What was decided on is the order as it was when this was submitted."""
        result = super()._on_approval_event(event)
        if event.verb == "submit":
            for request in self:
                request._stamp({"order_before": request.order_id._change_fingerprint()})
        return result

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            if refusal := request.order_id._change_refusal():
                raise UserError(refusal)
        return requests

    # ------------------------------------------------------------------ what stands against it

    def _changed_lines(self):
        """Those of the proposed lines that differ from the order."""
        return self.line_ids.filtered(lambda line: line._is_changed())

    def _problems(self):
        problems = super()._problems()
        if refusal := self.order_id._change_refusal():
            return [refusal]
        other = self.search(
            [
                ("order_id", "=", self.order_id.id),
                ("state", "=", "draft"),
                ("approval_state", "in", ("pending", "approved")),
                ("id", "!=", self.id),
            ],
            limit=1,
        )
        if other:
            problems.append(
                self.env._(
                    "%(other)s changes %(order)s as well and is not finished. Wait for it, or withdraw "
                    "it first.",
                    other=other.name,
                    order=self.order_id.name,
                )
            )
        return problems + (
            self._cancel_problems() if self.kind == "cancel" else self._change_problems()
        )

    def _cancel_problems(self):
        order = self.order_id.sudo()
        if shipped := order.order_line.filtered(lambda line: line.qty_delivered > 0)[:1]:
            return [
                self.env._(
                    "%(order)s cannot be cancelled: %(quantity)s %(unit)s of %(product)s were delivered. "
                    "Ask for a return, or for a change that lowers the quantity to what was delivered.",
                    order=order.name,
                    quantity=shipped.qty_delivered,
                    unit=shipped.product_uom_id.name,
                    product=shipped.product_id.display_name,
                )
            ]
        posted = order.invoice_ids.filtered(
            lambda move: move.state == "posted" and move.payment_state != "reversed"
        )
        if invoices := posted.filtered(lambda move: move.move_type == "out_invoice"):
            return [
                self.env._(
                    "%(order)s cannot be cancelled: invoice %(invoice)s is posted. Have finance make a "
                    "credit note for it first.",
                    order=order.name,
                    invoice=invoices[0].name,
                )
            ]
        return []

    def _change_problems(self):
        problems = []
        if not self._changed_lines() and not self._changes_date():
            problems.append(
                self.env._(
                    "%s proposes nothing that differs from the order. Enter another quantity, price, "
                    "product or date.",
                    self.name,
                )
            )
        if self._changes_date() and self.new_date < fields.Datetime.now():
            problems.append(
                self.env._(
                    "%s: “New Promised Date” is over already. Enter a later one.",
                    self.name,
                )
            )
        for line in self.line_ids:
            problems += line._problems()
        return problems

    def _changes_date(self):
        return bool(self.new_date) and self.new_date != self.order_id.commitment_date

    # ------------------------------------------------------------------ actions

    def action_apply(self):
        """Carry the request out, where no chain decides on it or carrying it out had failed (F18).

        :raise AccessError: for whoever may not ask for changes of the order
        :raise UserError: when it is not approved, or the order does not allow it any more
        :return: True
        """
        self._check_may_request()
        self._do_apply()
        return True

    def action_cancel(self):
        """Give the request up; one in approval is withdrawn by it.

        :raise AccessError: for whoever may not ask for changes of the order
        :raise UserError: when it was carried out or given up already
        :return: True
        """
        self._check_may_request()
        self._check_draft()
        self._stamp({"state": "cancelled"})
        return True

    def _do_apply(self):
        """Write what was decided on the order, as Odoo's own documents do it."""
        # as superuser: the decision allows it, whatever the rights of whoever asked for it
        lock_rows(self.sudo().order_id)
        for request in self:
            request._check_draft()
            order = request.order_id.sudo()
            if problems := request._problems():
                raise UserError("\n".join(problems))
            if request.order_before not in (False, order._change_fingerprint()):
                raise UserError(
                    self.env._(
                        "%(order)s was changed after %(request)s was submitted. Withdraw the request, "
                        "look at the order and submit it again.",
                        order=order.name,
                        request=request.name,
                    )
                )
            touched = request._change_effects()[request.id]
            if request.kind == "cancel":
                request._carry_out_cancellation(order)
            else:
                request._carry_out_change(order)
            request._stamp({"done_by_id": self.env.uid, "done_at": fields.Datetime.now()})
            request._tell_concerned(touched)
        return True

    def _carry_out_cancellation(self, order):
        # carried out, but not yet done: for so long the order may be cancelled
        self._stamp({"state": "done"})
        order.write({"locked": False})
        order._action_cancel()

    def _carry_out_change(self, order):
        locked = order.locked
        values = {"order_line": [line._order_command() for line in self._changed_lines()]}
        if self._changes_date():
            values["commitment_date"] = self.new_date
        with order._approval_door():
            # carried out from here on: what it said of the order before stays as it was
            self._stamp({"state": "done"})
            if locked:
                order.write({"locked": False})
            order.write(values)
            if locked:
                order.write({"locked": True})
            self._stamp({"order_after": order._change_fingerprint()})
        order._flow_changed()


class SaleOrder(models.Model):
    """What change requests let move of a confirmed order."""

    _inherit = "sale.order"

    change_request_ids = fields.One2many(
        "sale.change.request",
        "order_id",
        string="Change Requests",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )
    change_request_count = fields.Integer(compute="_compute_change_request_count")
    cancels_by_request = fields.Boolean(compute="_compute_cancels_by_request")

    @api.depends("change_request_ids")
    def _compute_change_request_count(self):
        counts = self._flow_count_of("sale.change.request")
        for order in self:
            order.change_request_count = counts.get(order._origin.id, 0)

    @api.depends("order_flow", "company_id.cancel_needs_request")
    def _compute_cancels_by_request(self):
        for order in self:
            needed = order.company_id.sudo().cancel_needs_request
            order.cancels_by_request = needed and order._is_in_flow()

    def _change_fingerprint(self):
        """Fingerprint of the decided values of one order."""
        self.ensure_one()
        return self._approval_fingerprints("confirm")[self.id]

    def _change_refusal(self):
        """Why nobody may ask for a change of the order at all; an empty string when they may."""
        self.ensure_one()
        order = self.sudo()
        if order.state != "sale" or not order._is_in_flow():
            return self.env._(
                "%s is not confirmed, was cancelled, or does not follow the order flow: there is "
                "nothing to change by request.",
                order.name,
            )
        if order.flow_stage == "archived":
            return self.env._(
                "%s is settled and archived: it stays as it is. Make a new order, or ask for a return.",
                order.name,
            )
        return ""

    def _approval_refuse_changed(self, code):
        """Values of a confirmed order move as a change request left them, and in no other way (A9)."""
        decided = self._changed_by_request() if code == "confirm" else self.browse()
        return super(SaleOrder, self - decided)._approval_refuse_changed(code)

    def _changed_by_request(self):
        """Those of the orders that stand as an approved change request left them."""
        done = (
            self.env["sale.change.request"]
            .sudo()
            .search(
                [
                    ("order_id", "in", self.ids),
                    ("state", "=", "done"),
                    ("order_after", "!=", False),
                ],
                # one that is being carried out is the newest
                order="done_at desc nulls first, id desc",
            )
        )
        approved = done.filtered(lambda request: request.approval_state == "executed")
        newest = {}
        for request in approved:
            newest.setdefault(request.order_id.id, request)
        known = self.browse(newest)
        now = known._approval_fingerprints("confirm") if known else {}
        return known.filtered(lambda order: newest[order.id].order_after == now[order.id])

    def write(self, vals):
        if "state" in vals and vals["state"] != "sale":
            self._check_may_be_taken_back()
        return super().write(vals)

    def _action_cancel(self):
        # before any transfer is cancelled, and in words that help
        self._check_may_be_taken_back()
        return super()._action_cancel()

    def _check_may_be_taken_back(self):
        """A confirmed order is cancelled by request, where the company wants that (F18).

        :raise UserError: naming the order
        """
        asking = self.filtered(lambda order: order.state == "sale" and order.cancels_by_request)
        if not asking:
            return
        cancelling = (
            self.env["sale.change.request"]
            .sudo()
            .search(
                [
                    ("order_id", "in", asking.ids),
                    ("kind", "=", "cancel"),
                    ("state", "=", "done"),
                    ("done_at", "=", False),
                ]
            )
        )
        if refused := asking - cancelling.order_id.sudo(False):
            raise UserError(
                self.env._(
                    "%s is confirmed: it is cancelled by a change request, so that everybody concerned "
                    "is asked and told. Press “Change or Cancel” on the order.",
                    refused[0].name,
                )
            )

    def action_request_change(self):
        """Open a new change request of this order (F18).

        :raise UserError: when the order is not confirmed, cancelled or archived
        :return: window action of the request
        """
        self.ensure_one()
        if refusal := self._change_refusal():
            raise UserError(refusal)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Change or Cancel"),
            "res_model": "sale.change.request",
            "views": [(False, "form")],
            "target": "current",
            "context": {"default_order_id": self.id},
        }

    def action_view_change_requests(self):
        """Open the change requests of this order."""
        return self.change_request_ids._get_records_action(name=self.env._("Change Requests"))
