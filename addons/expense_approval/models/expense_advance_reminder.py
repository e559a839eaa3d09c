from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

_BATCH = 200


class ExpenseAdvance(models.Model):
    """Whoever does not settle an advance in time is reminded (E9)."""

    _inherit = "expense.advance"

    @api.model
    def _cron_remind_overdue(self, batch=_BATCH):
        """Remind of overdue advances, each once in the period the company chose."""
        due = self.search(self._to_remind_domain(), order="company_id, employee_id, id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(due))
        for start in range(0, len(due), batch):
            part = due[start : start + batch]
            part._remind()
            if not cron._commit_progress(len(part)):
                break

    @api.model
    def _to_remind_domain(self):
        companies = self.env["res.company"].search(
            [("reimbursement_enabled", "=", True), ("advance_reminder_days", ">", 0)]
        )
        per_company = []
        for company in companies:
            before = company._approval_today() - timedelta(days=company.advance_reminder_days)
            per_company.append(
                Domain("company_id", "=", company.id)
                & (Domain("reminded_on", "=", False) | Domain("reminded_on", "<=", before))
            )
        return self._overdue_domain() & Domain.OR(per_company)

    def _remind(self):
        """Tell each employee once about all that is overdue, in the own language."""
        for (employee, company), overdue in self.grouped(
            lambda advance: (advance.employee_id, advance.company_id)
        ).items():
            partner = employee.user_id.partner_id or employee.work_contact_id
            if partner:
                overdue._tell_overdue(partner)
            overdue._stamp({"reminded_on": company._approval_today()})

    def _tell_overdue(self, partner):
        advances = self.with_context(lang=partner.lang)
        lines = [
            advances.env._(
                "%(document)s: %(open)s open, to be settled by %(date)s.",
                document=advance.name,
                open=advance.currency_id.format(advance.open_amount),
                date=advance.settle_by,
            )
            for advance in advances
        ]
        advances[0].message_notify(
            partner_ids=partner.ids,
            subject=advances.env._("Advances to be settled"),
            body="\n".join(
                [
                    advances.env._("Please claim what you spent, or pay the rest back to finance:"),
                    *lines,
                ]
            ),
        )
