from contextlib import contextmanager
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields

from .common import ApprovalCase


class ReportingCase(ApprovalCase):
    """Requests decided at known times by the right people; the administrator reads the figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.env["res.users"].create(
            {
                "name": "Reporting Administrator",
                "login": "reporting_administrator",
                "company_id": cls.company.id,
                "company_ids": [Command.set(cls.company.ids)],
                "group_ids": [
                    Command.link(cls.env.ref("base.group_user").id),
                    Command.link(cls.env.ref("approval_chain.group_approval_manager").id),
                ],
            }
        )

    @contextmanager
    def at(self, time):
        with freeze_time(time):
            yield

    def rows(self, model, domain=(), user=None):
        """What the user reads of a report, of the documents of these tests only."""
        report = self.as_user(self.env[model], user or self.manager)
        return report.search([("res_model", "=", "test.approval.order"), *domain])

    def submit(self, user=None, **values):
        order = self.make_order(user, **values)
        order.action_approval_submit()
        return order

    def hold(self, user, code):
        """``user`` holds a further role of the company."""
        return self.env["approval.role.holder"].create(
            {
                "role_id": self.role[code].id,
                "user_id": user.id,
                "company_id": self.company.id,
            }
        )

    def delegate(self, person, to, **values):
        today = self.company._approval_today()
        return self.as_user(self.env["approval.delegation"], person).create(
            {
                "user_id": person.id,
                "delegate_id": to.id,
                "date_from": today,
                "date_to": today + timedelta(days=30),
                **values,
            }
        )

    def release(self, user=None, **values):
        """An order released in an emergency by somebody with the right."""
        user = user or self.sales
        user.group_ids |= self.env.ref("approval_chain.group_break_glass")
        order = self.make_order(user, **values)
        order.action_approval_break_glass("finish", "The line stands still.")
        return order

    @staticmethod
    def hours(begin, end):
        delta = fields.Datetime.to_datetime(end) - fields.Datetime.to_datetime(begin)
        return delta.total_seconds() / 3600
