from odoo import api, fields, models

from .sale_order import INTAKE_FIELDS

FLOW_STAGES = [
    ("quotation", "Quotation"),
    ("review", "In Approval"),
    ("approved", "Approved, to Confirm"),
    ("customer", "With the Customer"),
    ("deposit", "Collect the Deposit"),
    ("start", "Start Production"),
    ("apply", "Apply for Delivery"),
    ("verify", "Verify Payment"),
    ("notice", "Issue Delivery Notice"),
    ("supplying", "Provide the Goods"),
    ("ship", "Ship"),
    ("feedback", "Pass On News"),
    ("done", "Delivered"),
    ("received", "Received"),
    ("invoiced", "Invoiced"),
    ("settled", "Settled"),
    ("archived", "Archived"),
    ("cancelled", "Cancelled"),
]
# nothing is left to do for the delivery: these stand on the desk no more
CLOSED_STAGES = ("done", "received", "invoiced", "settled", "archived", "cancelled")
# derived together: whoever reads one of them after a change finds it derived anew
STAGE_FIELDS = ("flow_stage", "flow_stage_since", "desk_open", "desk_user_id", "desk_worry_date")
PAID = frozenset({"paid", "in_payment", "reversed"})
# whose turn it is in each stage; "salesperson" and "approver" are persons, the rest are roles
STAGE_OWNERS = {
    "quotation": "salesperson",
    "review": "approver",
    "approved": "salesperson",
    "customer": "salesperson",
    "deposit": "salesperson",
    "start": "sales_assistant",
    "apply": "salesperson",
    "verify": "finance",
    "notice": "sales_assistant",
    "supplying": "warehouse",
    "ship": "warehouse",
    "feedback": "sales_assistant",
}
# what the desk says an order waits for; stages of one role may wait for different things
STAGE_TEAMS = {
    "quotation": "sales",
    "review": "approval",
    "approved": "sales",
    "customer": "customer",
    "deposit": "sales",
    "start": "assistant",
    "apply": "sales",
    "verify": "finance",
    "notice": "assistant",
    "supplying": "stock",
    "ship": "shipping",
    "feedback": "assistant",
}


class SaleOrder(models.Model):
    """Where an order stands, derived from its documents, and what the next step is (F11)."""

    _inherit = "sale.order"

    flow_stage = fields.Selection(
        FLOW_STAGES,
        compute="_compute_flow_stage",
        store=True,
        index="btree_not_null",
        group_expand="_group_expand_flow_stage",
        help="What the order waits for, and how far it is settled once it is delivered. Empty "
        "outside the order flow.",
    )
    flow_stage_since = fields.Datetime(
        compute="_compute_flow_stage",
        store=True,
        string="Waiting Since",
    )
    feedback_ids = fields.One2many(
        "sale.order.feedback",
        "order_id",
        groups="sale_order_flow.group_flow_user,stock.group_stock_user",
    )
    flow_step_label = fields.Char(compute="_compute_flow_step", string="Next Step")
    flow_step_mine = fields.Boolean(compute="_compute_flow_step")

    @api.depends(
        "state",
        "order_flow",
        "amount_total",
        "order_line.product_uom_qty",
        "order_line.qty_delivered",
        "delivery_application_ids.state",
        "delivery_notice_ids.state",
        "delivery_notice_ids.line_ids.quantity",
        "picking_ids.state",
        "require_signature",
        "require_payment",
        "signature",
        "invoice_status",
        "order_line.invoice_lines.move_id.state",
        "order_line.invoice_lines.move_id.payment_state",
        "feedback_ids.sent_at",
        "payment_allocation_ids.amount",
        "payment_allocation_ids.payment_id.state",
        "payment_allocation_ids.payment_id.amount",
        "payment_allocation_ids.payment_id.partner_id",
        "payment_allocation_ids.payment_id.move_id.state",
        "payment_allocation_ids.payment_id.move_id.reversal_move_ids.state",
        "payment_allocation_ids.statement_line_id.amount",
        "payment_allocation_ids.statement_line_id.partner_id",
        "payment_allocation_ids.statement_line_id.move_id.state",
        "payment_allocation_ids.statement_line_id.move_id.reversal_move_ids.state",
        "picking_ids.signature",
        "contract_ids.state",
    )
    def _compute_flow_stage(self):
        stages = self._flow_stage_of()
        for order in self:
            before, stage = order._origin.flow_stage, stages.get(order.id, False)
            order.flow_stage = stage
            if stage != before or not order.flow_stage_since:
                order.flow_stage_since = fields.Datetime.now() if stage else False

    def _flow_changed(self):
        """Derive the stages anew: for addons whose answer to a hook of the order has changed."""
        for name in STAGE_FIELDS:
            self.env.add_to_compute(self._fields[name], self)

    @api.model
    def _approval_computed_fields(self):
        return [
            *super()._approval_computed_fields(),
            "release_checklist",
            "flow_step_label",
            "flow_step_mine",
        ]

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        self.invalidate_recordset(self._approval_computed_fields(), flush=False)
        self._flow_changed()
        return result

    def _flow_stage_of(self):
        """Hook: the stage of each order.

        :return: ``{order id: key of FLOW_STAGES}``; orders outside the flow are left out
        """
        orders = self.filtered(lambda order: order._is_in_flow())
        stages = {}
        confirmed = orders.filtered(lambda order: order.state == "sale" and order._origin)
        for order in orders - confirmed:
            if order.state == "cancel":
                stages[order.id] = "cancelled"
            elif order.state == "sale":
                stages[order.id] = "apply"
            elif order.approval_state == "approved":
                asked = order._has_to_be_signed() or order._has_to_be_paid()
                stages[order.id] = "customer" if asked else "approved"
            else:
                stages[order.id] = "review" if order.approval_state == "pending" else "quotation"
        stages.update(confirmed._flow_stage_confirmed() if confirmed else {})
        return stages

    def _flow_stage_confirmed(self):
        """The stage of confirmed orders, from payment, notices and shipped quantities."""
        lines = self.order_line.filtered(lambda line: line._needs_delivery())
        noticed, shipped = lines._noticed_quantities(), lines._shipped_quantities()
        left = lines._unnoticed_quantities(noticed)
        closed = self._payment_reasons().keys() - self._ships_without_payment().keys()
        untold = self.sudo().feedback_ids.filtered(lambda news: not news.sent_at).order_id
        waiting = self._waits_for_goods()
        delivered = self.browse()
        stages = {}
        for order in self:
            own = order.order_line & lines
            open_notice = any(
                line.product_uom_id.compare(noticed.get(line.id, 0.0), shipped.get(line.id, 0.0))
                > 0
                for line in own
            )
            if order.id in untold._ids:
                stages[order.id] = "feedback"
            elif order.id in closed and (open_notice or any(left[line.id] for line in own)):
                submitted = "submitted" in order.delivery_application_ids.mapped("state")
                stages[order.id] = "verify" if submitted else "apply"
            elif open_notice:
                stages[order.id] = "supplying" if order in waiting else "ship"
            elif any(line.product_uom_id.compare(left[line.id], 0.0) > 0 for line in own):
                stages[order.id] = "notice"
            else:
                delivered += order
        stages.update(delivered._flow_stage_delivered())
        return stages

    def _waits_for_goods(self):
        """Those of the orders whose open deliveries all lack goods: nothing can leave yet."""
        leaving = self.sudo().picking_ids.filtered(
            lambda picking: (
                picking.picking_type_code == "outgoing" and picking.state not in ("done", "cancel")
            )
        )
        ready = leaving.filtered(lambda picking: picking.state == "assigned")
        return self & (leaving.sale_id - ready.sale_id)

    def _flow_stage_delivered(self):
        """Hook: the stage of orders that are delivered and told (F16).

        Received when the customer signed for everything, invoiced when nothing is left to invoice and
        every invoice is posted, settled when these are paid, archived when its contracts are filed.

        :return: ``{order id: "done", "received", "invoiced", "settled" or "archived"}``
        """
        stages = {order.id: order._flow_stage_settled() for order in self}
        open_orders = self.filtered(lambda order: stages[order.id] == "done")
        if open_orders:
            stages.update(dict.fromkeys(open_orders._received_orders().ids, "received"))
        return stages

    def _flow_stage_settled(self):
        """How far the money of a delivered order is, and its papers."""
        self.ensure_one()
        moves = self.sudo().order_line.invoice_lines.move_id
        moves = moves.filtered(lambda move: move.state != "cancel")
        states = set(moves.mapped("state"))
        if self.invoice_status != "invoiced" or states != {"posted"}:
            return "done"
        if not PAID.issuperset(moves.mapped("payment_state")):
            return "invoiced"
        return "archived" if self._is_archived() else "settled"

    def _received_orders(self):
        """Hook: those of the delivered orders whose goods the customer confirmed to have (F15).

        Every transfer that left for the customer is, see ``stock.picking._received_by_customer``.
        Extend with ``super()`` for other receipts, and call :meth:`_flow_changed` when the answer
        changes.
        """
        leaving = self.sudo().picking_ids.filtered(
            lambda picking: picking.picking_type_code == "outgoing" and picking.state == "done"
        )
        unsigned = leaving - leaving._received_by_customer()
        return self & (leaving.sale_id - unsigned.sale_id)

    @api.model
    def _group_expand_flow_stage(self, stages, _domain):
        """The columns of the way an order goes, empty ones too; the rare ones when they hold one."""
        rare = {"approved", "deposit", "start", "received", "archived", "cancelled"}
        return [
            stage
            for stage, _label in self._fields["flow_stage"].selection
            if stage in stages or (stage in dict(FLOW_STAGES) and stage not in rare)
        ]

    # ------------------------------------------------------------------ the next step

    @api.depends("flow_stage")
    @api.depends_context("uid", "lang")
    def _compute_flow_step(self):
        steps = self._desk_next_action()
        for order in self:
            step = steps.get(order._origin.id) or {}
            order.flow_step_label = step.get("label")
            order.flow_step_mine = bool(step.get("mine"))

    @api.model
    def _desk_stage_owners(self):
        return STAGE_OWNERS

    @api.model
    def _desk_stage_teams(self):
        return STAGE_TEAMS

    @api.model
    def _desk_my_roles(self):
        """``{(role code, company id)}`` the current user holds today, in one read."""
        return self.env["approval.role.holder"]._roles_of(self.env.user)

    def _desk_methods(self):
        quotations = self.filtered(lambda order: order.flow_stage == "quotation")
        return {
            **super(SaleOrder, self - quotations)._desk_methods(),
            **quotations._desk_quotation_methods(),
        }

    def _desk_quotation_methods(self):
        """``{order id: method and label of the button}`` of quotations, judged together."""
        asked = self.filtered("approval_required")
        incomplete = asked._approval_check_submission("confirm") if asked else {}
        confirm = "action_confirm", self.env._("Confirm")
        complete = "action_complete_order", self.env._("Complete the Order")
        submit = "action_approval_submit", self.env._("Submit for Approval")
        return {
            order.id: confirm
            if order not in asked
            else complete
            if incomplete.get(order.id)
            else submit
            for order in self
        }

    def _desk_labels(self):
        self.fetch(["flow_stage", "company_id", *INTAKE_FIELDS])
        quotations = self.filtered(lambda order: order.flow_stage == "quotation")
        return {
            **super(SaleOrder, self - quotations)._desk_labels(),
            **quotations._desk_quotation_labels(),
        }

    def _desk_quotation_labels(self):
        """``{order id: label}`` of quotations on a page of the desk.

        By what the orders hold themselves: which chain applies, and what the checks find, is judged
        with every price, customer and stock level involved, when the button is pressed.
        """
        Chain = self.env["approval.chain"]._neutral()
        chains = Chain._known(Chain._ordered_ids(self._name, "confirm"))
        lineage = self.env["res.company"]._approval_lineage
        incomplete = self._missing_intake()
        labels = {}
        for company, orders in self.grouped("company_id").items():
            possible = chains.filtered(
                lambda chain, company=company: chain.company_id.id in lineage(company.id)
            )
            if any(chain._always_applies() for chain in possible):
                complete = self.env._("Complete the Order")
                labels.update(dict.fromkeys(orders.ids, self.env._("Submit for Approval")))
                labels.update({order.id: complete for order in orders if order in incomplete})
            elif possible:
                labels.update(dict.fromkeys(orders.ids, self.env._("Submit or Confirm")))
            else:
                labels.update(dict.fromkeys(orders.ids, self.env._("Confirm")))
        return labels

    def _desk_method(self, stage):
        """Hook: method and label of the button of a stage other than the quotation.

        Extend with ``super()`` for stages of other addons.
        """
        return {
            "review": ("action_open_approval", self.env._("Decide")),
            "approved": ("action_open_order", self.env._("Open the Order")),
            "customer": ("action_open_order", self.env._("Ask the Customer")),
            "deposit": ("action_apply_deposit", self.env._("Hand In the Deposit")),
            "start": ("action_start_production", self.env._("Start Production")),
            "apply": ("action_apply_delivery", self.env._("Apply for Delivery")),
            "verify": ("action_open_verification", self.env._("Verify Payment")),
            "notice": ("action_prepare_delivery_notice", self.env._("Issue Delivery Notice")),
            "supplying": ("action_open_transfer", self.env._("Provide the Goods")),
            "ship": ("action_open_transfer", self.env._("Ship")),
            "feedback": ("action_pass_on_news", self.env._("Pass On News")),
        }[stage]

    def action_complete_order(self):
        """Open the form of the order, saying what is missing before it can be submitted (F1).

        :return: client action that shows what is missing and opens the order
        """
        missing = self._approval_check_submission("confirm").get(self.id) or []
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning",
                "sticky": True,
                "message": " ".join(missing),
                "next": self._desk_open_document(),
            },
        }

    def action_open_order(self):
        """Open the form of the order."""
        return self._desk_open_document()

    def action_open_verification(self):
        """Open the delivery application that finance has to verify."""
        self.ensure_one()
        waiting = self.delivery_application_ids.filtered(
            lambda application: application.state == "submitted"
        )
        return waiting[:1]._get_records_action(name=self.env._("Verify Payment"))

    def action_open_transfer(self):
        """Open the transfers that wait to be shipped."""
        self.ensure_one()
        pickings = self.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and picking.picking_type_id.code == "outgoing"
            )
        )
        return (pickings or self.picking_ids)._get_records_action(name=self.env._("Transfers"))

    def action_pass_on_news(self):
        """The assistant tells salesperson and customer what was shipped or promised anew (F12).

        :raise AccessError: for anybody but a sales assistant of the company
        :return: True
        """
        self._flow_check_role("sales_assistant")
        news_sudo = self.sudo().feedback_ids.filtered(lambda news: not news.sent_at)
        news_sudo._send()
        return True
