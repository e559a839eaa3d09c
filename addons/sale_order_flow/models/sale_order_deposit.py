from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SaleOrder(models.Model):
    """The deposit: real money received before production or purchase of an order starts (F7)."""

    _inherit = "sale.order"

    agreed_deposit_percent = fields.Float(
        digits=(16, 2), copy=False, groups="base.group_user", string="Deposit Agreed (%)"
    )
    deposit_percent = fields.Float(
        compute="_compute_deposit_percent",
        inverse="_inverse_deposit_percent",
        string="Deposit (%)",
        digits=(16, 2),
        groups="base.group_user",
        help="Share of the total that finance must have verified before production or purchase "
        "starts. Non-standard orders need what the company says, or more.",
    )
    production_started_at = fields.Datetime(
        readonly=True, copy=False, string="Production Started On"
    )
    production_started_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _agreed_deposit_percent_range = models.Constraint(
        "CHECK (agreed_deposit_percent >= 0 AND agreed_deposit_percent <= 100)",
        "The deposit is a percentage between 0 and 100.",
    )

    # ------------------------------------------------------------------ how much

    @api.depends("order_kind", "agreed_deposit_percent", "company_id.deposit_percent")
    def _compute_deposit_percent(self):
        for order in self:
            order.deposit_percent = max(
                order._usual_deposit_percent(), order.agreed_deposit_percent
            )

    def _inverse_deposit_percent(self):
        for order in self:
            percent, usual = order.deposit_percent, order._usual_deposit_percent()
            if not usual <= percent <= 100:
                raise ValidationError(
                    self.env._(
                        "%(order)s: the deposit can be raised from %(usual)s %% up to 100 %%, but not "
                        "set to %(percent)s %%.",
                        order=order.name,
                        usual=f"{usual:g}",
                        percent=f"{percent:g}",
                    )
                )
            order.agreed_deposit_percent = percent

    def _usual_deposit_percent(self):
        """What the company asks for, percent of the total: of non-standard orders only."""
        self.ensure_one()
        return self.company_id.deposit_percent if self.order_kind == "non_standard" else 0.0

    def _deposit_required(self):
        """What must be paid before anything is made or bought, in the currency of the order."""
        self.ensure_one()
        order = self.sudo()
        return order.currency_id.round(order.amount_total * order.deposit_percent / 100)

    def write(self, vals):
        if "agreed_deposit_percent" in vals:
            lowered = self.filtered(
                lambda order: (
                    order.sudo().agreed_deposit_percent > (vals["agreed_deposit_percent"] or 0.0)
                )
            )
            self._check_before_approval(lowered, "deposit_percent")
        result = super().write(vals)
        if "agreed_deposit_percent" in vals:
            self._flow_changed()
        if vals.get("state") not in (None, "sale"):
            started = self.filtered("production_started_at")
            started._stamp({"production_started_at": False, "production_started_by_id": False})
            started.order_line._stamp({"started_quantity": 0.0})
        return result

    # ------------------------------------------------------------------ the start gate

    def _deposit_missing(self):
        """What is missing of the deposits, computed from the payments as they stand.

        :return: ``{order id: (amount in the order's currency, sentence)}``; orders left out have it
        """
        asked = self.filtered(lambda order: order._is_in_flow() and order.sudo().deposit_percent)
        verified = self.env["sale.payment.allocation"]._verified_amounts(asked) if asked else {}
        missing = {}
        for order in asked.sudo():
            required, paid = order._deposit_required(), verified.get(order.id, 0.0)
            if order.currency_id.compare_amounts(paid, required) < 0:
                sentence = self.env._(
                    "%(order)s: %(paid)s of the deposit of %(required)s, needed before production or "
                    "purchase starts, is verified by finance.",
                    order=order.name,
                    paid=order.currency_id.format(paid),
                    required=order.currency_id.format(required),
                )
                missing[order.id] = required - paid, sentence
        return missing

    def _deposit_decided(self, missing):
        """Orders that start without their deposit by decision: what may leave unpaid may be made.

        :param missing: as :meth:`_deposit_missing` answers
        :return: ``{order id: sentence naming the decision}``
        """
        if not missing:
            return {}
        orders = self.browse(missing)
        return {**orders._ships_without_payment(), **orders._amount_overridden("deposit", missing)}

    def _start_reasons(self):
        """Hook: why nothing of orders may be made, bought or reserved now (F7, DESIGN 14).

        Addons with purchase or production ask this before their documents start.

        :return: ``{order id: [sentence]}``; orders left out may start
        """
        orders = self.filtered(lambda order: order._is_in_flow())
        reasons = {order_id: [text] for order_id, text in orders._stop_reasons().items()}
        missing = orders._deposit_missing()
        overridden = orders._deposit_decided(missing)
        for order_id, (_amount, sentence) in missing.items():
            if order_id not in overridden:
                reasons.setdefault(order_id, []).append(sentence)
        return reasons

    def _check_may_start(self):
        """:raise UserError: naming what keeps orders from being started"""
        reasons = self._start_reasons()
        if found := [sentence for sentences in reasons.values() for sentence in sentences]:
            raise UserError("\n".join(found))

    def _starts_before_payment(self):
        """Whether production or purchase of the order is started before its delivery notice."""
        self.ensure_one()
        return bool(self.sudo().deposit_percent and self._start_lines())

    def _start_lines(self):
        """The goods that are made or bought before they are paid: the non-standard ones."""
        self.ensure_one()
        goods = self.order_line.filtered(lambda line: line._needs_delivery())
        if self.order_kind == "non_standard":
            return goods & self._feasibility_lines()
        return goods

    def action_start_production(self):
        """Start what is made or bought for the order; nothing leaves by it (F7, F11).

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: the order is not confirmed, its deposit is missing, or it is on hold
        :return: True
        """
        self._flow_check_role("sales_assistant")
        for order in self:
            if not order._is_in_flow() or order.state != "sale" or not order._start_lines():
                raise UserError(
                    self.env._(
                        "%s is not confirmed, does not follow the order flow, or has nothing to make: "
                        "there is nothing to start.",
                        order.name,
                    )
                )
        self._check_may_start()
        for order in self.sudo():
            for line in order._start_lines():
                line._stamp({"started_quantity": line.product_uom_qty})
            order._stamp(
                {
                    "production_started_at": fields.Datetime.now(),
                    "production_started_by_id": self.env.uid,
                }
            )
            order._supply_started(self.env.user)
            order._start_lines()._launch_supply()
            order.message_post(body=self.env._("Production started by %s.", self.env.user.name))
        return True

    # ------------------------------------------------------------------ stages

    @api.depends(
        "order_kind",
        "agreed_deposit_percent",
        "production_started_at",
        "gate_override_ids.state",
        "hold_ids.lifted_at",
    )
    def _compute_flow_stage(self):
        return super()._compute_flow_stage()

    def _flow_stage_confirmed(self):
        stages = super()._flow_stage_confirmed()
        early = self.filtered(
            lambda order: (
                stages.get(order.id) in ("apply", "verify", "notice")
                and not order.production_started_at
                and order._starts_before_payment()
            )
        )
        missing = early._deposit_missing() if early else {}
        overridden = early._deposit_decided(missing)
        for order in early:
            if order.id not in missing or order.id in overridden:
                stages[order.id] = "start"
            elif stages[order.id] != "verify":
                submitted = "submitted" in order.delivery_application_ids.mapped("state")
                stages[order.id] = "verify" if submitted else "deposit"
        return stages

    def action_apply_deposit(self):
        """Open the application by which the deposit is handed in to finance (F7).

        :return: window action of the application
        """
        self.ensure_one()
        self._check_may_apply()
        application = self.delivery_application_ids.filtered(
            lambda application: (
                application.purpose == "deposit"
                and application.state in ("draft", "submitted", "returned")
            )
        )[:1] or self.env["sale.delivery.application"].create(
            {"order_id": self.id, "purpose": "deposit"}
        )
        return application._get_records_action(name=self.env._("Deposit"))


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    started_quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="The quantity that is made or bought before it is in a delivery notice.",
    )
