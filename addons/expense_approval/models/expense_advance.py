from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

from .expense_document import DOCUMENT_STAMPED

_lt = LazyTranslate(__name__)

MONEY_GROUPS = "account.group_account_invoice,account.group_account_readonly"


class ExpenseAdvance(models.Model):
    """Money an employee gets before it is spent, and accounts for afterwards (借款, E9).

    What was paid and what is still open is read from the journal entries: the payment, the entries
    that offset it in claims, and what the employee paid back.

    ==================  =============================================================
    who                 may
    ==================  =============================================================
    employee            ask for the own, offset it in the own claims
    department head,    read those of the people below
    superior
    finance             pay it, take back the rest, close what is not needed
    ==================  =============================================================
    """

    _name = "expense.advance"
    _description = "Advance"
    _inherit = ["expense.document"]
    _order = "id desc"

    _stamped = DOCUMENT_STAMPED.union(
        {
            "reminded_on",
            # derived from payments and claims
            "paid_amount",
            "returned_amount",
            "open_amount",
            "open_company_amount",
            "offset_amount",
            "planned_amount",
            "stage",
        }
    )

    # an advance may be in another currency than the company's, unlike other documents
    currency_id = fields.Many2one(
        "res.currency",
        related=None,
        required=True,
        readonly=False,
        store=True,
        compute="_compute_currency_id",
        precompute=True,
        tracking=True,
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    amount = fields.Monetary(string="Advance", required=True, tracking=True)
    needed_by = fields.Date(required=True, default=fields.Date.context_today, copy=False)
    settle_by = fields.Date(
        string="To Be Settled by",
        required=True,
        copy=False,
        tracking=True,
        help="By this day it is offset in a claim, or paid back.",
    )
    application_id = fields.Many2one(
        "expense.application",
        check_company=True,
        index="btree_not_null",
        copy=False,
        help="The approved application whose costs it is meant for.",
    )
    payment_ids = fields.One2many(
        "account.payment", "advance_id", string="Payments", groups=MONEY_GROUPS
    )
    allocation_ids = fields.One2many(
        "expense.advance.allocation", "advance_id", string="Offset in Claims", readonly=True
    )
    paid_amount = fields.Monetary(
        string="Paid", compute="_compute_money", store=True, help="Paid to the employee."
    )
    returned_amount = fields.Monetary(
        string="Paid Back", compute="_compute_money", store=True, help="Paid back by the employee."
    )
    open_amount = fields.Monetary(
        string="Open",
        compute="_compute_money",
        store=True,
        help="Still with the employee: the journal entry of the payment is open over this amount.",
    )
    open_company_amount = fields.Monetary(
        string="Open in Company Currency",
        currency_field="company_currency_id",
        compute="_compute_money",
        store=True,
    )
    offset_amount = fields.Monetary(
        string="Offset",
        compute="_compute_offset",
        store=True,
        help="Set off against posted claims.",
    )
    planned_amount = fields.Monetary(
        string="Planned",
        compute="_compute_offset",
        store=True,
        help="To be set off against claims that are not posted yet.",
    )
    available_amount = fields.Monetary(
        string="Available",
        compute="_compute_available_amount",
        help="Open, and not planned to be set off against a claim.",
    )
    stage = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "In Approval"),
            ("returned", "Returned"),
            ("approved", "Approved"),
            ("paid", "Paid"),
            ("partly", "Partly Settled"),
            ("settled", "Settled"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_stage",
        store=True,
        index=True,
    )
    is_overdue = fields.Boolean(
        string="Overdue",
        compute="_compute_is_overdue",
        search="_search_is_overdue",
        help="Paid, and not settled by the day it was to be settled.",
    )
    reminded_on = fields.Date(string="Reminded on", readonly=True, copy=False)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of an advance must be more than zero."
    )
    _settled_after_needed = models.Constraint(
        "CHECK (settle_by >= needed_by)",
        "An advance is settled on the day it is needed, or later.",
    )
    _open_idx = models.Index("(company_id, settle_by) WHERE open_amount > 0")

    # ------------------------------------------------------------------ computes

    @api.depends("company_id")
    def _compute_currency_id(self):
        for advance in self:
            advance.currency_id = advance.currency_id or advance.company_id.currency_id

    @api.depends(
        "payment_ids.state",
        "payment_ids.amount",
        "payment_ids.payment_type",
        "payment_ids.move_id.state",
        "payment_ids.move_id.reversal_move_ids.state",
        "payment_ids.move_id.line_ids.amount_residual_currency",
        "payment_ids.move_id.line_ids.amount_residual",
    )
    def _compute_money(self):
        for advance in self:
            effective = advance.payment_ids._effective()
            back = effective.filtered(lambda payment: payment.payment_type == "inbound")
            lines = (effective - back)._advance_lines()
            advance.paid_amount = sum(lines.mapped("amount_currency"))
            advance.returned_amount = sum(back.mapped("amount"))
            advance.open_amount = sum(lines.mapped("amount_residual_currency"))
            advance.open_company_amount = sum(lines.mapped("amount_residual"))

    @api.depends("allocation_ids.state", "allocation_ids.amount")
    def _compute_offset(self):
        for advance in self:
            by_state = advance.allocation_ids.grouped("state")
            empty = advance.allocation_ids.browse()
            advance.offset_amount = sum(by_state.get("offset", empty).mapped("amount"))
            advance.planned_amount = sum(by_state.get("planned", empty).mapped("amount"))

    @api.depends("open_amount", "planned_amount")
    def _compute_available_amount(self):
        for advance in self:
            advance.available_amount = max(advance.open_amount - advance.planned_amount, 0.0)

    @api.depends("state", "paid_amount", "open_amount", "currency_id")
    def _compute_stage(self):
        for advance in self:
            currency = advance.currency_id
            if advance.state not in ("approved", "closed") or currency.is_zero(advance.paid_amount):
                advance.stage = advance.state
            elif currency.is_zero(advance.open_amount):
                advance.stage = "settled"
            elif currency.compare_amounts(advance.open_amount, advance.paid_amount) < 0:
                advance.stage = "partly"
            else:
                advance.stage = "paid"

    @api.depends("open_amount", "settle_by", "company_id")
    def _compute_is_overdue(self):
        for advance in self:
            advance.is_overdue = bool(
                advance.settle_by
                and advance.open_amount > 0
                and advance.settle_by < advance.company_id._approval_today()
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        overdue = self._overdue_domain()
        return overdue if True in value else ~overdue

    @api.model
    def _overdue_domain(self):
        """Paid, open, and past its day where the company works."""
        return Domain("open_amount", ">", 0) & self.env["res.company"]._approval_past_domain(
            "settle_by"
        )

    # ------------------------------------------------------------------ approval

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "approve": Operation(
                label=_lt("Approve the advance"),
                executed=Domain("state", "in", ("approved", "closed")),
                inputs={"expense.advance": ("state",)},
                watch=(
                    "employee_id",
                    "purpose",
                    "amount",
                    "currency_id",
                    "needed_by",
                    "settle_by",
                    "application_id",
                ),
                amount="amount",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    # ------------------------------------------------------------------ entries

    def _open_lines(self):
        """The lines of its payments that are not settled yet, the oldest first."""
        effective = self.payment_ids._effective()
        out = effective.filtered(lambda payment: payment.payment_type == "outbound")
        lines = out._advance_lines().filtered(lambda line: not line.reconciled)
        return lines.sorted(lambda line: (line.date, line.id))

    # ------------------------------------------------------------------ actions

    def action_close(self):
        """An approved advance is not needed any more: the employee or finance closes it.

        :raise AccessError: for others
        :raise UserError: when it is not approved, or money was paid and is not settled
        :return: True
        """
        self.check_access("read")
        for advance in self:
            if not (advance.is_own or self._is_finance()):
                raise AccessError(
                    self.env._("Only the employee or finance can close %s.", advance.name)
                )
            # draft payments are seen by finance alone
            running = advance.sudo().payment_ids.filtered(
                lambda payment: payment.state not in ("canceled", "rejected")
            )
            unsettled = advance.stage != "settled" and running
            if advance.state != "approved" or unsettled:
                raise UserError(
                    self.env._(
                        "%(document)s cannot be closed: it is “%(stage)s”. An approved advance can be "
                        "closed before it is paid, or after it was settled.",
                        document=advance.name,
                        stage=dict(self._fields["stage"]._description_selection(self.env))[
                            advance.stage
                        ],
                    )
                )
        # finance may not write what the employee wrote; closing is an action of its own
        self.sudo()._stamp({"state": "closed"})
        return True

    def action_pay(self):
        """Finance pays an approved advance: opens the form of the payment.

        :return: action
        """
        return self._money_action("outbound", self.amount - self.paid_amount)

    def action_pay_back(self):
        """Finance takes back what the employee did not spend: opens the form of the payment.

        :return: action
        """
        return self._money_action("inbound", self.open_amount)

    def _money_action(self, direction, amount):
        self.ensure_one()
        self.check_access("read")
        return self.env["expense.payment.wizard"]._action_for(
            self.env._("Pay the Advance")
            if direction == "outbound"
            else self.env._("Take Back the Rest"),
            advance_id=self.id,
            direction=direction,
            amount=amount,
        )

    def action_open_payments(self):
        """The payments of the advance (finance).

        :return: action
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments of %s", self.name),
            "res_model": "account.payment",
            "view_mode": "list,form",
            "domain": [("advance_id", "in", self.ids)],
            "context": {"create": False},
        }
