from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import lock_rows

from .supervision_check import SUPERVISION
from .supervision_question import SEVERITIES

OPEN = ("open", "corrected")
# findings of the same person so far back make them a repeated one
REPEATED_WITHIN = relativedelta(months=12)


class SupervisionFinding(models.Model):
    """A rule that was not followed, who corrects it until when, and whether that was looked at (F23).

    Corrected by the person responsible, verified by supervision: never by the same person.
    """

    _name = "supervision.finding"
    _description = "Finding"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"

    _stamped = frozenset(
        {
            "name",
            "state",
            "company_id",
            "check_id",
            "order_id",
            "found_on",
            "found_by_id",
            "corrected_at",
            "verified_at",
            "verified_by_id",
            "escalated_at",
            "earlier_count",
            # proposals name the findings they rest on
            "measure_ids",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    check_id = fields.Many2one("supervision.check", readonly=True, index=True)
    order_id = fields.Many2one("sale.order", readonly=True, index=True, string="Sales Order")
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    kind_id = fields.Many2one(
        "supervision.finding.kind", required=True, index=True, ondelete="cascade", tracking=True
    )
    severity = fields.Selection(SEVERITIES, required=True, default="minor", tracking=True)
    description = fields.Text(required=True)
    responsible_id = fields.Many2one(
        "res.users", required=True, index=True, tracking=True, domain="[('share', '=', False)]"
    )
    deadline = fields.Date(required=True, index=True, tracking=True, string="To Correct By")
    cause = fields.Text(tracking=True)
    correction = fields.Text(
        string="Corrective Action",
        tracking=True,
        help="What was put right, and what keeps it from happening again.",
    )
    state = fields.Selection(
        [
            ("open", "To Correct"),
            ("corrected", "To Verify"),
            ("verified", "Verified"),
            ("withdrawn", "Withdrawn"),
        ],
        default="open",
        readonly=True,
        required=True,
        copy=False,
        index=True,
        string="Status",
        tracking=True,
    )
    found_on = fields.Date(readonly=True, index=True)
    found_by_id = fields.Many2one("res.users", readonly=True)
    corrected_at = fields.Datetime(readonly=True, copy=False, string="Corrected On")
    verified_at = fields.Datetime(readonly=True, copy=False, string="Verified On")
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    escalated_at = fields.Datetime(readonly=True, copy=False, string="Escalated On")
    earlier_count = fields.Integer(
        readonly=True,
        string="Earlier Findings",
        aggregator="max",
        help="How many findings of this kind the same person had in the twelve months before.",
    )
    measure_ids = fields.Many2many(
        "supervision.measure", string="Rewards and Penalties", readonly=True, copy=False
    )
    is_overdue = fields.Boolean(compute="_compute_is_overdue", search="_search_is_overdue")
    may_correct = fields.Boolean(compute="_compute_may")
    may_verify = fields.Boolean(compute="_compute_may")

    @api.depends("state", "deadline")
    def _compute_is_overdue(self):
        for finding in self:
            today = finding.company_id and finding.company_id._approval_today()
            finding.is_overdue = bool(
                today and finding.state == "open" and finding.deadline and finding.deadline < today
            )

    def _search_is_overdue(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = self.env["res.company"]._approval_past_domain("deadline")
        return Domain("state", "=", "open") & late

    @api.depends("state", "responsible_id", "check_id", "company_id")
    @api.depends_context("uid")
    def _compute_may(self):
        user = self.env.user
        for finding in self:
            supervises = user._holds_role(SUPERVISION, finding.company_id)
            finding.may_correct = finding.state == "open" and user == finding.responsible_id
            finding.may_verify = (
                finding.state in OPEN and supervises and user not in finding._concerned()
            )

    def _concerned(self):
        """Who does not judge it: the person responsible, and whoever sold the order."""
        return self.responsible_id | self.check_id.sudo().salesperson_id

    # ------------------------------------------------------------------ doors

    @api.model_create_multi
    def create(self, vals_list):
        findings = super().create(vals_list)
        findings._begin()
        if not self.env.su:
            findings._check_supervision()
        return findings

    def write(self, vals):
        own = {"cause", "correction"}
        if not own.issuperset(vals) and not self._fields_of_chatter().issuperset(vals):
            self._check_supervision()
            self._check_not_done()
        elif not own.isdisjoint(vals):
            for finding in self:
                if not (finding.may_correct or finding.may_verify):
                    raise AccessError(
                        self.env._(
                            "%(finding)s is corrected by %(person)s, while it is open.",
                            finding=finding.display_name,
                            person=finding.responsible_id.name,
                        )
                    )
        result = super().write(vals)
        if "responsible_id" in vals:
            self._check_responsible()
        if "deadline" in vals:
            # a new day that is missed is escalated, too
            self._stamp({"escalated_at": False})
        if not {"responsible_id", "kind_id", "deadline"}.isdisjoint(vals):
            self._ask_again()
        return result

    def _check_not_done(self):
        for finding in self:
            if finding.state not in OPEN:
                raise UserError(
                    self.env._("%s is closed: what was found stands.", finding.display_name)
                )

    def _check_responsible(self):
        for finding in self:
            finding.responsible_id._check_may_correct(finding.company_id)

    def _ask_again(self):
        """Of another person, by another day: the to-do and the count of earlier ones follow."""
        for company, findings in self.grouped("company_id").items():
            earlier = findings.with_company(company)._earlier_counts()
            for finding in findings:
                finding._stamp({"earlier_count": earlier[finding]})
        for finding in self.filtered(lambda finding: finding.state == "open").sudo():
            finding.activity_reschedule(
                ["sale_order_flow.activity_supervision_finding"],
                date_deadline=finding.deadline,
                new_user_id=finding.responsible_id.id,
            )

    @api.model
    def _fields_of_chatter(self):
        return {name for name in self._fields if name.startswith(("message_", "activity_"))}

    def _check_supervision(self):
        """Only supervision changes what was found, and nobody what concerns themselves."""
        self._flow_check_role(SUPERVISION)
        if own := self.filtered(lambda finding: self.env.user in finding._concerned()):
            raise AccessError(
                self.env._(
                    "%s is about yourself or an order of yours: somebody else of supervision looks "
                    "at it.",
                    own[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Findings stay: withdraw what turned out wrong, with a reason."))

    # ------------------------------------------------------------------ making them

    @api.model
    def _from_answers(self, answers):
        """Findings for what does not hold in checks.

        :param answers: ``supervision.answer`` with the verdict “no”
        """
        now = fields.Datetime.now()
        for check, own in answers.grouped("check_id").items():
            company = check.company_id
            values = []
            for answer in own:
                kind = answer.question_id.kind_id
                deadline = company._approval_deadline(now, days=kind.correction_days)
                values.append(
                    {
                        "kind_id": kind.id,
                        "severity": answer.question_id.severity,
                        "description": f"{answer.name}\n{answer.note}",
                        "responsible_id": answer._responsible().id,
                        "deadline": deadline.date(),
                    }
                )
            findings = self.sudo().with_company(company).create(values)
            findings._stamp({"check_id": check.id, "order_id": check.order_id.id})

    def _begin(self):
        """Number them, count what came before, and ask those responsible."""
        company = self.env.company
        self._stamp({"company_id": company.id})
        self._check_responsible()
        earlier = self._earlier_counts()
        sequence = self.env["ir.sequence"].sudo().with_company(company)
        for finding in self:
            finding._stamp(
                {
                    "name": sequence.next_by_code(self._name) or "/",
                    "found_on": company._approval_today(),
                    "found_by_id": self.env.uid,
                    "earlier_count": earlier[finding],
                }
            )
            finding.sudo().activity_schedule(
                "sale_order_flow.activity_supervision_finding",
                date_deadline=finding.deadline,
                user_id=finding.responsible_id.id,
            )

    def _earlier_counts(self):
        """``{finding: findings of its kind that its person had in the year before}``"""
        company = self.env.company
        groups = self.sudo()._read_group(
            [
                ("company_id", "=", company.id),
                ("responsible_id", "in", self.responsible_id.ids),
                ("kind_id", "in", self.kind_id.ids),
                ("state", "!=", "withdrawn"),
                ("found_on", ">=", company._approval_today() - REPEATED_WITHIN),
                ("id", "not in", self.ids),
            ],
            ["responsible_id", "kind_id"],
            ["__count"],
        )
        known = {(person, kind): count for person, kind, count in groups}
        return {
            finding: known.get((finding.responsible_id, finding.kind_id), 0) for finding in self
        }

    # ------------------------------------------------------------------ correcting

    def action_correct(self):
        """Say that it was put right: cause and correction are written down (F23).

        :raise AccessError: for anybody but the person responsible
        :raise UserError: when it is not open, or cause or correction are missing
        :return: True
        """
        lock_rows(self.sudo())
        for finding in self:
            if not finding.may_correct:
                raise AccessError(
                    self.env._(
                        "%(finding)s is corrected by %(person)s, while it is open.",
                        finding=finding.display_name,
                        person=finding.responsible_id.name,
                    )
                )
            if not (finding.cause or "").strip() or not (finding.correction or "").strip():
                raise UserError(
                    self.env._(
                        "%s: write down the cause and what you put right, before you hand it back.",
                        finding.display_name,
                    )
                )
        self._stamp({"state": "corrected", "corrected_at": fields.Datetime.now()})
        self.sudo().activity_feedback(["sale_order_flow.activity_supervision_finding"])
        for finding in self:
            people = self.env["approval.role"]._people(SUPERVISION, finding.company_id)
            able = people - finding._concerned()
            verifier = finding.found_by_id & able or able
            if verifier:
                finding.sudo().activity_schedule(
                    "sale_order_flow.activity_supervision_verify", user_id=verifier[0].id
                )
        return True

    def action_verify(self):
        """Find that it was put right (F23).

        :raise AccessError: for anybody but supervision, and for the person responsible
        :raise UserError: when nothing was handed back
        :return: True
        """
        lock_rows(self.sudo())
        self._check_supervision()
        self._check_state("corrected")
        self._stamp(
            {
                "state": "verified",
                "verified_at": fields.Datetime.now(),
                "verified_by_id": self.env.uid,
            }
        )
        self.sudo().activity_feedback(["sale_order_flow.activity_supervision_verify"])
        return True

    def action_reopen(self, reason):
        """Give it back to be corrected again (F23).

        :param reason: what is still wrong, for the person responsible
        :raise AccessError: for anybody but supervision, and for the person responsible
        :raise UserError: without a reason, or when nothing was handed back
        :return: True
        """
        lock_rows(self.sudo())
        self._check_supervision()
        self._check_state("corrected", "verified")
        self._give_reason(reason)
        self._stamp({"state": "open", "corrected_at": False, "verified_at": False})
        self.sudo().activity_unlink(["sale_order_flow.activity_supervision_verify"])
        for finding in self:
            finding.sudo().activity_schedule(
                "sale_order_flow.activity_supervision_finding",
                date_deadline=max(finding.deadline, finding.company_id._approval_today()),
                user_id=finding.responsible_id.id,
            )
        return True

    def action_withdraw(self, reason):
        """Take back what turned out to be no finding (F23).

        :param reason: why
        :raise AccessError: for anybody but supervision, and for the person responsible
        :raise UserError: without a reason, or when it was verified
        :return: True
        """
        lock_rows(self.sudo())
        self._check_supervision()
        self._check_state(*OPEN)
        self._give_reason(reason)
        self._stamp({"state": "withdrawn"})
        self.sudo().activity_unlink(
            [
                "sale_order_flow.activity_supervision_finding",
                "sale_order_flow.activity_supervision_verify",
            ]
        )
        return True

    def _give_reason(self, reason):
        if not (reason or "").strip():
            raise UserError(self.env._("Say why, for the person responsible."))
        for finding in self:
            finding.message_post(body=reason, partner_ids=finding.responsible_id.partner_id.ids)

    def action_propose(self):
        """Propose a reward or a penalty because of these findings (F23).

        :return: action with a new proposal
        """
        person = self.responsible_id
        if len(person) != 1:
            raise UserError(
                self.env._("Choose findings of one person: a proposal is about one person.")
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reward or Penalty"),
            "res_model": "supervision.measure",
            "views": [(False, "form")],
            "context": {
                "default_kind": "penalty",
                "default_user_id": person.id,
                "default_finding_ids": self.ids,
            },
        }

    # ------------------------------------------------------------------ following up

    @api.model
    def _cron_escalate(self):
        """Tell the manager of whoever did not correct in time, once (F23)."""
        overdue = self.search([("is_overdue", "=", True), ("escalated_at", "=", False)])
        for number, finding in enumerate(overdue, 1):
            finding._escalate()
            self.env["ir.cron"]._commit_progress(1, remaining=len(overdue) - number)

    def _escalate(self):
        self.ensure_one()
        company = self.company_id
        person = self.responsible_id.with_company(company)
        manager = self.env["approval.request.slot"]._manager_of(self.responsible_id, company)
        told = manager | self.env["approval.role"]._people(SUPERVISION, company)
        self._stamp({"escalated_at": fields.Datetime.now()})
        self.message_post(
            body=self.env._(
                "%(finding)s was to be corrected by %(person)s until %(deadline)s, and is still open.",
                finding=self.name,
                person=person.name,
                deadline=self.deadline,
            ),
            partner_ids=(told - person).partner_id.ids,
        )
