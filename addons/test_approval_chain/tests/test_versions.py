from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestVersions(RuntimeCase):
    """A1: a request names the version of the chain it was submitted under."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.chain = cls.make_chain(
            [
                cls.people(cls.vp, checklist_ids=[Command.create({"name": "Checked"})]),
                ("decide", "president"),
            ]
        )

    def versions(self):
        return self.env["approval.chain.version"].search([("chain_id", "=", self.chain.id)])

    def number(self):
        return self.request_of(self.submitted()).version_id.number

    def test_version_is_written_at_the_first_use_after_an_edit_only(self):
        """A1: not by editing, and not by using it again."""
        self.chain.name = "Renamed"
        self.assertFalse(self.versions())
        self.assertEqual([self.number(), self.number()], [1, 1])
        self.chain.name = "Renamed again"
        self.chain.name = "Once more"
        self.assertEqual(len(self.versions()), 1)
        self.assertEqual([self.number(), self.number()], [2, 2])
        self.assertEqual(len(self.versions()), 2)

    def test_every_part_of_the_definition_counts(self):
        """A1: chain, steps, and lines of their checklists; changed, added, and removed."""
        self.assertEqual(self.number(), 1)
        step = self.chain.step_ids[0]
        check = step.checklist_ids
        edits = [
            lambda: self.chain.write({"repeat_policy": "anywhere"}),
            lambda: self.chain.write({"amount_max": 1000}),
            lambda: step.write({"mode": "all"}),
            lambda: step.write({"user_ids": [Command.set(self.cfo.ids)]}),
            lambda: step.write({"opinion_policy": "always"}),
            lambda: check.write({"name": "Checked twice"}),
            lambda: check.write({"required": False}),
            lambda: check.create({"step_id": step.id, "name": "Counted"}),
            lambda: check.unlink(),
            lambda: self.chain.write(
                {"step_ids": [Command.create(self.people(self.head, name="N"))]}
            ),
            lambda: self.chain.step_ids[-1].unlink(),
        ]
        for number, edit in enumerate(edits, start=2):
            edit()
            self.assertEqual(self.number(), number)

    def test_every_part_counts_across_transactions_too(self):
        """A1: what was cached for others is forgotten by any edit."""
        check = self.chain.step_ids[0].checklist_ids
        self.assertEqual(self.number(), 1)
        self.next_transaction()
        self.assertEqual([self.number(), self.number()], [1, 1])
        for number, edit in enumerate(
            [
                lambda: check.write({"name": "Checked twice"}),
                lambda: check.create({"step_id": check.step_id.id, "name": "Counted"}),
                lambda: check.unlink(),
                lambda: self.chain.step_ids[0].write({"mode": "all"}),
                lambda: self.chain.write({"name": "Renamed"}),
            ],
            start=2,
        ):
            edit()
            self.assertEqual([self.number(), self.number()], [number, number])
            self.next_transaction()
            self.assertEqual([self.number(), self.number()], [number, number])

    def test_version_that_is_rolled_back_is_not_cached(self):
        """A1: the next user must not be given a version that was never committed."""
        self.next_transaction()
        savepoint = self.env.cr.savepoint()
        self.assertTrue(self.request_of(self.submitted()).version_id)
        savepoint.rollback()
        self.env.invalidate_all()
        self.next_transaction()
        self.assertFalse(self.versions())
        request = self.request_of(self.submitted())
        self.env.flush_all()
        self.assertEqual(request.version_id, self.versions())

    def test_version_written_in_this_transaction_is_not_offered_to_others(self):
        """A1: until it is committed, the cache does not know it."""
        self.next_transaction()
        version = self.request_of(self.submitted()).version_id
        cached = self.env["approval.chain"]._cached_version.__cache__
        key = cached.key(self.env["approval.chain"], self.chain.id)
        known = self.env.registry._Registry__caches["default"].get(key)
        self.assertNotEqual(known, version.id)

    def test_running_requests_keep_their_version_and_their_steps(self):
        """A1: read years later as it was."""
        order = self.submitted()
        self.chain.step_ids[0].name = "Renamed"
        self.chain.step_ids[1].unlink()
        self.assertEqual(self.number(), 2)
        request = self.request_of(order)
        self.assertEqual(request.version_id.number, 1)
        names = [step["name"] for step in request.version_id.definition["steps"]]
        self.assertEqual(names, ["Step 1", "Step 2"])
        self.asking(order, self.vp).action_decide("approve", checked=["Checked"])
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_language_of_the_user_makes_no_version(self):
        """A1: the same chain, submitted in two languages."""
        self.assertEqual(self.number(), 1)
        order = self.make_order().with_context(lang="zh_CN")
        order.action_approval_submit()
        self.assertEqual(self.request_of(order).version_id.number, 1)

    def test_versions_are_written_by_the_engine_alone(self):
        """A1, A12: not even by administrators."""
        self.number()
        self.cfo.group_ids |= self.env.ref("approval_chain.group_approval_manager")
        version = self.as_user(self.versions(), self.cfo)
        self.assertIn("Step 1", version.text)
        for call in (lambda: version.write({"hash": "x"}), version.unlink, lambda: version.copy()):
            with self.assertRefused(exception=AccessError):
                call()
