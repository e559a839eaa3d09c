from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, is_html_empty

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

from .marketing_work import OPEN

_lt = LazyTranslate(__name__)


class MarketingWork(models.Model):
    """Plan and budget are decided by their chain, then the work runs until its result (P8, D15)."""

    _name = "marketing.work"
    _inherit = ["marketing.work", "approval.mixin"]

    campaign_id = fields.Many2one(
        "utm.campaign",
        string="Marketing Campaign",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Leads and orders with this campaign are the result of the work.",
    )
    account_id = fields.Many2one(
        "account.analytic.account",
        string="Analytic Account",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="Bills and expenses booked on it are the cost of the work.",
    )

    def _approval_operations(self):
        marketing = Operation(
            label=_lt("Approve the marketing work"),
            executed=Domain("state", "in", ("approved", "running", "done")),
            inputs={"marketing.work": ("state",)},
            watch=(
                "title",
                "kind",
                "date_start",
                "date_end",
                "goal",
                "audience",
                "region_ids",
                "plan",
            ),
            lines={"budget_ids": (Domain.TRUE, ("kind", "amount"))},
            amount="budget",
            run="action_release",
            dead=Domain("state", "=", "cancelled"),
        )
        return {**super()._approval_operations(), "marketing": marketing}

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for work in self:
            if problems := work._plan_problems():
                missing.setdefault(work.id, []).extend(problems)
        return missing

    def _plan_problems(self):
        """What the plan lacks, as full sentences."""
        self.ensure_one()
        problems = []
        if self.state != "draft":
            problems.append(self.env._("%s is not being planned.", self.display_name))
        if not (self.date_start and self.date_end):
            problems.append(self.env._("%s: enter from when to when it runs.", self.display_name))
        if not (self.goal or "").strip():
            problems.append(self.env._("%s: enter the Goal.", self.display_name))
        if is_html_empty(self.plan):
            problems.append(
                self.env._("%s: describe in Marketing Plan how it is done.", self.display_name)
            )
        if not self.budget_ids or (self.kind == "advertising" and not self.budget):
            problems.append(self.env._("%s: enter the Budget.", self.display_name))
        if not self.step_ids:
            problems.append(
                self.env._(
                    "%s: enter the Execution Steps: what, who, until when.", self.display_name
                )
            )
        return [*problems, *(text for step in self.step_ids if (text := step._problem()))]

    def _raise_problems(self, problems):
        """:raise UserError: with all sentences at once"""
        if problems:
            raise UserError("\n".join(problems))

    # ------------------------------------------------------------------ the way of a work

    def action_release(self):
        """Release the plan, after its approval where a chain asks for one (P8).

        The campaign that leads and orders are counted by, and the analytic account of the costs, are
        made with it. Work that was running before its plan was changed goes on.

        :raise AccessError: for anybody but the person responsible and planners
        :raise UserError: naming what the plan lacks
        :return: True
        """
        self._check_leads()
        lock_rows(self.sudo())
        self._check_state("draft")
        for work in self:
            work._check_planning()
            work._raise_problems(work._plan_problems())
            work._stamp(
                {
                    "state": "running" if work.started_at else "approved",
                    "approved_at": fields.Datetime.now(),
                    "campaign_id": work._find_campaign().id,
                    "account_id": work._find_account().id,
                    "warned_at": False,
                }
            )
            work.step_ids._ask()
        return True

    def _find_campaign(self):
        """The campaign of the work, made when there is none."""
        # sudo: campaigns are set up by others otherwise
        work = self.sudo()
        return work.campaign_id or work.env["utm.campaign"].create(
            {
                "title": work.display_name,
                "user_id": work.user_id.id,
                "company_id": work.company_id.id,
            }
        )

    def _find_account(self):
        """The analytic account of the work, made when there is none."""
        # sudo: accounts are set up by finance otherwise
        work = self.sudo()
        if work.account_id:
            return work.account_id
        plan, _others = work.env["account.analytic.plan"]._get_all_plans()
        return work.env["account.analytic.account"].create(
            {
                "name": work.display_name,
                "code": work.name,
                "company_id": work.company_id.id,
                "plan_id": plan.id,
            }
        )

    def action_start(self):
        """Begin the execution: whoever has a step is asked for it (P8).

        :raise AccessError: for anybody but the person responsible and planners
        :raise UserError: without approval, or for a survey without its questionnaire
        :return: True
        """
        self._check_leads()
        self._check_state("approved")
        for work in self:
            if work.kind == "survey" and not work.sudo().survey_id:
                raise UserError(
                    self.env._(
                        "%s: choose the Questionnaire before the survey starts.", work.display_name
                    )
                )
            work._stamp({"state": "running", "started_at": fields.Datetime.now()})
            work.step_ids._ask()
        return True

    def action_replan(self):
        """Take plan and budget back to change them: they are approved anew (P8).

        :raise AccessError: for anybody but the person responsible and planners
        :raise UserError: when it is neither approved nor running
        :return: True
        """
        self._check_leads()
        self._check_state("approved", "running")
        self._stamp({"state": "draft"})
        return True

    def action_done(self):
        """The work is over and its result entered (P8).

        :raise AccessError: for anybody but the person responsible and planners
        :raise UserError: naming what is missing
        :return: True
        """
        self._check_leads()
        self._check_state("running")
        for work in self:
            work._raise_problems(work._result_problems())
            work._stamp({"state": "done", "done_at": fields.Datetime.now()})
        return True

    def _result_problems(self):
        """What is missing before the work can be done, as full sentences."""
        self.ensure_one()
        problems = []
        if open_steps := self.step_ids.filtered(lambda step: not step.done_at):
            problems.append(
                self.env._(
                    "%(work)s: finish or remove the open steps first: %(steps)s.",
                    work=self.display_name,
                    steps=", ".join(open_steps.mapped("name")),
                )
            )
        if is_html_empty(self.result):
            problems.append(self.env._("%s: enter the Result.", self.display_name))
        return problems

    def action_cancel(self, reason=None):
        """Give the work up.

        :param reason: why, in words
        :raise AccessError: for anybody but the person responsible and planners
        :raise UserError: without a reason, or when it is over
        :return: True
        """
        self._check_leads()
        self._check_state(*OPEN)
        if not (reason or "").strip():
            raise UserError(self.env._("Say why the marketing work is cancelled."))
        self._stamp({"state": "cancelled", "cancel_reason": reason.strip()})
        # sudo: those who were asked need not do it any more
        self.sudo().step_ids.activity_id.filtered("active").unlink()
        for work in self:
            work.sudo().message_post(
                body=self.env._("Cancelled: %s", reason.strip()),
                author_id=self.env.user.partner_id.id,
                partner_ids=(
                    (work.sudo().member_ids | work.sudo().user_id) - self.env.user
                ).partner_id.ids,
            )
        return True
