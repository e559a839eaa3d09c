from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import touch_rows

FIGURES = ("committed", "pending", "spent", "free")


class ExpenseBudget(models.Model):
    """How much may be spent in a period: by a department, for a category, or by the company (E10).

    A budget without department is that of the company, one without category covers all of them. A
    department includes those below it. What was used of it is never remembered, it is summed up from
    the documents.
    """

    _name = "expense.budget"
    _description = "Budget"
    _inherit = ["mail.thread"]
    _order = "date_from desc, department_id, id"
    _check_company_auto = True

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, required=True, precompute=True
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one(
        "hr.department",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Empty: the whole company. The departments below are included.",
    )
    product_id = fields.Many2one(
        "product.product",
        string="Category",
        check_company=True,
        domain=[("can_be_expensed", "=", True)],
        tracking=True,
        help="Empty: all categories.",
    )
    categ_id = fields.Many2one(
        "product.category",
        string="Product Category",
        tracking=True,
        help="Instead of one category, all those of a product category and below.",
    )
    date_from = fields.Date(string="From", required=True, tracking=True)
    date_to = fields.Date(string="To", required=True, tracking=True)
    amount = fields.Monetary(string="Budget", required=True, tracking=True)
    policy = fields.Selection(
        "_selection_policy",
        string="When It Is Exceeded",
        help="Empty: as the company says.",
        tracking=True,
    )
    is_managed = fields.Boolean(
        compute="_compute_is_managed",
        search="_search_is_managed",
        help="The user is the head of its department, or of one above.",
    )
    committed = fields.Monetary(
        compute="_compute_figures", help="What approved applications still leave open."
    )
    pending = fields.Monetary(
        string="In Approval",
        compute="_compute_figures",
        help="Claims and applications that are in approval.",
    )
    spent = fields.Monetary(compute="_compute_figures", help="Approved and posted expenses.")
    free = fields.Monetary(
        compute="_compute_figures", help="Budget less what is committed, in approval and spent."
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a budget cannot be negative."
    )
    _period = models.Constraint(
        "CHECK (date_to >= date_from)", "The period of a budget ends after it begins."
    )
    _one_category = models.Constraint(
        "CHECK (product_id IS NULL OR categ_id IS NULL)",
        "A budget is for a category or for a product category, not for both.",
    )
    _period_idx = models.Index("(company_id, date_from, date_to) WHERE active")

    @api.model
    def _selection_policy(self):
        return self.env["res.company"]._fields["budget_policy"]._description_selection(self.env)

    # ------------------------------------------------------------------ computes

    @api.depends("department_id", "product_id", "categ_id", "company_id")
    def _compute_name(self):
        for budget in self:
            whose = budget.department_id.name or budget.company_id.name
            what = budget.product_id.name or budget.categ_id.complete_name
            budget.name = f"{whose} · {what}" if what else whose

    @api.depends("department_id")
    @api.depends_context("uid")
    def _compute_is_managed(self):
        managed = self.sudo().filtered_domain(self._managed_domain())
        for budget in self:
            budget.is_managed = budget in managed

    def _search_is_managed(self, operator, value):
        if operator != "in":
            return NotImplemented
        managed = self._managed_domain()
        return managed if True in value else ~managed

    @api.model
    def _managed_domain(self):
        """The budgets of the departments that the current user is the head of, and of those below."""
        departments_sudo = self.env["hr.department"].sudo()  # heads are known to everybody
        own = departments_sudo.search([("manager_id.user_id", "=", self.env.uid)])
        return Domain("department_id", "child_of", own.ids)

    def _compute_figures(self):
        sums = self._used()
        for budget in self:
            budget.committed, budget.pending, budget.spent, budget.free = sums.get(
                budget._origin.id, (0.0, 0.0, 0.0, budget.amount)
            )

    def _used(self):
        """``{budget id: (committed, pending, spent, free)}``, in one query."""
        rows = self.env["expense.budget.report"]._read_group(
            [("budget_id", "in", self.ids)], ["budget_id"], [f"{name}:sum" for name in FIGURES]
        )
        return {budget.id: tuple(sums) for budget, *sums in rows}

    # ------------------------------------------------------------------ constraints

    @api.constrains(
        "company_id", "department_id", "product_id", "categ_id", "date_from", "date_to", "active"
    )
    def _check_overlap(self):
        """The same money is not planned twice."""
        for budget in self.filtered("active"):
            same = self.search(
                [
                    ("id", "!=", budget.id),
                    ("company_id", "=", budget.company_id.id),
                    ("department_id", "=", budget.department_id.id),
                    ("product_id", "=", budget.product_id.id),
                    ("categ_id", "=", budget.categ_id.id),
                    ("date_from", "<=", budget.date_to),
                    ("date_to", ">=", budget.date_from),
                ],
                limit=1,
            )
            if same:
                raise ValidationError(
                    self.env._(
                        "There is a budget for the same already: %(other)s, from %(start)s to %(end)s. "
                        "Change that one, or choose another period.",
                        other=same.name,
                        start=same.date_from,
                        end=same.date_to,
                    )
                )

    # ------------------------------------------------------------------ what a document asks for

    @api.model
    def _concerned(self, wishes):
        """The budgets that the wishes may fall under, in one query.

        :param wishes: list of :class:`~.expense_budget_wish.BudgetWish`
        """
        dated = [wish for wish in wishes if wish.date]
        if not dated:
            return self.browse()
        return self.search(
            Domain("company_id", "in", {wish.company.id for wish in dated})
            & Domain("date_from", "<=", max(wish.date for wish in dated))
            & Domain("date_to", ">=", min(wish.date for wish in dated)),
            order="id",
        )

    def _covers(self, wish):
        """Whether the wish is paid from this budget."""
        return (
            bool(wish.date)
            and self.company_id == wish.company
            and self.date_from <= wish.date <= self.date_to
            and _is_below(wish.department, self.department_id)
            and (not self.product_id or self.product_id == wish.product)
            and _is_below(wish.product.categ_id, self.categ_id)
        )

    @api.model
    def _shortages(self, wishes):
        """By how much each document goes over which budget; the queries do not depend on how many.

        What an approved application had committed is not asked for a second time by its claim.

        :param wishes: list of :class:`~.expense_budget_wish.BudgetWish`
        :return: ``{document: [(budget, amount over)]}``
        """
        budgets = self._concerned(wishes)
        if not budgets:
            return {}
        used, opened = budgets._used(), budgets._opened_by(wishes)
        asked = {}
        for wish in wishes:
            for budget in budgets:
                if budget._covers(wish):
                    parts = asked.setdefault((wish.document, budget), {})
                    source = (wish.application.id, wish.product.id)
                    parts[source] = parts.get(source, 0.0) + (0.0 if wish.counted else wish.amount)
        found = {}
        for (document, budget), parts in asked.items():
            new = sum(
                max(amount - opened.get((budget.id, *source), 0.0), 0.0)
                for source, amount in parts.items()
            )
            over = new - used[budget.id][-1]
            if budget.currency_id.compare_amounts(over, 0) > 0:
                found.setdefault(document, []).append((budget, over))
        return found

    def _opened_by(self, wishes):
        """``{(budget id, application id, product id): committed}`` of the applications of wishes."""
        applications = {wish.application.id for wish in wishes if wish.application}
        if not applications:
            return {}
        rows = self.env["expense.budget.report"]._read_group(
            [("budget_id", "in", self.ids), ("application_id", "in", list(applications))],
            ["budget_id", "application_id", "product_id"],
            ["committed:sum"],
        )
        return {(row[0].id, row[1].id, row[2].id): row[3] for row in rows}

    def _lock(self):
        """Whoever judges these budgets at the same time starts over afterwards."""
        touch_rows(self.sorted("id"))

    def _shortage_message(self, document, over):
        """Why a document goes over this budget, in a sentence."""
        return self.env._(
            "%(document)s goes over budget “%(budget)s” (%(start)s to %(end)s) by %(over)s. Ask for less, "
            "or ask whoever keeps the budget to raise it.",
            document=document.name,
            budget=self.name,
            start=self.date_from,
            end=self.date_to,
            over=self.currency_id.format(over),
        )

    def _severity(self):
        """What happens when it is exceeded: a severity of a finding."""
        return self.policy or self.company_id.budget_policy

    # ------------------------------------------------------------------ actions

    def action_open_used(self):
        """The documents that the figures of these budgets sum up.

        The context key ``budget_figure`` names one of the figures.

        :return: action
        """
        self.check_access("read")
        figure = self.env.context.get("budget_figure")
        domain = [("budget_id", "in", self.ids), ("kind", "!=", "budget")]
        if figure in FIGURES[:-1]:
            domain = [("budget_id", "in", self.ids), ("kind", "=", figure)]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Used of the Budget"),
            "res_model": "expense.budget.report",
            "view_mode": "list,pivot",
            "domain": domain,
        }


def _is_below(record, above):
    """Whether a record of a tree is ``above`` or stands below it; everything is below nothing."""
    return not above or bool(
        record.parent_path and record.parent_path.startswith(above.parent_path)
    )
