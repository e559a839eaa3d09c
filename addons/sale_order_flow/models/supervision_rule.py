import logging
from ast import literal_eval
from hashlib import sha256

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from .supervision_check import SUPERVISION

_logger = logging.getLogger(__name__)

CHECK_STATES = ("sale", "cancel")
# so many orders of one rule are put on somebody's list in one run
BATCH = 200


class SupervisionRule(models.Model):
    """Which orders are checked against the rules of the company, by whom and for what (F23).

    Either every order that meets the conditions, or a sample drawn by lot among the orders of a
    month, in each sales team or in all of the company.
    """

    _name = "supervision.rule"
    _description = "Supervision Rule"
    _inherit = ["order.flow.document"]
    _order = "sequence, id"

    name = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("every", "Every Order That Meets the Conditions"), ("random", "Monthly Sample by Lot")],
        required=True,
        default="every",
        string="Which Orders",
    )
    domain = fields.Char(string="Conditions", default="[]", required=True)
    date_from = fields.Date(
        string="Orders From",
        required=True,
        default=lambda self: self.env.company._approval_today(),
        help="Orders of earlier dates are not checked by this rule.",
    )
    sample_size = fields.Integer(default=5, string="Orders a Month")
    per_team = fields.Boolean(
        string="In Each Sales Team", help="The sample is drawn in each team, not in all together."
    )
    checker = fields.Selection(
        [("supervision", "Supervision"), ("team_leader", "Leader of the Sales Team")],
        required=True,
        default="supervision",
        string="Checked By",
        help="A leader does not check their own orders: supervision does.",
    )
    check_days = fields.Integer(
        default=5, string="Days to Check", help="Working days until the check is to be done."
    )
    question_ids = fields.One2many("supervision.question", "rule_id", copy=True)
    check_ids = fields.One2many("supervision.check", "rule_id")
    draw_ids = fields.One2many("supervision.draw", "rule_id", string="Monthly Samples")
    check_count = fields.Integer(compute="_compute_check_count", string="Orders Checked")

    _sample_size_positive = models.Constraint(
        "CHECK (sample_size > 0 AND sample_size <= 1000)",
        "A sample holds between 1 and 1,000 orders a month.",
    )
    _check_days_positive = models.Constraint(
        "CHECK (check_days > 0)", "A check needs at least one working day."
    )

    @api.depends("check_ids")
    def _compute_check_count(self):
        counts = dict(
            self.env["supervision.check"]._read_group(
                [("rule_id", "in", self.ids)], ["rule_id"], ["__count"]
            )
        )
        for rule in self:
            rule.check_count = counts.get(rule, 0)

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                self.env["sale.order"].sudo().search(rule._conditions(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._(
                        "%(rule)s: the conditions “%(domain)s” cannot be read. %(error)s",
                        rule=rule.name,
                        domain=rule.domain,
                        error=error,
                    )
                ) from error

    @api.constrains("name", "question_ids")
    def _check_questions(self):
        """An order would be found in order with nothing looked at."""
        if empty := self.filtered(lambda rule: not rule.question_ids):
            empty._refuse_without_questions()

    def _refuse_without_questions(self):
        raise ValidationError(
            self.env._("%s: enter what is checked, with one question at least.", self[0].name)
        )

    def write(self, vals):
        """The lot would fall on orders that were checked; and checks stay with their company."""
        for name in {"kind", "company_id"} & vals.keys():
            field = self._fields[name]
            for rule in self:
                if field.convert_to_write(rule[name], rule) != vals[name] and rule._used():
                    raise UserError(
                        self.env._(
                            "%(rule)s was used for checks: “%(field)s” stays as it is. Archive it and "
                            "make another rule.",
                            rule=rule.name,
                            field=field._description_string(self.env),
                        )
                    )
        return super().write(vals)

    def _used(self):
        """Those of the rules that checks or draws were made by."""
        return self.sudo().filtered(lambda rule: rule.check_ids or rule.draw_ids).sudo(False)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        if used := self._used():
            raise UserError(
                self.env._("%s was used for checks already: archive it instead.", used[0].name)
            )

    # ------------------------------------------------------------------ which orders

    def _conditions(self):
        return Domain(literal_eval(self.domain.strip() or "[]"))

    def _candidates(self):
        """The orders the rule looks at."""
        self.ensure_one()
        return Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "in", CHECK_STATES),
                ("date_order", ">=", self.company_id._approval_midnight(self.date_from)),
            ]
        ) & (self._conditions())

    @api.model
    def _cron_draw(self):
        """Put orders on the lists of those who check: every day, and by lot after each month (F23)."""
        rules = self.search([("active", "=", True)])
        for number, rule in enumerate(rules, 1):
            # conditions on what was uninstalled since do not stop the rules of other companies
            try:
                with self.env.cr.savepoint():
                    rule._apply()
            except Exception:
                _logger.exception("The supervision rule “%s” could not be applied", rule.name)
            self.env["ir.cron"]._commit_progress(1, remaining=len(rules) - number)

    def action_apply(self):
        """Check now what the rule asks for: all orders, or a sample of the month before (F23).

        :raise AccessError: for anybody but supervision
        :return: action with the checks of the rule
        """
        self._flow_check_role(SUPERVISION)
        for rule in self:
            rule._apply()
        return self.action_view_checks()

    def _apply(self):
        """Check what the rule asks for: what meets its conditions, or a sample of last month."""
        self.ensure_one()
        if self.kind == "every":
            self._check_every()
        else:
            self._draw_month(self.company_id._approval_today() - relativedelta(months=1))

    def action_view_checks(self):
        """The checks of these rules."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sale_order_flow.action_supervision_check"
        )
        return {**action, "domain": [("rule_id", "in", self.ids)], "context": {}}

    def _check_every(self):
        """Checks for the orders that meet the conditions and were not checked by this rule."""
        self.ensure_one()
        orders = (
            self.env["sale.order"]
            .sudo()
            .search(
                self._candidates()
                & Domain("supervision_check_ids", "not any", [("rule_id", "=", self.id)]),
                limit=BATCH,
                order="id",
            )
        )
        return self.env["supervision.check"]._make(self, orders)

    def _draw_month(self, day):
        """Draw the sample of the month of ``day``, once.

        :return: the ``supervision.draw``; empty when it was drawn or there was nothing to draw from
        """
        self.ensure_one()
        date_from = day.replace(day=1)
        date_to = date_from + relativedelta(months=1)
        Draw = self.env["supervision.draw"].sudo()
        known = Draw.search_count(
            [("rule_id", "=", self.id), ("date_from", "=", date_from)], limit=1
        )
        if known:
            return Draw
        groups = (
            self.env["sale.order"]
            .sudo()
            ._read_group(
                self._candidates()
                & Domain("date_order", ">=", self.company_id._approval_midnight(date_from))
                & Domain("date_order", "<", self.company_id._approval_midnight(date_to)),
                ["team_id"],
                ["id:array_agg"],
            )
        )
        population = {}
        for team, ids in groups:
            population.setdefault(str(team.id if self.per_team else 0), []).extend(ids)
        return Draw._draw(self, date_from, population) if population else Draw

    @api.model
    def _pick(self, seed, ids, size):
        """Which of some orders the lot falls on: anybody can work it out again from the seed.

        :return: the ``size`` ids whose SHA-256 of ``seed:id`` comes first
        """
        return sorted(ids, key=lambda order_id: sha256(f"{seed}:{order_id}".encode()).digest())[
            :size
        ]
