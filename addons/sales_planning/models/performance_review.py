from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

PLANNER = "sales_planning.group_planning_planner"
OPEN = ("draft", "self", "manager")
# entered when it is made, never changed afterwards
FIXED = frozenset({"user_id", "scheme_id", "date_from"})
BY_MANAGER = frozenset({"manager_comment", "adjustment", "adjustment_reason"})


class PerformanceReview(models.Model):
    """How a salesperson did in a period: figures, own and manager's points, commission (P7, D1 five).

    ======================  ===========================================================
    action                  who
    ======================  ===========================================================
    make, start             planners, and managers for their own people
    name another manager    planners
    assess, hand in         the person reviewed
    score, submit           the manager named in the review
    approve                 the chain; without one, leaders of sales; never the person
    read                    the person, the manager, planners; finance when submitted
    ======================  ===========================================================
    """

    _name = "performance.review"
    _description = "Performance Review"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, user_id, id desc"

    _stamped = frozenset(
        {
            "name",
            "state",
            "date_to",
            "tiers",
            "tier_mode",
            "computed_at",
            "sales_amount",
            "target_amount",
            "attainment",
            "commission_base",
            "commission_rate",
            "commission_amount",
            "handed_in_at",
            "scored_at",
            "approved_on",
            "commission_line_ids",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    scheme_id = fields.Many2one(
        "performance.scheme",
        required=True,
        index=True,
        ondelete="restrict",
        domain="[('company_id', 'in', allowed_company_ids)]",
    )
    company_id = fields.Many2one(related="scheme_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False)]",
    )
    manager_id = fields.Many2one(
        "res.users",
        index=True,
        tracking=True,
        domain="[('share', '=', False)]",
        help="Who scores: the manager of the employee, unless planners name another one.",
    )
    date_from = fields.Date(required=True, index=True, string="Period From")
    date_to = fields.Date(readonly=True, copy=False, string="Until")
    state = fields.Selection(
        [
            ("draft", "To Be Started"),
            ("self", "Self-Assessment"),
            ("manager", "With the Manager"),
            ("submitted", "Submitted"),
            ("approved", "Approved"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    line_ids = fields.One2many(
        "performance.review.line", "review_id", string="Criteria", copy=False
    )
    score = fields.Float(
        compute="_compute_score", store=True, digits=(16, 2), aggregator="avg", tracking=True
    )
    self_score = fields.Float(
        compute="_compute_score",
        store=True,
        digits=(16, 2),
        aggregator="avg",
        string="Own Score",
    )
    self_comment = fields.Text(string="What the Salesperson Says", copy=False)
    manager_comment = fields.Text(string="What the Manager Says", copy=False)
    sales_amount = fields.Monetary(readonly=True, copy=False, string="Sales")
    target_amount = fields.Monetary(readonly=True, copy=False, string="Target")
    attainment = fields.Float(
        readonly=True, copy=False, digits=(16, 2), aggregator="avg", string="Attainment (%)"
    )
    tiers = fields.Json(readonly=True, copy=False)
    tier_mode = fields.Selection(
        selection=lambda self: (
            self.env["performance.scheme"]._fields["tier_mode"]._description_selection(self.env)
        ),
        readonly=True,
        copy=False,
        string="Tiers Apply",
    )
    tiers_text = fields.Char(compute="_compute_tiers_text", string="Commission Tiers")
    commission_line_ids = fields.One2many(
        "commission.line", "review_id", string="Commission", readonly=True, copy=False
    )
    commission_base = fields.Monetary(readonly=True, copy=False)
    commission_rate = fields.Float(readonly=True, copy=False, digits=(16, 4), string="Rate (%)")
    commission_amount = fields.Monetary(readonly=True, copy=False, string="Commission by Tiers")
    adjustment = fields.Monetary(
        copy=False, tracking=True, help="What the manager adds or takes off."
    )
    adjustment_reason = fields.Char(copy=False, tracking=True)
    commission_total = fields.Monetary(
        compute="_compute_commission_total", store=True, string="Commission Proposed"
    )
    computed_at = fields.Datetime(readonly=True, copy=False, string="Figures Of")
    handed_in_at = fields.Datetime(readonly=True, copy=False, string="Handed In On")
    scored_at = fields.Datetime(readonly=True, copy=False, string="Submitted On")
    approved_on = fields.Date(readonly=True, copy=False, index=True)
    is_mine = fields.Boolean(compute="_compute_may")
    may_score = fields.Boolean(compute="_compute_may")
    may_plan = fields.Boolean(compute="_compute_may")
    may_name = fields.Boolean(compute="_compute_may")

    _one_a_period = models.UniqueIndex(
        "(user_id, scheme_id, date_from) WHERE state != 'cancelled'",
        "The person has a review of this period already: open that one, or cancel it first.",
    )
    _not_by_oneself = models.Constraint(
        "CHECK (manager_id IS NULL OR manager_id != user_id)",
        "Nobody scores their own review: name another manager.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("line_ids.percent", "line_ids.manager_points", "line_ids.self_points")
    def _compute_score(self):
        for review in self:
            review.score = sum(line.manager_points * line.percent / 100 for line in review.line_ids)
            review.self_score = sum(
                line.self_points * line.percent / 100 for line in review.line_ids
            )

    @api.depends("commission_amount", "adjustment")
    def _compute_commission_total(self):
        for review in self:
            review.commission_total = review.commission_amount + review.adjustment

    @api.depends("tiers")
    def _compute_tiers_text(self):
        for review in self:
            review.tiers_text = "; ".join(
                f"≥ {start:g} %: {rate:g} %" for start, rate in review.tiers or []
            )

    @api.depends("user_id", "manager_id", "state")
    @api.depends_context("uid")
    def _compute_may(self):
        user = self.env.user
        plans = user.has_group(PLANNER)
        for review in self:
            review.is_mine = review.user_id == user
            review.may_score = review.manager_id == user and not review.is_mine
            review.may_plan = (plans or review.may_score) and not review.is_mine
            review.may_name = plans and not review.is_mine

    @api.depends("user_id", "date_from", "scheme_id")
    def _compute_display_name(self):
        for review in self:
            review.display_name = " ".join(
                filter(None, [review.name, review.user_id.name, review._period_text()])
            )

    def _period_text(self):
        """The period as people write it: 2026, 2026 Q1 or 2026-03."""
        self.ensure_one()
        day, period = self.date_from, self.scheme_id.sudo().period
        if not day:
            return ""
        if period == "year":
            return str(day.year)
        if period == "quarter":
            return f"{day.year} Q{(day.month + 2) // 3}"
        return f"{day.year}-{day.month:02}"

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        # what the context gives is entered like everything else
        given = self.default_get(["scheme_id", "user_id", "manager_id", "date_from"])
        vals_list = [self._by_period({**given, **vals}) for vals in vals_list]
        self._check_first_of_period(vals_list)
        reviews = super().create(vals_list)
        for review in reviews:
            review._check_may_make()
            review._take_scheme()
        reviews._compute_figures()
        return reviews

    @api.model
    def _by_period(self, vals):
        """Values of a review with the first day of its period, and the manager who scores it.

        :raise AccessError: for whoever names another manager than the one of the employee
        """
        scheme = self.env["performance.scheme"].browse(vals.get("scheme_id"))
        user = self.env["res.users"].browse(vals.get("user_id"))
        if not (scheme and user and vals.get("date_from")):
            # what is missing is said when it is made
            return vals
        manager, named = self._manager_of(user, scheme.company_id), vals.get("manager_id")
        if named and named != manager.id:
            self._check_names_managers()
        return {
            **vals,
            "date_from": scheme._period_of(fields.Date.to_date(vals["date_from"]))[0],
            "manager_id": named or manager.id,
        }

    @api.model
    def _check_first_of_period(self, vals_list):
        """A person has one review of a period by a scheme; of two made at once the second waits.

        :raise UserError: naming the review that is there
        """
        keys = [
            key
            for vals in vals_list
            if all(key := tuple(vals.get(name) for name in ("user_id", "scheme_id", "date_from")))
        ]
        if not keys:
            return
        users, schemes, days = (list(set(column)) for column in zip(*keys, strict=True))
        lock_rows(self.env["res.users"].sudo().browse(users))
        known = self.sudo().search(
            [
                ("user_id", "in", users),
                ("scheme_id", "in", schemes),
                ("date_from", "in", days),
                ("state", "!=", "cancelled"),
            ]
        )
        there = {(one.user_id.id, one.scheme_id.id, one.date_from): one for one in known}
        for key in keys:
            if review := there.get(key):
                raise UserError(
                    self.env._(
                        "%(review)s is the review of %(person)s for %(period)s already. Open that one, "
                        "or cancel it first.",
                        review=review.name,
                        person=review.user_id.name,
                        period=review._period_text(),
                    )
                )
        if len(set(keys)) < len(keys):
            raise UserError(
                self.env._("There are two reviews of one person and period here: leave one out.")
            )

    def _take_scheme(self):
        """Number, period, criteria and tiers as they are when the review is made."""
        self.ensure_one()
        scheme = self.scheme_id
        scheme._check_valid_on(self.date_from)
        numbers = self.env["ir.sequence"].sudo().with_company(self.company_id)
        self._stamp(
            {
                "name": numbers.next_by_code(self._name, sequence_date=self.date_from) or "/",
                "date_to": scheme._period_of(self.date_from)[1],
                # none rather than an empty list: a review without tiers is found by that
                "tiers": [
                    [tier.attainment_from, tier.rate]
                    for tier in scheme.tier_ids.sorted("attainment_from")
                ]
                or False,
                "tier_mode": scheme.tier_mode,
            }
        )
        self.env["performance.review.line"].sudo()._copy_criteria(self)

    @api.model
    def _manager_of(self, user, company):
        """Who leads a salesperson: the nearest manager of the employee, else the leader of the team.

        :return: ``res.users`` who can open what is of the company, never the person
        """
        above = self.env["approval.request.slot"]._manager_of(user, company)
        leader = user.sudo().sale_team_id.user_id._approval_may_open(company) - user
        return above or leader.with_env(self.env)

    def _check_may_make(self):
        """:raise AccessError: for whoever is neither planner nor the manager, and about oneself"""
        self.ensure_one()
        if not self.company_id.planning_enabled:
            raise UserError(
                self.env._(
                    "%s does not plan its sales: switch Sales Planning on in the settings first.",
                    self.company_id.name,
                )
            )
        if not self.user_id._works_in(self.company_id):
            raise UserError(
                self.env._(
                    "%(person)s is no employee of %(company)s: choose another person.",
                    person=self.user_id.name,
                    company=self.company_id.name,
                )
            )
        if not self.env.su:
            self._check_may_plan()

    @api.constrains("manager_id", "company_id")
    def _check_manager_works_here(self):
        for review in self:
            if review.manager_id and not review.manager_id._works_in(review.company_id):
                raise UserError(
                    self.env._(
                        "%(person)s is no employee of %(company)s: choose another manager.",
                        person=review.manager_id.name,
                        company=review.company_id.name,
                    )
                )

    def _check_names_managers(self):
        """:raise AccessError: for anybody but planners"""
        if not (self.env.su or self.env.user.has_group(PLANNER)):
            raise AccessError(
                self.env._(
                    "The manager of the employee scores. Another manager is named by planners of sales."
                )
            )

    def _check_may_plan(self):
        for review in self:
            if not review.may_plan:
                raise AccessError(
                    self.env._(
                        "%(review)s: this is done by planners of sales or the manager, and never about "
                        "oneself.",
                        review=review.display_name,
                    )
                )

    def write(self, vals):
        if not FIXED.isdisjoint(vals):
            raise UserError(
                self.env._(
                    "Person, scheme and period of a review stay as they are. Cancel it and make another."
                )
            )
        named = self if "manager_id" in vals else self.browse()
        if not self.env.su:
            if any(review.manager_id.id != vals.get("manager_id") for review in named):
                self._check_names_managers()
                self._check_may_plan()
                # once it was begun there is a manager
                self._check_state(*OPEN if vals["manager_id"] else ("draft",))
            if "self_comment" in vals:
                self._check_assesses()
            if not BY_MANAGER.isdisjoint(vals):
                self._check_scores()
        result = super().write(vals)
        named._ask_the_manager()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered(lambda review: review.state != "draft"):
            raise UserError(
                self.env._("%s was started and stays. Cancel it instead.", kept[0].name)
            )

    def _check_assesses(self):
        """:raise AccessError: for anybody but the person, while it is assessed"""
        for review in self:
            if not (review.is_mine and review.state == "self"):
                raise AccessError(
                    self.env._(
                        "%(review)s is assessed by %(person)s, once it has been started and until it is "
                        "handed in.",
                        review=review.display_name,
                        person=review.user_id.name,
                    )
                )

    def _check_scores(self):
        """:raise AccessError: for anybody but the manager, while it is scored"""
        for review in self:
            if not (review.may_score and review.state == "manager"):
                raise AccessError(
                    self.env._(
                        "%(review)s is scored by %(person)s, once it was handed in and until it is "
                        "submitted.",
                        review=review.display_name,
                        person=review.manager_id.name or self.env._("the manager"),
                    )
                )

    # ------------------------------------------------------------------ the way of a review

    def action_start(self):
        """Ask the salespeople to assess themselves (P7).

        :raise AccessError: for whoever is neither planner nor the manager
        :raise UserError: when it was started already, or has no manager
        :return: True
        """
        if not self.env.su:
            self._check_may_plan()
        self._check_state("draft")
        for review in self.filtered(lambda review: not review.manager_id):
            raise UserError(
                self.env._(
                    "%s: name the manager who scores it, then start it.", review.display_name
                )
            )
        self._compute_figures()
        self._stamp({"state": "self"})
        for review in self:
            review.sudo().activity_schedule(
                "sales_planning.activity_self_assessment",
                date_deadline=fields.Date.add(
                    review.company_id._approval_today(),
                    days=review.company_id.sudo().performance_self_days,
                ),
                user_id=review.user_id.id,
            )
        return True

    def action_hand_in(self):
        """Hand the own assessment to the manager (P7).

        :raise AccessError: for anybody but the person
        :return: True
        """
        self._check_assesses()
        self._compute_figures()
        self._stamp({"state": "manager", "handed_in_at": fields.Datetime.now()})
        self.sudo().activity_feedback(["sales_planning.activity_self_assessment"])
        self._ask_the_manager()
        return True

    def action_give_back(self, reason):
        """Have the person assess again (P7).

        :param reason: what is missing, for the person
        :raise AccessError: for anybody but the manager
        :raise UserError: without a reason
        :return: True
        """
        self._check_scores()
        self._tell_reason(reason)
        self._stamp({"state": "self", "handed_in_at": False})
        self.sudo().activity_unlink(["sales_planning.activity_score"])
        for review in self:
            review.sudo().activity_schedule(
                "sales_planning.activity_self_assessment", user_id=review.user_id.id
            )
        return True

    def action_cancel(self, reason):
        """Give the review up; what its commission rested on is free for another one (P7).

        :param reason: why, for the person
        :raise AccessError: for whoever is neither planner nor the manager
        :raise UserError: without a reason, or when it was approved
        :return: True
        """
        self._check_may_plan()
        self._check_state(*OPEN, "submitted")
        self._tell_reason(reason)
        self.sudo().commission_line_ids.unlink()
        self._stamp(
            {
                "state": "cancelled",
                "commission_base": 0,
                "commission_rate": 0,
                "commission_amount": 0,
            }
        )
        # the place is free for another one at once
        self.flush_recordset(["state"])
        self.sudo().activity_unlink(
            ["sales_planning.activity_self_assessment", "sales_planning.activity_score"]
        )
        return True

    def action_compute(self):
        """Work the figures out anew; points that nobody changed follow (P7).

        :raise AccessError: for whoever is neither planner nor the manager
        :raise UserError: once it was submitted
        :return: True
        """
        self._check_may_plan()
        self._check_state(*OPEN)
        self._compute_figures()
        return True

    def _tell_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why, for the person reviewed."))
        for review in self:
            review.sudo().message_post(
                body=reason,
                author_id=self.env.user.partner_id.id,
                partner_ids=review.user_id.partner_id.ids,
            )

    def _ask_the_manager(self):
        self.sudo().activity_unlink(["sales_planning.activity_score"])
        for review in self.filtered(lambda review: review.state == "manager"):
            review.sudo().activity_schedule(
                "sales_planning.activity_score", user_id=review.manager_id.id
            )

    # ------------------------------------------------------------------ opening

    def action_view_history(self):
        """Open all reviews of the person.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sales_planning.action_performance_review"
        )
        return {
            **action,
            "view_mode": "graph,list,pivot,form",
            "views": [(False, "graph"), (False, "list"), (False, "pivot"), (False, "form")],
            "domain": [("user_id", "=", self.user_id.id), ("state", "!=", "cancelled")],
            "context": {"graph_groupbys": ["date_from:month"]},
        }

    def action_view_commission(self):
        """Open what the commission consists of.

        :return: window action
        """
        return self.commission_line_ids._get_records_action(name=self.env._("Commission"))
