from datetime import date, datetime, timedelta

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import OrderFlowCase

TODAY = date(2026, 3, 10)


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 04:00:00")
class TestQualification(OrderFlowCase):
    """F2: what a customer has to hand in, who verifies it, and when it runs out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.licence = cls.env.ref("sale_order_flow.qualification_licence")
        cls.tax = cls.env.ref("sale_order_flow.qualification_tax")
        cls.licence.with_company(cls.company).is_required = True
        cls.customer.user_id = cls.sales
        cls.policy = cls.env["sale.order.check.policy"].search(
            [("company_id", "=", cls.company.id), ("code", "=", "qualification")]
        )
        cls.policy.means = "head"

    def make_document(self, user=None, verify=True, **values):
        document = self.as_user(self.env["res.partner.qualification"], user or self.sales).create(
            {
                "partner_id": self.customer.id,
                "kind_id": self.licence.id,
                "number": "9151",
                "valid_from": TODAY - timedelta(days=400),
                "valid_until": TODAY + timedelta(days=100),
                "document": b"Y29weQ==",
                **values,
            }
        )
        if verify:
            self.as_user(document, self.finance).action_verify()
        return document

    def result(self, **values):
        values.setdefault("commitment_date", datetime(2026, 3, 20, 4))
        order = self.make_order(**values)
        return next(check for check in order.check_results if check["code"] == "qualification")

    # ------------------------------------------------------------------ the check

    def test_missing_document_is_named(self):
        """F2: customer and kind."""
        check = self.result()
        self.assertEqual(check["state"], "head")
        self.assertIn("Customer: Business Licence is missing", check["reason"])

    def test_verified_and_valid_document_is_in_order(self):
        """F2: entered for a contact, it counts for the whole customer."""
        document = self.make_document(partner_id=self.contact.id)
        self.assertEqual(document.partner_id, self.customer)
        self.assertEqual(self.result()["state"], "ok")
        self.assertEqual(self.result(partner_id=self.contact.id)["state"], "ok")
        self.assertEqual(self.result(partner_id=self.other_customer.id)["state"], "head")

    def test_document_is_not_lent_to_another_customer(self):
        """F2: hanging the holder under somebody else does not qualify that one."""
        self.make_document()
        self.customer.write({"parent_id": self.other_customer.id, "is_company": False})
        for customer in (self.customer, self.other_customer):
            with self.subTest(customer.name):
                self.assertIn("is missing", self.result(partner_id=customer.id)["reason"])

    def test_documents_are_reached_from_the_customer_and_its_contacts(self):
        """F2: by salespeople, who may not change customers themselves."""
        for partner in (self.customer, self.contact):
            action = self.as_user(partner, self.sales).action_view_qualifications()
            self.assertEqual(action["context"]["default_partner_id"], self.customer.id)
        self.make_document()
        self.assertEqual(self.as_user(self.contact, self.sales).qualification_count, 1)

    def test_unverified_document_is_not_enough(self):
        """F2: the reason says whom to ask."""
        self.make_document(verify=False)
        self.assertIn("9151 is not verified", self.result()["reason"])

    def test_document_must_be_valid_at_the_promised_date(self):
        """F2: valid today is not enough; the last day is."""
        self.make_document(valid_until=date(2026, 3, 20))
        self.assertEqual(self.result()["state"], "ok")
        check = self.result(commitment_date=datetime(2026, 3, 21, 4))
        self.assertEqual(check["state"], "head")
        self.assertIn("9151", check["reason"])
        self.make_document(number="9152", valid_from=date(2026, 3, 21))
        self.assertEqual(self.result(commitment_date=datetime(2026, 3, 21, 4))["state"], "ok")

    def test_document_that_is_not_valid_yet_is_told(self):
        """F2: a renewed licence begins later."""
        self.make_document(valid_from=date(2026, 4, 1))
        self.assertIn("not valid before", self.result()["reason"])

    def test_only_what_the_company_requires_is_asked_for(self):
        """F2, X4: the requirement of another company is its own."""
        other = self.env["res.company"].create({"name": "Sister"})
        self.tax.with_company(other).is_required = True
        self.make_document()
        self.assertEqual(self.result()["state"], "ok")
        self.tax.with_company(self.company).is_required = True
        self.assertIn("Tax Registration is missing", self.result()["reason"])
        self.tax.with_company(self.company).is_required = False
        self.licence.with_company(self.company).is_required = False
        self.assertEqual(self.result(partner_id=self.other_customer.id)["state"], "ok")

    def test_archived_documents_do_not_count(self):
        """F2: what was put away is no longer shown as valid."""
        self.make_document().active = False
        self.assertIn("is missing", self.result()["reason"])

    def test_documents_of_another_company_do_not_count(self):
        """F2, X4: each company verifies for itself."""
        other = self.env["res.company"].create({"name": "Sister"})
        theirs = self.env["res.partner.qualification"].create(
            {
                "partner_id": self.customer.id,
                "kind_id": self.licence.id,
                "number": "9151",
                "company_id": other.id,
                "valid_until": date(2027, 1, 1),
            }
        )
        self.assertIn("is missing", self.result()["reason"])
        self.assertFalse(self.as_user(theirs, self.finance).search([("id", "=", theirs.id)]))
        with self.assertRefused(exception=AccessError):
            self.as_user(theirs, self.finance).action_verify()

    # ------------------------------------------------------------------ who verifies

    def test_salespeople_enter_and_only_finance_or_the_assistant_verifies(self):
        """F2: not the salesperson, not the manager, not the warehouse."""
        document = self.make_document(verify=False)
        # whoever may not even see the customer is refused before
        self.company.own_customers_only = False
        for user in (self.sales, self.sales2, self.salesmgr, self.warehouse, self.president):
            with self.subTest(user.login), self.assertRefused("is verified by", AccessError):
                self.as_user(document, user).action_verify()
        self.as_user(document, self.assistant).action_verify()
        self.assertEqual(document.verified_by_id, self.assistant)
        self.as_user(document, self.finance).action_withdraw_verification()
        self.assertFalse(document.verified_at or document.verified_by_id)

    def test_verification_is_not_written_by_hand(self):
        """F2: created, written, imported or by default, it is refused or left out."""
        document = self.make_document(verify=False)
        for user in (self.sales, self.finance):
            for values in ({"verified_by_id": user.id}, {"verified_at": "2026-03-10 00:00:00"}):
                with self.subTest(values), self.assertRefused("by hand", AccessError):
                    self.as_user(document, user).write(values)
        with self.assertRefused("by hand", AccessError):
            self.make_document(number="2", verify=False, verified_at="2026-03-10 00:00:00")
        Document = document.with_context(default_verified_at="2026-03-10 00:00:00")
        sneaked = Document.create(
            {
                "partner_id": self.customer.id,
                "kind_id": self.tax.id,
                "number": "3",
            }
        )
        self.assertFalse(sneaked.verified_at)
        self.assertFalse(self.make_document(number="4").copy({"number": "5"}).verified_at)

    def test_a_document_without_copy_or_out_of_date_cannot_be_verified(self):
        """F2: there is nothing to see."""
        bare = self.make_document(verify=False, document=False)
        with self.assertRefused("attach it"):
            self.as_user(bare, self.finance).action_verify()
        old = self.make_document(verify=False, number="1", valid_until=date(2026, 3, 9))
        with self.assertRefused("is valid until"):
            self.as_user(old, self.finance).action_verify()

    # ------------------------------------------------------------------ what undoes it

    def test_changing_what_was_verified_asks_for_a_new_verification(self):
        """F2: number, dates, kind, customer and copy, by whomever; a remark on it does not."""
        for values in (
            {"number": "9999"},
            {"valid_until": date(2030, 1, 1)},
            {"valid_from": False},
            {"kind_id": self.tax.id},
            {"partner_id": self.other_customer.id},
            {"document": b"b3RoZXI="},
        ):
            for user in (self.sales, self.finance):
                document = self.make_document(number=f"{user.login}{sorted(values)[0]}")
                self.as_user(document, user).write(values)
                with self.subTest(values, user=user.login):
                    self.assertFalse(document.verified_at)
                document.active = False
        document = self.make_document()
        document.write({"number": "9151", "valid_until": document.valid_until, "active": True})
        document.message_post(body="Seen.")
        self.assertTrue(document.verified_at)

    def test_exchanging_the_file_behind_the_document_undoes_it(self):
        """F2: the attachment itself is a door too: written, taken away, moved, or given a rival."""

        def forge(file, document):
            file.write({"raw": b"forged"})

        def remove(file, document):
            file.unlink()

        def send_away(file, document):
            file.write({"res_id": self.make_document(number="elsewhere", verify=False).id})

        def add_another(file, document):
            file.create(
                {
                    "name": "document",
                    "raw": b"forged",
                    "res_model": document._name,
                    "res_id": document.id,
                    "res_field": "document",
                }
            )

        def bring_another(file, document):
            other = self.make_document(number="other", verify=False)
            self.file_of(other).write({"res_id": document.id})

        for change in (forge, remove, send_away, add_another, bring_another):
            document = self.make_document(number=change.__name__)
            self.assertTrue(document.verified_at)
            change(self.file_of(document), document)
            document.invalidate_recordset()
            with self.subTest(change.__name__):
                self.assertFalse(document.verified_at)

    def file_of(self, document):
        """The stored file, as the salesperson reaches it."""
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", document._name),
                ("res_id", "=", document.id),
                ("res_field", "=", "document"),
            ]
        )
        return self.as_user(files, self.sales)

    def test_verified_documents_are_archived_and_not_deleted(self):
        """F2: orders rest on them."""
        document = self.make_document()
        with self.assertRefused("Archive it"):
            document.unlink()
        document.active = False
        self.make_document(number="1", verify=False).unlink()

    # ------------------------------------------------------------------ bad input

    def test_impossible_documents_are_refused(self):
        """X6: ends before it begins, no end, twice the same."""
        with mute_logger("odoo.sql_db"), self.assertRefused(exception=IntegrityError):
            self.make_document(verify=False, valid_until=date(2020, 1, 1))
        with self.assertRefused("until when", ValidationError):
            self.make_document(verify=False, valid_until=False)
        self.make_document(verify=False, kind_id=self.tax.id, valid_until=False)
        self.make_document(verify=False)
        with mute_logger("odoo.sql_db"), self.assertRefused(exception=IntegrityError):
            self.make_document(verify=False)

    def test_outsiders_do_not_see_documents(self):
        """F2: people without the order flow, and customers."""
        document = self.make_document()
        for xml_id in ("base.group_user", "base.group_portal"):
            user = self.env["res.users"].create(
                {
                    "name": "Outsider",
                    "login": xml_id,
                    "company_id": self.company.id,
                    "company_ids": self.company.ids,
                    "group_ids": [(6, 0, self.env.ref(xml_id).ids)],
                }
            )
            with self.subTest(xml_id), self.assertRefused(exception=AccessError):
                self.as_user(document, user).read(["number"])

    def test_status_follows_the_days(self):
        """F2: what lists show."""
        document = self.make_document()
        for day, status in (
            ("2026-03-10", "valid"),
            ("2026-05-19", "expiring"),
            ("2026-06-18", "expiring"),
            ("2026-06-19", "expired"),
        ):
            with self.subTest(day), freeze_time(f"{day} 04:00:00"):
                document.invalidate_recordset()
                self.assertEqual(document.status, status)
        self.assertEqual(self.make_document(number="2", verify=False).status, "unverified")

    # ------------------------------------------------------------------ reminders

    def remind(self):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref("sale_order_flow.cron_qualification_remind").method_direct_trigger()
        self.env.invalidate_all()

    def activities(self, documents):
        return self.env["mail.activity"].search(
            [("res_model", "=", documents._name), ("res_id", "in", documents.ids)]
        )

    def test_salesperson_is_reminded_once_before_a_document_expires(self):
        """F2: thirty days ahead, and again only for another date."""
        soon = self.make_document(valid_until=TODAY + timedelta(days=30))
        later = self.make_document(partner_id=self.other_customer.id, number="2")
        self.remind()
        self.remind()
        self.assertEqual(self.activities(soon | later).mapped("res_id"), soon.ids)
        self.assertEqual(self.activities(soon).user_id, self.sales)
        with freeze_time("2026-06-01 04:00:00"):
            soon.valid_until = date(2026, 6, 15)
            self.remind()
        self.assertEqual(len(self.activities(soon)), 2)

    def test_nobody_is_reminded_of_what_was_renewed_or_put_away(self):
        """F2: a later document of the same kind is there."""
        old = self.make_document(valid_until=TODAY + timedelta(days=20))
        self.make_document(number="2", verify=False)
        away = self.make_document(
            partner_id=self.other_customer.id, valid_until=TODAY + timedelta(days=20)
        )
        away.active = False
        self.remind()
        self.assertFalse(self.activities(old | away))

    def test_without_a_salesperson_whoever_entered_it_is_reminded(self):
        """F2: somebody is."""
        self.other_customer.user_id = False
        document = self.make_document(
            user=self.sales2,
            partner_id=self.other_customer.id,
            valid_until=TODAY + timedelta(days=3),
        )
        self.remind()
        self.assertEqual(self.activities(document).user_id, self.sales2)

    def test_companies_without_the_order_flow_are_not_reminded(self):
        """X1: switched off is off."""
        document = self.make_document(valid_until=TODAY + timedelta(days=3))
        self.company.order_flow_enabled = False
        self.remind()
        self.assertFalse(self.activities(document))

    def test_reminders_of_many_documents_take_few_queries(self):
        """DESIGN 19: one round for all documents of a salesperson."""

        def made(number):
            customers = self.env["res.partner"].create(
                [
                    {"name": f"C{index}", "is_company": True, "user_id": self.sales.id}
                    for index in range(number)
                ]
            )
            for customer in customers:
                self.make_document(partner_id=customer.id, valid_until=TODAY + timedelta(days=9))

        def count(number):
            made(number)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            documents = self.env["res.partner.qualification"]._expiring(limit=100)
            self.assertEqual(len(documents), number)
            documents._remind()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        count(2)
        few, many = count(2), count(22)
        self.assertLessEqual((many - few) / 20, 3, f"{few} queries for 2, {many} for 22")

    def test_refusal_says_what_to_do(self):
        """F2: where the company refuses orders of customers without documents."""
        self.policy.means = "stop"
        with self.assertRefused("Enter it at the customer", UserError):
            self.make_order().action_approval_submit()
        self.make_document()
        self.make_order(commitment_date=datetime(2026, 3, 20, 4)).action_approval_submit()
