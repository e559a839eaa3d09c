import json

from odoo.exceptions import AccessError

from odoo.addons.test_approval_chain.tests.common import ApprovalCase


class TestBulk(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.salesmgr.lang = "en_US"
        cls.chain = cls.make_chain([("decide", "sales_manager")])
        orders = cls.env["test.approval.order"].with_user(cls.sales)
        cls.orders = orders.create(
            [
                {
                    "name": f"T{number}",
                    "partner_name": "Buyer",
                    "company_id": cls.company.id,
                    "line_ids": [(0, 0, {"product": "Pump", "quantity": 1, "price": 1})],
                }
                for number in range(201)
            ]
        )
        cls.orders.action_approval_submit()
        cls.slots = (
            cls.env["approval.request"]
            .search([("res_model", "=", cls.orders._name), ("res_id", "in", cls.orders.ids)])
            .slot_ids
        )

    def start(self, user=None, verb="approve", slots=None):
        slots = self.slots if slots is None else slots
        result = self.as_user(slots, user or self.salesmgr).action_bulk_decide(verb, "All of them.")
        return self.env["approval.bulk"].browse(result["job"])

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("approval_chain.cron_approval_bulk").method_direct_trigger()

    def test_two_hundred_are_answered_at_once_as_before(self):
        """A13: the results of each come back."""
        results = self.as_user(self.slots[:200], self.salesmgr).action_bulk_decide("approve")
        self.assertEqual([row["ok"] for row in results], [True] * 200)
        self.assertFalse(self.env["approval.bulk"].search([]))

    def test_more_are_answered_in_the_background_as_the_user(self):
        """A13: the cron is woken up; the answers are the user's own."""
        trigger = self.env["ir.cron.trigger"]
        cron = self.env.ref("approval_chain.cron_approval_bulk")
        before = trigger.search_count([("cron_id", "=", cron.id)])
        job = self.start()
        self.assertEqual((job.state, job.count), ("waiting", 201))
        self.assertEqual(self.as_user(job, self.salesmgr).display_name, "Approve: 201 selected")
        self.assertEqual(trigger.search_count([("cron_id", "=", cron.id)]), before + 1)
        self.run_cron()
        self.assertEqual((job.state, job.done, job.answered, job.failed), ("done", 201, 201, False))
        self.assertEqual(job.progress, 100)
        self.assertTrue(job.started_at and job.finished_at)
        self.assertEqual(set(self.orders.mapped("state")), {"done"})
        self.assertEqual(self.slots.decided_by_id, self.salesmgr)
        self.assertEqual(set(self.slots.mapped("opinion")), {"All of them."})

    def test_it_goes_on_where_it_stopped(self):
        """A13: each batch is kept; what was answered is not looked at again."""
        job = self.start()
        ids = job.slots[:100]
        job._record(ids, job._answer(ids))
        self.assertEqual((job.state, job.done), ("running", 100))
        self.assertEqual(len(self.orders.filtered(lambda order: order.state == "done")), 100)
        self.run_cron()
        self.assertEqual((job.state, job.done, job.failed), ("done", 201, False))

    def test_what_is_not_taken_is_told_for_each_document(self):
        """A13: answered or withdrawn meanwhile; the others are answered."""
        job = self.start()
        self.decide(self.orders[0], self.salesmgr, "refuse")
        self.as_user(self.request_of(self.orders[1]), self.sales).action_withdraw()
        self.run_cron()
        self.assertEqual((job.state, job.answered, job.failed_count), ("done", 199, 2))
        messages = {row["name"]: row["message"] for row in job.failed}
        self.assertEqual(messages.keys(), {"T0", "T1"})
        self.assertIn("answered already", messages["T0"])
        self.assertTrue(messages["T1"].endswith("."))
        self.assertIn("T0: T0 was answered already.", job.failed_text)

    def test_rights_are_those_of_the_moment_of_the_answer(self):
        """A13, A2: who lost the role meanwhile answers nothing."""
        job = self.start()
        self.env["approval.role.holder"].search([("user_id", "=", self.salesmgr.id)]).unlink()
        self.run_cron()
        self.assertEqual((job.answered, job.failed_count), (0, 201))
        self.assertEqual(set(self.orders.mapped("state")), {"draft"})

    def test_nothing_is_answered_for_somebody_who_left(self):
        """A11, A13"""
        job = self.start()
        self.salesmgr.action_archive()
        self.run_cron()
        self.assertEqual((job.state, job.answered), ("done", 0))
        self.assertIn("has left", job.failed[0]["message"])

    def test_places_of_others_cannot_be_answered(self):
        """A13: whoever may not read them is refused at once."""
        with self.assertRefused(exception=AccessError):
            self.start(user=self.cfo)

    def test_an_answer_that_fits_nowhere_is_refused_at_once(self):
        """A13"""
        with self.assertRefused("no such answer"):
            self.start(verb="delete")

    def test_everybody_sees_the_own_jobs_only_and_changes_none(self):
        """A13"""
        job = self.start()
        Bulk = self.env["approval.bulk"]
        self.assertEqual(self.as_user(Bulk, self.salesmgr).search([]), job)
        self.assertFalse(self.as_user(Bulk, self.cfo).search([]))
        for attack in (
            lambda mine: mine.write({"slots": []}),
            lambda mine: mine.create({"user_id": self.cfo.id, "verb": "approve", "slots": []}),
            lambda mine: mine.unlink(),
        ):
            with self.assertRefused(exception=AccessError):
                attack(self.as_user(job, self.salesmgr))

    def test_open_pages_hear_of_every_batch(self):
        """A13: the page of the job shows how far it is without being loaded again."""
        job = self.start()
        self.env["bus.bus"].search([]).unlink()
        self.run_cron()
        messages = [json.loads(row.message) for row in self.env["bus.bus"].search([], order="id")]
        heard = [row["payload"] for row in messages if row["type"] == "approval.bulk/progress"]
        running = {"id": job.id, "done": False}
        self.assertEqual(heard, [running, running, {"id": job.id, "done": True}])

    def test_the_user_is_told_at_the_end(self):
        """A13: on the open pages of the user."""
        self.start()
        self.env["bus.bus"].search([]).unlink()
        self.run_cron()
        messages = self.env["bus.bus"].search([]).mapped("message")
        self.assertTrue([text for text in messages if "201 answered." in text], messages)
