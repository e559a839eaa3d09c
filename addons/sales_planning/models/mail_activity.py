from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# what a done activity that counts is made of
_COUNTED = (
    "active",
    "date_done",
    "user_id",
    "activity_type_id",
    "res_model_id",
    "res_id",
    "feedback",
)


class MailActivity(models.Model):
    """Visits, demonstrations and negotiations are reported when they are done, and then stand (P9)."""

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
        if not self.env.su:
            self._refuse_rewritten(vals)
        # whoever archives it says that it is done, with or without the button
        if vals.get("active") is False:
            text = vals.get("feedback")
            self.filtered("active")._check_reported(text)
        return super().write(vals)

    def _refuse_rewritten(self, vals):
        """:raise AccessError: for what was counted already, and for a day entered by hand"""
        for activity in self._developing():
            touched = {
                name
                for name in _COUNTED
                if name in vals
                and activity._fields[name].convert_to_write(activity[name], activity) != vals[name]
            }
            if touched if not activity.active else "date_done" in touched:
                raise AccessError(
                    self.env._(
                        "“%s” counts in customer development by the day it was marked as done: it is "
                        "not rewritten. Enter a note on the document instead.",
                        activity.display_name,
                    )
                )

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
        self._check_reported(feedback)
        if feedback:
            # before it is archived: after that it is not rewritten
            self._developing().feedback = feedback
        return super()._action_done(feedback=feedback, attachment_ids=attachment_ids)

    def _developing(self):
        """Those that count, of people whose company plans its sales."""
        return self.filtered(
            lambda activity: (
                activity.sudo().activity_type_id.development_kind
                and activity._development_company().planning_enabled
            )
        )

    def _development_company(self):
        """The company of the person who does it, as superuser."""
        self.ensure_one()
        return self.sudo().user_id.company_id or self.env.company.sudo()

    def _check_reported(self, text):
        """:raise UserError: where the company asks what was agreed, and nothing was entered"""
        for activity in self._developing():
            needed = activity._development_company().development_report_needed
            if needed and not ((text or activity.feedback or "").strip()):
                raise UserError(
                    self.env._(
                        "%(kind)s “%(activity)s”: say what was agreed and what the next step is, then "
                        "mark it as done.",
                        kind=activity.sudo().activity_type_id.name,
                        activity=activity.summary or activity.res_name or "",
                    )
                )
