from odoo.tests import Form, tagged

from .money_common import MoneyCase


@tagged("post_install", "-at_install")
class TestApplicationAdvance(MoneyCase):
    """E1, E9: the advance wanted in an application is asked for from there."""

    def approved(self, **values):
        application = self.make_application(
            date_from=self.today, date_to=self.days(30), advance_amount=300, **values
        )
        self.submit(application)
        self.decide(application, self.manager)
        self.decide(application, self.leader)
        return application

    def ask(self, application, user=None):
        return self.as_user(application, user or self.claimant).action_ask_advance()

    def test_the_form_is_filled_in(self):
        """E9: purpose, amount and the day of the settlement come from the application."""
        application = self.approved()
        advances = self.as_user(self.env["expense.advance"], self.claimant)
        advance = Form(advances.with_context(**self.ask(application)["context"])).save()
        self.assertEqual(advance.application_id, application)
        self.assertEqual((advance.amount, advance.purpose), (300, application.purpose))
        self.assertEqual(advance.settle_by, application.valid_until)
        self.submit(advance)
        self.assertEqual(advance.state, "submitted")
        self.env.invalidate_all()
        self.assertEqual(application.advance_count, 1)
        action = self.as_user(application, self.claimant).action_view_advances()
        self.assertEqual(action["res_id"], advance.id)

    def test_nothing_is_asked_for_before_the_application_is_approved(self):
        """E1: in a sentence."""
        application = self.make_application(advance_amount=300)
        with self.assertRefused("once it is approved"):
            self.ask(application)

    def test_only_the_employee_asks(self):
        """E9: whoever decided may read it only."""
        with self.assertRefused():
            self.ask(self.approved(), self.manager)
