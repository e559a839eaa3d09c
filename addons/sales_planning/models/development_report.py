from odoo import fields, models
from odoo.tools import SQL

from .development_goal import KINDS


class DevelopmentReport(models.Model):
    """Customer development, plan against actual (P9): one row a goal and kind, one row an event.

    Nothing is grouped beforehand, so that every figure of the pivot opens the leads, activities and
    first orders it counts. People read their own rows, planners all.
    """

    _name = "development.report"
    _description = "Customer Development"
    _auto = False
    _order = "date desc, id desc"
    _rec_name = "kind"
    _depends = {
        "development.goal": ["user_id", "month", "company_id", "active", *KINDS.values()],
        "crm.lead": ["user_id", "company_id", "create_date", "team_id", "partner_id"],
        "mail.activity": [
            "active",
            "date_done",
            "user_id",
            "activity_type_id",
            "res_model",
            "res_id",
        ],
        "mail.activity.type": ["development_kind"],
        "sale.order": ["state", "date_order", "partner_id", "user_id", "company_id", "team_id"],
        "res.partner": ["commercial_partner_id"],
        "res.users": ["company_id"],
    }

    kind = fields.Selection(
        [
            ("lead", "New Lead"),
            ("visit", "Visit"),
            ("demo", "Product Demonstration"),
            ("negotiation", "Negotiation"),
            ("customer", "New Customer"),
        ],
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Date(readonly=True)
    planned = fields.Integer(readonly=True)
    actual = fields.Integer(readonly=True)
    difference = fields.Integer(readonly=True, help="Actual less plan.")
    goal_id = fields.Many2one("development.goal", readonly=True)
    lead_id = fields.Many2one("crm.lead", readonly=True)
    activity_id = fields.Many2one("mail.activity", readonly=True)
    order_id = fields.Many2one("sale.order", string="First Order", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)

    @property
    def _table_query(self):
        plans = SQL(" UNION ALL ").join(self._select_plan(n, kind) for n, kind in enumerate(KINDS))
        return SQL(
            "%s UNION ALL %s UNION ALL %s UNION ALL %s",
            plans,
            self._select_leads(),
            self._select_activities(),
            self._select_customers(),
        )

    def _select_plan(self, number, kind):
        """The number wanted of one kind, of every goal."""
        return SQL(
            """
            SELECT g.id * 10 + %(number)s AS id, %(kind)s AS kind, g.user_id, g.company_id,
                   g.month AS date, g.%(field)s AS planned, 0 AS actual, -g.%(field)s AS difference,
                   g.id AS goal_id, NULL::int AS lead_id, NULL::int AS activity_id,
                   NULL::int AS order_id, NULL::int AS partner_id
              FROM development_goal g
             WHERE g.active AND g.%(field)s > 0
            """,
            number=number,
            kind=kind,
            field=SQL.identifier(KINDS[kind]),
        )

    def _select_leads(self):
        """Leads by the day they were entered, lost ones too."""
        return SQL(
            """
            SELECT l.id * 10 + 6, 'lead', l.user_id, COALESCE(l.company_id, u.company_id),
                   %(day)s, 0, 1, 1, NULL, l.id, NULL, NULL, l.partner_id
              FROM crm_lead l
              JOIN res_users u ON u.id = l.user_id
              JOIN res_company c ON c.id = COALESCE(l.company_id, u.company_id)
              LEFT JOIN resource_calendar calendar ON calendar.id = c.resource_calendar_id
            """,
            day=self._local_day(SQL("l.create_date")),
        )

    def _select_activities(self):
        """Done activities of the kinds that count, on whatever document."""
        return SQL(
            """
            SELECT a.id * 10 + 7, t.development_kind, a.user_id, u.company_id,
                   a.date_done, 0, 1, 1, NULL, l.id, a.id, NULL,
                   COALESCE(l.partner_id, p.id)
              FROM mail_activity a
              JOIN mail_activity_type t ON t.id = a.activity_type_id
              JOIN res_users u ON u.id = a.user_id
              LEFT JOIN crm_lead l ON a.res_model = 'crm.lead' AND l.id = a.res_id
              LEFT JOIN res_partner p ON a.res_model = 'res.partner' AND p.id = a.res_id
             WHERE t.development_kind IS NOT NULL AND NOT a.active AND a.date_done IS NOT NULL
            """
        )

    def _select_customers(self):
        """The first confirmed order of each customer with a company."""
        return SQL(
            """
            SELECT f.id * 10 + 8, 'customer', f.user_id, f.company_id, f.day, 0, 1, 1,
                   NULL, NULL, NULL, f.id, f.commercial_partner_id
              FROM (SELECT DISTINCT ON (s.company_id, p.commercial_partner_id)
                           s.id, s.user_id, s.company_id, p.commercial_partner_id,
                           %(day)s AS day
                      FROM sale_order s
                      JOIN res_partner p ON p.id = s.partner_id
                      JOIN res_company c ON c.id = s.company_id
                      LEFT JOIN resource_calendar calendar ON calendar.id = c.resource_calendar_id
                     WHERE s.state = 'sale'
                     ORDER BY s.company_id, p.commercial_partner_id, s.date_order, s.id) f
             WHERE f.user_id IS NOT NULL
            """,
            day=self._local_day(SQL("s.date_order")),
        )

    def _local_day(self, moment):
        """:param moment: SQL of a timestamp in UTC"""
        return self.env["sale.flow.report"]._local_day(moment)

    def action_open(self):
        """Open the document that the row counts: the lead, the document visited, the order, the goal."""
        self.ensure_one()
        activity = self.activity_id
        if activity.res_model and activity.res_id:
            return self.env[activity.res_model].browse(activity.res_id)._get_records_action()
        return (self.order_id or self.lead_id or self.goal_id)._get_records_action()
