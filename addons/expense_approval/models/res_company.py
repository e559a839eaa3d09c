from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    reimbursement_enabled = fields.Boolean(
        string="Reimbursement",
        help="Expenses can be grouped in claims and approved by a chain.",
    )
    expense_needs_claim = fields.Boolean(
        string="Expenses Need a Claim",
        help="An expense can only be submitted as part of a claim.",
    )
    claim_without_application = fields.Selection(
        [
            ("allow", "Is allowed"),
            ("warn", "Is shown to those who decide"),
            ("step", "Needs the extra step of the chain"),
            ("stop", "Is refused"),
        ],
        string="Spent without an Approved Application",
        required=True,
        default="warn",
        help="What happens to a claim with expenses that no application approved before they were spent.",
    )

    def _set_up_rulebook(self):
        """D15 13-22: claims and applications go up to the leader who may decide them."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "expense.application",
            _lt("Expense application"),
            [
                (_lt("Department manager: is it needed"), "decide", {"approver": "manager"}),
                (_lt("Supervising leader decides"), "decide", {"approver": "supervisor"}),
                (
                    _lt("General manager, where a budget is exceeded"),
                    "decide",
                    {"role": "general_manager", "domain": "[('over_budget', '=', True)]"},
                ),
                (
                    _lt("General manager, over the limit of the leader"),
                    "decide",
                    {"role": "general_manager", "limit_step": 1},
                ),
            ],
            operation="approve",
            repeat_policy="consecutive",
        )
        self._rulebook_chain(
            "reimbursement.claim",
            _lt("Reimbursement"),
            [
                (_lt("Department manager: is it true"), "decide", {"approver": "manager"}),
                (_lt("Supervising leader: is it reasonable"), "decide", {"approver": "supervisor"}),
                (_lt("Finance receives the originals"), "handle", "finance"),
                (
                    _lt("Finance re-checks"),
                    "decide",
                    {
                        "role": "finance",
                        "checklist": [
                            _lt("The documents are valid"),
                            _lt("The standards are kept"),
                            _lt("The amounts are added up right"),
                        ],
                    },
                ),
                (
                    _lt("General manager, where the rules ask for an extra step"),
                    "decide",
                    {
                        "role": "general_manager",
                        "domain": "[('needs_extra_step', '=', True)]",
                    },
                ),
                (
                    _lt("General manager, over the limit of the leader"),
                    "decide",
                    {"role": "general_manager", "limit_step": 1},
                ),
            ],
            operation="reimburse",
            repeat_policy="consecutive",
        )
        if not self.reimbursement_enabled:
            self.reimbursement_enabled = True
        return result
