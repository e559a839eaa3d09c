from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

SUPERVISION = "supervision"


class SupervisionCheck(models.Model):
    """One order checked against the rules: question by question, and what was found (F23)."""

    _name = "supervision.check"
    _description = "Order Check"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "state desc, deadline, id"

    _stamped = frozenset(
        {
            "name",
            "state",
            "rule_id",
            "draw_id",
            "order_id",
            "company_id",
            "salesperson_id",
            "team_id",
            "checker_id",
            "deadline",
            "checked_at",
            "checked_by_id",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    # what is checked is stamped right after the record is made, so nothing here is required
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    # rules that were used are not deleted; with the addon everything goes
    rule_id = fields.Many2one("supervision.rule", readonly=True, index=True, ondelete="cascade")
    draw_id = fields.Many2one(
        "supervision.draw", readonly=True, index="btree_not_null", string="Monthly Sample"
    )
    order_id = fields.Many2one(
        "sale.order", readonly=True, index=True, ondelete="restrict", string="Sales Order"
    )
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    # as it was when the order was checked
    salesperson_id = fields.Many2one("res.users", readonly=True, index=True)
    team_id = fields.Many2one("crm.team", readonly=True, string="Sales Team")
    checker_id = fields.Many2one(
        "res.users", readonly=True, index=True, string="To Be Checked By", tracking=True
    )
    deadline = fields.Date(readonly=True, index=True)
    state = fields.Selection(
        [
            ("todo", "To Check"),
            ("passed", "In Order"),
            ("findings", "With Findings"),
            ("cancelled", "Cancelled"),
        ],
        default="todo",
        readonly=True,
        required=True,
        copy=False,
        index=True,
        string="Status",
        tracking=True,
    )
    answer_ids = fields.One2many("supervision.answer", "check_id", string="Answers")
    remark = fields.Text()
    finding_ids = fields.One2many("supervision.finding", "check_id", string="Findings")
    finding_count = fields.Integer(compute="_compute_finding_count")
    checked_at = fields.Datetime(readonly=True, copy=False, string="Checked On")
    checked_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    may_check = fields.Boolean(compute="_compute_may_check")

    _once = models.UniqueIndex("(rule_id, order_id) WHERE rule_id IS NOT NULL")

    @api.depends("finding_ids")
    def _compute_finding_count(self):
        for check in self:
            check.finding_count = len(check.finding_ids)

    @api.depends("state", "checker_id", "company_id")
    @api.depends_context("uid")
    def _compute_may_check(self):
        for check in self:
            check.may_check = check.state == "todo" and check._is_checker()

    def _is_checker(self):
        """Whether the current user checks this order: the one named, or supervision; never its seller."""
        self.ensure_one()
        user = self.env.user
        if user in (self.salesperson_id, self.order_id.sudo().user_id):
            return False
        return user == self.checker_id or user._holds_role(SUPERVISION, self.company_id)

    def write(self, vals):
        if not {"answer_ids", "remark"}.isdisjoint(vals):
            self._check_open()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Checks stay: they tell what was looked at and found."))

    # ------------------------------------------------------------------ making them

    @api.model
    def _make(self, rule, orders, draw=None):
        """Put orders on the list of whoever checks them by a rule.

        :param rule: ``supervision.rule``
        :param orders: ``sale.order``, not checked by this rule yet
        :param draw: the ``supervision.draw`` they come from
        """
        orders = orders.sudo()
        company = rule.company_id
        supervision = self.env["approval.role"]._people(SUPERVISION, company)
        now = fields.Datetime.now()
        deadline = company._approval_deadline(now, days=rule.check_days).date()
        sequence = self.env["ir.sequence"].sudo().with_company(company)
        questions = rule.sudo().question_ids
        # nothing of it is news: the to-do says what there is
        quiet = self.sudo().with_context(tracking_disable=True)
        checks = quiet.create(
            [
                {
                    "answer_ids": [
                        Command.create(
                            {
                                "sequence": number,
                                "question_id": question.id,
                                "name": question.name,
                            }
                        )
                        for number, question in enumerate(questions)
                    ]
                }
                for _order in orders
            ]
        )
        for number, (check, order) in enumerate(zip(checks, orders, strict=True)):
            able = supervision - order.user_id
            leader = order.team_id.user_id - order.user_id
            # supervision shares the work out in turn
            checker = able[number % len(able)] if able else able
            if rule.checker == "team_leader" and leader:
                checker = leader
            check._stamp(
                {
                    "name": sequence.next_by_code(self._name) or "/",
                    "company_id": company.id,
                    "rule_id": rule.id,
                    "draw_id": draw.id if draw else False,
                    "order_id": order.id,
                    "salesperson_id": order.user_id.id,
                    "team_id": order.team_id.id,
                    "checker_id": checker.id,
                    "deadline": deadline,
                }
            )
        checks = checks.with_env(self.env)
        checks.sudo()._ask_checkers(deadline)
        return checks

    def _ask_checkers(self, deadline):
        # on the list and among the to-dos; a mail for each of two hundred would be read by nobody
        quiet = self.with_context(mail_activity_quick_update=True)
        for checker, checks in quiet.grouped("checker_id").items():
            if checker:
                checks.activity_schedule(
                    "sale_order_flow.activity_supervision_check",
                    date_deadline=deadline,
                    user_id=checker.id,
                )

    # ------------------------------------------------------------------ deciding

    def _check_open(self):
        for check in self:
            if check.state != "todo":
                raise UserError(
                    self.env._("%s was recorded: its answers stand.", check.display_name)
                )
            if not check._is_checker():
                raise AccessError(
                    self.env._(
                        "%(check)s is done by %(person)s or by %(role)s, and never by the salesperson "
                        "of the order.",
                        check=check.display_name,
                        person=check.checker_id.name or self.env._("nobody yet"),
                        role=self._flow_role_label(SUPERVISION, check.company_id),
                    )
                )

    def action_record(self):
        """Record the answers: whatever does not hold becomes a finding with a deadline (F23).

        :raise AccessError: for anybody but the checker and supervision, and for the salesperson
        :raise UserError: when it was recorded, an answer is missing, or a “no” is not explained
        :return: True
        """
        lock_rows(self.sudo())
        self._check_open()
        for check in self:
            if missing := [text for answer in check.answer_ids if (text := answer._missing())]:
                raise UserError("\n".join([check.display_name, *missing]))
            failed = check.answer_ids.filtered(lambda answer: answer.verdict == "no")
            self.env["supervision.finding"]._from_answers(failed)
            check._stamp(
                {
                    "state": "findings" if failed else "passed",
                    "checked_at": fields.Datetime.now(),
                    "checked_by_id": self.env.uid,
                }
            )
        self.sudo().activity_feedback(["sale_order_flow.activity_supervision_check"])
        return True

    def action_all_hold(self):
        """Answer “yes” to what is not answered yet.

        :raise AccessError: for anybody but the checker and supervision
        :return: True
        """
        self._check_open()
        self.answer_ids.filtered(lambda answer: not answer.verdict).verdict = "yes"
        return True

    def action_cancel(self, reason):
        """Give up checks, for supervision.

        :param reason: why the order is not checked
        :raise AccessError: for anybody but supervision
        :raise UserError: without a reason, or when one was recorded
        :return: True
        """
        lock_rows(self.sudo())
        self._flow_check_role(SUPERVISION)
        self._check_open()
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the order is not checked."))
        self._stamp({"state": "cancelled"})
        for check in self:
            check.message_post(body=reason.strip(), subtype_xmlid="mail.mt_note")
        self.sudo().activity_unlink(["sale_order_flow.activity_supervision_check"])
        return True

    def action_view_findings(self):
        """What was found in these orders."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sale_order_flow.action_supervision_finding"
        )
        return {**action, "domain": [("check_id", "in", self.ids)], "context": {}}

    def action_open_order(self):
        """The order that is checked."""
        self.ensure_one()
        return self.order_id._get_records_action()
