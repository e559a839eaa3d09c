from datetime import timedelta

from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .non_standard_case import NonStandardCase


@tagged("post_install", "-at_install")
class TestPortalLaterDate(HttpCase, NonStandardCase):
    """F7: the customer agrees to a later date in the portal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reader = new_test_user(
            cls.env,
            "portalreader",
            groups="base.group_portal",
            company_id=cls.company.id,
            company_ids=[(6, 0, cls.company.ids)],
        )
        cls.reader.partner_id.write({"parent_id": cls.customer.id, "lang": "en_US"})
        cls.stranger = new_test_user(cls.env, "portalstranger", groups="base.group_portal")

    def promise(self, order, tell=True):
        new_date = order.commitment_date + timedelta(days=14)
        self.as_user(self.env["sale.order.promise.wizard"], self.assistant).create(
            {"order_id": order.id, "new_date": new_date, "reason": "The casting is late."}
        ).action_promise()
        if tell:
            self.tell(order)
        return new_date

    def reply(self, order, answer="agreed", promise=None, **values):
        self.env.flush_all()
        self.url_open(
            f"/my/orders/{order.id}/later_date",
            data={
                "csrf_token": Request.csrf_token(self),
                "promise_id": order.promise_ids.id if promise is None else promise,
                "answer": answer,
                "name": "Wang",
                **values,
            },
        )
        self.env.invalidate_all()

    def test_the_customer_agrees(self):
        """F7: asked on the page of the order, recorded with name and time."""
        order = self.make_signed()
        order.sudo().message_subscribe(self.reader.partner_id.ids)
        later = self.promise(order)
        self.authenticate("portalreader", "portalreader")
        page = self.url_open(f"/my/orders/{order.id}").text
        self.assertIn("o_later_date", page)
        self.assertNotIn("The casting is late.", page)
        self.reply(order)
        consent = self.env["sale.delivery.consent"].search([("order_id", "=", order.id)])
        self.assertEqual((consent.answer, consent.channel), ("agreed", "portal"))
        self.assertEqual(consent.partner_id, self.reader.partner_id)
        self.assertEqual(consent.signed_name, "Wang")
        self.assertEqual(order.flow_promised_date, later)
        self.assertNotIn("o_later_date", self.url_open(f"/my/orders/{order.id}").text)
        self.reply(order, "refused")
        self.assertEqual(consent.answer, "agreed")

    def test_strangers_and_colleagues_do_not_answer(self):
        """F7, F21: another customer, and the company itself."""
        order = self.make_signed()
        self.promise(order)
        for login in ("portalstranger", "sales", "assistant"):
            with self.subTest(login):
                self.authenticate(login, login)
                self.reply(order)
                self.assertEqual(order.promise_ids.consent_state, "missing")

    def test_nonsense_is_answered_with_nothing(self):
        """F7: bad input, and dates of other orders."""
        order, other = self.make_signed(), self.make_signed()
        order.sudo().message_subscribe(self.reader.partner_id.ids)
        self.promise(order)
        self.promise(other)
        self.authenticate("portalreader", "portalreader")
        self.reply(order, "perhaps")
        self.reply(order, promise_id="x")
        self.reply(order, promise=other.promise_ids.id)
        self.assertEqual(order.promise_ids.consent_state, "missing")
        self.assertEqual(other.promise_ids.consent_state, "missing")
