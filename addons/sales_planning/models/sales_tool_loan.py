from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import lock_rows

from .sales_training import PLANNER

ACTIVITY = "sales_planning.activity_tool_loan"
BATCH = 100
ASKED = frozenset({"tool_id", "quantity", "partner_id", "order_id", "purpose", "date_due"})


class SalesToolLoan(models.Model):
    """A tool in the hands of a salesperson, for a customer, until it is returned (P12, D1 4).

    =====================  ===========================================
    action                 who
    =====================  ===========================================
    ask, change, cancel    the salesperson, until it is handed out
    hand out, take back    who keeps the tool, planners
    =====================  ===========================================
    """

    _name = "sales.tool.loan"
    _description = "Loan of a Sales Tool"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "user_id",
            "state",
            "lent_at",
            "lent_by_id",
            "returned_at",
            "returned_by_id",
            "condition",
            "remark",
            "reminded_on",
        }
    )

    tool_id = fields.Many2one("sales.tool", required=True, index=True, ondelete="restrict")
    company_id = fields.Many2one(related="tool_id.company_id", store=True, index=True)
    kind = fields.Selection(related="tool_id.kind", store=True)
    keeper_id = fields.Many2one(related="tool_id.keeper_id", store=True, string="Kept By")
    user_id = fields.Many2one(
        "res.users", string="Salesperson", readonly=True, copy=False, index=True
    )
    quantity = fields.Integer(default=1, required=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, index=True, check_company=True
    )
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", check_company=True, index="btree_not_null"
    )
    purpose = fields.Char(required=True, help="What it is shown or given for.")
    date_due = fields.Date(
        string="To Be Returned On",
        compute="_compute_date_due",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
    )
    state = fields.Selection(
        [
            ("asked", "Asked For"),
            ("lent", "Lent"),
            ("returned", "Returned"),
            ("used", "Used"),
            ("lost", "Lost"),
            ("cancelled", "Cancelled"),
        ],
        default="asked",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        group_expand=True,
        string="Status",
    )
    lent_at = fields.Datetime(readonly=True, copy=False, string="Handed Out On")
    lent_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Handed Out By")
    returned_at = fields.Datetime(readonly=True, copy=False, string="Returned On")
    returned_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Taken Back By")
    condition = fields.Selection(
        [("good", "In Order"), ("damaged", "Damaged")], readonly=True, copy=False, tracking=True
    )
    remark = fields.Text(readonly=True, copy=False)
    reminded_on = fields.Date(readonly=True, copy=False)
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    may_keep = fields.Boolean(compute="_compute_may")
    may_ask = fields.Boolean(compute="_compute_may")

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "At least one piece is asked for."
    )

    # ------------------------------------------------------------------ computes

    @api.depends("tool_id", "partner_id")
    def _compute_display_name(self):
        for loan in self:
            names = (loan.tool_id.name, loan.partner_id.name)
            loan.display_name = ", ".join(filter(None, names))

    @api.depends("tool_id")
    def _compute_date_due(self):
        for loan in self:
            tool = loan.tool_id
            if tool.kind == "material":
                loan.date_due = False
            elif tool and not loan.date_due:
                today = tool.company_id._approval_today()
                loan.date_due = today + timedelta(days=tool.loan_days)

    @api.depends("state", "date_due")
    def _compute_is_overdue(self):
        for loan in self:
            due = loan.state == "lent" and loan.date_due
            loan.is_overdue = bool(due and due < loan.company_id._approval_today())

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self.env["res.company"]._approval_past_domain("date_due")
        return Domain("state", "=", "lent") & late

    @api.depends("user_id", "keeper_id", "state")
    @api.depends_context("uid")
    def _compute_may(self):
        user, plans = self.env.user, self.env.user.has_group(PLANNER)
        for loan in self:
            loan.may_keep = plans or user == loan.keeper_id
            mine = not loan._origin or user == loan.user_id
            loan.may_ask = loan.state == "asked" and (mine or plans)

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        loans = super().create(vals_list)
        loans._stamp({"user_id": self.env.uid})
        loans._check_asked()
        return loans

    def write(self, vals):
        if not ASKED.isdisjoint(vals):
            self._check_asks()
        result = super().write(vals)
        if not ASKED.isdisjoint(vals):
            self._check_asked()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_asked(self):
        self._check_asks()

    def _check_asks(self):
        """:raise AccessError: for anybody but who asked, and once it was handed out"""
        for loan in self:
            if not (self.env.su or loan.may_ask):
                raise AccessError(
                    self.env._(
                        "%(loan)s: %(person)s changes it until it is handed out.",
                        loan=loan.display_name,
                        person=loan.user_id.name or "-",
                    )
                )

    def _check_asked(self):
        """What is asked for is there at all, and comes back on a day to come."""
        for loan in self:
            if loan.quantity > loan.tool_id.quantity:
                raise UserError(
                    self.env._(
                        "%(tool)s: there are %(owned)s, not %(asked)s.",
                        tool=loan.tool_id.name,
                        owned=loan.tool_id.quantity,
                        asked=loan.quantity,
                    )
                )
            if loan.kind == "equipment" and not loan.date_due:
                raise UserError(
                    self.env._("%s: enter until when it is returned.", loan.tool_id.name)
                )
            if loan.date_due and loan.date_due < loan.company_id._approval_today():
                raise UserError(
                    self.env._(
                        "%(tool)s: %(day)s has passed. Enter today or a later day.",
                        tool=loan.tool_id.name,
                        day=loan.date_due,
                    )
                )

    def _check_keeps(self):
        """:raise AccessError: for anybody but who keeps the tool and planners"""
        for loan in self:
            if not (self.env.su or loan.may_keep):
                raise AccessError(
                    self.env._(
                        "%(tool)s is handed out and taken back by %(person)s.",
                        tool=loan.tool_id.name,
                        person=loan.keeper_id.name,
                    )
                )

    # ------------------------------------------------------------------ actions

    def action_hand_out(self):
        """Hand it out: equipment is lent, material is used up (P12).

        :raise AccessError: for anybody but who keeps it and planners
        :raise UserError: when it was handed out already, or not enough is there
        :return: True
        """
        self._check_keeps()
        lock_rows(self.tool_id.sudo())
        self._check_state("asked")
        for loan in self:
            tool = loan.tool_id.sudo()
            tool.invalidate_recordset(["available_quantity", "lent_quantity"])
            if loan.quantity > tool.available_quantity:
                raise UserError(
                    self.env._(
                        "%(tool)s: %(available)s are available, %(asked)s are asked for.",
                        tool=tool.name,
                        available=tool.available_quantity,
                        asked=loan.quantity,
                    )
                )
            if loan.kind == "material":
                tool.quantity -= loan.quantity
            loan._stamp(
                {
                    "state": "used" if loan.kind == "material" else "lent",
                    "lent_at": fields.Datetime.now(),
                    "lent_by_id": self.env.uid,
                }
            )
        return True

    def action_take_back(self):
        """It came back in order (P12).

        :raise AccessError: for anybody but who keeps it and planners
        :raise UserError: when it is not lent
        :return: True
        """
        return self._take_back("returned", "good")

    def action_take_back_damaged(self, reason=None):
        """It came back damaged; it counts as there, until somebody writes it off.

        :param reason: what is broken
        :raise UserError: without words, or when it is not lent
        :return: True
        """
        return self._take_back("returned", "damaged", self._said(reason))

    def action_lose(self, reason=None):
        """It does not come back: it is owned no more.

        :param reason: what happened
        :raise UserError: without words, or when it is not lent
        :return: True
        """
        said = self._said(reason)
        self._check_keeps()
        lock_rows(self.tool_id.sudo())
        self._check_state("lent")
        for loan in self:
            # sudo: who keeps a tool does not count what is owned otherwise
            tool, quantity = loan.tool_id.sudo(), loan.quantity
            loan._take_back("lost", False, said)
            tool.quantity -= quantity
        return True

    def _said(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say what happened."))
        return reason.strip()

    def _take_back(self, state, condition, remark=False):
        self._check_keeps()
        lock_rows(self.sudo())
        self._check_state("lent")
        self._stamp(
            {
                "state": state,
                "condition": condition,
                "remark": remark,
                "returned_at": fields.Datetime.now(),
                "returned_by_id": self.env.uid,
            }
        )
        self.sudo().activity_unlink([ACTIVITY])
        return True

    def action_cancel(self):
        """It is not needed after all.

        :raise AccessError: for anybody but who asked and planners
        :raise UserError: when it was handed out
        :return: True
        """
        self._check_state("asked")
        self._check_asks()
        self._stamp({"state": "cancelled"})
        return True

    # ------------------------------------------------------------------ overdue

    @api.model
    def _cron_overdue(self):
        """Ask salespeople once for what they should have returned (P12)."""
        loans = self._not_returned(BATCH)
        for loan in loans:
            loan._remind()
        left = len(self._not_returned(BATCH)) if len(loans) == BATCH else 0
        self.env["ir.cron"]._commit_progress(len(loans), remaining=left)

    @api.model
    def _not_returned(self, limit):
        overdue = Domain("is_overdue", "=", True) & Domain("reminded_on", "=", False)
        on = Domain("company_id.planning_enabled", "=", True)
        return self.search(overdue & on, limit=limit, order="date_due, id")

    def _remind(self):
        self.ensure_one()
        user = self.user_id.filtered("active") or self.keeper_id
        told = self.with_context(lang=user.lang)
        told.activity_schedule(
            ACTIVITY,
            user_id=user.id,
            note=told.env._(
                "%(tool)s was to be returned on %(day)s.", tool=self.tool_id.name, day=self.date_due
            ),
        )
        self._stamp({"reminded_on": self.company_id._approval_today()})
