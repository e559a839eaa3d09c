from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, is_html_empty

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)

BEGUN = ("installing", "accepted", "closed")


class InstallProject(models.Model):
    """The plan is reviewed before the work starts (I3), and reaches everybody by itself (I4)."""

    _name = "install.project"
    _inherit = ["install.project", "approval.mixin"]

    def _approval_operations(self):
        plan = Operation(
            label=_lt("Approve the plan"),
            executed=Domain("state", "in", BEGUN),
            inputs={"install.project": ("state",)},
            # dates move while it is installed, and are told then: they are not decided on
            watch=("team", "lead_id", "contractor_id", "plan"),
            run="action_start",
            dead=Domain("state", "=", "cancelled"),
        )
        return {**super()._approval_operations(), "plan": plan}

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for project in self:
            if problems := project._plan_problems():
                missing.setdefault(project.id, []).extend(problems)
        return missing

    def _plan_problems(self):
        """What the plan lacks, as full sentences."""
        self.ensure_one()
        problems = []
        if self.state != "planning":
            problems.append(self.env._("%s is not being planned.", self.name))
        if is_html_empty(self.plan):
            problems.append(
                self.env._("%s: describe in Installation Plan how it is done.", self.name)
            )
        if self.team == "partner" and not self.contractor_id:
            problems.append(self.env._("%s: choose the Partner Company.", self.name))
        return [*problems, *(text for stage in self.stage_ids if (text := stage._problem()))]

    def action_start(self):
        """Start the work by the plan, after its approval where a chain asks for one (I3, I4).

        Assistant, salesperson and customer receive the schedule.

        :raise AccessError: for anybody but the person responsible and project directors
        :raise UserError: naming what the plan lacks
        :return: True
        """
        self._check_leads()
        self._check_state("planning")
        for project in self:
            project._raise_problems(project._plan_problems())
        self._stamp({"state": "installing", "started_at": fields.Datetime.now()})
        for project in self:
            project._tell_schedule()
            project.sudo().acceptance_ids._ask_anew()
        return True
