from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

from .sale_feasibility_answer import PARTS

_lt = LazyTranslate(__name__)


class SaleFeasibilityReview(models.Model):
    """Whether something can be made as the customer wants it, until when and at which cost (F7).

    The salesperson asks, the chain decides. Everybody of the chain fills in the part of their role
    (``sale.feasibility.answer``) before deciding. Price and date are offered when all have agreed.

    ====================  ======================================================
    action                who
    ====================  ======================================================
    ask, change, submit   the salesperson of the order, sales assistant, sales manager
    fill in a part        holders of the role of the part, while it is under review
    decide                the chain: technical department, production, department head
    ====================  ======================================================
    """

    _name = "sale.feasibility.review"
    _description = "Feasibility Review"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {"name", "state", "company_id", "partner_id", "released_at", "lead_time_days", "unit_cost"}
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
        domain="[('state', 'in', ('draft', 'sent'))]",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one(related="order_id.user_id", string="Salesperson")
    currency_id = fields.Many2one(related="company_id.currency_id")
    wanted_date = fields.Datetime(related="order_id.commitment_date", string="Wanted By")
    line_id = fields.Many2one(
        "sale.order.line",
        string="Order Line",
        index="btree_not_null",
        ondelete="set null",
        domain="[('order_id', '=', order_id), ('display_type', '=', False)]",
        copy=False,
    )
    is_whole_order = fields.Boolean(
        string="The Whole Order",
        help="One review for everything on the order instead of one for a line.",
    )
    product_id = fields.Many2one(
        "product.product", compute="_compute_from_line", store=True, readonly=False
    )
    quantity = fields.Float(
        compute="_compute_from_line",
        store=True,
        readonly=False,
        digits="Product Unit",
        help="In the unit of the order line. More than this needs another review.",
    )
    product_uom_id = fields.Many2one(related="line_id.product_uom_id", string="Unit")
    requirement = fields.Text(
        string="What the Customer Wants", help="Dimensions, materials, standards, place of use."
    )
    drawing_ids = fields.Many2many(
        "ir.attachment",
        "sale_feasibility_review_drawing_rel",
        string="Drawings and Documents",
        copy=False,
    )
    answer_ids = fields.One2many(
        "sale.feasibility.answer", "review_id", string="Reviews", copy=False
    )
    lead_time_days = fields.Integer(
        compute="_compute_from_answers",
        store=True,
        string="Lead Time (Days)",
        aggregator="avg",
        help="The lead times of all parts, one after the other.",
    )
    unit_cost = fields.Monetary(
        compute="_compute_from_answers",
        store=True,
        string="Cost per Unit",
        aggregator=None,
        help="The costs of all parts for one unit, in the currency of the company.",
    )
    state = fields.Selection(
        [("draft", "Undecided"), ("done", "Feasible"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        tracking=True,
        index=True,
    )
    released_at = fields.Datetime(readonly=True, copy=False, string="Feasible Since")
    may_ask = fields.Boolean(compute="_compute_may_ask")

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "The quantity to be reviewed cannot be negative."
    )

    # ------------------------------------------------------------------ computes and checks

    @api.depends("line_id")
    def _compute_from_line(self):
        for review in self.filtered("line_id"):
            review.product_id = review.line_id.product_id
            review.quantity = review.line_id.product_uom_qty

    @api.depends("answer_ids.lead_time_days", "answer_ids.unit_cost")
    def _compute_from_answers(self):
        for review in self:
            review.lead_time_days = sum(review.answer_ids.mapped("lead_time_days"))
            review.unit_cost = sum(review.answer_ids.mapped("unit_cost"))

    @api.depends("order_id.state")
    @api.depends_context("uid")
    def _compute_may_ask(self):
        for review in self:
            order = review.order_id
            review.may_ask = (
                order.sudo().state in ("draft", "sent") and order._may_apply_for_delivery()
            )

    @api.constrains("line_id", "order_id")
    def _check_line_of_order(self):
        for review in self:
            if review.line_id and review.line_id.order_id != review.order_id:
                raise ValidationError(
                    self.env._(
                        "%(review)s: %(line)s is no line of %(order)s. Choose one of its lines.",
                        review=review.name,
                        line=review.line_id.display_name,
                        order=review.order_id.name,
                    )
                )

    # ------------------------------------------------------------------ what is decided on

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "release": Operation(
                label=_lt("Find feasible"),
                executed=Domain("state", "=", "done"),
                inputs={"sale.feasibility.review": ("state",)},
                watch=(
                    "order_id",
                    "is_whole_order",
                    "product_id",
                    "quantity",
                    "requirement",
                ),
                run="_do_release",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _do_release(self):
        self._stamp({"state": "done", "released_at": fields.Datetime.now()})
        self.sudo().order_id._feasibility_found()

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        labels = self.fields_get(["requirement", "line_id"], ["string"])
        for review in self:
            names = [] if review.requirement else [labels["requirement"]["string"]]
            if not review.is_whole_order and not review.line_id:
                names.append(labels["line_id"]["string"])
            if names:
                missing.setdefault(review.id, []).append(
                    self.env._(
                        "%(review)s is incomplete: %(fields)s. Fill this in and submit it again.",
                        review=review.name,
                        fields=", ".join(names),
                    )
                )
        return missing

    def _approval_sheet_notes(self, code):
        notes = super()._approval_sheet_notes(code)
        for review in self:
            if review.wanted_date:
                text = self.env._(
                    "The customer wants it by %s.", fields.Date.to_string(review.wanted_date)
                )
                notes.setdefault(review.id, []).append({"level": "info", "text": text})
        return notes

    def _on_approval_event(self, event):
        """Whoever agrees has said what their part says about it."""
        result = super()._on_approval_event(event)
        if event.verb in ("approve", "opinion") and event.slot:
            for review in self:
                review._check_answered(event.slot.role_id.code)
        return result

    def _check_answered(self, role):
        """:raise UserError: a part of ``role`` is not filled in, or says that it cannot be made"""
        for answer in self.answer_ids.filtered(lambda answer: answer.role_code == role):
            if not answer.result or answer.result == "no":
                raise UserError(
                    self.env._(
                        "%(review)s, %(part)s: enter the result before you agree. What cannot be made "
                        "is refused or returned.",
                        review=self.name,
                        part=answer.display_name,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        reviews = super().create(vals_list)
        reviews._check_may_ask()
        for review in reviews:
            sequence = self.env["ir.sequence"].with_company(review.company_id)
            review._stamp({"name": sequence.next_by_code("sale.feasibility.review") or "/"})
        self.env["sale.feasibility.answer"]._ask(reviews, PARTS)
        reviews._own_drawings()
        return reviews

    def write(self, vals):
        own = {"order_id", "line_id", "is_whole_order", "product_id", "quantity", "requirement"}
        if not own.isdisjoint(vals) or "drawing_ids" in vals:
            self._check_may_ask()
            self._check_open()
        result = super().write(vals)
        if "order_id" in vals:
            self._check_may_ask()
        if "drawing_ids" in vals:
            self._own_drawings()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unasked(self):
        if asked := self.filtered("approval_request_id"):
            raise UserError(
                self.env._(
                    "%s was submitted: what the departments said stays. Cancel it instead.",
                    asked[0].name,
                )
            )

    def _check_may_ask(self):
        for review in self:
            order = review.order_id
            order._check_may_ask_feasibility()
            if order.state not in ("draft", "sent"):
                raise UserError(
                    self.env._(
                        "%s is no quotation any more: there is nothing to review for it.",
                        order.name,
                    )
                )

    def _check_open(self):
        if closed := self.filtered(
            lambda review: review.state != "draft" or review.approval_state == "pending"
        ):
            raise UserError(
                self.env._(
                    "%s is under review or decided: what was asked stands. Withdraw the request, or "
                    "ask for another review.",
                    closed[0].name,
                )
            )

    def _own_drawings(self):
        """Let everybody who may read the review read its drawings."""
        for review in self.sudo():
            loose = review.drawing_ids.filtered(
                lambda file: file.res_model in (False, self._name) and not file.res_id
            )
            loose.write({"res_model": self._name, "res_id": review.id})

    # ------------------------------------------------------------------ actions

    def action_cancel(self):
        """Give reviews up that are not needed any more.

        :raise AccessError: for anybody but those who may ask for a review
        :raise UserError: for reviews whose order is confirmed
        :return: True
        """
        self._check_may_ask()
        for review in self.filtered(lambda review: review.state != "cancelled"):
            review._stamp({"state": "cancelled"})
        return True

    def _covers(self, line):
        """Whether the review answers for ``line`` as it stands."""
        self.ensure_one()
        if self.is_whole_order:
            return True
        return (
            self.line_id == line
            and self.product_id == line.product_id
            and line.product_uom_id.compare(line.product_uom_qty, self.quantity) <= 0
        )
