from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.mail import email_normalize, email_split_tuples

from .approval_log_seal import MAIL_TO


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    approval_seal_mail_to = fields.Char(
        string="Send the daily seal of the log to",
        config_parameter=MAIL_TO,
        help="E-mail addresses, separated by commas. Best outside this company's own mail server: "
        "with the seals there, nobody who can change the database can hide that it was changed.",
    )

    @api.constrains("approval_seal_mail_to")
    def _check_approval_seal_mail_to(self):
        for settings in self:
            entered = (settings.approval_seal_mail_to or "").strip()
            addresses = [address for _name, address in email_split_tuples(entered)]
            if entered and not (addresses and all(map(email_normalize, addresses))):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a list of e-mail addresses. Separate them by commas, such as "
                        "audit@example.com, law@example.com.",
                        entered,
                    )
                )
