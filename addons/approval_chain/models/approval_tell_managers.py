from markupsafe import Markup

from odoo import models
from odoo.fields import Domain


class ApprovalTellManagers(models.Model):
    """What only approval administrators can put right lands on their own to-do list (A8, A11)."""

    _inherit = "approval.request"

    def _approval_managers(self):
        """The approval administrators of the company of the request.

        :return: active ``res.users``, without OdooBot
        """
        company = self.company_id
        # ordinary users may not read groups
        group_sudo = self.env.ref("approval_chain.group_approval_manager").sudo()
        people = group_sudo.all_user_ids.filtered(
            lambda user: user.active and not user.share and company in user.company_ids
        )
        return people - self.env.ref("base.user_root")

    def _tell_managers(self, reason):
        """One to-do for each approval administrator and request, until it is done.

        :param reason: the sentence they read
        """
        Activity = self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True)
        managers = {
            company: requests[0]._approval_managers()
            for company, requests in self.grouped("company_id").items()
        }
        known = Activity.search(
            Domain("user_id", "in", self.env["res.users"].union(*managers.values()).ids)
            & Domain("res_model", "=", False)
            & Domain.OR(Domain("summary", "=like", f"{request.name}:%") for request in self)
        )
        # looked up once, not for each row
        kind, rows = Activity._default_activity_type(), []
        for request in self:
            begin = f"{request.name}:"
            told = known.filtered(lambda row, begin=begin: row.summary.startswith(begin)).user_id
            url = f"/odoo/approval.request/{request.id}"
            link = Markup("<a href='%s'>%s</a>") % (url, request.document_name or request.name)
            rows += [
                {
                    "user_id": manager.id,
                    "activity_type_id": kind.id,
                    "automated": True,
                    "summary": f"{begin} {request.document_name}",
                    "note": Markup("<p>%s</p><p>%s</p>") % (reason, link),
                }
                for manager in managers[request.company_id] - told
            ]
        Activity.create(rows)
