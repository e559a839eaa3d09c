from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestStockingRights(StockingCase):
    """S1, S2, A10: who sees and does what, and what must be refused."""

    def test_employees_see_their_own_requests_only(self):
        """S1: own requests; supply sees all."""
        request = self.make_stocking_request()
        self.assertTrue(self.as_user(request, self.assistant).name)
        with self.assertRefused(exception=AccessError):
            self.as_user(request, self.sales2).read(["name"])

    def test_only_the_assistant_submits_and_orders(self):
        """S2: the request goes through the sales assistant."""
        request = self.make_stocking_request()
        with self.assertRefused("Sales Assistant"):
            self.as_user(request, self.sales).action_submit()
        self.approve_stocking(request)
        with self.assertRefused("Sales Assistant"):
            self.as_user(request, self.sales).action_supply()

    def test_approved_state_cannot_be_written_created_or_imported(self):
        """A10: no way round the chain."""
        request = self.make_stocking_request()
        for user in (self.sales, self.assistant, self.env.ref("base.user_admin")):
            with self.assertRefused("cannot be entered by hand"):
                self.as_user(request, user).write({"state": "approved"})
            with self.assertRefused("needs approval"):
                self.as_user(request, user)._do_approve()
        with self.assertRefused("cannot be entered by hand"):
            self.make_stocking_request(state="approved")
        with self.assertRefused("cannot be entered by hand"):
            self.as_user(request, self.sales).copy({"state": "approved"})
        requests = self.as_user(self.env["stocking.request"], self.sales)
        requests = requests.with_context(default_state="approved")
        self.assertEqual(requests.create({"company_id": self.company.id}).state, "draft")

    def test_allocations_and_shortages_are_not_written_by_hand(self):
        """S3, A10: they follow from what was ordered."""
        request = self.make_stocking_request()
        self.approve_stocking(request)
        self.order_goods(request)
        for user in (self.sales, self.assistant, self.purchasing):
            with self.assertRefused(exception=AccessError):
                self.as_user(request.allocation_ids, user).quantity = 1
            with self.assertRefused(exception=AccessError):
                self.as_user(request.allocation_ids.shortage_id, user).quantity = 1
            with self.assertRefused(exception=AccessError):
                self.as_user(request.allocation_ids, user).unlink()

    def test_request_in_approval_is_cancelled_with_its_approval(self):
        """S2: a cancelled request leaves nothing to decide."""
        request = self.make_stocking_request()
        self.as_user(request, self.assistant).action_submit()
        self.as_user(request, self.sales).action_cancel()
        self.assertEqual((request.stage, request.approval_state), ("cancelled", "cancelled"))

    def test_sent_request_is_cancelled_not_deleted(self):
        """S1, X6: nothing that others work on disappears."""
        request = self.make_stocking_request()
        with self.assertRefused("Cancel it instead"):
            request.unlink()
