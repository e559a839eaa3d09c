from odoo import fields, models
from odoo.tools import SQL

# claims that are in approval, and those whose expenses are approved
_PENDING, _SPENT = ("submitted", "hand_back"), ("approved",)
# the same of an expense without a claim, as plain Odoo approves it
_LOOSE_PENDING, _LOOSE_SPENT = ("submitted",), ("approved", "posted", "in_payment", "paid")


class ExpenseBudgetReport(models.Model):
    """Budgets and every line of a document that uses them: what all figures are summed from (E10)."""

    _name = "expense.budget.report"
    _description = "Budget Analysis"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"
    _depends = {
        "expense.budget": [
            "active",
            "amount",
            "categ_id",
            "company_id",
            "date_from",
            "date_to",
            "department_id",
            "product_id",
        ],
        "hr.expense": [
            "application_id",
            "claim_id",
            "company_id",
            "date",
            "department_id",
            "employee_id",
            "payable_amount",
            "product_id",
            "state",
        ],
        "reimbursement.claim": ["state"],
        "expense.application": [
            "company_id",
            "date_from",
            "department_id",
            "employee_id",
            "state",
        ],
        "expense.application.line": ["amount", "application_id", "product_id"],
        "hr.department": ["parent_path"],
        "product.category": ["parent_path"],
        "product.product": ["product_tmpl_id"],
        "product.template": ["categ_id"],
    }

    budget_id = fields.Many2one("expense.budget", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    department_id = fields.Many2one("hr.department", readonly=True)
    product_id = fields.Many2one("product.product", string="Category", readonly=True)
    employee_id = fields.Many2one("hr.employee", readonly=True)
    date = fields.Date(readonly=True)
    kind = fields.Selection(
        [
            ("budget", "Budget"),
            ("committed", "Committed"),
            ("pending", "In Approval"),
            ("spent", "Spent"),
        ],
        readonly=True,
    )
    application_id = fields.Many2one("expense.application", readonly=True)
    claim_id = fields.Many2one("reimbursement.claim", readonly=True)
    expense_id = fields.Many2one("hr.expense", readonly=True)
    budget = fields.Monetary(string="Budgeted", readonly=True)
    committed = fields.Monetary(readonly=True)
    pending = fields.Monetary(string="In Approval", readonly=True)
    spent = fields.Monetary(readonly=True)
    free = fields.Monetary(readonly=True)

    @property
    def _table_query(self):
        return SQL(
            """
            WITH used AS (%(expenses)s UNION ALL %(asked)s UNION ALL %(committed)s)
            SELECT row_number() OVER (ORDER BY budget_id, kind, date, expense_id, application_id,
                                      product_id) AS id,
                   lines.*,
                   budget - committed - pending - spent AS free
              FROM (
                SELECT b.id AS budget_id, b.company_id, b.department_id,
                       b.product_id, NULL::int AS employee_id, b.date_from AS date, 'budget' AS kind,
                       NULL::int AS application_id, NULL::int AS claim_id, NULL::int AS expense_id,
                       b.amount AS budget, 0 AS committed, 0 AS pending, 0 AS spent
                  FROM expense_budget b
                 WHERE b.active
                UNION ALL
                SELECT b.id, b.company_id, u.department_id, u.product_id, u.employee_id, u.date, u.kind,
                       u.application_id, u.claim_id, u.expense_id,
                       0,
                       CASE WHEN u.kind = 'committed' THEN u.amount ELSE 0 END,
                       CASE WHEN u.kind = 'pending' THEN u.amount ELSE 0 END,
                       CASE WHEN u.kind = 'spent' THEN u.amount ELSE 0 END
                  FROM expense_budget b
                  JOIN used u ON u.company_id = b.company_id
                   AND u.date BETWEEN b.date_from AND b.date_to
             LEFT JOIN hr_department bd ON bd.id = b.department_id
             LEFT JOIN hr_department ud ON ud.id = u.department_id
             LEFT JOIN product_category bc ON bc.id = b.categ_id
             LEFT JOIN product_product p ON p.id = u.product_id
             LEFT JOIN product_template t ON t.id = p.product_tmpl_id
             LEFT JOIN product_category uc ON uc.id = t.categ_id
                 WHERE b.active
                   AND (b.department_id IS NULL OR ud.parent_path LIKE bd.parent_path || '%%')
                   AND (b.product_id IS NULL OR b.product_id = u.product_id)
                   AND (b.categ_id IS NULL OR uc.parent_path LIKE bc.parent_path || '%%')
              ) lines
            """,
            expenses=self._query_expenses(),
            asked=self._query_asked(),
            committed=self._query_committed(),
        )

    def _query_expenses(self):
        """Expenses in approval, and approved ones."""
        return SQL(
            """
            SELECT CASE WHEN c.state IN %(spent)s OR (c.id IS NULL AND e.state IN %(loose_spent)s)
                        THEN 'spent' ELSE 'pending' END AS kind,
                   e.company_id, e.department_id, e.product_id, e.employee_id, e.date,
                   e.application_id, e.claim_id, e.id AS expense_id, e.payable_amount AS amount
              FROM hr_expense e
         LEFT JOIN reimbursement_claim c ON c.id = e.claim_id
             WHERE CASE WHEN c.id IS NULL THEN e.state IN %(loose)s
                        ELSE c.state IN %(claimed)s AND e.state != 'refused' END
            """,
            spent=_SPENT,
            loose_spent=_LOOSE_SPENT,
            loose=_LOOSE_PENDING + _LOOSE_SPENT,
            claimed=_PENDING + _SPENT,
        )

    def _query_asked(self):
        """Applications in approval."""
        return SQL(
            """
            SELECT 'pending', a.company_id, a.department_id, l.product_id, a.employee_id, a.date_from,
                   a.id, NULL::int, NULL::int, l.amount
              FROM expense_application a
              JOIN expense_application_line l ON l.application_id = a.id
             WHERE a.state = 'submitted'
            """
        )

    def _query_committed(self):
        """What approved applications leave open, category by category."""
        return SQL(
            """
            SELECT 'committed', a.company_id, a.department_id, l.product_id, a.employee_id, a.date_from,
                   a.id, NULL::int, NULL::int, GREATEST(l.amount - COALESCE(e.amount, 0), 0)
              FROM expense_application a
              JOIN (SELECT application_id, product_id, SUM(amount) AS amount
                      FROM expense_application_line GROUP BY 1, 2) l ON l.application_id = a.id
         LEFT JOIN (SELECT e.application_id, e.product_id, SUM(e.payable_amount) AS amount
                      FROM hr_expense e JOIN reimbursement_claim c ON c.id = e.claim_id
                     WHERE c.state IN %(claimed)s AND e.application_id IS NOT NULL
                     GROUP BY 1, 2) e
                ON e.application_id = a.id AND e.product_id = l.product_id
             WHERE a.state = 'approved'
            """,
            claimed=_PENDING + _SPENT,
        )

    def action_open_document(self):
        """The claim, application or expense behind a line, with the rights of who opens it.

        :return: action
        """
        self.ensure_one()
        document = self.claim_id or self.application_id or self.expense_id or self.budget_id
        if self.kind == "committed":
            document = self.application_id
        return document._get_records_action()
