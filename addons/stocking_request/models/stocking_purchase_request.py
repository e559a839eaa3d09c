from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)

# how far the goods and their payment have come, the last of them reached by all lines
_STAGES = [
    ("draft", "Draft"),
    ("review", "In Approval"),
    ("order", "To Order"),
    ("quotation", "Quotations Asked"),
    ("ordered", "Ordered"),
    ("received", "Received"),
    ("billed", "Billed"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]


class StockingPurchaseRequest(models.Model):
    """What a department asks purchasing for, without a sale behind it (S6).

    The decision is stored, everything else follows from the purchase orders: how much of each line
    they order, receive, bill and pay stands in the allocation rows.

    ==========================  ========================================================
    action                      who
    ==========================  ========================================================
    write, submit, cancel       the applicant; whoever supplies may help
    decide                      the chain: department head, finance, general manager
    ask vendors, choose         purchasing
    short-close                 the applicant, or purchasing
    ==========================  ========================================================

    The name is not ``purchase.request``: an addon in wide use has that model, and both may be installed.
    """

    _name = "stocking.purchase.request"
    _description = "Purchase Request"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset({"name", "state"})

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Applicant",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
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
        index="btree_not_null",
    )
    reason = fields.Selection(
        [
            ("operation", "Daily Operation"),
            ("project", "Project"),
            ("equipment", "Equipment"),
            ("repair", "Repair and Maintenance"),
            ("other", "Other"),
        ],
        required=True,
        default="operation",
        tracking=True,
    )
    purpose = fields.Text(help="What the goods are for, and why they are needed now.")
    date_needed = fields.Date(string="Needed By", copy=False, tracking=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Where the goods are received.",
    )
    line_ids = fields.One2many(
        "stocking.purchase.request.line", "request_id", string="Products", copy=True
    )
    allocation_ids = fields.One2many("stocking.purchase.allocation", "request_id", string="Orders")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount", store=True, string="Estimate", help="Without taxes."
    )
    ordered_amount = fields.Monetary(compute="_compute_progress", store=True, string="Ordered")
    received_amount = fields.Monetary(compute="_compute_progress", store=True, string="Received")
    billed_amount = fields.Monetary(compute="_compute_progress", store=True, string="Billed")
    paid_amount = fields.Monetary(compute="_compute_progress", store=True, string="Paid")
    quotation_count = fields.Integer(compute="_compute_quotation_count")
    state = fields.Selection(
        [("draft", "Draft"), ("approved", "Approved"), ("cancelled", "Cancelled")],
        string="Decision",
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        tracking=True,
    )
    stage = fields.Selection(_STAGES, compute="_compute_stage", store=True, index=True)

    # ------------------------------------------------------------------ computes

    @api.depends("user_id", "company_id")
    def _compute_department_id(self):
        for request in self:
            employee = request.user_id.with_company(request.company_id).sudo().employee_id
            request.department_id = employee.department_id

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        warehouses = self.env["stock.warehouse"]
        for company, requests in self.grouped("company_id").items():
            requests.warehouse_id = warehouses.search([("company_id", "=", company.id)], limit=1)

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for request in self:
            request.amount = sum(request.line_ids.mapped("amount"))

    @api.depends(
        "line_ids.ordered_amount",
        "line_ids.received_amount",
        "line_ids.billed_amount",
        "line_ids.paid_amount",
    )
    def _compute_progress(self):
        for request in self:
            for name in ("ordered_amount", "received_amount", "billed_amount", "paid_amount"):
                request[name] = sum(request.line_ids.mapped(name))

    @api.depends("allocation_ids.purchase_order_id")
    def _compute_quotation_count(self):
        for request in self:
            request.quotation_count = len(request.sudo().allocation_ids.purchase_order_id)

    @api.depends("state", "line_ids.step", "allocation_ids.is_open")
    def _compute_stage(self):
        for request in self:
            request.stage = request._stage_of()

    def _stage_of(self):
        """The decision, then what the slowest line has come to."""
        if self.state == "draft" and self._origin.approval_state == "pending":
            return "review"
        if self.state != "approved":
            return self.state
        steps = set(self.line_ids.mapped("step"))
        first = next((key for key, _label in _STAGES if key in steps), "done")
        if first == "order" and any(self.allocation_ids.mapped("is_open")):
            return "quotation"
        return first

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "approve": Operation(
                label=_lt("Buy for a department"),
                executed=Domain("state", "=", "approved"),
                inputs={"stocking.purchase.request": ("state",)},
                watch=("user_id", "department_id", "reason", "date_needed", "warehouse_id"),
                lines={
                    "line_ids": (
                        Domain("quantity", "!=", 0),
                        ("product_id", "quantity", "product_uom_id", "date_needed", "price_unit"),
                    )
                },
                amount="amount",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
                better={"line_ids": {"quantity": "down", "price_unit": "down"}},
            ),
        }

    def _do_approve(self):
        self._stamp({"state": "approved"})

    def _approval_check_submission(self, code):
        """S6: what those who decide need to know."""
        missing = super()._approval_check_submission(code)
        names = ("department_id", "purpose", "date_needed", "line_ids")
        labels = self.fields_get(names, ["string"])
        for request in self:
            found = missing.setdefault(request.id, [])
            if empty := [labels[name]["string"] for name in names if not request[name]]:
                found.append(
                    self.env._(
                        "%(request)s is incomplete: %(fields)s. Fill this in and submit it again.",
                        request=request.name,
                        fields=", ".join(empty),
                    )
                )
            found += [
                self.env._(
                    "%(request)s: enter what %(product)s is going to cost, so that it is decided by "
                    "the right persons.",
                    request=request.name,
                    product=line.product_id.display_name,
                )
                for line in request.line_ids
                if line.quantity and not line.price_unit
            ]
            today = request.company_id._approval_today()
            if request.date_needed and request.date_needed < today:
                found.append(
                    self.env._(
                        "%s is needed by a day that is past. Correct the date and submit it again.",
                        request.name,
                    )
                )
        return missing

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        self.env.add_to_compute(self._fields["stage"], self)
        if event.verb == "execute":
            self._tell_purchasing()
        return result

    def _tell_purchasing(self):
        """Approved requests wait for purchasing: an activity for everybody who holds the role."""
        for request in self.sudo():
            for user in self.env["approval.role"]._people("purchasing", request.company_id):
                request.activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=request.date_needed,
                    summary=request.with_context(lang=user.lang).env._("Ask the vendors"),
                    user_id=user.id,
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        for request in requests:
            sequence = self.env["ir.sequence"].with_company(request.company_id)
            request._stamp({"name": sequence.next_by_code(self._name) or "/"})
        return requests

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unsent(self):
        if kept := self.filtered(lambda request: request.state == "approved"):
            raise UserError(
                self.env._("%s is approved and cannot be deleted. Cancel it instead.", kept[0].name)
            )

    # ------------------------------------------------------------------ actions

    def action_ask_vendors(self):
        """Open the form in which purchasing chooses the vendors to ask (S6).

        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: when the request is not approved, or nothing remains to be ordered
        :return: window action
        """
        self.ensure_one()
        self._flow_check_role("purchasing")
        self._check_open()
        wizard = self.env["stocking.purchase.quotation"].create({"request_id": self.id})
        return {
            "type": "ir.actions.act_window",
            "res_model": wizard._name,
            "res_id": wizard.id,
            "name": self.env._("Ask Vendors"),
            "views": [(False, "form")],
            "target": "new",
        }

    def _check_open(self):
        """Refuse requests of which nothing is left to be ordered."""
        for request in self:
            if request.state != "approved" or not any(
                line._left(line.remaining_quantity) for line in request.line_ids
            ):
                raise UserError(
                    self.env._(
                        "%(request)s is “%(stage)s”: there is nothing to order.",
                        request=request.name,
                        stage=request._stage_label(),
                    )
                )

    def _stage_label(self):
        return dict(self._fields["stage"]._description_selection(self.env))[self.stage]

    def action_compare(self):
        """The quotations of these requests side by side, product by product (S6).

        :return: window action
        """
        lines = self.allocation_ids.purchase_line_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Compare Quotations"),
            "res_model": "purchase.order.line",
            "views": [
                (self.env.ref("stocking_request.purchase_order_line_view_compare").id, "list"),
                (self.env.ref("stocking_request.purchase_order_line_view_pivot").id, "pivot"),
            ],
            "domain": [("id", "in", lines.ids), ("state", "!=", "cancel")],
            "context": {"group_by": "product_id", "create": False},
        }

    def action_short_close(self):
        """Give up what was approved but not ordered (the applicant, or purchasing; S6).

        :raise AccessError: for anybody else
        :raise UserError: when nothing remains
        :return: True
        """
        self._check_may_close()
        self._check_open()
        self.sudo().line_ids._short_close()
        return True

    def action_cancel(self):
        """Cancel requests of which nothing was ordered; quotations asked for them alone are cancelled.

        :raise AccessError: for anybody but the applicant or purchasing
        :raise UserError: when something was ordered already
        :return: True
        """
        self._check_may_close()
        if ordered := self.filtered("ordered_amount") or self.filtered("line_ids.ordered_quantity"):
            raise UserError(
                self.env._(
                    "%s was ordered already. Short-close what is no longer needed, and cancel the "
                    "purchase order itself.",
                    ordered[0].name,
                )
            )
        allocations_sudo = self.sudo().allocation_ids
        orders_sudo = allocations_sudo.purchase_order_id
        allocations_sudo.unlink()
        orders_sudo._cancel_unneeded(self)
        self._stamp({"state": "cancelled"})
        self.activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_draft(self):
        """Bring cancelled requests back to draft.

        :raise UserError: when one is not cancelled
        :return: True
        """
        self._check_may_close()
        if kept := self.filtered(lambda request: request.state != "cancelled"):
            raise UserError(self.env._("%s is not cancelled.", kept[0].name))
        self._stamp({"state": "draft"})
        return True

    def _check_may_close(self):
        self.check_access("write")
        user = self.env.user
        for request in self:
            if request.user_id != user and not user._holds_role("purchasing", request.company_id):
                raise AccessError(
                    self.env._(
                        "%(request)s: this is done by the applicant (%(applicant)s) or by purchasing.",
                        request=request.name,
                        applicant=request.user_id.sudo().name,
                    )
                )

    # ------------------------------------------------------------------ the documents behind the figures

    def action_view_orders(self):
        """The requests for quotation and purchase orders of these requests."""
        return self._documents(self.env._("Purchases"), self.allocation_ids.purchase_order_id)

    def action_view_receipts(self):
        """The transfers that bring what was ordered for these requests."""
        moves_sudo = self.sudo().allocation_ids.purchase_line_id.move_ids
        return self._documents(self.env._("Receipts"), moves_sudo.picking_id)

    def action_view_bills(self):
        """The vendor bills over what was ordered for these requests."""
        return self._documents(self.env._("Vendor Bills"), self._bills())

    def action_view_payments(self):
        """The payments of the bills over what was ordered for these requests."""
        return self._documents(self.env._("Payments"), self._bills().reconciled_payment_ids)

    def _bills(self):
        return self.sudo().allocation_ids.purchase_line_id.invoice_lines.move_id

    def _documents(self, name, documents):
        """Open documents with the user's own rights: only their ids were read for it."""
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": documents._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", documents.ids)],
            "context": {"create": False},
        }
