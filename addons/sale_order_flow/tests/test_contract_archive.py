from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .contract_case import ContractCase


@tagged("post_install", "-at_install")
@freeze_time("2026-04-10 04:00:00")
class TestContractArchive(ContractCase):
    """F9: each month's contracts, by product and by customer, archived by the 25th."""

    def archive(self, archive, shelf="A-3", folder="2026-03"):
        archive = self.as_user(archive, self.assistant)
        archive.write({"shelf": shelf, "folder": folder})
        archive.action_archive_contracts()
        return archive

    def test_contracts_of_a_month_come_into_its_archive(self):
        """F9: signed after the 25th, they are the next month's."""
        early, last, late = (
            self.make_signed(day=date(2026, 3, day)).sudo(False) for day in (1, 25, 26)
        )
        march = early.archive_id
        self.assertEqual((march.month, march.due_date), (date(2026, 3, 1), date(2026, 3, 25)))
        self.assertEqual(last.archive_id, march)
        self.assertEqual(late.archive_id.month, date(2026, 4, 1))
        december = self.make_signed(day=date(2025, 12, 31))
        self.assertEqual(december.archive_id.month, date(2026, 1, 1))

    def test_the_later_signature_counts(self):
        """F9: a contract is signed when both sides have signed."""
        contract = self.make_contract(
            **{**self.signing_values(date(2026, 2, 3)), "customer_signed_on": date(2026, 3, 4)}
        )
        contract.action_sign()
        self.assertEqual(contract.archive_id.month, date(2026, 3, 1))

    def test_the_due_day_is_the_25th_also_on_a_weekend(self):
        """F9: 25 April 2026 is a Saturday."""
        contract = self.make_signed(day=date(2026, 4, 2))
        self.assertEqual(contract.archive_due, date(2026, 4, 25))

    def test_the_assistant_archives_with_shelf_and_folder(self):
        """F9: a contract may have its own place."""
        first, second = self.make_signed(), self.make_signed()
        self.as_user(second, self.assistant).archive_folder = "Special"
        archive = self.archive(first.archive_id)
        self.assertEqual(set((first | second).mapped("state")), {"archived"})
        self.assertEqual(
            [(c.archive_shelf, c.archive_folder) for c in (first, second)],
            [("A-3", "2026-03"), ("A-3", "Special")],
        )
        self.assertEqual((archive.status, archive.archived_by_id), ("archived", self.assistant))
        self.assertTrue(all(contract.order_ids._is_archived() for contract in (first, second)))

    def test_archiving_twice_or_without_a_place_is_refused(self):
        """F9: naming who archived it, or the contract that has no place."""
        contract = self.make_signed()
        archive = self.as_user(contract.archive_id, self.assistant)
        with self.assertRefused(contract.name):
            archive.action_archive_contracts()
        self.archive(archive)
        with self.assertRefused("was archived by"):
            archive.action_archive_contracts()
        with self.assertRefused("cannot be changed"):
            archive.shelf = "B"
        with self.assertRefused("archived"):
            self.as_user(contract, self.assistant).archive_shelf = "B"
        with self.assertRefused():
            self.as_user(contract, self.assistant).action_take_back()

    def test_a_contract_for_an_archived_month_comes_into_the_open_one(self):
        """F9: nothing slips into what was bound already."""
        self.archive(self.make_signed().archive_id)
        late = self.make_signed()
        self.assertEqual(late.archive_id.month, date(2026, 4, 1))
        self.archive(late.archive_id)
        self.assertEqual(self.make_signed().archive_id.month, date(2026, 5, 1))

    def test_archiving_is_the_assistants(self):
        """F9: nobody else files, moves the month or makes archives."""
        archive = self.make_signed().archive_id
        for user in (self.sales, self.finance, self.salesmgr):
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.as_user(archive, user).action_archive_contracts()
        with self.assertRefused("follow from its contracts", AccessError):
            self.as_user(archive, self.assistant).month = date(2026, 5, 1)
        with self.assertRefused(exception=AccessError):
            self.as_user(self.env["sale.contract.archive"], self.assistant).create(
                {"company_id": self.company.id, "month": date(2026, 5, 1)}
            )

    def test_an_order_is_archived_when_all_its_contracts_are(self):
        """F9: a cancelled one does not count; without any it is not."""
        order = self.make_order()
        self.assertFalse(order._is_archived())
        first = self.make_signed(order)
        self.archive(first.archive_id)
        self.assertTrue(order._is_archived())
        second = self.make_contract(order, kind="supplement")
        self.assertFalse(order._is_archived())
        second.cancel_reason = "Not needed."
        second.action_cancel()
        self.assertTrue(order._is_archived())

    def test_overdue_archives_are_told_to_the_archivist_once(self):
        """F9: March was due on the 25th; April is not due yet."""
        march = self.as_user(self.make_signed().archive_id, self.assistant)
        april = self.make_signed(day=date(2026, 4, 2)).archive_id
        self.assertEqual((march.status, april.status), ("overdue", "open"))
        self.env.flush_all()
        cron = self.env.ref("sale_order_flow.cron_contract_archive")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(march.activity_ids.user_id, self.assistant)
        self.assertEqual(len(march.activity_ids), 1)
        self.assertFalse(april.activity_ids)
        self.archive(march)
        self.assertFalse(march.activity_ids)

    def test_on_the_25th_itself_nothing_is_overdue(self):
        """F9: by the 25th; where the company works it is the 26th sooner than in UTC."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        march = self.make_signed().archive_id
        with freeze_time("2026-03-25 15:59:00"):
            march.invalidate_recordset()
            self.assertEqual(march.status, "open")
        with freeze_time("2026-03-25 16:01:00"):
            march.invalidate_recordset()
            self.assertEqual(march.status, "overdue")

    def test_the_list_names_every_contract_by_customer_and_by_product(self):
        """F9: bound by product and by customer."""
        both = self.make_signed(self.make_order({self.pump: 1, self.hose: 1}))
        hose = self.make_signed(self.make_order({self.hose: 2}))
        archive = self.as_user(both.archive_id, self.assistant)
        self.assertEqual(archive._by_customer(), [(self.customer, hose | both)])
        self.assertEqual(dict(archive._by_product()), {self.pump: both, self.hose: hose | both})
        report = self.as_user(self.env["ir.actions.report"], self.assistant)
        html = report._render_qweb_html("sale_order_flow.report_contract_archive", archive.ids)[0]
        text = html.decode()
        self.assertEqual(text.count(both.name), 3)
        self.assertEqual(text.count(hose.name), 2)
