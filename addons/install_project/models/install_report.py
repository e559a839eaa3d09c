from odoo import fields, models
from odoo.tools import SQL

from .install_project import STATES


class InstallReport(models.Model):
    """How well install projects went: on time, accepted at once, satisfaction (I6, I7, I9).

    A row is a project. What cannot be judged yet is empty, and counts in no average.
    """

    _name = "install.report"
    _description = "Statistics of Installation"
    _auto = False
    _order = "accepted_on desc, id desc"
    _rec_name = "project_id"
    _depends = {
        "install.project": [
            "order_id",
            "company_id",
            "partner_id",
            "user_id",
            "state",
            "team",
            "lead_id",
            "contractor_id",
            "date_end",
            "accepted_on",
            "survey_score",
        ],
        "install.acceptance": ["project_id", "refused_count"],
        "install.punch.item": ["project_id", "rounds"],
    }

    project_id = fields.Many2one("install.project", string="Install Project", readonly=True)
    order_id = fields.Many2one("sale.order", string="Sales Order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    lead_id = fields.Many2one("res.users", string="Person Responsible", readonly=True)
    contractor_id = fields.Many2one("res.partner", string="Partner Company", readonly=True)
    team = fields.Selection(
        [("own", "Own Team"), ("partner", "Partner Company")], string="Installed By", readonly=True
    )
    state = fields.Selection(STATES, string="Status", readonly=True)
    accepted_on = fields.Date(readonly=True)
    days_late = fields.Float(
        readonly=True,
        aggregator="avg",
        string="Days After the Promise",
        help="From the last day of the schedule to the acceptance; below zero: earlier.",
    )
    on_time = fields.Float(readonly=True, aggregator="avg", help="1: not after the last day.")
    first_pass = fields.Float(
        readonly=True,
        aggregator="avg",
        string="Accepted at Once",
        help="1: no acceptance was refused, and nothing was inspected twice.",
    )
    punch_count = fields.Integer(readonly=True, string="Punch Items")
    satisfaction = fields.Float(
        readonly=True, aggregator="avg", help="From 1 (unhappy) to 5 (happy)."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT p.id, p.id AS project_id, p.order_id, p.company_id, p.partner_id, p.user_id,
                   p.lead_id, p.contractor_id, p.team, p.state, p.accepted_on,
                   (p.accepted_on - p.date_end)::float AS days_late,
                   (p.accepted_on <= p.date_end)::int::float AS on_time,
                   CASE WHEN p.accepted_on IS NOT NULL
                        THEN (COALESCE(refused.times, 0) + COALESCE(items.again, 0) = 0)::int::float
                   END AS first_pass,
                   COALESCE(items.number, 0) AS punch_count,
                   CASE WHEN p.state = 'closed' THEN p.survey_score::float END AS satisfaction
              FROM install_project p
              LEFT JOIN (SELECT project_id, SUM(refused_count) AS times
                           FROM install_acceptance GROUP BY project_id) refused
                     ON refused.project_id = p.id
              LEFT JOIN (SELECT project_id, COUNT(*) AS number, SUM(rounds) AS again
                           FROM install_punch_item GROUP BY project_id) items
                     ON items.project_id = p.id
             WHERE p.state != 'cancelled'
            """
        )

    def action_open(self):
        """Open the install project of the row (I9)."""
        self.ensure_one()
        return self.project_id._get_records_action()
