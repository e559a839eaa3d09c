from odoo import Command, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows

from .sales_plan import REVISING


class SalesPlan(models.Model):
    """A plan in force changes by a revision, which replaces it when it is approved (P1)."""

    _inherit = "sales.plan"

    def action_revise(self):
        """Begin a revision of the plan in force, with the same figures (P1).

        :raise UserError: when it is not in force, its year is over, a revision is begun already, or the
            company does not plan any more
        :return: window action of the revision
        """
        self.ensure_one()
        self.check_access("write")
        lock_rows(self)
        self._check_company_plans(self.company_id)
        self._check_state("approved")
        if self.date_to < self.company_id._approval_today():
            raise UserError(self.env._("%s is over: it is not revised any more.", self.name))
        begun = self.sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("year", "=", self.year),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        if begun:
            raise UserError(
                self.env._(
                    "%(revision)s revises %(plan)s already: change that one.",
                    revision=begun.name,
                    plan=self.name,
                )
            )
        plan = self.with_context(sales_plan_revising=REVISING).create(
            [
                {
                    "company_id": self.company_id.id,
                    "year": self.year,
                    "growth_percent": self.growth_percent,
                    "market_share": self.market_share,
                    "strategy": self.strategy,
                    "channels": self.channels,
                    "people": self.people,
                    "budget_ids": [
                        Command.create(
                            {"kind": line.kind, "amount": line.amount, "note": line.note}
                        )
                        for line in self.budget_ids
                    ],
                }
            ]
        )
        plan = plan.with_env(self.env)
        plan._stamp({"previous_id": self.id})
        plan.sudo()._copy_rows(self.sudo())
        return plan._get_records_action(name=self.env._("Sales Plan"), views=[(False, "form")])

    def action_compare(self):
        """Open this revision beside the one that it revises (P1)."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(old)s and %(new)s", old=self.previous_id.name, new=self.name),
            "res_model": "sales.plan.comparison",
            "views": [(False, "pivot"), (False, "list")],
            "domain": [("plan_id", "=", self.id)],
            # the rows that are divided are in the sum of those below them
            "context": {"search_default_leaf": 1},
        }
