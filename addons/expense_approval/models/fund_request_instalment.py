from odoo import api, fields, models
from odoo.fields import Domain

from .expense_advance import MONEY_GROUPS


class FundRequestInstalment(models.Model):
    """When how much is planned to move, and what really moved (E11)."""

    _name = "fund.request.instalment"
    _description = "Instalment of a Fund Request"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "due_date, id"
    _check_company_auto = True

    _approval_parent = "request_id"
    _stamped = frozenset(
        {
            # those of the request
            "company_id",
            "currency_id",
            "kind",
            "partner_id",
            "state",
            # derived from the payments
            "actual_amount",
            "difference",
            "paid_on",
        }
    )

    request_id = fields.Many2one("fund.request", required=True, index=True, ondelete="cascade")
    name = fields.Char(string="Description")
    company_id = fields.Many2one(related="request_id.company_id", store=True)
    currency_id = fields.Many2one(related="request_id.currency_id", store=True)
    kind = fields.Selection(related="request_id.kind", store=True)
    partner_id = fields.Many2one(related="request_id.partner_id", store=True)
    state = fields.Selection(related="request_id.state", string="Status of the Request", store=True)
    due_date = fields.Date(required=True)
    amount = fields.Monetary(string="Planned", required=True)
    payment_ids = fields.One2many(
        "account.payment", "fund_instalment_id", string="Payments", groups=MONEY_GROUPS
    )
    actual_amount = fields.Monetary(
        string="Actual",
        compute="_compute_actual_amount",
        store=True,
        help="Paid or received by posted payments.",
    )
    difference = fields.Monetary(
        compute="_compute_actual_amount",
        store=True,
        help="Actual less planned.",
    )
    paid_on = fields.Date(string="Last Payment", compute="_compute_actual_amount", store=True)
    is_overdue = fields.Boolean(
        string="Overdue", compute="_compute_is_overdue", search="_search_is_overdue"
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of an instalment must be more than zero."
    )

    # ------------------------------------------------------------------ computes

    @api.depends(
        "amount",
        "payment_ids.amount",
        "payment_ids.date",
        "payment_ids.state",
        "payment_ids.move_id.state",
        "payment_ids.move_id.reversal_move_ids.state",
    )
    def _compute_actual_amount(self):
        for instalment in self:
            effective = instalment.payment_ids._effective()
            instalment.actual_amount = sum(effective.mapped("amount"))
            instalment.difference = instalment.actual_amount - instalment.amount
            instalment.paid_on = max(effective.mapped("date"), default=False)

    @api.depends("request_id")
    def _compute_display_name(self):
        for instalment in self:
            instalment.display_name = f"{instalment.request_id.name} · {instalment.due_date}"

    @api.depends("due_date", "difference", "state", "company_id")
    def _compute_is_overdue(self):
        for instalment in self:
            instalment.is_overdue = bool(
                instalment.state == "approved"
                and instalment.due_date
                and instalment.currency_id.compare_amounts(instalment.difference, 0) < 0
                and instalment.due_date < instalment.company_id._approval_today()
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self.env["res.company"]._approval_past_domain("due_date")
        overdue = Domain("state", "=", "approved") & Domain("difference", "<", 0) & late
        return overdue if True in value else ~overdue

    # ------------------------------------------------------------------ actions

    def action_pay(self):
        """Finance makes the payment or receipt of this instalment: opens its form.

        :return: action
        """
        self.ensure_one()
        self.check_access("read")
        return self.env["expense.payment.wizard"]._action_for(
            self.env._("Payment of the Instalment"),
            instalment_id=self.id,
            direction=self.request_id.direction,
            amount=max(-self.difference, 0.0),
        )
