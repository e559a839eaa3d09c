from odoo import models
from odoo.fields import Domain


class ExpenseAdvance(models.Model):
    """What keeps an advance from being asked for (E9)."""

    _inherit = "expense.advance"

    def _submission_errors(self):
        return [
            *super()._submission_errors(),
            *self._people_errors(),
            *self._date_errors(),
            *self._application_errors(),
            *self._overdue_errors(),
        ]

    def _people_errors(self):
        employee = self.employee_id.sudo()
        if employee.work_contact_id:
            return []
        return [
            self.env._(
                "%(employee)s has no work contact to be paid to. Ask the personnel department to enter one "
                "before %(document)s is submitted.",
                employee=employee.name,
                document=self.name,
            )
        ]

    def _date_errors(self):
        today = self.company_id._approval_today()
        errors = []
        if self.settle_by < today:
            errors.append(
                self.env._(
                    "%(document)s is to be settled by %(date)s, which is past. Choose a later day.",
                    document=self.name,
                    date=self.settle_by,
                )
            )
        if missing := self.currency_id._rate_error(self.company_id, today):
            errors.append(missing)
        return errors

    def _application_errors(self):
        application = self.application_id.sudo()
        if not application:
            return []
        if application.employee_id != self.employee_id:
            return [
                self.env._(
                    "Application %(application)s belongs to %(employee)s. Choose one of your own for "
                    "%(document)s.",
                    application=application.name,
                    employee=application.employee_id.name,
                    document=self.name,
                )
            ]
        if application.state != "approved":
            return [
                self.env._(
                    "Application %(application)s is “%(state)s”. Only an approved one can be chosen for "
                    "%(document)s.",
                    application=application.name,
                    state=application._state_label(),
                    document=self.name,
                )
            ]
        return []

    def _overdue_errors(self):
        """No new advance over the limit of the company while one is overdue."""
        company = self.company_id.sudo()
        # rates of the day; a missing one is told by another check
        amount = self.currency_id._convert(
            self.amount, company.currency_id, company, company._approval_today()
        )
        if company.currency_id.compare_amounts(amount, company.advance_overdue_limit) <= 0:
            return []
        same_person = Domain("employee_id", "=", self.employee_id.id)
        overdue = self.sudo().search(
            self._overdue_domain() & same_person & Domain("company_id", "=", company.id),
            order="settle_by, id",
            limit=1,
        )
        if not overdue:
            return []
        return [
            self.env._(
                "Advance %(overdue)s of %(employee)s was to be settled by %(date)s and %(open)s of it is "
                "still open. Until it is settled, a new advance may be at most %(limit)s.",
                overdue=overdue.name,
                employee=overdue.employee_id.name,
                date=overdue.settle_by,
                open=overdue.currency_id.format(overdue.open_amount),
                limit=company.currency_id.format(company.advance_overdue_limit),
            )
        ]
