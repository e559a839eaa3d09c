from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .case_case import CaseCase


@tagged("post_install", "-at_install")
class TestCaseAttacks(HttpCase, CaseCase):
    """F19, F21, A10: through RPC, by commands, by links of others, and what it costs."""

    def test_an_order_that_is_hidden_is_not_reached_through_a_case(self):
        """F21: neither when a case is opened nor later, where salespeople see their own only."""
        self.customer.user_id = self.sales2
        theirs = self.make_confirmed(user=self.sales2)
        self.customer.user_id = self.sales
        self.company.own_customers_only = True
        case = self.make_case(partner_id=self.customer.id)
        Order = self.as_user(self.env["sale.order"], self.sales)
        self.assertFalse(Order.search_count([("id", "=", theirs.id)]))
        with self.assertRefused(exception=AccessError):
            case.write({"order_id": theirs.id})
        with self.assertRefused(exception=AccessError):
            self.make_case(partner_id=self.customer.id, order_id=theirs.id)

    def test_files_of_a_case_are_for_its_customer_and_us(self):
        """F19: another customer reads them neither by address nor by RPC nor by a guessed token."""
        case = self.env["order.case"]._open_case(
            {
                "subject": "Leak",
                "partner_id": self.contact.id,
                "company_id": self.company.id,
                "source": "portal",
            }
        )
        message = case.message_post(
            body="Photo",
            attachments=[("leak.txt", b"secret photo")],
            subtype_xmlid="mail.mt_comment",
        )
        file = message.attachment_ids
        stranger = new_test_user(
            self.env,
            "case_stranger",
            "base.group_portal",
            password="case_stranger",
            partner_id=self.other_customer.id,
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRefused(exception=AccessError):
            file.with_user(stranger).read(["raw"])
        with self.assertRefused(exception=AccessError):
            case.with_user(stranger).message_post(body="Mine")
        with self.assertRefused(exception=AccessError):
            message.with_user(stranger).read(["body"])
        self.authenticate("case_stranger", "case_stranger")
        for url in (
            f"/web/content/{file.id}",
            f"/web/content/{file.id}?access_token=0",
            f"/my/cases/{case.id}?access_token=0",
            f"/web/content/order.case/{case.id}/description",
        ):
            with self.subTest(url):
                self.assertNotIn("secret photo", self.url_open(url).text)
                self.assertNotIn(case.name, self.url_open(url).text)

    def test_a_guessed_link_of_a_survey_leads_nowhere(self):
        """F19: no answer, no case, and no hint of what exists."""
        case = self.make_closed()
        asked = self.env["order.satisfaction"].search([("case_id", "=", case.id)])
        self.assertTrue(asked)
        cases = self.env["order.case"].search_count([])
        for token in ("0", "a" * 32, str(asked.id)):
            with self.subTest(token):
                self.assertEqual(self.url_open(f"/rate/{token}/1").status_code, 404)
        self.assertFalse(asked.answered_at)
        self.assertEqual(self.env["order.case"].search_count([]), cases)

    def test_a_copy_of_a_case_begins_anew(self):
        """F19: number, owner, findings, stages and times are its own."""
        case = self.make_closed()
        copy = self.as_user(case, self.sales).copy()
        self.assertNotEqual(copy.name, case.name)
        self.assertEqual(copy.state, "new")
        for name in ("owner_id", "cause", "measure", "result", "closed_at", "escalated_at"):
            with self.subTest(name):
                self.assertFalse(copy[name])

    def test_overdue_cases_are_escalated_with_few_queries_each(self):
        """F19: the hourly run takes up to two hundred."""

        def cost(count):
            cases = self.env["order.case"].create(
                [
                    {
                        "subject": f"Late {n}",
                        "partner_id": self.contact.id,
                        "user_id": self.sales.id,
                    }
                    for n in range(count)
                ]
            )
            cases._stamp({"opened_at": fields.Datetime.now() - timedelta(days=30)})
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            cases._escalate()
            self.env.flush_all()
            return self.cr.sql_log_count - before

        with patch.object(type(self.env["mail.mail"]), "send", lambda *a, **k: None):
            cost(1)
            small, large = cost(5), cost(25)
        # each of them is a message and a to-do of its own
        self.assertLessEqual((large - small) / 20, 31)
