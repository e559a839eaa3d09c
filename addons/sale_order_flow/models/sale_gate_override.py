from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

_lt = LazyTranslate(__name__)


class SaleGateOverride(models.Model):
    """A closed gate of an order opened by decision (A19, DESIGN 14).

    The ordinary way is to submit it: the chain decides first. Whoever has the right *Emergency
    release* opens the gate at once, with a reason; the chain then approves it afterwards, with a
    deadline, and it stands on the list of overrides. It opens as much as was missing at that
    moment: what is missing since then closes the gate again.
    """

    _name = "sale.gate.override"
    _description = "Override of a Gate"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "company_id",
            "partner_id",
            "amount",
            "hold_ids",
            "blocked_by",
            "opened_by_id",
            "opened_at",
            "withdrawn_by_id",
            "withdrawn_at",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'sale'), ('order_flow', '=', True)]",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, string="Customer")
    currency_id = fields.Many2one(related="order_id.currency_id")
    gate = fields.Selection("_selection_gate", required=True)
    reason = fields.Text(required=True)
    amount = fields.Monetary(
        readonly=True,
        copy=False,
        aggregator=None,
        string="Amount Missing",
        help="What was missing when this was asked for, in the currency of the order. The gate opens "
        "for as much.",
    )
    hold_ids = fields.Many2many("sale.order.hold", readonly=True, copy=False, string="Holds")
    blocked_by = fields.Text(readonly=True, copy=False, string="Why It Was Closed")
    state = fields.Selection(
        [
            ("draft", "Applied For"),
            ("open", "Gate Opened"),
            ("withdrawn", "Withdrawn"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    opened_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    opened_at = fields.Datetime(readonly=True, copy=False, string="Opened On")
    withdrawn_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    withdrawn_at = fields.Datetime(readonly=True, copy=False)
    may_withdraw = fields.Boolean(compute="_compute_may_withdraw")

    _in_force = models.Index("(order_id, gate) WHERE state = 'open'")

    @api.model
    def _selection_gate(self):
        """Hook: gates that can be overridden, as ``(code, label)``.

        Whoever appends a gate extends ``sale.order._gate_blocks`` with what it says.
        """
        return [
            ("payment", self.env._("Payment")),
            ("deposit", self.env._("Deposit")),
            ("hold", self.env._("Hold")),
        ]

    @api.depends("opened_by_id")
    @api.depends_context("uid")
    def _compute_may_withdraw(self):
        user = self.env.user
        holds = {
            company: any(user._holds_role(code, company) for code in ("finance", "sales_manager"))
            for company in self.company_id
        }
        for override in self:
            override.may_withdraw = (
                user in override.opened_by_id | override.create_uid
                or holds.get(override.company_id, False)
            )

    # ------------------------------------------------------------------ what is decided on

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "open": Operation(
                label=_lt("Open a closed gate"),
                executed=Domain("state", "=", "open"),
                inputs={"sale.gate.override": ("state",)},
                watch=("order_id", "gate", "amount", "hold_ids", "reason"),
                amount="amount",
                run="_do_open",
                dead=Domain("state", "=", "withdrawn"),
            ),
        }

    def _do_open(self):
        for override in self:
            override._stamp(
                {
                    "state": "open",
                    "opened_by_id": self.env.uid,
                    "opened_at": fields.Datetime.now(),
                }
            )
            override.order_id.sudo().message_post(
                body=self.env._(
                    "%(override)s: gate “%(gate)s” opened (%(reason)s).",
                    override=override.name,
                    gate=override._gate_label(),
                    reason=override.reason,
                )
            )
        self.order_id.sudo()._flow_changed()

    def _decision_text(self):
        """The sentence on the gate that was opened."""
        return "\n".join(
            self.env._(
                "Opened by %(user)s (%(override)s): %(reason)s",
                user=override.opened_by_id.name,
                override=override.name,
                reason=override.reason,
            )
            for override in self
        )

    def _gate_label(self):
        return dict(self._selection_gate()).get(self.gate, self.gate)

    def _on_approval_event(self, event):
        """What is refused afterwards closes again, as far as nothing left on it."""
        result = super()._on_approval_event(event)
        if event.verb == "refuse" and event.request.after_of_id:
            for override in self.filtered(lambda override: override.state == "open"):
                if override._used():
                    override.message_post(
                        body=self.env._(
                            "Refused afterwards; goods have left on it, so it cannot be withdrawn."
                        )
                    )
                else:
                    override._withdraw()
        return result

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        overrides = super().create(vals_list)
        for override in overrides:
            override.order_id.check_access("read")
            block = override.order_id._gate_blocks(override.gate).get(override.order_id.id)
            if override.order_id.state != "sale" or not block:
                raise UserError(
                    self.env._(
                        "%(order)s: the gate “%(gate)s” is not closed, so there is nothing to open.",
                        order=override.order_id.name,
                        gate=override._gate_label(),
                    )
                )
            sequence = self.env["ir.sequence"].with_company(override.company_id)
            override._stamp(
                {
                    "name": sequence.next_by_code("sale.gate.override") or "/",
                    "amount": block["amount"],
                    "hold_ids": [fields.Command.set(block["holds"].ids)],
                    "blocked_by": block["reason"],
                }
            )
        return overrides

    def write(self, vals):
        if not {"order_id", "gate"}.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "%s: order and gate stand as they were asked for. Ask for another override.",
                    self[:1].name,
                )
            )
        if "reason" in vals and (
            decided := self.filtered(lambda override: override.state != "draft")
        ):
            raise UserError(
                self.env._("%s was decided: its reason stands.", decided[0].name),
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unasked(self):
        if asked := self.filtered(
            lambda override: override.state != "draft" or override.approval_request_id
        ):
            raise UserError(
                self.env._("%s was asked for: it stays. Withdraw it instead.", asked[0].name)
            )

    # ------------------------------------------------------------------ actions

    def action_withdraw(self):
        """Take an override back, as long as nothing left or started on it.

        :raise AccessError: for anybody but who opened it, finance, or a sales manager
        :raise UserError: when goods left on it, or it was withdrawn already
        :return: True
        """
        lock_rows(self.sudo().order_id)
        for override in self:
            if not override.may_withdraw:
                override._flow_check_role("finance")
            if override.state == "withdrawn":
                raise UserError(self.env._("%s was withdrawn already.", override.name))
            if override.state == "open" and override._used():
                raise UserError(
                    self.env._(
                        "%(override)s: goods of %(order)s have left, or were started, since the gate "
                        "was opened. It cannot be undone any more.",
                        override=override.name,
                        order=override.order_id.name,
                    )
                )
        self._withdraw()
        return True

    def _withdraw(self):
        self._stamp(
            {
                "state": "withdrawn",
                "withdrawn_by_id": self.env.uid,
                "withdrawn_at": fields.Datetime.now(),
            }
        )
        for override in self:
            override.order_id.sudo().message_post(
                body=self.env._(
                    "%(override)s: gate “%(gate)s” is closed again.",
                    override=override.name,
                    gate=override._gate_label(),
                )
            )
        self.order_id.sudo()._flow_changed()

    def _used(self):
        """Whether goods left, or production was started, after the gate was opened."""
        self.ensure_one()
        order = self.sudo().order_id
        moves = order.order_line.move_ids.filtered(
            lambda move: move.state == "done" and move.date >= self.opened_at
        )
        if self.gate == "deposit":
            return bool(
                order.production_started_at and order.production_started_at >= self.opened_at
            )
        return bool(moves._leaving_customers())


class SaleOrder(models.Model):
    """Which gates of an order were opened by decision."""

    _inherit = "sale.order"

    gate_override_ids = fields.One2many(
        "sale.gate.override",
        "order_id",
        string="Overrides",
        copy=False,
        groups="sale_order_flow.group_flow_user,stock.group_stock_user",
    )

    def _gate_blocks(self, gate):
        """Hook: what a gate that can be overridden waits for, overrides left aside.

        :param gate: code of ``sale.gate.override.gate``
        :return: ``{order id: {"reason", "amount" (in the order's currency), "holds"}}``; orders left
            out are open
        """
        holds = self.env["sale.order.hold"]
        if gate == "hold":
            open_holds = self.sudo().hold_ids._open_holds().grouped("order_id")
            reasons = self._hold_reasons()
            return {
                order.id: {"reason": reasons[order.id], "amount": 0.0, "holds": rows}
                for order, rows in open_holds.items()
            }
        missing = {"payment": self._payment_missing, "deposit": self._deposit_missing}
        found = missing[gate]() if gate in missing else {}
        return {
            order_id: {"reason": reason, "amount": amount, "holds": holds}
            for order_id, (amount, reason) in found.items()
        }

    def _gate_overrides(self, gate):
        """Overrides in force.

        :return: ``{order: sale.gate.override as superuser}``
        """
        rows = (
            self.env["sale.gate.override"]
            .sudo()
            .search([("order_id", "in", self.ids), ("gate", "=", gate), ("state", "=", "open")])
        )
        return rows.grouped("order_id")

    def _amount_overridden(self, gate, missing):
        """Orders whose missing money is covered by a decision.

        :param missing: ``{order id: (amount, sentence)}``
        :return: ``{order id: sentence naming the decision}``
        """
        found = {}
        for order, overrides in self._gate_overrides(gate).items():
            if order.id not in missing:
                continue
            covered = max(overrides.mapped("amount"))
            if order.currency_id.compare_amounts(missing[order.id][0], covered) <= 0:
                found[order.id] = overrides._decision_text()
        return found

    def action_override_gate(self, gate, reason):
        """Open a closed gate at once, by right; it is approved afterwards (A19).

        :param gate: code of the gate: ``payment``, ``deposit`` or ``hold``
        :param reason: why it cannot wait; needed, and logged
        :raise AccessError: the user has no right to release in an emergency
        :raise UserError: no reason, the gate is not closed, or no chain decides on overrides
        :return: True
        """
        self.ensure_one()
        override = self.env["sale.gate.override"].create(
            {"order_id": self.id, "gate": gate, "reason": self._needs_reason(reason)}
        )
        return override.action_approval_break_glass("open", reason)

    def action_ask_override(self, gate):
        """Open the form to ask for an override that the chain decides on first.

        :param gate: code of the gate
        :return: window action of a new override
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Open a Closed Gate"),
            "res_model": "sale.gate.override",
            "views": [(False, "form")],
            "target": "current",
            "context": {"default_order_id": self.id, "default_gate": gate},
        }
