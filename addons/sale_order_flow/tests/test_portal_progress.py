from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestPortalProgress(HttpCase, OrderFlowCase):
    """F12, D9: the customer follows the order, and reads only what was passed on."""

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

    def page(self, order, **query):
        self.env.flush_all()
        url = f"/my/orders/{order.id}"
        return self.url_open(url + ("?access_token=" + query["token"] if query else "")).text

    def current_step(self, order):
        [step] = [s["label"] for s in order._portal_progress()["steps"] if s["state"] == "current"]
        return str(step)

    def test_the_line_goes_on_with_the_order(self):
        """F12: quotation, confirmed, in preparation, shipped, settled; reviews are not shown."""
        order = self.make_order()
        self.assertEqual(self.current_step(order), "Quotation")
        order.action_approval_submit()
        self.assertEqual(self.current_step(order), "Quotation")
        self.decide(order, self.salesmgr)
        self.assertEqual(self.current_step(order), "Confirmed")
        self.make_verified(order)
        self.make_notice(order)
        self.assertEqual(self.current_step(order), "In Preparation")
        self.ship(self.pickings(order))
        self.assertEqual(self.current_step(order), "In Preparation")
        self.tell(order)
        self.assertEqual(self.current_step(order), "Shipped")

    def test_a_portal_user_reads_the_own_order(self):
        """F12: shipments that were passed on, with their slip; as the user, by the page itself."""
        order = self.make_noticed()
        picking = self.pickings(order)
        order.message_subscribe(self.reader.partner_id.ids)
        self.authenticate("portalreader", "portalreader")
        self.assertNotIn(picking.name, self.page(order))
        self.ship(picking)
        self.assertNotIn(picking.name, self.page(order))
        self.tell(order)
        page = self.page(order)
        self.assertIn("o_order_progress", page)
        self.assertIn(f"/my/picking/pdf/{picking.id}", page)

    def test_nothing_internal_is_on_the_page(self):
        """F12: neither who decided, nor opinions, nor what is waited for, nor reasons of promises."""
        order = self.make_order()
        order.order_line.price_unit = 90
        order.action_approval_submit()
        self.decide(order, self.vp, "opinion", "Margin is thin.")
        self.decide(order, self.cfo, "opinion", "They pay late.")
        self.decide(order, self.president, opinion="Only this once.")
        self.make_verified(order)
        self.promise(order, "The supplier is bankrupt.")
        self.tell(order)
        order._portal_ensure_token()
        page = self.page(order, token=order.access_token)
        self.assertIn("o_order_progress", page)
        for secret in (
            "Margin is thin",
            "They pay late",
            "Only this once",
            "bankrupt",
            self.vp.name,
            self.president.name,
            self.finance.name,
        ):
            with self.subTest(secret):
                self.assertNotIn(secret, page)

    def promise(self, order, reason, **values):
        wizard = self.as_user(self.env["sale.order.promise.wizard"], self.assistant).create(
            {
                "order_id": order.id,
                "new_date": order.commitment_date + timedelta(days=30),
                "reason": reason,
                **values,
            }
        )
        wizard.action_promise()
        return wizard.new_date

    def test_a_promise_is_on_the_page_when_it_was_passed_on(self):
        """F12: everything goes through the assistant."""
        order = self.make_confirmed()
        agreed = order.commitment_date
        day = self.promise(order, "Late supplier.")
        self.assertEqual(order._portal_progress()["promised"], agreed)
        self.tell(order)
        self.assertEqual(order._portal_progress()["promised"], day)

    def test_a_promise_of_one_line_names_its_product(self):
        """F12: the others stay as they were."""
        order = self.make_confirmed({self.pump: 1, self.hose: 1})
        day = self.promise(order, "Late supplier.", line_ids=[(6, 0, order.order_line[1].ids)])
        self.tell(order)
        progress = order._portal_progress()
        self.assertEqual(progress["promised"], order.commitment_date)
        self.assertEqual(
            progress["line_promises"], [{"product": self.hose.display_name, "date": day}]
        )

    def test_an_expected_date_is_on_the_page_when_it_was_passed_on(self):
        """F12, S5: the newest one told of each document, the latest of these."""
        order = self.make_noticed()
        news = self.env["sale.order.feedback"]
        when = fields.Datetime.now().replace(microsecond=0) + timedelta(days=20)
        row = {"order_id": order.id, "kind": "date", "document_name": "WH/IN/00001"}
        news._note([{**row, "date": when}])
        self.assertFalse(order._portal_progress()["expected"])
        self.tell(order)
        self.assertEqual(order._portal_progress()["expected"], when)

    def test_strangers_and_foreign_tokens_read_nothing(self):
        """F12, A10: neither another portal user nor the token of another order."""
        order, other = self.make_confirmed(), self.make_confirmed()
        (order | other).mapped(lambda order: order._portal_ensure_token())
        for token in ("x" * 36, other.access_token):
            self.assertNotIn("o_order_progress", self.page(order, token=token))
        self.authenticate("portalstranger", "portalstranger")
        self.assertNotIn("o_order_progress", self.page(order))
        self.assertIn("o_order_progress", self.page(order, token=order.access_token))

    def test_odoos_own_list_does_not_tell_what_was_not_passed_on(self):
        """F12: no transfer and no planned date beside ours."""
        order = self.make_noticed()
        order._portal_ensure_token()
        page = self.page(order, token=order.access_token)
        self.assertIn("o_order_progress", page)
        self.assertNotIn(self.pickings(order).name, page)

    def test_orders_outside_the_flow_have_the_page_of_odoo(self):
        """X1: nothing is added and nothing taken away."""
        self.env["approval.chain"].search([("company_id", "=", self.company.id)]).active = False
        self.company.order_flow_enabled = False
        order = self.make_order()
        order.action_confirm()
        order._portal_ensure_token()
        page = self.page(order, token=order.access_token)
        self.assertNotIn("o_order_progress", page)
        self.assertIn(self.pickings(order).name, page)
