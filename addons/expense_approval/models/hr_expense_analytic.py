from odoo import api, models
from odoo.tools import float_compare

from .expense_finding import ExpenseFinding


class HrExpenseAnalytic(models.Model):
    """What an expense is charged to: as its application says, and as the plans demand (E1, E7)."""

    _inherit = "hr.expense"

    @api.depends("application_id")
    def _compute_analytic_distribution(self):
        """Until it is submitted; afterwards whoever codes the entry says it."""
        result = super()._compute_analytic_distribution()
        for expense in self.filtered(lambda row: not row.approval_state):
            application_sudo = expense.application_id.sudo()
            if given := application_sudo.analytic_distribution:
                plans = application_sudo.distribution_analytic_account_ids.root_plan_id
                kept = expense._distribution_without(plans)
                expense.analytic_distribution = {**kept, **given}
        return result

    def _distribution_without(self, plans):
        """The shares of the distribution that charge nothing of these plans."""
        by_key = self._accounts_by_key()
        return {
            key: share
            for key, share in (self.analytic_distribution or {}).items()
            if not by_key[key].root_plan_id & plans
        }

    def _accounts_by_key(self):
        """``{key of the distribution: analytic accounts}``; those deleted since are left out."""
        there_sudo = self.sudo().distribution_analytic_account_ids
        return {
            key: there_sudo.filtered(lambda row, key=key: str(row.id) in key.split(","))
            for key in self.analytic_distribution or {}
        }

    # ------------------------------------------------------------------ mandatory plans

    def _analytic_findings(self):
        """The plans that Odoo demands at approval or of the entry, and that an expense misses.

        The number of queries does not depend on how many expenses.

        :return: ``{expense: [ExpenseFinding]}``
        """
        digits = self.env["decimal.precision"].precision_get("Percentage Analytic")
        plans_of, found = {}, {}
        for expense in self:
            key = (expense.account_id, expense.product_id, expense.company_id, expense.payment_mode)
            if key not in plans_of:
                plans_of[key] = expense._mandatory_plans()
            for plan in plans_of[key]:
                share = expense._share_of(plan)
                if float_compare(share, 100, precision_digits=digits):
                    message = expense._missing_plan_message(plan, share)
                    found.setdefault(expense, []).append(
                        ExpenseFinding("analytic", message, "stop", expense)
                    )
        return found

    def _mandatory_plans(self):
        """The plans that must be charged in full for this expense and for its journal entry."""
        entry = "bill" if self.payment_mode == "own_account" else "general"
        Plan = self.env["account.analytic.plan"].sudo().with_company(self.company_id)
        plans = Plan.browse()
        for domain in ("expense", entry):
            relevant = Plan.get_relevant_plans(
                account=self.account_id.id,
                product=self.product_id.id,
                business_domain=domain,
                company_id=self.company_id.id,
            )
            plans |= Plan.browse(
                [plan["id"] for plan in relevant if plan["applicability"] == "mandatory"]
            )
        return plans

    def _share_of(self, plan):
        """How many percent of the expense are charged to accounts of a plan."""
        by_key = self._accounts_by_key()
        return sum(
            share
            for key, share in (self.analytic_distribution or {}).items()
            if plan in by_key[key].root_plan_id
        )

    def _missing_plan_message(self, plan, share):
        if share:
            return self.env._(
                "%(expense)s is charged to “%(plan)s” by %(share)s %% and must be by 100 %%. Correct its "
                "analytic distribution, or ask finance to.",
                expense=self.name,
                plan=plan.name,
                share=f"{share:g}",
            )
        return self.env._(
            "%(expense)s is charged to nothing of “%(plan)s”, which finance demands. Choose it in the "
            "analytic distribution of the expense, or attach the application that says it.",
            expense=self.name,
            plan=plan.name,
        )
