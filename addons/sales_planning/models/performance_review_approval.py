from odoo import fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import LIVE_STATES, Operation
from odoo.addons.approval_chain.values import touch_rows

from .commission_line import UNDONE

_lt = LazyTranslate(__name__)

# who approves where no chain decides
APPROVING_ROLES = ("sales_manager", "vp_marketing", "general_manager", "president")


class PerformanceReview(models.Model):
    """Reviews are approved by a chain; nobody decides on the own one (P7, A3)."""

    _name = "performance.review"
    _inherit = ["performance.review", "approval.mixin"]

    def _approval_operations(self):
        review = Operation(
            label=_lt("Approve the performance review"),
            executed=Domain("state", "=", "approved"),
            inputs={"performance.review": ("state",)},
            watch=("user_id", "manager_id", "manager_comment", "adjustment", "adjustment_reason"),
            lines={
                "line_ids": (Domain.TRUE, ("name", "figure", "manager_points", "manager_remark"))
            },
            amount="commission_total",
            run="_do_approve",
            dead=Domain("state", "=", "cancelled"),
        )
        return {**super()._approval_operations(), "review": review}

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for review in self:
            missing.setdefault(review.id, []).extend(review._problems())
        return missing

    def _problems(self):
        """What stands against submitting the review, as full sentences."""
        self.ensure_one()
        if self.state not in ("manager", "submitted"):
            return [self.env._("%s has not been handed in to the manager.", self.display_name)]
        problems = [text for line in self.line_ids if (text := line._problem())]
        if not self.may_score:
            problems.append(
                self.env._(
                    "%(review)s is submitted by %(person)s, who scored it.",
                    review=self.display_name,
                    person=self.manager_id.name or "-",
                )
            )
        if self.adjustment and not (self.adjustment_reason or "").strip():
            problems.append(
                self.env._("%s: say why the commission is adjusted.", self.display_name)
            )
        return problems

    def _approval_sheet_notes(self, code):
        notes = super()._approval_sheet_notes(code)
        for review in self:
            found = notes.setdefault(review.id, [])
            found += [
                {
                    "level": "warning",
                    "text": self.env._(
                        "“%(criterion)s”: %(points)s points by the figure, %(given)s given: %(remark)s",
                        criterion=line.name,
                        points=f"{line.points:g}",
                        given=f"{line.manager_points:g}",
                        remark=line.manager_remark or "-",
                    ),
                }
                for line in review.line_ids.filtered("differs")
            ]
            if review.tiers and review.target_amount <= 0:
                text = self.env._(
                    "There is no approved target for the period: commission is by the lowest tier."
                )
                found.append({"level": "warning", "text": text})
        return notes

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        if (
            event.verb in ("approve", "opinion", "handle", "complete")
            and event.actor in self.user_id
        ):
            raise AccessError(
                self.env._(
                    "Nobody decides on their own review. Hand it over to another holder of the role, or "
                    "have an approval administrator name one."
                )
            )
        if event.verb == "submit":
            self._stamp({"state": "submitted", "scored_at": fields.Datetime.now()})
            self.activity_feedback(["sales_planning.activity_score"])
        elif event.after not in (*LIVE_STATES, "executed"):
            back = self.filtered(lambda review: review.state == "submitted")
            back._stamp({"state": "manager", "scored_at": False})
            back._ask_the_manager()
        return result

    def action_approve(self):
        """Approve reviews that no chain decides on (P7).

        :raise AccessError: for whoever leads no sales, for the person and for the manager who scored
        :raise UserError: when approval is missing, or the manager has not scored it completely
        :return: True
        """
        for review in self:
            user = self.env.user
            leads = any(user._holds_role(role, review.company_id) for role in APPROVING_ROLES)
            if user in review.user_id | review.manager_id or not leads:
                raise AccessError(
                    self.env._(
                        "%(review)s: this is done by %(role)s, and neither by the person nor by the "
                        "manager who scored.",
                        review=review.display_name,
                        role=self._flow_role_label("vp_marketing", review.company_id),
                    )
                )
        self._check_state("submitted")
        # those who decide enter nothing here
        self.sudo()._do_approve()
        return True

    def action_submit(self):
        """Submit the scored review: to the chain, or to the leaders of sales where there is none (P7).

        :raise AccessError: for anybody but the manager
        :raise UserError: naming what is missing
        :return: True
        """
        self._check_scores()
        guarded = self.filtered("approval_required")
        if guarded:
            guarded.action_approval_submit("review")
        (self - guarded)._take_last_figures()
        for review in self - guarded:
            if problems := review._problems():
                raise UserError("\n".join(problems))
            review._stamp({"state": "submitted", "scored_at": fields.Datetime.now()})
            review.sudo().activity_feedback(["sales_planning.activity_score"])
        return True

    def action_approval_submit(self, code=None, chosen=None):
        self.check_access("write")
        self._take_last_figures()
        return super().action_approval_submit(code, chosen)

    def action_take_back(self):
        """Score again what no chain has and nobody approved yet.

        :raise AccessError: for anybody but the manager
        :raise UserError: while it is in approval: withdraw it there
        :return: True
        """
        self._check_state("submitted")
        for review in self:
            if not review.may_score:
                raise AccessError(
                    self.env._(
                        "%(review)s is taken back by %(person)s.",
                        review=review.display_name,
                        person=review.manager_id.name,
                    )
                )
            if review.approval_state in LIVE_STATES:
                raise UserError(
                    self.env._("%s is in approval: withdraw it there.", review.display_name)
                )
        self._stamp({"state": "manager", "scored_at": False})
        self._ask_the_manager()
        return True

    def _take_last_figures(self):
        """What is decided on is what is true now: credit moves between people, payments are undone.

        Whoever hands an order on at the same moment is retried, and one of both sees the other.
        """
        self._compute_figures()
        touch_rows(self.sudo().commission_line_ids.order_id)

    def _check_still_paid(self):
        """:raise UserError: naming an invoice whose payment was undone since the review was submitted"""
        if undone := self.commission_line_ids.filtered_domain(UNDONE):
            raise UserError(
                self.env._(
                    "%(review)s: a payment or credit note of %(invoice)s was undone since it was "
                    "submitted. The manager takes it back, updates the figures and submits it again.",
                    review=self.display_name,
                    invoice=undone[0].move_id.name,
                )
            )

    def _do_approve(self):
        self._check_state("submitted")
        for review in self.sudo():
            review._check_still_paid()
            review.commission_line_ids.order_id._freeze_credit_shares(review.user_id)
            review._stamp({"state": "approved", "approved_on": review.company_id._approval_today()})
            review.message_post(
                body=self.env._(
                    "The review was approved: %(score)s points, commission %(amount)s.",
                    score=f"{review.score:g}",
                    amount=review.currency_id.format(review.commission_total),
                ),
                partner_ids=review.user_id.partner_id.ids,
            )


class ApprovalStep(models.Model):
    _inherit = "approval.step"

    def _people(self, document, requester=None, chosen=None):
        """The person reviewed is asked by no step."""
        people = super()._people(document, requester, chosen)
        return people - document.user_id if document._name == "performance.review" else people
