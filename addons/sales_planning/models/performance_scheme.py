from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .planning_whole_part import entered_together

MONTHS = {"month": 1, "quarter": 3, "year": 12}


class PerformanceScheme(models.Model):
    """By what salespeople are reviewed, and what their commission is (P7, D1 five, D5 4).

    Reviews copy what is said here when they are made: changing it changes none of them.
    """

    _name = "performance.scheme"
    _description = "Review Scheme"
    _inherit = ["mail.thread"]
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    period = fields.Selection(
        [("month", "Month"), ("quarter", "Quarter"), ("year", "Year")],
        required=True,
        default="quarter",
        tracking=True,
    )
    date_from = fields.Date(required=True, string="Valid From", tracking=True)
    date_to = fields.Date(string="Valid Until", tracking=True)
    automatic = fields.Boolean(
        string="Begin by Itself",
        tracking=True,
        help="When a period is over, reviews of it are made and started for all members of the sales teams.",
    )
    criterion_ids = fields.One2many(
        "performance.criterion", "scheme_id", string="Criteria", copy=True
    )
    tier_ids = fields.One2many("commission.tier", "scheme_id", string="Commission Tiers", copy=True)
    tier_mode = fields.Selection(
        [
            ("marginal", "Each Tier for Its Part"),
            ("whole", "The Tier Reached for Everything"),
        ],
        required=True,
        default="marginal",
        tracking=True,
        string="Tiers Apply",
        help="Each tier for its part: of an attainment of 120 percent, the part up to the second tier earns the rate of the first, and so on.",
    )
    review_count = fields.Integer(compute="_compute_review_count")

    _valid = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A scheme ends after it begins: enter a later “Valid Until”.",
    )

    def _compute_review_count(self):
        groups = self.env["performance.review"]._read_group(
            [("scheme_id", "in", self.ids)], ["scheme_id"], ["__count"]
        )
        counts = {scheme.id: count for scheme, count in groups}
        for scheme in self:
            scheme.review_count = counts.get(scheme.id, 0)

    @api.model_create_multi
    def create(self, vals_list):
        with entered_together() as entered:
            schemes = super().create(vals_list)
        schemes._check_weights(entered)
        return schemes

    def write(self, vals):
        if "company_id" in vals:
            self._check_company_stays(vals["company_id"])
        with entered_together() as entered:
            result = super().write(vals)
        self._check_weights(entered)
        return result

    def _check_weights(self, entered):
        self.env["performance.criterion"]._check_entered(self, entered)
        for scheme in self:
            scheme.criterion_ids._check_makes_up_whole(scheme)

    def _check_company_stays(self, company_id):
        """Reviews are of the company of their scheme, so they would move along.

        :raise ValidationError: for a scheme that has reviews
        """
        moved = self.filtered(lambda scheme: scheme.company_id.id != company_id)
        review = (
            self.env["performance.review"].sudo().search([("scheme_id", "in", moved.ids)], limit=1)
        )
        if review:
            raise ValidationError(
                self.env._("%s has reviews: it stays in its company.", review.scheme_id.name)
            )

    # ------------------------------------------------------------------ periods

    def _period_of(self, day):
        """The period of this scheme that a day lies in.

        :return: ``(first day, last day)``
        """
        self.ensure_one()
        months = MONTHS[self.period]
        first = day.replace(day=1, month=(day.month - 1) // months * months + 1)
        return first, first + relativedelta(months=months, days=-1)

    def _check_valid_on(self, first):
        """:raise UserError: when nothing can be reviewed by the scheme in a period

        :param first: the first day of the period
        """
        self.ensure_one()
        if not self.criterion_ids:
            raise UserError(
                self.env._("%s has no criteria. Enter them before anybody is reviewed.", self.name)
            )
        if first < self.date_from or (self.date_to and first > self.date_to):
            raise UserError(
                self.env._(
                    "%(scheme)s is not valid on %(day)s. Choose another scheme or period.",
                    scheme=self.name,
                    day=first,
                )
            )

    def _salespeople(self, teams=None):
        """Members of the sales teams of the company, leaders left out unless they are members.

        :param teams: ``crm.team``; all that work for the company by default
        :return: ``res.users``, as superuser
        """
        self.ensure_one()
        domain = Domain("company_id", "in", [False, self.company_id.id])
        teams = teams if teams is not None else self.env["crm.team"].sudo().search(domain)
        people = teams.sudo().crm_team_member_ids.filtered("active").user_id
        return people.filtered(lambda user: user.active and user._works_in(self.company_id))

    def _make_reviews(self, day, users):
        """Make the reviews of a period for those who have none yet (P7).

        :param day: any day of the period
        :param users: ``res.users`` who are reviewed
        :return: the new ``performance.review``
        """
        self.ensure_one()
        first, _last = self._period_of(day)
        reviews = self.env["performance.review"]
        known = reviews.sudo().search(
            [
                ("scheme_id.period", "=", self.period),
                ("company_id", "=", self.company_id.id),
                ("date_from", "=", first),
                ("user_id", "in", users.ids),
                ("state", "!=", "cancelled"),
            ]
        )
        return reviews.create(
            [
                {"scheme_id": self.id, "user_id": user.id, "date_from": first}
                for user in users - known.user_id
            ]
        )

    @api.model
    def _cron_begin(self):
        """When a period is over, begin its reviews, where a scheme asks for it (P7)."""
        schemes = self.search(
            [("automatic", "=", True), ("company_id.planning_enabled", "=", True)]
        )
        for number, scheme in enumerate(schemes, 1):
            scheme._begin_last_period()
            self.env["ir.cron"]._commit_progress(1, remaining=len(schemes) - number)

    def _begin_last_period(self):
        self.ensure_one()
        this_one, _last = self._period_of(self.company_id._approval_today())
        first, _last = self._period_of(this_one - relativedelta(days=1))
        if not self.criterion_ids or first < self.date_from:
            return
        if self.date_to and first > self.date_to:
            return
        reviews = self._make_reviews(first, self._salespeople())
        scored = reviews.filtered("manager_id")
        scored.action_start()
        self._tell_without_manager(reviews - scored)

    def _tell_without_manager(self, reviews):
        """Sales managers read whose reviews nobody scores yet; the others are begun meanwhile."""
        if not reviews:
            return
        people = self.env["approval.role"]._people("sales_manager", self.company_id)
        self.message_post(
            body=self.env._(
                "Nobody is above %(people)s: their reviews of %(period)s were made and not started. Name "
                "the manager in each of them, then start it.",
                people=", ".join(reviews.user_id.mapped("name")),
                period=reviews[0]._period_text(),
            ),
            partner_ids=people.partner_id.ids,
        )

    def action_view_reviews(self):
        """Open the reviews made by this scheme."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_performance_review"
        )
        return {**action, "domain": [("scheme_id", "in", self.ids)], "context": {}}
