from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from .non_standard_case import NonStandardCase
from .tour_case import RecordTourCase

TAX_NUMBER = "91510100MA61XC123X"


@tagged("post_install", "-at_install")
class TestRoomTours(RecordTourCase, NonStandardCase):
    """Every room of the order flow in the browser, in Chinese, by whoever works there (F1-F12, F24)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.name, cls.contact.name = "巡游客户", "巡游联系人"
        cls.customer.lang = "zh_CN"

    def decide_in_the_browser(self, tour, document, login):
        self.walk(tour, document.sudo().approval_request_id, login)

    # ------------------------------------------------------------------ every room

    def test_every_view_of_every_room_opens(self):
        """X6: as list, cards, calendar and figures, for the assistant who goes through them all."""
        self.env.flush_all()
        self.start_tour("/odoo", "order_room_views", login="assistant", timeout=90)

    def test_who_only_reads_an_order_is_offered_no_button_of_sales(self):
        """F21: neither sending nor confirming nor cancelling, and outside the flow all of Odoo's."""
        order = self.make_order()
        for user in (self.finance, self.warehouse, self.purchasing):
            with self.subTest(user.login):
                self.assertFalse(self.as_user(order, user).may_sell)
        for user in (self.sales, self.salesmgr, self.assistant):
            with self.subTest(user.login):
                self.assertTrue(self.as_user(order, user).may_sell)
        plain = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.env["res.company"].create({"name": "Plain Ltd"}).id,
            }
        )
        self.assertTrue(plain.with_user(self.env.ref("base.user_admin")).may_sell)

    # ------------------------------------------------------------------ the main line

    def test_an_incomplete_quotation_is_completed_and_submitted(self):
        """F1, F4: the salesperson reads what is missing, enters it and submits."""
        order = self.make_order(contact_id=False)
        self.walk("order_room_incomplete", order, "sales")
        self.assertEqual(order.contact_id, self.contact)
        self.assertEqual(order.flow_stage, "review")

    def test_a_contract_is_reviewed_by_checklist_and_decided(self):
        """F3: finance ticks its list and gives its opinion, the sales manager decides."""
        self.company.contract_review_amount = 300
        order = self.make_order()
        order.action_approval_submit()
        self.decide_in_the_browser("order_room_contract_review", order, "finance")
        for login in ("purchasing", "production"):
            request = self.as_user(order.sudo().approval_request_id, getattr(self, login))
            lines = request._slot_for_me("opinion").step_id.checklist
            request.action_decide("opinion", "可以。", checked=[row["name"] for row in lines])
        self.decide_in_the_browser("order_room_approve", order, "salesmgr")
        self.assertEqual(order.state, "sale")

    def test_from_the_voucher_to_the_partial_notice(self):
        """F10: applied for, verified against the payment, two of four noticed and shipped."""
        order = self.make_confirmed()
        self.make_payment(order.amount_total)
        self.walk("order_room_apply", order, "sales")
        application = order.delivery_application_ids
        self.assertEqual(application.voucher_number, "CMB0042")
        self.walk("order_room_verify", application, "finance")
        self.assertEqual(application.allocated_amount, order.amount_total)
        self.walk("order_room_partial_notice", order, "assistant")
        notice = order.delivery_notice_ids
        self.assertEqual((notice.state, notice.line_ids.quantity), ("issued", 2))
        self.walk("order_room_ship", self.pickings(order), "warehouse")
        self.assertEqual(order.order_line.qty_delivered, 2)
        self.assertEqual(notice.progress, "shipped")

    def test_on_hold_nothing_leaves(self):
        """F10: stopped and set free again with reasons; meanwhile the warehouse ships nothing."""
        order = self.make_noticed()
        self.walk("order_room_hold", order, "assistant")
        self.assertTrue(order.hold_ids.lifted_at)
        self.as_user(order, self.finance).action_hold("再查一次。")
        self.walk("order_room_not_released", self.pickings(order), "warehouse")
        self.assertFalse(order.order_line.qty_delivered)

    def test_a_gate_is_opened_with_a_reason_and_approved_afterwards(self):
        """A19: opened from its mark on the order; it is looked at afterwards."""
        self.env.ref("approval_chain.group_break_glass").user_ids |= self.salesmgr
        order = self.make_confirmed()
        self.walk("order_room_override", order, "salesmgr")
        override = order.gate_override_ids
        self.assertEqual((override.state, override.opened_by_id), ("open", self.salesmgr))
        after = self.env["approval.request"].search(
            [
                ("res_model", "=", override._name),
                ("res_id", "=", override.id),
                ("after_of_id", "!=", False),
            ]
        )
        asked = after.slot_ids.filtered(lambda slot: slot.state == "open")
        self.walk("order_room_approve", after, asked._people()[:1].login)
        self.assertEqual(after.state, "executed")

    # ------------------------------------------------------------------ non-standard

    def test_a_non_standard_order_to_the_start_of_its_production(self):
        """F7: the engineer answers, the deposit is handed in and verified, the assistant starts."""
        order = self.make_machine_order()
        review = self.ask(order)
        self.walk("order_room_feasibility", review, "engineer")
        answer = review.answer_ids.sorted("id")[0]
        self.assertEqual((answer.lead_time_days, answer.answered_by_id), (12, self.engineer))
        signed = self.make_signed()
        self.make_payment(signed._deposit_required())
        self.walk("order_room_deposit", signed, "sales")
        self.walk("order_room_verify", signed.delivery_application_ids, "finance")
        self.assertEqual(signed.flow_stage, "start")
        self.walk("order_room_start", signed, "assistant")
        self.assertTrue(signed.production_started_at)

    # ------------------------------------------------------------------ the tax invoice

    def test_a_tax_invoice_from_the_request_to_the_red_letter(self):
        """F24: asked for, issued, found wrong and taken back."""
        order = self.make_confirmed()
        asked = self.as_user(self.env["sale.tax.invoice.request"], self.sales).browse(
            order.action_request_tax_invoice()["res_id"]
        )
        asked.write(
            {
                "tax_number": TAX_NUMBER,
                "basis": "agreed",
                "needed_by": fields.Date.today() + timedelta(days=3),
            }
        )
        self.walk("order_room_tax_request", asked, "sales")
        self.walk("order_room_tax_issue", asked, "finance")
        self.walk("order_room_tax_correct", asked, "sales")
        red = asked.correction_ids
        self.assertEqual((red.state, red.correction_reason), ("requested", "抬头有误。"))

    # ------------------------------------------------------------------ the customer

    def test_the_customer_signs_the_confirmation_letter(self):
        """F8: on the page of the letter; the order is confirmed by it."""
        self.company.letter_evidence_needed = True
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        letter = self.as_user(self.env["sale.confirmation.letter"], self.sales).browse(
            order.action_confirmation_letter()["res_id"]
        )
        letter.action_mark_sent()
        letter._portal_ensure_token()
        self.walk("order_room_sign_letter", letter, None, letter.get_portal_url())
        self.assertEqual((letter.state, order.state), ("confirmed", "sale"))

    def test_the_customer_agrees_to_a_later_date(self):
        """F7, F12: on the page of the order, without anything to install or to log in to."""
        order = self.make_signed()
        self.as_user(self.env["sale.order.promise.wizard"], self.assistant).create(
            {
                "order_id": order.id,
                "new_date": order.commitment_date + timedelta(days=14),
                "reason": "铸件晚到。",
            }
        ).action_promise()
        self.tell(order)
        reader = new_test_user(
            self.env,
            "portalreader",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        reader.partner_id.write({"parent_id": self.customer.id, "lang": "zh_CN"})
        order.sudo().message_subscribe(reader.partner_id.ids)
        self.walk("order_room_later_date", order, "portalreader", f"/my/orders/{order.id}")
        consent = self.env["sale.delivery.consent"].search([("order_id", "=", order.id)])
        self.assertEqual((consent.answer, consent.signed_name), ("agreed", "巡游联系人"))
