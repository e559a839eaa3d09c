from odoo import Command, api, fields, models
from odoo.exceptions import UserError

POINTS = ("points_market", "points_money", "points_sales", "points_service")
STATES = [
    ("contacted", "Contacted"),
    ("visited", "Visited"),
    ("assessed", "Assessed"),
    ("agreed", "Agreed"),
    ("refused", "Refused"),
]


class MarketingCandidate(models.Model):
    """Somebody who could become a dealer in a region: visited, assessed by points, won or not (P8)."""

    _name = "marketing.candidate"
    _description = "Dealer Candidate"
    _inherit = ["marketing.work.part", "mail.thread", "mail.activity.mixin"]
    _order = "region_id, points desc, id"
    _entered_while = ("running",)
    _stamped = frozenset({"state", "visited_on", "refuse_reason", "agreed_at", "agreed_by_id"})

    name = fields.Char(string="Candidate", required=True, tracking=True)
    region_id = fields.Many2one("res.country.state", required=True, index=True)
    contact = fields.Char(string="Contact Person")
    phone = fields.Char()
    email = fields.Char()
    user_id = fields.Many2one(
        related="work_id.user_id", store=True, index=True, string="Person Responsible"
    )
    state = fields.Selection(
        STATES,
        default="contacted",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    note = fields.Text(help="What was seen and agreed.")
    points_market = fields.Integer(string="Market and Customers", help="From 0 to 25.")
    points_money = fields.Integer(string="Funds and Credit", help="From 0 to 25.")
    points_sales = fields.Integer(string="Salespeople and Premises", help="From 0 to 25.")
    points_service = fields.Integer(string="Service and Will", help="From 0 to 25.")
    points = fields.Integer(compute="_compute_points", store=True, aggregator="avg")
    visited_on = fields.Date(readonly=True, copy=False)
    agreed_at = fields.Datetime(readonly=True, copy=False, string="Agreed On")
    agreed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    refuse_reason = fields.Char(readonly=True, copy=False)
    partner_id = fields.Many2one(
        "res.partner",
        string="Dealer",
        copy=False,
        check_company=True,
        index="btree_not_null",
        help="Leave it empty: the contact is made when the candidate agrees.",
    )

    _points = models.Constraint(
        "CHECK (points_market BETWEEN 0 AND 25 AND points_money BETWEEN 0 AND 25"
        " AND points_sales BETWEEN 0 AND 25 AND points_service BETWEEN 0 AND 25)",
        "Each answer of the assessment is worth from 0 to 25 points.",
    )

    @api.depends(*POINTS)
    def _compute_points(self):
        for candidate in self:
            candidate.points = sum(candidate[name] for name in POINTS)

    def write(self, vals):
        if not (self.env.su or {"message_follower_ids", "activity_ids"}.issuperset(vals)):
            self._check_candidate_state("contacted", "visited", "assessed")
            if "work_id" in vals:
                self._check_candidate_state("contacted")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_contacted(self):
        """What was found out about somebody is part of the result: they are refused, not removed."""
        if not self.env.su:
            self._check_candidate_state("contacted")

    def action_visited(self):
        """The candidate was visited.

        :raise UserError: without what was seen and agreed
        :return: True
        """
        self._check_entered()
        self._check_candidate_state("contacted")
        for candidate in self:
            if not (candidate.note or "").strip():
                raise UserError(
                    self.env._("%s: enter in Note what was seen and agreed.", candidate.name)
                )
            today = candidate.company_id._approval_today()
            candidate._stamp({"state": "visited", "visited_on": today})
        return True

    def action_assess(self):
        """The points are entered.

        :raise UserError: while every answer is worth nothing
        :return: True
        """
        self._check_entered()
        self._check_candidate_state("visited")
        for candidate in self:
            if not candidate.points:
                raise UserError(
                    self.env._("%s: enter the points of the assessment.", candidate.name)
                )
        self._stamp({"state": "assessed"})
        return True

    def action_agree(self):
        """The candidate becomes a dealer: a contact with the tag Dealer.

        :raise UserError: with fewer points than the company asks of dealers
        :return: True
        """
        self._check_entered()
        self._check_candidate_state("assessed")
        for candidate in self:
            needed = candidate.sudo().company_id.dealer_points
            if candidate.points < needed:
                raise UserError(
                    self.env._(
                        "%(name)s has %(points)s points; a dealer needs %(needed)s. Refuse the "
                        "candidate, or have the assessment corrected.",
                        name=candidate.name,
                        points=candidate.points,
                        needed=needed,
                    )
                )
            dealer = candidate._make_dealer()
            candidate._stamp(
                {
                    "state": "agreed",
                    "agreed_at": fields.Datetime.now(),
                    "agreed_by_id": self.env.uid,
                }
            )
            candidate.sudo().partner_id = dealer
        return True

    def _make_dealer(self):
        """The contact of the dealer, as superuser: marketing people need no right to make contacts."""
        self.ensure_one()
        known = self.sudo()
        tag = self.env.ref("sales_planning.partner_category_dealer").sudo()
        dealer = known.partner_id or known.env["res.partner"].create(
            {
                "name": known.name,
                "is_company": True,
                "phone": known.phone,
                "email": known.email,
                "state_id": known.region_id.id,
                "country_id": known.region_id.country_id.id,
                "company_id": known.company_id.id,
                "user_id": known.user_id.id,
                "child_ids": [Command.create({"name": known.contact})] if known.contact else [],
            }
        )
        dealer.category_id = [Command.link(tag.id)]
        return dealer

    def action_refuse(self, reason=None):
        """The candidate does not become a dealer.

        :param reason: why, in words
        :raise UserError: without a reason
        :return: True
        """
        self._check_entered()
        self._check_candidate_state("contacted", "visited", "assessed")
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the candidate does not become a dealer."))
        self._stamp({"state": "refused", "refuse_reason": reason.strip()})
        return True

    def _check_candidate_state(self, *states):
        """:raise UserError: naming the candidate and how far it is"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for candidate in self:
            if candidate.state not in states:
                raise UserError(
                    self.env._(
                        "%(name)s is “%(state)s”: this is done while it is %(wanted)s.",
                        name=candidate.name,
                        state=labels[candidate.state],
                        wanted=", ".join(f"“{labels[state]}”" for state in states),
                    )
                )
