from odoo import Command
from odoo.tests import tagged

from odoo.addons.approval_chain.models.approval_request import TRANSITIONS

from .common import RuntimeCase


@tagged("post_install", "-at_install")
class TestBulkAnswers(RuntimeCase):
    """A13: many answers in one call, each judged by itself."""

    def slots_for(self, *orders, user=None):
        requests = self.env["approval.request"].union(*(self.request_of(row) for row in orders))
        slots = requests.slot_ids.filtered(lambda slot: slot.state == "open")
        mine = self.as_user(slots, user or self.vp).filtered("is_mine")
        return mine.sorted("id")

    def results(self, slots, verb="approve", opinion="Fine."):
        return {row["name"]: row for row in slots.action_bulk_decide(verb, opinion)}

    def several(self, count, **values):
        orders = [self.make_order(name=f"T{number}", **values) for number in range(count)]
        for order in orders:
            order.action_approval_submit()
        return orders

    def test_document_that_objects_does_not_stop_the_others(self):
        """A13: the others are carried out, the one is left as it was, with its reason."""
        self.make_chain([self.people(self.vp)])
        orders = self.several(3)
        orders[1].objects_to = "approve"
        results = self.results(self.slots_for(*orders))
        self.assertEqual([results[row.name]["ok"] for row in orders], [True, False, True])
        self.assertEqual(results["T1"]["message"], "T1 objects.")
        self.assertEqual([row.state for row in orders], ["done", "draft", "done"])
        self.assertEqual(self.open_for(orders[1]), ["vp"])
        self.assertEqual(self.facts(orders[1], "approve"), [])
        # a single one is reported in the same way
        results = self.results(self.slots_for(orders[1]))
        self.assertEqual(results["T1"]["message"], "T1 objects.")
        orders[1].objects_to = False
        self.assertTrue(self.results(self.slots_for(orders[1]))["T1"]["ok"])

    def test_refusals_close_and_dissents_do_not(self):
        """A13, A4: one call over steps that count answers differently."""
        first = self.make_chain([self.people(self.vp, self.cfo, mode="all")])
        [alone] = self.several(1)
        first.active = False
        self.make_chain([self.people(self.vp, self.cfo, self.head, mode="quorum", quorum=2)])
        dissent = self.make_order(name="Q")
        dissent.action_approval_submit()
        results = self.results(self.slots_for(alone, dissent), "refuse", "No.")
        self.assertEqual([row["ok"] for row in results.values()], [True, True])
        self.assertEqual((alone.approval_state, dissent.approval_state), ("refused", "pending"))
        self.assertEqual(self.open_for(dissent), ["cfo", "head"])

    def test_every_place_says_why_it_is_not_taken(self):
        """A13, X6: kind, checklist, terms, opinion, turn."""
        texts = {}
        for name, step in (
            ("Kind", self.people(self.vp, kind="handle")),
            ("List", self.people(self.vp, checklist_ids=[Command.create({"name": "Counted"})])),
            ("Talk", self.people(self.vp, opinion_policy="always")),
            ("Good", self.people(self.vp)),
        ):
            chain = self.make_chain([step])
            order = self.make_order(name=name)
            order.action_approval_submit()
            texts[name] = order
            chain.active = False
        results = self.results(self.slots_for(*texts.values()), opinion=" ")
        self.assertEqual([row["ok"] for row in results.values()], [False, False, False, True])
        self.assertIn("does not take this answer", results["Kind"]["message"])
        self.assertIn("has a checklist", results["List"]["message"])
        self.assertIn("write your opinion", results["Talk"]["message"])
        for verb in ("propose", "hand_over", "submit", "", None, [], "confirm"):
            slots = self.slots_for(texts["Kind"])
            self.assertFalse(self.results(slots, verb)["Kind"]["ok"], verb)

    def test_second_place_of_a_request_is_taken_if_the_first_is_not(self):
        """A13, A4: an opinion and a decision of one person, side by side."""
        self.make_chain([self.people(self.vp, kind="opinion"), self.people(self.vp, parallel=True)])
        [order] = self.several(1)
        results = self.slots_for(order).action_bulk_decide("approve")
        self.assertEqual([row["ok"] for row in results], [False, True])
        self.assertIn("does not take this answer", results[0]["message"])

    def test_every_event_has_a_label(self):
        """A12: the log is read by people."""
        self.assertEqual(set(self.env["approval.request"]._verb_labels()), set(TRANSITIONS))
