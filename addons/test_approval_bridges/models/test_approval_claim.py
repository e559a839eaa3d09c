from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class ApprovalTestClaim(models.Model):
    """Expenses are approved together: the claim is the document, its expenses are the lines."""

    _name = "test.approval.claim"
    _inherit = ["approval.mixin"]
    _description = "Test Claim"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    note = fields.Text()
    expense_ids = fields.One2many("hr.expense", "claim_id")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    is_cancelled = fields.Boolean()

    @api.depends("expense_ids.total_amount")
    def _compute_amount(self):
        for claim in self:
            claim.amount = sum(claim.expense_ids.mapped("total_amount"))

    def _approval_operations(self):
        # the state of an expense follows from the two others, and can be written all the same
        settled = (
            Domain("approval_state", "=", "approved")
            | Domain("account_move_id", "!=", False)
            | Domain("state", "in", ("approved", "posted", "in_payment", "paid"))
        )
        return {
            **super()._approval_operations(),
            "settle": Operation(
                label=_lt("Approve the expenses"),
                executed=Domain("expense_ids", "any", settled),
                inputs={"hr.expense": ("approval_state", "account_move_id", "state")},
                lines={
                    "expense_ids": (
                        Domain.TRUE,
                        (
                            "employee_id",
                            "product_id",
                            "date",
                            "total_amount_currency",
                            "currency_id",
                            "payment_mode",
                        ),
                    )
                },
                parts={"expense_ids": settled},
                amount="amount",
                run="_settle",
                dead=Domain("is_cancelled", "=", True),
            ),
        }

    def _settle(self):
        # the chain decided, while the requester may not approve expenses; all at once, because the
        # approval is good for one execution
        expenses_sudo = self.sudo().expense_ids
        expenses_sudo.write(
            {"approval_state": "approved", "approval_date": fields.Datetime.now()},
        )
