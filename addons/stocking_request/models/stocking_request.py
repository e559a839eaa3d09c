from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)

REASONS = [
    ("unpaid_order", "Unpaid Order"),
    ("plan", "Stocking Plan"),
    ("sample", "Sample"),
    ("spare", "Service Spare Parts"),
]


class StockingRequest(models.Model):
    """Goods asked for without a paid order: a stocking plan, or an order not yet paid (S1, S2).

    ===========================  ==================================================
    action                       who
    ===========================  ==================================================
    write a request, hand it in  any employee who may use stocking requests
    submit it for approval       the sales assistant
    opinions, decision           the chain: VP marketing, finance director, president
    order from warehouse or      the sales assistant
    purchasing
    ===========================  ==================================================
    """

    _name = "stocking.request"
    _description = "Stocking Request"
    _inherit = [
        "order.flow.document",
        "order.desk.document",
        "mail.thread",
        "mail.activity.mixin",
        "product.catalog.mixin",
        "approval.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    # set by the buttons alone
    _stamped = frozenset(
        {"name", "state", "desk_open", "desk_user_id", "desk_worry_date", "assistant_id"}
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Applicant",
        required=True,
        default=lambda self: self.env.user,
        tracking=True,
        index=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        compute="_compute_department_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
    )
    reason = fields.Selection(
        REASONS,
        required=True,
        default="plan",
        tracking=True,
    )
    purpose = fields.Text(help="Why the goods are needed before they are paid.")
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        check_company=True,
        index="btree_not_null",
        copy=False,
        domain="[('state', '=', 'sale'), ('company_id', '=', company_id)]",
        help="The confirmed order that is to be shipped before it is paid.",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
        help="Whom the goods are for. What is put aside for a customer serves orders of this "
        "customer only.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
    )
    date_needed = fields.Date(string="Needed By", tracking=True)
    line_ids = fields.One2many("stocking.request.line", "request_id", string="Products", copy=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        string="Value",
        help="Quantities at the price of the sales order, else at cost.",
    )
    allocation_ids = fields.One2many("stocking.allocation", "request_id", string="Orders Given")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("sent", "With the Assistant"),
            ("approved", "Approved"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        tracking=True,
    )
    stage = fields.Selection(
        [
            ("draft", "Draft"),
            ("assistant", "With the Assistant"),
            ("review", "In Approval"),
            ("supply", "To Order"),
            ("ordered", "Ordered"),
            ("done", "Done"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_stage",
        store=True,
        index=True,
        tracking=True,
    )
    stage_since = fields.Datetime(compute="_compute_stage", store=True, string="Since")
    expected_date = fields.Datetime(
        compute="_compute_expected_date",
        store=True,
        string="Expected",
        help="When the last of the goods is there, computed from transfers and purchases.",
    )
    purchase_order_count = fields.Integer(compute="_compute_document_counts")
    notice_count = fields.Integer(compute="_compute_document_counts")

    # ------------------------------------------------------------------ computes

    @api.depends("user_id", "company_id")
    def _compute_department_id(self):
        for request in self:
            employee = request.user_id.with_company(request.company_id).sudo().employee_id
            request.department_id = employee.department_id

    @api.depends("sale_order_id")
    def _compute_partner_id(self):
        for request in self:
            request.partner_id = request.sale_order_id.partner_id or request.partner_id

    @api.depends("company_id", "sale_order_id")
    def _compute_warehouse_id(self):
        Warehouse = self.env["stock.warehouse"]
        for request in self:
            request.warehouse_id = request.sale_order_id.warehouse_id or Warehouse.search(
                [("company_id", "=", request.company_id.id)],
                limit=1,
            )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for request in self:
            request.amount = sum(request.line_ids.mapped("amount"))

    @api.depends("state", "line_ids.remaining_quantity", "line_ids.done")
    def _compute_stage(self):
        for request in self:
            before, stage = request._origin.stage, request._stage_of()
            request.stage = stage
            if stage != before or not request.stage_since:
                request.stage_since = fields.Datetime.now()

    def _stage_of(self):
        """Where the request stands: the decision, the approval, and what was ordered."""
        if self.state == "sent":
            return "review" if self._origin.approval_state == "pending" else "assistant"
        if self.state != "approved":
            return self.state
        if any(line._left(line.remaining_quantity) for line in self.line_ids):
            return "supply"
        return "done" if all(self.line_ids.mapped("done")) else "ordered"

    @api.depends("line_ids.expected_date")
    def _compute_expected_date(self):
        for request in self:
            request.expected_date = max(
                filter(None, request.line_ids.mapped("expected_date")), default=False
            )

    @api.depends("line_ids.allocation_ids")
    def _compute_document_counts(self):
        for request in self:
            allocations = request.sudo().line_ids.allocation_ids
            request.purchase_order_count = len(request.sudo()._purchase_orders())
            request.notice_count = len(allocations.notice_line_id.notice_id)

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "approve": Operation(
                label=_lt("Stock without payment"),
                executed=Domain("state", "=", "approved"),
                inputs={"stocking.request": ("state",)},
                watch=(
                    "user_id",
                    "department_id",
                    "reason",
                    "sale_order_id",
                    "partner_id",
                    "warehouse_id",
                    "date_needed",
                ),
                lines={
                    "line_ids": (
                        Domain("quantity", "!=", 0),
                        ("product_id", "quantity", "product_uom_id", "date_needed"),
                    )
                },
                amount="amount",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _do_approve(self):
        self._stamp({"state": "approved"})

    def _approval_check_submission(self, code):
        """S1: what the assistant needs to know before asking the vice president."""
        missing = super()._approval_check_submission(code)
        for request in self:
            reasons = request._hand_in_reasons()
            if request.state == "draft":
                reasons.append(
                    self.env._(
                        "%s has to be handed to the sales assistant first.",
                        request.name,
                    )
                )
            if reasons:
                missing.setdefault(request.id, []).extend(reasons)
        return missing

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        for name in ("stage", "stage_since", "desk_open", "desk_user_id"):
            self.env.add_to_compute(self._fields[name], self)
        self.sale_order_id._flow_changed()
        return result

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            sequence = self.env["ir.sequence"].with_company(request.company_id)
            request._stamp({"name": sequence.next_by_code("stocking.request") or "/"})
        return requests

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsent(self):
        if sent := self.filtered(lambda request: request.state in ("sent", "approved")):
            raise UserError(
                self.env._(
                    "%s is with the sales assistant or approved and cannot be deleted. Cancel it instead.",
                    sent[0].name,
                )
            )

    # ------------------------------------------------------------------ actions

    def action_send(self):
        """Hand drafts to the sales assistant (S2).

        :raise UserError: for requests that are no drafts, or lack what their reason demands
        :return: True
        """
        for request in self:
            if request.state != "draft":
                raise UserError(self.env._("%s has been handed in already.", request.name))
            if reasons := request._hand_in_reasons():
                raise UserError("\n".join(reasons))
        self._stamp({"state": "sent"})
        self._route()
        return True

    def action_submit(self):
        """The assistant asks VP marketing, finance and president (S2, D9 2).

        :raise AccessError: for anybody but a sales assistant of the company
        :return: True
        """
        self._flow_check_role("sales_assistant")
        return self.action_approval_submit("approve")

    def action_draft(self):
        """Bring cancelled requests back to draft."""
        if kept := self.filtered(lambda request: request.state != "cancelled"):
            raise UserError(self.env._("%s is not cancelled.", kept[0].name))
        if begun := self.filtered("line_ids.allocation_ids"):
            raise UserError(
                self.env._(
                    "Goods of %s were provided before it was cancelled: copy it and ask again.",
                    begun[0].name,
                )
            )
        self._stamp({"state": "draft"})
        return True

    def action_supply(self):
        """Open the proposal: what comes from the warehouse, what purchasing orders (S3).

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when the request is not approved, or nothing remains to be ordered
        :return: window action of the proposal
        """
        self.ensure_one()
        self._flow_check_role("sales_assistant")
        if self.stage != "supply":
            raise UserError(
                self.env._(
                    "%(request)s is “%(stage)s”: there is nothing to order.",
                    request=self.name,
                    stage=dict(self._fields["stage"]._description_selection(self.env))[self.stage],
                )
            )
        wizard = self.env["stocking.supply"].create({"request_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": "stocking.supply",
            "res_id": wizard.id,
            "name": self.env._("Order the Goods"),
            "views": [(False, "form")],
            "target": "new",
            "context": {"dialog_size": "extra-large"},
        }

    def action_view_purchase_orders(self):
        """Open the purchases made for these requests."""
        orders = self._purchase_orders()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase.purchase_rfq")
        return {**action, "domain": [("id", "in", orders.ids)], "context": {}}

    def _shortages(self):
        return self.sudo().line_ids.allocation_ids.shortage_id.with_env(self.env)

    def _purchase_orders(self):
        return self._shortages().purchase_order_id
