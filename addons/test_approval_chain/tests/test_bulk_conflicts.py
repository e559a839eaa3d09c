from contextlib import contextmanager
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.tests import tagged

from odoo.addons.approval_chain.models import approval_bulk

from .race_case import RaceCase

ApprovalBulk = approval_bulk.ApprovalBulk


@tagged("post_install", "-at_install")
class TestBulkConflicts(RaceCase):
    """A13: others decide on the same requests while many places are answered in the background."""

    orders = 6

    def setUp(self):
        super().setUp()
        self.request_ids = self.submit()
        with self.registry.cursor() as cr:
            slots = self.slots(cr, self.president_id)
            self.slot_ids = slots.ids
            with patch.object(approval_bulk, "INLINE", 1):
                self.job_id = slots.action_bulk_decide("approve", "Fine.")["job"]
        self.addCleanup(self.delete_job)

    def delete_job(self):
        with self.registry.cursor() as cr:
            cr.execute("DELETE FROM approval_bulk WHERE id = %s", [self.job_id])

    def slots(self, cr, user_id=SUPERUSER_ID):
        slots = api.Environment(cr, user_id, {})["approval.request.slot"]
        return slots.search([("request_id", "in", self.request_ids)], order="id")

    @contextmanager
    def conflicts(self, times):
        """Let somebody be faster, so many times for each slot.

        :param times: ``{slot id: how often}``
        :return: how often each batch was tried: ``{first slot id of the batch: times}``
        """
        answer, left, tried = ApprovalBulk._answer, dict(times), {}
        with self.registry.cursor() as cr:
            requests = {slot.id: slot.request_id.id for slot in self.slots(cr)}

        def answer_late(job, ids):
            # with the first query of a transaction PostgreSQL fixes what it sees
            job.env.cr.execute("SELECT 1")
            tried[ids[0]] = tried.get(ids[0], 0) + 1
            for id_ in ids:
                if left.get(id_, 0) > 0:
                    left[id_] -= 1
                    self.touch(requests[id_])
            return answer(job, ids)

        with patch.object(ApprovalBulk, "_answer", answer_late):
            yield tried

    def work(self, batch):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["approval.bulk"]._cron_run(batch=batch)

    def outcome(self):
        """The job's state, messages by document, and the documents that are done."""
        with self.registry.cursor() as cr:
            job = api.Environment(cr, SUPERUSER_ID, {})["approval.bulk"].browse(self.job_id)
            self.assertEqual(job.done, 6)
            messages = {row["name"]: row["message"] for row in job.failed or ()}
            done = self.order(cr).sudo().filtered(lambda order: order.state == "done")
            return job.state, messages, done.mapped("name")

    def test_a_conflict_in_each_of_many_batches_does_not_stop_the_job(self):
        """A13: six in all, and everything is answered in the second attempt at each."""
        with self.conflicts(dict.fromkeys(self.slot_ids, 1)) as tried:
            self.work(batch=1)
        self.assertEqual(tried, dict.fromkeys(self.slot_ids, 2))
        self.assertEqual(self.outcome(), ("done", {}, ["R1", "R2", "R3", "R4", "R5", "R6"]))

    def test_a_batch_that_never_gets_a_turn_says_so_and_the_rest_goes_on(self):
        """A13: its documents stay as they were, and can be answered again."""
        with self.conflicts({self.slot_ids[2]: 1000}) as tried:
            self.work(batch=2)
        first, second, third = self.slot_ids[::2]
        self.assertEqual(tried, {first: 1, second: approval_bulk.TRIES, third: 1})
        state, messages, done = self.outcome()
        self.assertEqual((state, done), ("done", ["R1", "R2", "R5", "R6"]))
        self.assertEqual(set(messages), {"R3", "R4"})
        for message in messages.values():
            self.assertRegex(message, "Others were deciding|其他人")  # in the language of the user
        with self.registry.cursor() as cr:
            slots = self.slots(cr).filtered(lambda slot: slot.state == "open")
            self.assertEqual(slots.mapped("document_name"), ["R3", "R4"])
            results = slots.with_user(self.president_id)[:1].action_bulk_decide("approve")
            self.assertEqual([row["ok"] for row in results], [True])

    def test_what_was_answered_in_a_tried_batch_is_counted_once(self):
        """A12, A13: one decision a request is in the log, however often the batch began anew."""
        with self.conflicts({self.slot_ids[5]: 2}) as tried:
            self.work(batch=6)
        self.assertEqual(tried, {self.slot_ids[0]: 3})
        with self.registry.cursor() as cr:
            requests = self.slots(cr).request_id
            for request in requests:
                verbs = request.log_ids.mapped("verb")
                self.assertEqual(verbs.count("approve"), 1)
            self.assertEqual(requests.env["approval.log"]._find_tampering(requests), {})
