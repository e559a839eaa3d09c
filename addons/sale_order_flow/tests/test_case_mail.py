from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.approval_chain.values import label
from odoo.addons.mail.tests.common import MailCommon

from .case_case import CaseCase

MAIL = """Return-Path: <{sender}>
From: Buyer <{sender}>
To: complaints@{domain}
Subject: {subject}
Message-Id: <{number}@customer.example.com>
Date: Wed, 04 Mar 2026 10:00:00 +0800
{headers}MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: text/plain; charset=utf-8

{body}
--b
Content-Type: text/plain; name="photo.txt"
Content-Disposition: attachment; filename="photo.txt"

a picture of the leak
--b--
"""


@tagged("post_install", "-at_install", "mail_gateway")
class TestCaseMail(MailCommon, CaseCase):
    """F19: cases by mail; machines that answer machines open none."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.alias_domain_id = cls.mail_alias_domain
        cls.mailbox = cls.env["order.case.mailbox"].create(
            {
                "name": "Complaints",
                "company_id": cls.company.id,
                "kind": "complaint",
                "alias_name": "complaints",
                "alias_domain_id": cls.mail_alias_domain.id,
            }
        )

    def receive(self, number="1", subject="The pump leaks", headers="", **values):
        before = self.env["order.case"].search([])
        text = MAIL.format(
            **{
                "sender": "buyer@customer.example.com",
                "domain": self.mail_alias_domain.name,
                "body": "Water under the pump.",
                **values,
            },
            number=number,
            subject=subject,
            headers=headers,
        )
        self.env["mail.thread"].message_process(None, text)
        return self.env["order.case"].search([]) - before

    def test_a_mail_opens_a_case_of_the_customer_and_the_order_it_names(self):
        """F19: with text and files, for the company and kind of the mailbox."""
        order = self.make_confirmed()
        case = self.receive(subject=f"Re {order.name}: the pump leaks")
        self.assertEqual(case.partner_id, self.contact)
        self.assertEqual(case.order_id.id, order.id)
        self.assertEqual((case.kind, case.source), ("complaint", "mail"))
        self.assertEqual(case.company_id, self.company)
        self.assertEqual(case.user_id, self.sales)
        self.assertIn("Water under the pump.", case.description)
        self.assertIn("photo.txt", case.message_ids.attachment_ids.mapped("name"))
        self.mailbox.kind = "feedback"
        self.assertEqual(self.receive("2").kind, "feedback")

    def test_a_mail_of_a_stranger_is_closed_only_with_a_customer(self):
        """F19: the owner says who it is; another's order number is not believed."""
        order = self.make_confirmed()
        case = self.receive(sender="stranger@elsewhere.example.com", subject=order.name)
        self.assertFalse(case.partner_id or case.order_id)
        self.assertEqual(case.email_from, "stranger@elsewhere.example.com")
        mine = self.as_user(case, self.service)
        mine.action_take()
        self.fill_in(mine)
        with self.assertRefused(label(case, "partner_id")):
            mine.action_close()
        mine.partner_id = self.other_customer
        mine.action_close()

    def test_an_answer_of_the_customer_goes_to_the_case_and_wakes_it(self):
        """F19: it opens no second one; the same mail twice is one."""
        case = self.receive()
        mine = self.as_user(case, self.service)
        mine.action_take()
        mine.action_wait()
        self.assertFalse(self.receive())
        self.assertEqual(case.state, "waiting")
        reply = "In-Reply-To: <1@customer.example.com>\nReferences: <1@customer.example.com>\n"
        self.assertFalse(self.receive("2", headers=reply, body="It is type B."))
        self.assertEqual(case.state, "progress")
        self.assertIn("type B", case.message_ids[0].body)

    def test_automatic_answers_open_no_case_and_wake_none(self):
        """F19: out of office, mailing lists and bounces."""
        case = self.as_user(self.receive(), self.service)
        case.action_take()
        case.action_wait()
        reply = "In-Reply-To: <1@customer.example.com>\nReferences: <1@customer.example.com>\n"
        for number, headers in enumerate(
            (
                "Auto-Submitted: auto-replied\n",
                "Auto-Submitted: auto-generated\n",
                "Precedence: bulk\n",
                "X-Autoreply: yes\n",
                f"Auto-Submitted: auto-replied\n{reply}",
            )
        ):
            with self.subTest(headers):
                self.assertFalse(self.receive(f"auto{number}", headers=headers))
        self.assertEqual(case.state, "waiting")
        self.assertTrue(self.receive("human", headers="Auto-Submitted: no\n"))

    def test_administrators_of_the_flow_make_mailboxes_and_nobody_else(self):
        """F19: with nothing but that right."""
        admin = self.make_person("flowadmin", "project_director")
        values = {"name": "Questions", "kind": "technical", "alias_name": "questions"}
        with self.assertRefused("", AccessError):
            self.as_user(self.env["order.case.mailbox"], admin).create(values)
        admin.group_ids = [Command.link(self.env.ref("sale_order_flow.group_flow_manager").id)]
        mailbox = self.as_user(self.env["order.case.mailbox"], admin).create(values)
        mailbox.write({"kind": "feedback", "alias_name": "answers"})
        self.assertEqual(mailbox.alias_id.alias_model_id.model, "order.case")
        self.assertIn("feedback", mailbox.alias_defaults)

    def test_a_loop_of_mails_stops(self):
        """F19: a sender without end is cut off by Odoo's own count."""
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("mail.gateway.loop.threshold", 3)
        opened = [bool(self.receive(f"loop{number}")) for number in range(6)]
        self.assertEqual(sum(opened), 3)
