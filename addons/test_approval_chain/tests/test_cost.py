from odoo.tests import tagged

from odoo.addons.approval_chain.values import touch_rows

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestDecisionCost(ApprovalCase):
    """X4: what a click of an approver costs, each in a request of its own."""

    def setUp(self):
        super().setUp()
        self.company.approval_mails = False
        self.make_chain(
            [("decide", "sales_manager"), ("decide", "vp_marketing"), ("decide", "president")]
        )
        # the first use writes the version of the chain; what is committed is kept in memory
        request = self.submitted()
        self.env.cr.postcommit.run()
        self.answer(request, self.salesmgr)
        self.answer(request, self.vp)

    def submitted(self):
        order = self.make_order()
        order.action_approval_submit()
        return self.request_of(order)

    def answer(self, request, user):
        self.env.flush_all()
        self.env.invalidate_all()
        self.as_user(request, user).action_decide("approve")
        self.env.flush_all()

    def test_a_decision_reads_once_and_writes_once(self):
        """A4: the request with steps and places under its lock; all changes with the log entry."""
        request = self.submitted()
        self.answer(request, self.salesmgr)
        self.env.flush_all()
        self.env.invalidate_all()
        mine = self.as_user(request, self.vp)
        # the document notes its events: it is read and written by itself
        with self.assertQueryCount(2 + 2):
            mine.action_decide("approve")
            self.env.flush_all()
        self.assertEqual(
            request.slot_ids.filtered("verdict").mapped("decided_by_id"), self.salesmgr | self.vp
        )
        self.assertFalse(self.env["approval.log"]._find_tampering(request))

    def test_what_is_written_together_is_there_for_whoever_reads(self):
        """A12: entries of this transaction are found by a search and by the check, in order."""
        request = self.submitted()
        self.as_user(request, self.salesmgr).action_decide("approve")
        entries = self.env["approval.log"].search([("request_id", "=", request.id)], order="seq")
        self.assertEqual(entries.mapped("verb"), ["submit", "approve"])
        self.assertEqual(entries[-1].hash, request.log_head)

    def test_an_entry_goes_with_the_savepoint_it_was_made_in(self):
        """A12: nothing is recorded of what was taken back, and the chain of the log holds."""
        request = self.submitted()
        with self.env.cr.savepoint() as savepoint:
            self.as_user(request, self.salesmgr).action_decide("approve", "Taken back.")
            savepoint.rollback()
        self.as_user(request, self.salesmgr).action_decide("approve")
        self.assertEqual(request.log_ids.mapped("verb"), ["submit", "approve"])
        self.assertFalse(self.env["approval.log"]._find_tampering(request))

    def test_a_deleted_document_is_not_touched(self):
        """A15: rows that are marked are those that exist."""
        orders = self.make_order() | self.make_order(name="T2")
        gone = orders[0]
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM test_approval_order WHERE id = %s", [gone.id])
        self.assertEqual(touch_rows(orders), orders[1])

    def test_the_day_of_a_company_follows_its_calendar_at_once(self):
        """A3: the time zone is kept in memory, and forgotten when it changes."""
        self.assertEqual(self.company._approval_tz(), self.company.resource_calendar_id.tz)
        self.company.resource_calendar_id.tz = "Pacific/Auckland"
        self.assertEqual(self.company._approval_tz(), "Pacific/Auckland")
        other = self.company.resource_calendar_id.copy({"tz": "America/Lima"})
        self.company.resource_calendar_id = other
        self.assertEqual(self.company._approval_tz(), "America/Lima")

    def test_numbers_carry_the_year_it_is_where_the_company_works(self):
        """A1: whatever the time zone of the requester."""
        sequence = self.env.ref("approval_chain.sequence_approval_request")
        sequence.write({"prefix": "Q/%(year)s/", "suffix": "/x", "padding": 3})
        numbers = self.env["approval.request"].with_company(self.company)._next_numbers(2)
        year = self.company._approval_today().year
        self.assertRegex(numbers[0], rf"^Q/{year}/\d{{3,}}/x$")
        self.assertEqual(len(set(numbers)), 2)
