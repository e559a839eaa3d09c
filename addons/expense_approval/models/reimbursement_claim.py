from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)

# an expense that is approved, by any of the fields that say so
SETTLED = (
    Domain("approval_state", "=", "approved")
    | Domain("account_move_id", "!=", False)
    | Domain("state", "in", ("approved", "posted", "in_payment", "paid"))
)


class ReimbursementClaim(models.Model):
    """Expenses of one employee, claimed and approved together (报销单, E1-E7)."""

    _name = "reimbursement.claim"
    _description = "Reimbursement Claim"
    _inherit = ["expense.document"]
    _order = "id desc"

    _stamped = frozenset({"name", "state", "needs_extra_step"})

    state = fields.Selection(
        selection_add=[("hand_back", "To Hand Back"), ("approved",)],
        ondelete={"hand_back": "set default"},
    )
    expense_ids = fields.One2many("hr.expense", "claim_id", string="Expenses", copy=False)
    application_ids = fields.Many2many(
        "expense.application",
        string="Applications",
        check_company=True,
        copy=False,
        help="Approved before the money was spent.",
    )
    amount = fields.Monetary(compute="_compute_amounts", store=True, string="Claimed")
    payable_amount = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        string="Sanctioned",
        help="What finance found right; the same as claimed unless it was lowered.",
    )
    needs_extra_step = fields.Boolean(
        readonly=True,
        copy=False,
        help="A check at submission asked for the extra step of the chain.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("expense_ids.total_amount", "expense_ids.payable_amount")
    def _compute_amounts(self):
        for claim in self:
            claim.amount = sum(claim.expense_ids.mapped("total_amount"))
            claim.payable_amount = sum(claim.expense_ids.mapped("payable_amount"))

    # ------------------------------------------------------------------ findings

    def _claim_findings(self):
        """Hook: what is not as it should be with these claims; extend with ``super()``.

        Called at submission and whenever the claim is shown to those who decide, so it must change
        nothing and cost no query for each expense.

        :return: ``{claim id: [ExpenseFinding]}``
        """
        return {claim.id: [] for claim in self}

    # ------------------------------------------------------------------ approval

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "reimburse": Operation(
                label=_lt("Reimburse the expenses"),
                executed=Domain("expense_ids", "any", SETTLED),
                inputs={"hr.expense": ("approval_state", "account_move_id", "state")},
                watch=("employee_id", "application_ids"),
                lines={
                    "expense_ids": (
                        Domain.TRUE,
                        (
                            "date",
                            "product_id",
                            "name",
                            "total_amount_currency",
                            "currency_id",
                            "total_amount",
                            "payment_mode",
                            "employee_id",
                        ),
                    )
                },
                parts={"expense_ids": SETTLED},
                amount="amount",
                run="_do_reimburse",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _do_reimburse(self):
        # the chain decided, while the claimant may not approve expenses; all at once, because the
        # approval is good for one execution
        expenses_sudo = self.sudo().expense_ids
        expenses_sudo.write(
            {"approval_state": "approved", "approval_date": fields.Datetime.now()},
        )
        self._stamp({"state": "approved"})
