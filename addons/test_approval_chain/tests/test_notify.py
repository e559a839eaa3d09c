import re

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError
from odoo.tools import mute_logger

from .test_overdue import MONDAY_10, OverdueCase


class NotifyCase(OverdueCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.approval_mails = True
        people = cls.sales | cls.sales2 | cls.salesmgr | cls.head | cls.vp | cls.cfo
        (people | cls.president | cls.assistant).lang = "en_US"

    def setUp(self):
        super().setUp()
        self.new_transaction()
        self.seen = self.env["mail.mail"].search([])

    def new_transaction(self):
        """What a commit does with what was noted."""
        self.env.cr.flush()
        self.env.cr.postcommit.clear()

    def mails(self):
        """``{login: [mails]}`` written since the last call, as at the end of a transaction."""
        self.new_transaction()
        found = self.env["mail.mail"].search([("id", "not in", self.seen.ids)], order="id")
        self.seen |= found
        by_login = {}
        for mail in found.filtered(lambda row: "auto-generated" in (row.headers or "")):
            login = re.search(r"<(\w+)@", mail.email_to).group(1)
            by_login.setdefault(login, []).append(mail)
        return by_login

    def chain(self, *codes):
        return self.make_chain([("decide", code) for code in codes or ("sales_manager",)])


class TestNotify(NotifyCase):
    def test_whose_turn_it_is_gets_one_mail_and_nobody_else(self):
        """A13: the first approver at submission, the second after the first answer."""
        self.chain("sales_manager", "vp_marketing")
        order = self.submit_order()
        mails = self.mails()
        self.assertEqual(mails.keys(), {"salesmgr"})
        self.assertEqual(len(mails["salesmgr"]), 1)
        self.decide(order, self.salesmgr)
        self.assertEqual(self.mails().keys(), {"vp"})

    def test_the_mail_says_what_for_whom_and_how_much_and_has_one_link(self):
        """A13: the link opens the request; there is no button that decides."""
        self.chain()
        order = self.submit_order()
        [mail] = self.mails()["salesmgr"]
        request = self.request_of(order)
        self.assertEqual(mail.subject, "Waits for your approval: T1")
        for text in ("T1", "Finish the order", "250.00", self.sales.name, request.name):
            self.assertIn(text, mail.body_html)
        links = re.findall(r'href="([^"]+)"', mail.body_html)
        self.assertEqual(len(links), 1)
        self.assertTrue(links[0].endswith(f"/odoo/approval.request/{request.id}"))
        self.assertEqual(mail.state, "outgoing")
        self.assertTrue(mail.auto_delete)

    def test_many_documents_of_one_transaction_are_one_mail(self):
        """A13: 30 documents, one mail, twenty of them shown."""
        self.chain()
        orders = self.as_user(self.env["test.approval.order"], self.sales)
        for number in range(30):
            orders |= self.make_order(name=f"T{number}")
        orders.action_approval_submit()
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        self.env.cr.flush()
        self.assertLess(self.env.cr.sql_log_count - before, 25)
        [mail] = self.mails()["salesmgr"]
        self.assertEqual(mail.subject, "30 documents wait for you")
        self.assertEqual(mail.body_html.count("/odoo/approval.request/"), 20)
        self.assertIn("10", re.sub(r"<[^>]+>", " ", mail.body_html))

    def test_bulk_answers_are_one_mail_to_the_requester(self):
        """A13: although each execution runs by itself."""
        self.chain()
        orders = self.as_user(self.env["test.approval.order"], self.sales)
        for number in range(5):
            orders |= self.make_order(name=f"T{number}")
        orders.action_approval_submit()
        self.mails()
        slots = self.env["approval.request"].search([("res_id", "in", orders.ids)]).slot_ids
        self.as_user(slots, self.salesmgr).action_bulk_decide("approve")
        mails = self.mails()
        self.assertEqual(mails.keys(), {"sales"})
        [mail] = mails["sales"]
        self.assertEqual(mail.subject, "News about 5 approvals")
        self.assertEqual(mail.body_html.count("Approved and carried out"), 5)

    def test_what_was_taken_back_is_not_told(self):
        """A13: a savepoint that fails leaves no mail, and those before it stay as they were."""
        self.chain()
        order = self.submit_order()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.decide(order, self.salesmgr, "refuse", "No.")
            self.env.cr.flush()
            raise UserError(self.env._("The test stops here."))
        self.decide(order, self.salesmgr, "return", "Too cheap.")
        mails = self.mails()
        self.assertEqual(len(mails["sales"]), 1)
        self.assertIn("Too cheap.", mails["sales"][0].body_html)
        self.assertNotIn("No.", mails["sales"][0].body_html)

    def test_the_requester_hears_of_refusals_returns_and_failures_with_the_reason(self):
        """A13"""
        self.chain()
        order = self.submit_order()
        self.decide(order, self.salesmgr, "refuse", "The price is below the floor.")
        [mail] = self.mails()["sales"]
        self.assertIn("The price is below the floor.", mail.body_html)
        self.assertIn(self.salesmgr.name, mail.body_html)
        failing = self.submit_order(fails=True)
        self.mails()
        self.decide(failing, self.salesmgr)
        [mail] = self.mails()["sales"]
        self.assertIn("could not be carried out", mail.subject)
        self.assertIn("There is no paper", mail.body_html)

    def test_proposed_terms_reach_the_requester(self):
        """A13, A18"""
        self.chain()
        order = self.submit_order()
        self.mails()
        self.as_user(self.request_of(order), self.salesmgr).action_propose(
            [{"field": "promised", "value": "2026-08-01"}], "Later."
        )
        mails = self.mails()
        self.assertEqual(mails.keys(), {"sales"})
        self.assertIn("Other terms", mails["sales"][0].subject)

    def test_stand_ins_are_told_too(self):
        """A7, A13: today's delegate may answer, and is told."""
        self.chain()
        self.as_user(self.env["approval.delegation"], self.salesmgr).create(
            {"delegate_id": self.cfo.id}
        )
        self.mails()
        self.submit_order()
        self.assertEqual(self.mails().keys(), {"salesmgr", "cfo"})

    def test_urging_copying_and_handing_over_are_told_to_those_concerned(self):
        """A7, A13"""
        self.chain()
        order = self.submit_order()
        self.mails()
        self.as_user(self.request_of(order), self.sales).action_urge()
        mails = self.mails()
        self.assertEqual(mails.keys(), {"salesmgr"})
        self.assertIn("asked to hurry", mails["salesmgr"][0].subject)
        self.as_user(self.request_of(order), self.sales).action_copy(self.assistant.ids)
        self.assertEqual(self.mails().keys(), {"assistant"})
        self.as_user(self.request_of(order), self.salesmgr).action_hand_over(
            self.cfo.id, "He knows the customer."
        )
        mails = self.mails()
        self.assertEqual(mails.keys(), {"cfo"})
        self.assertIn("He knows the customer.", mails["cfo"][0].body_html)

    def test_the_language_is_the_receivers(self):
        """A13: the lines of the mail come in the language of who reads it."""
        self.env["res.lang"]._activate_lang("zh_CN")
        self.salesmgr.lang = "zh_CN"
        view = self.env.ref("approval_chain.approval_mail")
        view.update_field_translations("arch_db", {"zh_CN": {"Requester:": "申请人："}})
        self.chain()
        self.submit_order()
        [mail] = self.mails()["salesmgr"]
        self.assertIn("申请人：", mail.body_html)

    def test_reminders_go_to_those_asked_and_where_nobody_is_above_to_the_administrators(self):
        """A8, A13"""
        order = self.submitted("hand_on", role_id=self.role["president"].id)
        self.mails()
        admin = self.env.ref("base.user_admin")
        admin.email = "admin@xingchen.example.com"
        self.run_cron("2026-06-17 02:01:00")
        mails = self.mails()
        self.assertEqual(mails.keys(), {"president", "admin"})
        mine = [
            ("user_id", "=", admin.id),
            ("summary", "=like", f"{self.request_of(order).name}%"),
        ]
        todo = self.env["mail.activity"].search(mine)
        self.assertIn("nobody above", todo.note)
        self.run_cron("2026-06-18 02:01:00")
        self.assertEqual(self.env["mail.activity"].search(mine), todo)


class TestNotifyOff(NotifyCase):
    def test_a_person_can_choose_to_get_none(self):
        """A13: with the own rights, in the preferences."""
        self.chain()
        self.salesmgr.with_user(self.salesmgr).write({"approval_notify": "none"})
        self.submit_order()
        self.assertFalse(self.mails())

    @mute_logger("odoo.models")
    def test_nobody_chooses_for_somebody_else(self):
        """A13"""
        with self.assertRefused(exception=UserError):
            self.salesmgr.with_user(self.sales).write({"approval_notify": "none"})

    def test_a_company_that_does_not_use_mails_sends_none(self):
        """A13: the default of a fresh company."""
        self.company.approval_mails = False
        self.assertFalse(self.env["res.company"].create({"name": "Fresh"}).approval_mails)
        self.chain()
        order = self.submit_order()
        self.decide(order, self.salesmgr, "refuse", "No.")
        self.assertFalse(self.mails())

    def test_mails_that_are_off_cost_no_query(self):
        """A13: what is switched off in all companies asks the database nothing."""
        self.env["res.company"].search([]).approval_mails = False
        self.chain()
        order = self.submit_order()
        self.env.flush_all()
        Notice, slots = self.env["approval.notice"], self.request_of(order).slot_ids
        self.assertFalse(Notice._is_used())
        self.env.flush_all()
        with self.assertQueryCount(0):
            self.assertFalse(Notice._is_used())
        before = self.env.cr.sql_log_count
        slots._engine_write({"reminded_at": MONDAY_10, "state": "open"})
        self.env.flush_all()
        self.assertLessEqual(self.env.cr.sql_log_count - before, 1)
        self.env.cr.flush()
        self.assertFalse(self.env.cr.precommit.data)

    def test_the_rulebook_switches_mails_on_but_not_on_again(self):
        """A13: what somebody switched off stays off."""
        company = self.env["res.company"].create({"name": "New"})
        admin = self.env.ref("base.user_admin")
        admin.company_ids |= company
        as_admin = company.with_user(admin).with_context(allowed_company_ids=company.ids)
        as_admin.action_set_up_rulebook()
        self.assertTrue(company.approval_mails)
        company.approval_mails = False
        as_admin.action_set_up_rulebook()
        self.assertFalse(company.approval_mails)

    def test_people_without_an_address_or_who_left_are_passed_over(self):
        """A13"""
        self.make_chain(
            [
                {
                    "kind": "decide",
                    "approver": "user",
                    "mode": "all",
                    "user_ids": [Command.set((self.salesmgr | self.cfo).ids)],
                }
            ]
        )
        self.salesmgr.email = False
        with freeze_time(MONDAY_10):
            self.submit_order()
        self.assertEqual(self.mails().keys(), {"cfo"})
