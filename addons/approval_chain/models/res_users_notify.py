from odoo import fields, models


class ResUsersNotify(models.Model):
    _inherit = "res.users"

    approval_notify = fields.Selection(
        [("email", "By e-mail"), ("none", "Only in the activity menu")],
        string="Approvals",
        required=True,
        default="email",
        help="How you are told that something waits for you, where your company uses approval e-mails.",
    )

    @property
    def SELF_READABLE_FIELDS(self):
        return [*super().SELF_READABLE_FIELDS, "approval_notify"]

    @property
    def SELF_WRITEABLE_FIELDS(self):
        return [*super().SELF_WRITEABLE_FIELDS, "approval_notify"]

    def _wants_approval_mails(self):
        self.ensure_one()
        return (
            self.active and not self.share and bool(self.email) and self.approval_notify == "email"
        )
