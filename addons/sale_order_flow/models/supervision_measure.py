from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

from .supervision_check import SUPERVISION

_lt = LazyTranslate(__name__)


class SupervisionMeasure(models.Model):
    """A reward or a penalty for somebody, proposed with its reasons and approved by a chain (F23).

    Approved, the person is told; paying or deducting it stays with payroll.
    """

    _name = "supervision.measure"
    _description = "Reward or Penalty"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset({"name", "state", "decided_on"})

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(
        [("reward", "Reward or Praise"), ("penalty", "Penalty")],
        required=True,
        default="penalty",
        tracking=True,
        index=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Employee",
        required=True,
        index=True,
        tracking=True,
        domain="[('share', '=', False)]",
    )
    amount = fields.Monetary(tracking=True, help="Zero: praise or a warning in writing.")
    reason = fields.Text(required=True)
    finding_ids = fields.Many2many(
        "supervision.finding", string="Findings", copy=False, check_company=True
    )
    state = fields.Selection(
        [("draft", "Not Decided"), ("approved", "Approved"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        string="Status",
        tracking=True,
    )
    decided_on = fields.Date(readonly=True, copy=False, string="Approved On", index=True)
    may_decide = fields.Boolean(compute="_compute_may_decide", search="_search_may_decide")

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "The amount of a reward or penalty is not negative: choose the kind."
    )

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_may_decide(self):
        decided = self._decided_company_ids()
        for measure in self:
            measure.may_decide = measure.company_id.id in decided

    @api.model
    def _search_may_decide(self, operator, value):
        """For the record rule, which keeps what it finds beforehand: a role ends by its date."""
        if operator != "in":
            return NotImplemented
        decided = Domain("company_id", "in", self._decided_company_ids())
        return decided if True in value else ~decided

    @api.model
    def _decided_company_ids(self):
        """The companies whose rewards and penalties the user decides on today."""
        held = self.env["approval.role.holder"]._roles_of(self.env.user)
        return [company_id for code, company_id in held if code == "president"]

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "approve": Operation(
                label=_lt("Approve the reward or penalty"),
                executed=Domain("state", "=", "approved"),
                inputs={self._name: ("state",)},
                watch=("kind", "user_id", "amount", "reason", "finding_ids"),
                lines={},
                amount="amount",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for measure in self:
            reasons = measure._reasons_against(self.env.user | measure.create_uid)
            missing.setdefault(measure.id, []).extend(reasons)
        return missing

    def _reasons_against(self, proposers):
        """What speaks against a proposal, whoever decides on it.

        :param proposers: ``res.users`` who had a part in proposing it
        :return: list of sentences
        """
        self.ensure_one()
        reasons = []
        person = self.user_id
        if self.kind == "reward" and person in proposers:
            reasons.append(self.env._("%s: nobody proposes a reward for themselves.", self.name))
        others = self.sudo().finding_ids.filtered(lambda finding: finding.responsible_id != person)
        if others:
            reasons.append(
                self.env._(
                    "%(measure)s: %(finding)s is about another person than %(person)s.",
                    measure=self.name,
                    finding=others[0].name,
                    person=person.name,
                )
            )
        return reasons

    def action_approve(self):
        """Approve proposals that no chain decides on; others are approved by their last decision.

        :raise AccessError: for anybody but the president
        :raise UserError: when approval is missing or it was decided
        :return: True
        """
        self._flow_check_role("president")
        if own := self.filtered(
            lambda measure: measure.kind == "reward" and measure.user_id == self.env.user
        ):
            raise AccessError(
                self.env._("%s: nobody decides on a reward for themselves.", own[0].name)
            )
        if reasons := [
            reason for measure in self for reason in measure._reasons_against(measure.create_uid)
        ]:
            raise UserError("\n".join(reasons))
        # presidents decide, and write nothing else here
        self.sudo()._do_approve()
        return True

    def _do_approve(self):
        for measure in self:
            if measure.state != "draft":
                raise UserError(self.env._("%s was decided already.", measure.name))
            measure._stamp(
                {"state": "approved", "decided_on": measure.company_id._approval_today()}
            )
            measure.sudo().message_post(
                body=measure.reason, partner_ids=measure.user_id.partner_id.ids
            )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        measures = super().create(vals_list)
        for measure in measures:
            sequence = self.env["ir.sequence"].sudo().with_company(measure.company_id)
            measure._stamp({"name": sequence.next_by_code(self._name) or "/"})
        measures._check_proposer()
        return measures

    def _check_proposer(self):
        """The group shows proposals; those of the role make and change them."""
        if not self.env.su:
            self._flow_check_role(SUPERVISION)
        for measure in self:
            if not measure.user_id._works_in(measure.company_id):
                raise UserError(
                    self.env._(
                        "%(person)s is no employee of %(company)s: choose another person.",
                        person=measure.user_id.name,
                        company=measure.company_id.name,
                    )
                )

    def write(self, vals):
        decided = {"kind", "user_id", "amount", "reason", "finding_ids", "company_id"}
        if not decided.isdisjoint(vals) and (
            kept := self.filtered(lambda measure: measure.state != "draft")
        ):
            raise UserError(self.env._("%s was decided: it stays as it was.", kept[0].name))
        result = super().write(vals)
        if not decided.isdisjoint(vals):
            self._check_proposer()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if not self.env.su:
            self._flow_check_role(SUPERVISION)
        if kept := self.filtered(lambda measure: measure.state == "approved"):
            raise UserError(self.env._("%s was approved and stays.", kept[0].name))

    def action_cancel(self):
        """Give proposals up.

        :raise AccessError: for anybody but supervision
        :raise UserError: when one was approved
        :return: True
        """
        self.check_access("write")
        self._flow_check_role(SUPERVISION)
        if kept := self.filtered(lambda measure: measure.state == "approved"):
            raise UserError(self.env._("%s was approved and stays.", kept[0].name))
        self._stamp({"state": "cancelled"})
        return True
