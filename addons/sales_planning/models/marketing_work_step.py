from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain


class MarketingWorkStep(models.Model):
    """A step of the execution: what, by whom, until when (P8)."""

    _name = "marketing.work.step"
    _description = "Marketing Work Step"
    _inherit = ["marketing.work.part"]
    _order = "date_due, sequence, id"
    _stamped = frozenset({"done_at", "done_by_id", "activity_id"})

    sequence = fields.Integer(default=10)
    name = fields.Char(string="What", required=True)
    user_id = fields.Many2one(
        "res.users",
        string="Who",
        index=True,
        check_company=True,
        domain="[('share', '=', False)]",
    )
    date_due = fields.Date(string="Due On", index=True)
    note = fields.Char()
    state = fields.Selection(related="work_id.state", string="Status of the Work")
    done_at = fields.Datetime(readonly=True, copy=False, string="Done On")
    done_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    activity_id = fields.Many2one("mail.activity", readonly=True, copy=False, ondelete="set null")
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late", string="Late")
    may_finish = fields.Boolean(compute="_compute_may_finish")

    @api.depends("date_due", "done_at", "state")
    def _compute_is_late(self):
        for step in self:
            today = step.company_id and step.company_id._approval_today()
            step.is_late = bool(
                step.state == "running"
                and not step.done_at
                and step.date_due
                and step.date_due < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = (
            Domain("done_at", "=", False)
            & Domain("work_id.state", "=", "running")
            & self.env["res.company"]._approval_past_domain("date_due")
        )
        return late if True in value else ~late

    @api.depends("user_id", "done_at", "state", "work_id.may_lead")
    @api.depends_context("uid")
    def _compute_may_finish(self):
        for step in self:
            mine = step.user_id == self.env.user or step.work_id.may_lead
            step.may_finish = mine and not step.done_at and step.state == "running"

    @api.model_create_multi
    def create(self, vals_list):
        steps = super().create(vals_list)
        steps._check_steps()
        steps._ask()
        return steps

    def write(self, vals):
        for step in self.filtered("done_at"):
            raise UserError(self.env._("“%s” is done already and stays as it is.", step.name))
        result = super().write(vals)
        if not {"name", "user_id", "date_due"}.isdisjoint(vals):
            self._check_steps()
            self._ask()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_done(self):
        for step in self:
            if step.done_at:
                raise UserError(self.env._("“%s” is done already and stays as it is.", step.name))
        self.sudo().activity_id.unlink()

    def _check_steps(self):
        """Of work that is released, no step may lose its person or its day."""
        for step in self:
            problem = step._problem()
            if problem and step.state != "draft":
                raise UserError(problem)

    def _problem(self):
        """What is missing before the work can be approved; empty when nothing is."""
        self.ensure_one()
        if not (self.user_id and self.date_due):
            return self.env._("Step “%s”: enter who does it, and until when.", self.name)
        start = self.work_id.date_start
        if start and self.date_due < start:
            return self.env._(
                "Step “%s” is due before the work begins. Correct its day.", self.name
            )
        return ""

    def _ask(self):
        """While the work runs, the person of each open step has an activity for it."""
        for step in self.filtered(lambda one: one.state == "running" and not one.done_at):
            known = step.sudo().activity_id
            # sudo: who leads the work gives its steps to others
            if known.active and known.user_id == step.user_id:
                known.write({"date_deadline": step.date_due, "summary": step.name})
                continue
            known.filtered("active").unlink()
            activity = step.work_id.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=step.date_due,
                summary=step.name,
                user_id=step.user_id.id,
            )
            step._stamp({"activity_id": activity.id})

    def action_done(self):
        """The person of the step, or who leads the work, says that it is done (P8).

        :raise AccessError: for others
        :raise UserError: when it was done already, or the work is not running
        :return: True
        """
        for step in self:
            if step.user_id != self.env.user and not step.work_id.may_lead:
                raise AccessError(
                    self.env._(
                        "“%(step)s” is finished by %(person)s or who leads the work.",
                        step=step.name,
                        person=step.sudo().user_id.name,
                    )
                )
            step.work_id._check_state("running")
            if step.done_at:
                raise UserError(self.env._("“%s” is done already and stays as it is.", step.name))
            step._stamp({"done_at": fields.Datetime.now(), "done_by_id": self.env.uid})
            step.sudo().activity_id.filtered("active").action_feedback()
        return True
