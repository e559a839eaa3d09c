from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# what a done activity that counts is made of
_COUNTED = (
    "active",
    "date_done",
    "user_id",
    "activity_type_id",
    "res_model_id",
    "res_model",
    "res_id",
    "feedback",
)


class MailActivity(models.Model):
    """Visits, demonstrations and negotiations are reported by who did them, on the day, and stand (P9).

    Whatever way leads to one that counts, it ends in :meth:`_check_counted`: it was planned, and its
    person marked it as done today.
    """

    _inherit = "mail.activity"

    development_kind = fields.Selection(related="activity_type_id.development_kind")

    @api.model_create_multi
    def create(self, vals_list):
        activities = super().create(vals_list)
        if not self.env.su:
            for activity in activities._developing().filtered(lambda one: not one.active):
                raise AccessError(
                    self.env._(
                        "“%s” was not planned: plan it first, then mark it as done.",
                        activity.display_name,
                    )
                )
        return activities

    def write(self, vals):
        counted = self._developing().filtered(lambda activity: not activity.active)
        before = {activity: activity._counted_values() for activity in counted}
        result = super().write(vals)
        if not self.env.su:
            self._refuse_rewritten(before)
        # whoever archives it says that it is done, with or without the button
        (self._developing() - counted)._check_counted()
        return result

    def _counted_values(self):
        self.ensure_one()
        return [self[name] for name in _COUNTED]

    def _refuse_rewritten(self, before):
        """:raise AccessError: for what was counted already"""
        for activity, values in before.items():
            if activity._counted_values() != values:
                raise AccessError(
                    self.env._(
                        "“%s” counts in customer development by the day it was marked as done: it is "
                        "not rewritten. Enter a note on the document instead.",
                        activity.display_name,
                    )
                )

    def _check_counted(self):
        """Activities that begin to count, or will.

        :raise AccessError: for a day entered by hand, and for what somebody else did
        :raise UserError: without a report where the company asks for one
        """
        by_hand = not self.env.su
        # sudo: whoever gives an activity away may not read it any more
        for activity in self.sudo():
            day = not activity.active and activity._development_company()._approval_today()
            if by_hand and activity.date_done != day:
                raise AccessError(
                    self.env._(
                        "“%s” counts on the day it is marked as done: the day is not entered by hand.",
                        activity.display_name,
                    )
                )
            if activity.active:
                continue
            if by_hand and activity.user_id and activity.user_id != self.env.user:
                raise AccessError(
                    self.env._(
                        "“%(activity)s” counts for %(person)s, who marks it as done. If it was you who "
                        "did it, assign it to yourself first.",
                        activity=activity.display_name,
                        person=activity.user_id.name,
                    )
                )
            activity._check_reported()

    @api.ondelete(at_uninstall=False)
    def _unlink_except_counted(self):
        if self.env.su:
            return
        for activity in self._developing().filtered(lambda one: not one.active):
            raise AccessError(
                self.env._(
                    "“%s” was done and counts in customer development: it stays.",
                    activity.display_name,
                )
            )

    @api.model
    def _check_unvisited(self, documents):
        """Odoo deletes what was done along with the document it was done for.

        :raise UserError: for documents with activities that count
        """
        if self.env.su or not documents:
            return
        # sudo: what others did counts as well
        done = self.sudo().search(
            [
                ("res_model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("active", "=", False),
                ("activity_type_id.development_kind", "!=", False),
            ]
        )
        if counted := done._developing():
            raise UserError(
                self.env._(
                    "“%s” has visits that count in customer development: archive it instead of deleting "
                    "it.",
                    documents.browse(counted[0].res_id).display_name,
                )
            )

    @api.depends("active")
    def _compute_date_done(self):
        before = {activity: activity.date_done for activity in self}
        result = super()._compute_date_done()
        # the day where the person works: by UTC, a morning visit in Shanghai was yesterday's
        for activity in self._developing():
            if activity.date_done and not before[activity]:
                activity.date_done = activity._development_company()._approval_today()
        return result

    def _action_done(self, feedback=False, attachment_ids=None):
        if feedback:
            # before it is archived: after that it is not rewritten
            self._developing().feedback = feedback
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _developing(self):
        """Those that count, of people one of whose companies plans its sales.

        Whichever: people choose by themselves which of their companies they work in.
        """
        counted = self.sudo().filtered("activity_type_id.development_kind")
        return counted.filtered(
            lambda activity: any(
                (activity.user_id.company_ids | activity._development_company()).mapped(
                    "planning_enabled"
                )
            )
        ).with_env(self.env)

    def _development_company(self):
        """The company of the person who does it, as superuser."""
        self.ensure_one()
        return self.sudo().user_id.company_id or self.env.company.sudo()

    def _check_reported(self):
        """:raise UserError: where the company asks what was agreed, and nothing was entered"""
        company = self._development_company()
        needed = company.planning_enabled and company.development_report_needed
        if needed and not (self.feedback or "").strip():
            raise UserError(
                self.env._(
                    "%(kind)s “%(activity)s”: say what was agreed and what the next step is, then "
                    "mark it as done.",
                    kind=self.sudo().activity_type_id.name,
                    activity=self.summary or self.res_name or "",
                )
            )
