from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

from ..documents import open_rows

_lt = LazyTranslate(__name__)

DISPATCH, PRODUCTION_VP = "production_dispatch", "vp_production"
STAGES = [
    ("draft", "Draft"),
    ("calculated", "Calculated"),
    ("review", "In Approval"),
    ("approved", "Approved"),
    ("handed", "With Purchasing"),
    ("done", "Received"),
    ("cancelled", "Cancelled"),
]


class PurchasePlan(models.Model):
    """What production dispatch wants bought, from whom and by when (P5, 采购计划表).

    ==========================  ========================================================
    action                      who
    ==========================  ========================================================
    write, calculate, submit    planners
    approve                     the chain; without one whoever holds VP of production
    hand over                   production dispatch
    ask and order               purchasing, in the requests for quotation
    ==========================  ========================================================
    """

    _name = "purchase.plan"
    _description = "Purchase Plan"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "calculated_at",
            "handed_before",
            "findings",
            "approved_by_id",
            "approved_at",
            "handed_by_id",
            "handed_at",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Planner",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
        tracking=True,
        domain="[('share', '=', False)]",
    )
    date_to = fields.Date(
        string="Plan Until",
        required=True,
        copy=False,
        default=lambda self: self._default_date_to(),
        help="What is needed by this day is planned.",
    )
    with_waiting_orders = fields.Boolean(
        string="Orders That May Not Start",
        help="Plan for confirmed orders, too, that wait for their deposit or are on hold.",
    )
    with_forecast = fields.Boolean(
        string="Forecast",
        help="Plan for what the released forecasts expect beyond the orders there are.",
    )
    note = fields.Text(string="Remarks")
    line_ids = fields.One2many("purchase.plan.line", "plan_id", string="Products")
    findings = fields.Text(
        readonly=True,
        copy=False,
        help="What could not be planned because products or bills of materials are incomplete.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(compute="_compute_amount", store=True, help="Without taxes.")
    late_count = fields.Integer(compute="_compute_amount", store=True, string="Ordered Too Late")
    problem_count = fields.Integer(compute="_compute_amount", store=True, string="With Problems")
    purchase_count = fields.Integer(compute="_compute_purchase_count", compute_sudo=True)
    calculated_at = fields.Datetime(readonly=True, copy=False, string="Calculated On")
    handed_before = fields.Integer(
        readonly=True,
        copy=False,
        help="How many plans of the company purchasing had when this one was calculated.",
    )
    approved_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    approved_at = fields.Datetime(readonly=True, copy=False, string="Approved On")
    handed_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Handed Over By")
    handed_at = fields.Datetime(readonly=True, copy=False, string="Handed Over On")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("calculated", "Calculated"),
            ("approved", "Approved"),
            ("handed", "With Purchasing"),
            ("cancelled", "Cancelled"),
        ],
        string="Decision",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    stage = fields.Selection(STAGES, compute="_compute_stage", store=True, index=True)

    @api.model
    def _default_date_to(self):
        company = self.env.company
        return company._approval_today() + timedelta(days=company.plan_horizon_days)

    # ------------------------------------------------------------------ computes

    @api.depends("line_ids.amount", "line_ids.is_late", "line_ids.problem", "line_ids.quantity")
    def _compute_amount(self):
        for plan in self:
            ordered = plan.line_ids.filtered("quantity")
            plan.amount = sum(ordered.mapped("amount"))
            plan.late_count = len(ordered.filtered("is_late"))
            plan.problem_count = len(ordered.filtered("problem"))

    @api.depends("line_ids.purchase_line_ids")
    def _compute_purchase_count(self):
        for plan in self:
            plan.purchase_count = len(plan.line_ids.purchase_line_ids.order_id)

    @api.depends("state", "line_ids.step")
    def _compute_stage(self):
        for plan in self:
            stage = plan.state
            if stage == "calculated" and plan._origin.approval_state == "pending":
                stage = "review"
            steps = set(plan.line_ids.filtered("quantity").mapped("step"))
            if stage == "handed" and steps <= {"received", "cancelled"}:
                # what purchasing gave up altogether was not received
                stage = "done" if "received" in steps else "cancelled"
            plan.stage = stage

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "purchase_plan": Operation(
                label=_lt("Buy by the purchase plan"),
                executed=Domain("state", "in", ("approved", "handed")),
                inputs={"purchase.plan": ("state",)},
                watch=("date_to",),
                lines={
                    "line_ids": (
                        Domain("quantity", "!=", 0),
                        (
                            "product_id",
                            "date_needed",
                            "quantity",
                            "purchase_uom_id",
                            "partner_id",
                            "currency_id",
                            "price_unit",
                        ),
                    )
                },
                amount="amount",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for plan in self:
            missing.setdefault(plan.id, []).extend(plan._problems())
        return missing

    def _approval_sheet_notes(self, code):
        """What the VP of production sees first: what is too late, and what could not be planned."""
        notes = super()._approval_sheet_notes(code)
        for plan in self:
            found = notes.setdefault(plan.id, [])
            if plan.late_count:
                text = self.env._(
                    "%s products should have been ordered already: they come later than needed.",
                    plan.late_count,
                )
                found.append({"level": "warning", "text": text})
            changed = plan.line_ids.filtered("is_changed")
            if changed:
                text = self.env._("Changed by the planner: %s", ", ".join(changed._change_texts()))
                found.append({"level": "info", "text": text})
            if plan.findings:
                found.append({"level": "danger", "text": plan.findings})
        return notes

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        self.env.add_to_compute(self._fields["stage"], self)
        return result

    def _problems(self):
        """Why it can be neither submitted nor approved, as full sentences naming the row."""
        self.ensure_one()
        if self.state != "calculated":
            return [
                self.env._(
                    "%(plan)s is “%(stage)s”: only a calculated plan is approved.",
                    plan=self.name,
                    stage=self._stage_label(),
                )
            ]
        problems = self._outdated()
        if not any(self.line_ids.mapped("quantity")):
            problems.append(self.env._("%s buys nothing: there is nothing to approve.", self.name))
        return problems + [text for line in self.line_ids for text in line._blockers()]

    def _outdated(self):
        """Another plan that was handed over meanwhile has ordered for the same needs."""
        handed = self._handed_plans()
        later = handed[: len(handed) - self.handed_before]
        if not later:
            return []
        return [
            self.env._(
                "%(other)s was handed to purchasing after %(plan)s was calculated: calculate "
                "%(plan)s again, or the same is ordered twice.",
                plan=self.name,
                other=later[-1].name,
            )
        ]

    def _handed_plans(self):
        """The plans that purchasing of the company has got, the last first."""
        return self.sudo().search(
            [("company_id", "=", self.company_id.id), ("state", "=", "handed")],
            order="handed_at desc, id desc",
        )

    def _stage_label(self):
        return dict(self._fields["stage"]._description_selection(self.env))[self.stage]

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        for plan in plans:
            if not plan.company_id.planning_enabled:
                raise UserError(
                    self.env._(
                        "%s does not plan here: switch “Sales Planning” on in Settings / Order Flow.",
                        plan.company_id.name,
                    )
                )
            sequence = self.env["ir.sequence"].with_company(plan.company_id)
            plan._stamp({"name": sequence.next_by_code(self._name) or "/"})
        return plans

    def write(self, vals):
        # what it was calculated for stands as long as its lines do
        if not {"date_to", "with_forecast", "with_waiting_orders", "company_id"}.isdisjoint(vals):
            self._check_state("draft", "calculated")
        if "company_id" in vals and self.line_ids:
            raise UserError(self.env._("A calculated plan stays in its company."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unused(self):
        for plan in self:
            if plan.state not in ("draft", "cancelled") or plan.purchase_count:
                raise UserError(
                    self.env._("%s tells what was planned: cancel it instead.", plan.name)
                )

    def _check_state(self, *states):
        for plan in self:
            if plan.state not in states:
                raise UserError(
                    self.env._(
                        "%(plan)s is “%(stage)s”: this cannot be done any more. Make a new plan, or "
                        "take it back to calculate it again.",
                        plan=plan.name,
                        stage=plan._stage_label(),
                    )
                )

    # ------------------------------------------------------------------ actions

    def action_approve(self):
        """Approve plans for which no chain is in force (P5).

        :raise AccessError: for anybody but the VP of production of the company
        :raise UserError: naming what is missing, or that the chain decides
        :return: True
        """
        self._flow_check_role(PRODUCTION_VP)
        if problems := [text for plan in self for text in plan._problems()]:
            raise UserError("\n".join(problems))
        self.sudo()._do_approve()
        return True

    def _do_approve(self):
        self._stamp(
            {
                "state": "approved",
                "approved_by_id": self.env.uid,
                "approved_at": fields.Datetime.now(),
            }
        )

    def action_back(self):
        """Take an approved plan back to change it: the approval is void then (P5).

        :raise UserError: when it was handed over already
        :return: True
        """
        self.check_access("write")
        lock_rows(self)
        self._check_state("approved", "cancelled")
        for plan in self:
            plan._stamp(
                {
                    "state": "calculated" if plan.calculated_at else "draft",
                    "approved_by_id": False,
                    "approved_at": False,
                }
            )
        return True

    def action_cancel(self):
        """Give plans up that were not handed over.

        :raise UserError: when one was handed over: its orders are cancelled by purchasing
        :return: True
        """
        self.check_access("write")
        lock_rows(self)
        for plan in self:
            if plan.state == "handed":
                raise UserError(
                    self.env._(
                        "%s is with purchasing: let purchasing cancel the orders that are not needed.",
                        plan.name,
                    )
                )
        self._stamp({"state": "cancelled"})
        return True

    # ------------------------------------------------------------------ the documents behind it

    def action_view_purchases(self):
        """The requests for quotation and orders that this plan became."""
        lines = self.sudo().line_ids.purchase_line_ids
        return open_rows(lines, self.env._("Purchases"))

    def action_view_lines(self):
        """The lines of these plans, to group and filter them."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning_mrp.action_purchase_plan_line"
        )
        return {**action, "domain": [("plan_id", "in", self.ids)], "context": {}}
