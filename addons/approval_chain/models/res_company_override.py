from dateutil.relativedelta import relativedelta

from odoo import fields, models


class ResCompanyOverride(models.Model):
    _inherit = "res.company"

    approval_override_mail = fields.Boolean(
        string="Monthly List of Overrides",
        help="Mailed once a month to whoever holds the role “President”.",
    )
    approval_override_mailed = fields.Date(
        string="Overrides Mailed Of", help="The last month of which the list was mailed."
    )

    def _approval_last_month(self):
        """The first day of the month before this one, where the company works."""
        return self._approval_today().replace(day=1) - relativedelta(months=1)


class ResConfigSettingsOverride(models.TransientModel):
    _inherit = "res.config.settings"

    approval_override_mail = fields.Boolean(
        related="company_id.approval_override_mail", readonly=False
    )
