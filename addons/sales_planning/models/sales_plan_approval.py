from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

_lt = LazyTranslate(__name__)

# more of them help nobody: the grid shows them all
NAMED = 20


class SalesPlan(models.Model):
    """The plan is approved by the chain of the company (P1, A1)."""

    _name = "sales.plan"
    _inherit = ["sales.plan", "approval.mixin"]

    def _approval_operations(self):
        plan = Operation(
            label=_lt("Put the sales plan in force"),
            executed=Domain("state", "in", ("approved", "replaced")),
            inputs={"sales.plan": ("state",)},
            watch=(
                "year",
                "previous_id",
                "growth_percent",
                "market_share",
                "strategy",
                "channels",
                "people",
            ),
            lines={
                # what approvers look at; all figures stand still while they do, see _check_may_change
                "target_ids": (
                    Domain("depth", "<=", 1),
                    (
                        "dimension",
                        "is_rest",
                        "team_id",
                        "user_id",
                        "categ_id",
                        "industry_id",
                        "amount_total",
                        "quantity_total",
                    ),
                ),
                "budget_ids": (Domain.TRUE, ("kind", "amount", "note")),
            },
            amount="amount_total",
            run="action_approve",
            dead=Domain("state", "=", "cancelled"),
        )
        return {**super()._approval_operations(), "plan": plan}

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for plan in self:
            if problems := plan._problems():
                missing.setdefault(plan.id, []).extend(problems)
        return missing

    def action_approve(self):
        """Put the plan in force, after its approval where a chain asks for one (P1).

        The plan that it revises is replaced by it; whoever has targets is told.

        :raise AccessError: for anybody but planners
        :raise UserError: naming the rows that do not agree, and why
        :return: True
        """
        self.check_access("write")
        lock_rows(self)
        for plan in self:
            if problems := plan._problems():
                raise UserError("\n".join(problems))
            if plan.previous_id:
                plan.previous_id._stamp({"state": "replaced"})
                plan.previous_id.flush_recordset(["state"])
            plan._stamp(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "approved_at": fields.Datetime.now(),
                }
            )
            plan._tell_targets()
        return True

    def _tell_targets(self):
        """Whoever has targets learns that they are in force, in their language."""
        self.ensure_one()
        rows = self.sudo()._with_open_targets()
        people = rows.filtered(lambda row: row.dimension == "person" and not row.is_rest).user_id
        for language, users in people.grouped("lang").items():
            plan = self.with_context(lang=language)
            plan.message_notify(
                partner_ids=users.partner_id.ids,
                subject=plan.env._("Your targets for %s", str(plan.year)),
                body=plan.env._(
                    "%s is in force. Your targets by month are in Sales Planning / Plans.",
                    plan.name,
                ),
            )

    # ------------------------------------------------------------------ what stands against it

    def _problems(self):
        """Why the plan cannot come into force, as full sentences that name the rows."""
        self.ensure_one()
        if self.state != "draft":
            return [self.env._("%s is not being planned.", self.name)]
        problems = list(filter(None, [self._company_problem(self.company_id)]))
        if self.date_to < self.company_id._approval_today():
            problems.append(self.env._("The year %s is over.", str(self.year)))
        if self.previous_id and self.previous_id.state != "approved":
            problems.append(
                self.env._(
                    "%(old)s, which %(new)s revises, is not in force any more.",
                    old=self.previous_id.name,
                    new=self.name,
                )
            )
        # whoever decides sees the sums, whatever rows they may read
        plan = self.sudo().with_context(lang=self.env.lang)
        if not plan.amount_total:
            problems.append(self.env._("%s has no targets: enter amounts.", self.name))
        gone = [
            *plan._with_open_targets()._gone_problems(),
            *plan._closed_problems(),
            *plan._sum_problems(),
        ]
        problems += gone[:NAMED]
        if len(gone) > NAMED:
            problems.append(
                self.env._("%s more problems are marked in the grid.", len(gone) - NAMED)
            )
        return problems

    def _with_open_targets(self):
        """Rows with targets in months that may still be changed."""
        open_months = set(self._open_months())
        ids = {
            id_
            for (id_, month), figures in self._cell_values().items()
            if month in open_months and any(figures)
        }
        return self.target_ids.filtered(lambda target: target.id in ids)

    def _sum_problems(self):
        """Months in which the rows below a row do not sum to it."""
        cells = self._cell_values()
        currency = self.currency_id
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        problems = []
        for parent, children in self.target_ids.grouped("parent_id").items():
            if not parent:
                continue
            for month in self._months():
                own = cells.get((parent.id, month), (0, 0))
                below = [cells.get((child.id, month), (0, 0)) for child in children]
                amount = sum(value[0] for value in below)
                quantity = sum(value[1] for value in below)
                where = {
                    "row": parent.display_name,
                    "month": month.strftime("%Y-%m"),
                }
                if not currency.is_zero(own[0] - amount):
                    problems.append(
                        self.env._(
                            "%(row)s, %(month)s: the rows below sum to %(sum)s instead of %(amount)s.",
                            sum=currency.format(amount),
                            amount=currency.format(own[0]),
                            **where,
                        )
                    )
                if round(own[1] - quantity, digits):
                    problems.append(
                        self.env._(
                            "%(row)s, %(month)s: the quantities below sum to %(sum)s instead of "
                            "%(quantity)s.",
                            sum=round(quantity, digits),
                            quantity=round(own[1], digits),
                            **where,
                        )
                    )
        return problems
