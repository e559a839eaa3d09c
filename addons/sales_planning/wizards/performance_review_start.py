from odoo import api, fields, models
from odoo.exceptions import UserError


class PerformanceReviewStart(models.TransientModel):
    """Make the reviews of a period for all salespeople of teams at once (P7)."""

    _name = "performance.review.start"
    _description = "Begin Reviews"

    scheme_id = fields.Many2one(
        "performance.scheme",
        required=True,
        domain="[('company_id', 'in', allowed_company_ids)]",
    )
    day = fields.Date(
        string="Any Day of the Period",
        required=True,
        default=lambda self: self._last_month(),
    )
    period_from = fields.Date(compute="_compute_period")
    period_to = fields.Date(compute="_compute_period")
    team_ids = fields.Many2many("crm.team", string="Sales Teams", help="Empty: all teams.")
    user_ids = fields.Many2many(
        "res.users",
        compute="_compute_user_ids",
        store=True,
        readonly=False,
        string="Salespeople",
        domain="[('share', '=', False)]",
    )
    start = fields.Boolean(string="Ask for Self-Assessment", default=True)

    @api.model
    def _last_month(self):
        return fields.Date.subtract(self.env.company._approval_today().replace(day=1), days=1)

    @api.depends("scheme_id", "day")
    def _compute_period(self):
        for wizard in self:
            known = wizard.scheme_id and wizard.day
            period = wizard.scheme_id._period_of(wizard.day) if known else (False, False)
            wizard.period_from, wizard.period_to = period

    @api.depends("scheme_id", "team_ids")
    def _compute_user_ids(self):
        for wizard in self:
            scheme, teams = wizard.scheme_id, wizard.team_ids._origin or None
            wizard.user_ids = scheme._salespeople(teams).sudo(False) if scheme else False

    def action_begin(self):
        """Make and start the reviews.

        :raise AccessError: for whoever is neither planner nor manager of the people
        :raise UserError: when all of them have a review of the period
        :return: window action of the new reviews
        """
        self.ensure_one()
        # nobody begins the own review: somebody else does
        reviews = self.scheme_id._make_reviews(self.day, self.user_ids - self.env.user)
        if not reviews:
            raise UserError(
                self.env._("Everybody chosen has a review of this period already. Choose others.")
            )
        if self.start:
            # the others are listed as not started: a manager is named in them first
            reviews.filtered("manager_id").action_start()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_performance_review"
        )
        return {**action, "domain": [("id", "in", reviews.ids)], "context": {}}
