from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestConsent(NonStandardCase):
    """F7: a later date counts when the customer has agreed to it, on the record."""

    def promise(self, order, days):
        new_date = order.commitment_date + timedelta(days=days)
        self.as_user(self.env["sale.order.promise.wizard"], self.assistant).create(
            {"order_id": order.id, "new_date": new_date, "reason": "The casting is late."}
        ).action_promise()
        return new_date

    def consent(self, order, user=None, **values):
        action = order.action_record_consent()
        wizard = self.as_user(
            self.env["sale.delivery.consent.wizard"].with_context(**action["context"]),
            user or self.sales,
        ).with_context(**action["context"])
        return wizard.create(
            {
                "channel": "email",
                "evidence_ids": [Command.create({"name": "mail.txt", "raw": b"Agreed."})],
                **values,
            }
        ).action_record()

    def test_a_later_date_waits_for_the_customer(self):
        """F7: until then what was agreed is what the order is late against."""
        order = self.make_signed()
        agreed = order.commitment_date
        later = self.promise(order, 14)
        self.assertEqual(order.promise_ids.consent_state, "missing")
        self.assertEqual(order.flow_promised_date, agreed)
        self.assertIn("consent", {gate["code"] for gate in order.release_checklist})
        self.consent(order)
        self.assertEqual(order.flow_promised_date, later)
        consent = self.env["sale.delivery.consent"].search([("order_id", "=", order.id)])
        self.assertEqual(consent.partner_id, self.contact)
        self.assertEqual(consent.user_id, self.sales)
        self.assertEqual(consent.channel, "email")
        self.assertTrue(consent.evidence_ids.raw)
        self.assertNotIn("consent", {gate["code"] for gate in order.release_checklist})

    def test_an_earlier_date_and_standard_orders_need_none(self):
        """F7: nobody minds an earlier date; standard orders go on as before."""
        order = self.make_signed()
        earlier = self.promise(order, -3)
        self.assertFalse(order.promise_ids.consent_state)
        self.assertEqual(order.flow_promised_date, earlier)
        standard = self.make_confirmed()
        later = self.promise(standard, 14)
        self.assertEqual(standard.flow_promised_date, later)

    def test_a_refusal_leaves_the_date_as_it_was(self):
        """F7: on the record too, and not asked again."""
        order = self.make_signed()
        agreed = order.commitment_date
        self.promise(order, 14)
        self.consent(order, answer="refused")
        self.assertEqual(order.promise_ids.consent_state, "refused")
        self.assertEqual(order.flow_promised_date, agreed)
        with self.assertRefused("no later date waits"):
            order.action_record_consent()

    def test_bad_input_is_refused(self):
        """F7: no proof, somebody else's person, a date in the future."""
        order = self.make_signed()
        self.promise(order, 14)
        with self.assertRefused("attach the proof"):
            self.consent(order, evidence_ids=False)
        with self.assertRefused("does not belong to"):
            self.consent(order, partner_id=self.other_customer.id)
        with self.assertRefused("lies in the future"):
            self.consent(order, answered_on=fields.Datetime.now() + timedelta(days=1))

    def test_who_records_it(self):
        """F7, F21: salesperson, assistant, sales manager; nobody from production or finance."""
        order = self.make_signed()
        self.promise(order, 14)
        for user in (self.production, self.finance):
            with self.subTest(user=user.login), self.assertRefused("records what", AccessError):
                self.consent(order, user)
        self.consent(order, self.assistant)

    def test_it_stands_as_it_was_said(self):
        """F7, A10: entered, changed or deleted by nobody."""
        order = self.make_signed()
        self.promise(order, 14)
        self.consent(order)
        consent = self.env["sale.delivery.consent"].search([("order_id", "=", order.id)])
        admin = consent.with_user(self.env.ref("base.user_admin"))
        with self.assertRefused("", AccessError):
            admin.answer = "refused"
        with self.assertRefused("", AccessError):
            admin.unlink()
        with self.assertRefused("", AccessError):
            admin.create({"promise_id": order.promise_ids.id, "answer": "agreed"})
