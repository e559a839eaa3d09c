from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestShadow(RuntimeCase):
    """A16: a chain in shadow mode stops nothing and records what it would have stopped."""

    def hits(self, order):
        return self.env["approval.shadow.hit"].search(
            [("res_model", "=", order._name), ("res_id", "=", order.id)]
        )

    def shadow(self, *steps, **values):
        return self.make_chain(
            list(steps) or [("opinion", "vp_marketing"), ("decide", "president")],
            is_shadow=True,
            **values,
        )

    def test_shadow_stops_nothing_and_records_who_would_have_been_asked(self):
        """A16: whom, when, how much."""
        chain = self.shadow()
        order = self.make_order()
        order.action_finish()
        self.assertEqual(order.state, "done")
        hit = self.hits(order)
        self.assertEqual((hit.chain_id, hit.user_id, hit.amount), (chain, self.sales, 250))
        self.assertEqual(hit.asked.splitlines(), ["Step 1: 赵敏", "Step 2: 孙国栋"])
        self.assertFalse(hit.gaps)

    def test_shadow_locks_no_values_and_takes_no_submissions(self):
        """A16: nothing to see for those who work."""
        self.shadow()
        order = self.make_order()
        order.line_ids[0].price = 90
        self.assertFalse(order.approval_required)
        self.assertFalse(self.panel(order, self.sales))
        with self.assertRefused("No approval chain applies"):
            order.action_approval_submit()
        order.action_finish()
        order.line_ids[0].price = 80
        self.assertEqual(len(self.hits(order)), 1)

    def test_gaps_are_recorded_not_raised(self):
        """A16: a step that nobody could have answered."""
        self.env["approval.role.holder"].search(
            [("role_id", "=", self.role["president"].id), ("company_id", "=", self.company.id)]
        ).unlink()
        self.shadow()
        order = self.make_order()
        order.action_finish()
        self.assertIn("Step “Step 2”", self.hits(order).gaps)

    def test_documents_that_the_shadow_does_not_match_are_not_recorded(self):
        """A16: neither by domain, nor amount, nor state."""
        self.shadow(domain="[('amount', '>', 1000)]")
        self.shadow(amount_min=1000)
        order = self.make_order()
        order.action_finish()
        dead = self.make_order()
        dead.state = "cancel"
        self.assertFalse(self.hits(order) | self.hits(dead))

    def test_document_created_as_executed_is_recorded(self):
        """A16, A10: by whatever door."""
        self.shadow()
        order = self.make_order(state="done")
        self.assertEqual(len(self.hits(order)), 1)

    def test_real_chain_after_the_shadow_stops_as_ever_and_the_shadow_is_recorded(self):
        """A16: a shadow never bypasses a real chain."""
        shadow = self.shadow(sequence=1)
        self.make_chain([("decide", "department_head")], sequence=2)
        order = self.make_order()
        with self.assertRefused("needs approval"):
            order.action_finish()
        self.assertFalse(self.hits(order))
        order.action_approval_submit()
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")
        self.assertEqual(self.hits(order).chain_id, shadow)

    def test_real_chain_before_the_shadow_leaves_it_nothing_to_record(self):
        """A16: the shadow would not have been asked."""
        self.make_chain([("decide", "department_head")], sequence=1)
        self.shadow(sequence=2)
        order = self.submitted()
        self.decide(order, self.head)
        self.assertEqual(order.state, "done")
        self.assertFalse(self.hits(order))

    def test_of_two_shadows_the_first_that_matches_is_recorded(self):
        """A16: as the first of two real chains is asked."""
        self.shadow(sequence=1, domain="[('amount', '>', 1000)]")
        second = self.shadow(sequence=2)
        self.shadow(sequence=3)
        order = self.make_order()
        order.action_finish()
        self.assertEqual(self.hits(order).chain_id, second)

    def test_one_click_makes_it_real_for_administrators_alone(self):
        """A16: from then on it stops; what was done before stays as it is."""
        chain = self.shadow()
        done = self.make_order()
        done.action_finish()
        open_order = self.make_order()
        with self.assertRefused(exception=AccessError):
            self.as_user(chain, self.president).action_make_real()
        self.cfo.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        self.as_user(chain, self.cfo).action_make_real()
        with self.assertRefused("needs approval"):
            open_order.action_finish()
        open_order.action_approval_submit()
        self.decide(open_order, self.vp, "opinion")
        self.decide(open_order, self.president)
        self.assertEqual((done.state, open_order.state), ("done", "done"))
        self.assertEqual(len(self.hits(done)), 1)
        self.assertFalse(self.hits(open_order))

    def test_copy_of_a_shadow_chain_is_a_shadow(self):
        """A16: duplicating a chain to try another one stops nobody."""
        self.assertTrue(self.shadow().copy().is_shadow)

    def test_chain_put_in_shadow_lets_running_requests_finish(self):
        """A16, A1: what was asked is decided."""
        chain = self.make_chain([("decide", "president")])
        order = self.submitted()
        chain.is_shadow = True
        with self.assertRefused("in approval"):
            order.action_finish()
        with self.assertRefused("are locked"):
            order.line_ids[0].price = 1
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_records_are_read_by_administrators_and_written_by_nobody(self):
        """A16, A10."""
        self.shadow()
        order = self.make_order()
        order.action_finish()
        hit = self.hits(order)
        for user in (self.sales, self.president):
            with self.assertRefused(exception=AccessError):
                self.as_user(hit, user).read(["asked"])
        self.cfo.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        own = self.as_user(hit, self.cfo)
        self.assertEqual(own.document_name, "T1")
        for call in (lambda: own.write({"asked": ""}), own.unlink, lambda: own.copy()):
            with self.assertRefused(exception=AccessError):
                call()
