import base64
import io

from pypdf import PdfReader

from odoo import Command
from odoo.exceptions import AccessError

from .reporting_case import ReportingCase

OVERRIDE = "approval.override"
JUNE = "2026-06-15 02:00:00"


class TestOverrides(ReportingCase):
    """A19, A21: what did not go the ordinary way."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = cls.make_chain(
            [("decide", "sales_manager"), ("decide", "president")], allow_break_glass=True
        )

    def only(self, kind):
        return self.rows(OVERRIDE, [("kind", "=", kind)])

    def run_cron(self, name):
        with self.enter_registry_test_mode():
            self.env.ref(f"approval_chain.{name}").method_direct_trigger()

    # ------------------------------------------------------------------ each kind

    def test_the_ordinary_way_is_no_override(self):
        """A21: decided by those asked, returned, refused and withdrawn."""
        order = self.submit()
        self.decide(order, self.salesmgr)
        self.decide(order, self.president)
        self.decide(self.submit(), self.salesmgr, "refuse")
        returned = self.submit()
        self.decide(returned, self.salesmgr, "return")
        self.assertFalse(self.rows(OVERRIDE))

    def test_an_emergency_release_says_what_became_of_its_approval(self):
        """A19, A21: to be approved, overdue, approved, refused."""
        with self.at(JUNE):
            approved, refused = self.release(), self.release()
            waiting = self.only("emergency")
            self.assertEqual(waiting.mapped("afterwards"), ["pending", "pending"])
            self.assertEqual(waiting.person_id, self.sales)
            self.assertEqual(set(waiting.mapped("note")), {"The line stands still."})
            self.decide(approved, self.salesmgr)
            self.decide(approved, self.president)
        self.env.invalidate_all()
        with self.at("2026-07-15 02:00:00"):
            states = {row.request_id.res_id: row.afterwards for row in self.rows(OVERRIDE)}
            self.assertEqual(states, {approved.id: "approved", refused.id: "overdue"})
            self.decide(refused, self.salesmgr, "refuse")
        self.env.invalidate_all()
        row = self.only("emergency").filtered(lambda r: r.request_id.res_id == refused.id)
        self.assertEqual(row.afterwards, "refused")

    def test_stand_ins_are_listed_with_the_person_they_stood_in_for(self):
        """A21"""
        self.delegate(self.salesmgr, self.vp)
        order = self.submit()
        self.decide(order, self.vp, opinion="He is away.")
        row = self.rows(OVERRIDE)
        self.assertEqual((row.kind, row.person_id, row.other_id),
                         ("delegated", self.vp, self.salesmgr))  # fmt: skip
        self.assertEqual((row.note, row.step_name), ("He is away.", "Step 1"))
        self.assertEqual(row.request_id, self.request_of(order))

    def test_who_decided_on_the_own_request_is_listed(self):
        """A21: where the chain allows it."""
        self.chain.self_policy = "allow"
        order = self.submit(self.salesmgr)
        self.decide(order, self.salesmgr)
        self.decide(order, self.president)
        row = self.rows(OVERRIDE)
        self.assertEqual((row.kind, row.person_id), ("self", self.salesmgr))

    def test_time_limits_that_decide_and_what_is_reopened_are_listed(self):
        """A21, A8"""
        self.chain.step_ids[0].write({"time_limit": 1, "overdue_action": "refuse"})
        with self.at(JUNE):
            order = self.submit()
        with self.at("2026-06-25 02:00:00"):
            self.run_cron("cron_approval_overdue")
        row = self.rows(OVERRIDE)
        self.assertEqual(row.kind, "automatic")
        self.assertFalse(row.person_id)
        with self.at("2026-06-26 02:00:00"):
            self.as_user(self.request_of(order), self.salesmgr).action_reopen("I was ill.")
        row = self.only("reopened")
        self.assertEqual((row.person_id, row.note), (self.salesmgr, "I was ill."))

    def test_replaced_approvers_are_listed_with_who_is_asked_instead(self):
        """A21, A7: handing over one's own place is no override."""
        named = {"approver": "user", "kind": "decide", "user_ids": [Command.set(self.head.ids)]}
        self.make_chain([named], sequence=1)
        order = self.submit()
        slot = self.request_of(order).slot_ids
        request = self.as_user(self.request_of(order), self.manager)
        request.action_replace(slot.id, self.vp.id, "She knows the customer.")
        row = self.rows(OVERRIDE)
        self.assertEqual((row.kind, row.person_id, row.other_id),
                         ("replaced", self.manager, self.vp))  # fmt: skip
        self.assertEqual(row.note, "She knows the customer.")
        self.as_user(request, self.vp).action_hand_over(self.cfo.id, "Yours.")
        self.assertEqual(self.rows(OVERRIDE), row)

    def test_steps_passed_by_a_policy_are_listed_and_those_that_do_not_apply_are_not(self):
        """A21, A11: the requester's own step, and a person who decided before."""
        self.chain.write({"self_policy": "skip", "repeat_policy": "anywhere"})
        self.chain.step_ids[1].domain = "[('partner_name', '=', 'Nobody')]"
        order = self.submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(self.request_of(order).state, "executed")
        self.assertFalse(self.rows(OVERRIDE), "the conditions of the step did not match")
        self.chain.step_ids[1].domain = "[]"
        self.submit(self.salesmgr)
        row = self.rows(OVERRIDE)
        self.assertEqual((row.kind, row.step_name), ("passed", "Step 1"))
        self.assertIn(self.salesmgr.name, row.note)
        self.hold(self.salesmgr, "president")
        order = self.submit()
        self.decide(order, self.salesmgr)
        again = self.rows(OVERRIDE) - row
        self.assertEqual((again.kind, again.person_id, again.step_name),
                         ("passed", self.salesmgr, "Step 2"))  # fmt: skip

    def test_rows_are_counted_by_month_kind_and_person(self):
        """A21: as pivot and graph ask for them."""
        with self.at(JUNE):
            self.release()
            self.release(self.sales2)
        with self.at("2026-07-01 02:00:00"):
            self.release()
        groups = self.as_user(self.env[OVERRIDE], self.manager).formatted_read_group(
            [("res_model", "=", "test.approval.order")],
            ["at:month", "kind", "person_id"],
            ["__count"],
        )
        counts = [
            (group["at:month"][0][:7], group["kind"], group["person_id"][0], group["__count"])
            for group in groups
        ]
        self.assertCountEqual(
            counts,
            [
                ("2026-06", "emergency", self.sales.id, 1),
                ("2026-06", "emergency", self.sales2.id, 1),
                ("2026-07", "emergency", self.sales.id, 1),
            ],
        )

    # ------------------------------------------------------------------ rights

    def test_only_administrators_of_the_company_read_overrides(self):
        """A21: not those who did them; not administrators elsewhere."""
        self.release()
        row = self.rows(OVERRIDE)
        self.assertEqual(row.action_open_request()["res_id"], row.request_id.id)
        for user in (self.sales, self.salesmgr, self.president):
            with self.assertRefused(exception=AccessError):
                self.rows(OVERRIDE, user=user)
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env["approval.override.month"], user).create({})
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.manager.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        report = self.env[OVERRIDE].with_user(self.manager)
        self.assertFalse(report.with_context(allowed_company_ids=other.ids).search([]))


class TestOverrideMonth(ReportingCase):
    """A21: the monthly list, printed and mailed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("decide", "sales_manager")], allow_break_glass=True)
        cls.company.resource_calendar_id.tz = "Asia/Shanghai"
        cls.president.email = "president@example.com"

    def sheet(self, month="2026-06-10", user=None):
        return self.as_user(self.env["approval.override.month"], user or self.manager).create(
            {"month": month}
        )

    def mails(self):
        return self.env["mail.mail"].search([("email_to", "ilike", "president@example.com")])

    def run_cron(self, at):
        with self.at(at), self.enter_registry_test_mode():
            self.env.ref("approval_chain.cron_approval_override").method_direct_trigger()

    def test_the_month_is_that_of_the_company(self):
        """A21: 00:30 on the first of July in Shanghai is still June in London."""
        with self.at("2026-06-30 15:30:00"):
            june = self.release()
        with self.at("2026-06-30 16:30:00"):
            july = self.release()
        for month, order in (("2026-06-10", june), ("2026-07-31", july)):
            rows = self.sheet(month)._overrides()
            self.assertEqual(rows.filtered(lambda row: row.kind == "emergency").request_id.res_id,
                             order.id)  # fmt: skip

    def test_the_printed_list_counts_every_kind_and_shows_every_row(self):
        """A21: two releases and a stand-in, none of the other kinds."""
        with self.at(JUNE):
            self.delegate(self.salesmgr, self.vp)
            self.release(name="SO-1")
            order = self.release(name="SO-2")
            self.decide(order, self.vp, opinion="I know of it.")
        sheet = self.sheet()
        counts = [(section["label"], section["count"]) for section in sheet._sections()]
        self.assertEqual(
            [row for row in counts if row[1]],
            [("Emergency Release", 2), ("Answered by a Stand-In", 1)],
        )
        self.assertEqual(len(counts), 8)
        report = self.as_user(self.env["ir.actions.report"], self.manager)
        page, _kind = report._render_qweb_html("approval_chain.report_override_month", sheet.ids)
        page = page.decode()
        for text in ("Overrides 2026-06", "SO-1", "SO-2", "The line stands still.",
                     "I know of it.", self.vp.name, "Approved Afterwards"):  # fmt: skip
            self.assertIn(text, page)
        self.assertEqual(
            sheet.action_print()["report_name"], "approval_chain.report_override_month"
        )

    def test_the_pdf_of_a_month_in_chinese_shows_company_counts_and_rows(self):
        """A21: the real file, by the program that prints it."""
        with self.at(JUNE):
            self.release(name="SO-PDF")
        report = self.as_user(self.env["ir.actions.report"], self.manager).with_context(
            force_report_rendering=True, lang="zh_CN"
        )
        content, kind = report._render_qweb_pdf(
            "approval_chain.report_override_month", self.sheet().ids
        )
        self.assertEqual(kind, "pdf")
        text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
        for wanted in ("SO-PDF", "2026-06", self.company.name, self.sales.name):
            self.assertIn(wanted, text)

    def test_another_user_cannot_print_the_sheet(self):
        """A21: neither somebody without the right nor another administrator."""
        sheet = self.sheet()
        self.cfo.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        for user in (self.sales, self.president, self.cfo):
            with self.assertRefused(exception=AccessError):
                report = self.as_user(self.env["ir.actions.report"], user)
                report._render_qweb_html("approval_chain.report_override_month", sheet.ids)

    def test_the_president_gets_last_month_once(self):
        """A21: from the first day of the next month, with the list attached."""
        self.company.approval_override_mail = True
        with self.at(JUNE):
            self.release(name="SO-JUNE")
        with self.at("2026-07-02 02:00:00"):
            self.release(name="SO-JULY")
        before = self.mails()
        self.run_cron("2026-06-30 17:00:00")
        mail = self.mails() - before
        self.assertEqual(len(mail), 1)
        self.assertIn("2026-06", mail.subject)
        self.assertIn("SO-JUNE", mail.body_html)
        self.assertNotIn("SO-JULY", mail.body_html)
        content = base64.b64decode(mail.attachment_ids.datas)
        self.assertTrue(content)
        self.run_cron("2026-07-01 17:00:00")
        self.run_cron("2026-07-31 02:00:00")
        self.assertEqual(self.mails() - before, mail)
        self.run_cron("2026-08-01 02:00:00")
        [later] = self.mails() - before - mail
        self.assertIn("SO-JULY", later.body_html)

    def test_nothing_is_mailed_unless_switched_on_and_the_role_is_held(self):
        """A21: off by default."""
        self.assertFalse(self.company.approval_override_mail)
        before = self.mails()
        self.run_cron("2026-07-01 02:00:00")
        self.assertEqual(self.mails(), before)
        self.company.approval_override_mail = True
        self.env["approval.role.holder"].search(
            [("role_id", "=", self.role["president"].id), ("company_id", "=", self.company.id)]
        ).unlink()
        self.run_cron("2026-07-02 02:00:00")
        self.assertEqual(self.mails(), before)
        self.assertFalse(self.company.approval_override_mailed)
        self.hold(self.president, "president")
        self.run_cron("2026-07-03 02:00:00")
        self.assertEqual(len(self.mails() - before), 1)

    def test_the_mail_holds_the_overrides_of_its_company_only(self):
        """A21"""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.company.approval_override_mail = True
        with self.at(JUNE):
            self.release(name="SO-OURS")
        sheets = self.env["approval.override.month"].create(
            [{"company_id": company.id, "month": "2026-06-01"} for company in (self.company, other)]
        )
        found = [sheet._overrides().company_id for sheet in sheets]
        self.assertEqual(found, [self.company, other.browse()])
