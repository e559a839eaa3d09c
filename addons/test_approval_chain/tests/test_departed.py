from odoo import Command
from odoo.exceptions import AccessError, UserError

from odoo.addons.test_approval_chain.tests.common import ApprovalCase


class DepartedCase(ApprovalCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = cls.env.ref("base.user_admin")
        cls.admin.lang = "en_US"
        # what is counted here is not what the demo documents of other addons wait for
        waiting = cls.env["approval.request.slot"].search([("state", "in", ("open", "waiting"))])
        waiting._engine_write({"state": "closed"})

    def person_chain(self, *people, **values):
        return self.make_chain(
            [
                {
                    "kind": "decide",
                    "approver": "user",
                    "mode": "all",
                    "user_ids": [Command.set([user.id])],
                }
                for user in people
            ],
            **values,
        )

    def submit_order(self, user=None):
        order = self.make_order(user)
        order.action_approval_submit()
        return order

    def asked(self, document, states=("open",)):
        slots = self.request_of(document).slot_ids.filtered(lambda slot: slot.state in states)
        return self.env["res.users"].union(*(slot._people() for slot in slots))

    def run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref("approval_chain.cron_approval_departed").method_direct_trigger()

    def todo(self, document):
        return self.env["mail.activity"].search(
            [
                ("user_id", "=", self.admin.id),
                ("summary", "=like", f"{self.request_of(document).name}:%"),
            ]
        )


class TestDeparted(DepartedCase):
    def test_open_and_coming_places_go_to_the_manager_when_somebody_leaves(self):
        """A11: archived by the personnel department; both places of the sales manager."""
        self.person_chain(self.cfo, self.salesmgr)
        other = self.submit_order()
        self.salesmgr.action_archive()
        self.assertEqual(self.asked(other, ("waiting",)), self.head)
        self.decide(other, self.cfo)
        self.decide(other, self.head)
        self.assertEqual(other.state, "done")
        entry = self.request_of(other).log_ids.filtered(lambda row: row.verb == "hand_on")
        self.assertIn("has left", entry.opinion)

    def test_the_manager_is_never_the_requester_nor_somebody_who_left(self):
        """A11: the head asks: the VP answers for the sales manager who left."""
        self.person_chain(self.salesmgr)
        order = self.submit_order(self.head)
        self.salesmgr.action_archive()
        self.assertEqual(self.asked(order), self.vp)

    def test_the_fallback_role_is_asked_where_the_chain_says_so(self):
        """A11: by the policy frozen at submission, not by a later one."""
        chain = self.person_chain(
            self.salesmgr,
            departed_policy="fallback",
            fallback_role_id=self.role["president"].id,
        )
        order = self.submit_order()
        chain.departed_policy = "manager"
        self.salesmgr.action_archive()
        self.assertEqual(self.asked(order), self.president)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_a_place_for_which_there_is_nobody_is_listed_and_told(self):
        """A11: nobody above the president, no fallback: the administrators replace him."""
        self.person_chain(self.president)
        order = self.submit_order()
        self.president.action_archive()
        slot = self.request_of(order).slot_ids
        self.assertEqual((slot.state, slot.is_orphan), ("open", True))
        self.assertEqual(len(self.todo(order)), 1)
        action = self.env.ref("approval_chain.action_approval_orphan")._get_action_dict()
        found = self.as_user(self.env["approval.request.slot"], self.admin).search(
            [("is_orphan", "=", True), ("state", "in", ("open", "waiting"))]
        )
        self.assertIn("is_orphan", action["domain"])
        self.assertEqual(found, slot)
        self.run_cron()
        self.assertEqual(len(self.todo(order)), 1)
        self.as_user(self.request_of(order), self.admin).action_replace(
            slot.id, self.cfo.id, "The president has left."
        )
        self.decide(order, self.cfo)
        self.assertEqual(order.state, "done")

    def test_who_comes_back_is_asked_again(self):
        """A11"""
        self.person_chain(self.president)
        order = self.submit_order()
        self.president.action_archive()
        self.president.action_unarchive()
        self.assertFalse(self.request_of(order).slot_ids.is_orphan)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_the_place_of_a_role_nobody_holds_any_more_goes_above_who_held_it_last(self):
        """A11: the role of the sales manager ended yesterday."""
        self.make_chain([("decide", "sales_manager")])
        order = self.submit_order()
        holder = self.env.ref("approval_chain.demo_holder_sales_manager")
        holder.write({"date_from": "2020-01-01", "date_to": "2020-12-31"})
        self.assertFalse(self.asked(order))
        self.run_cron()
        self.assertEqual(self.asked(order), self.head)

    def test_a_role_that_has_a_holder_again_needs_nobody_else(self):
        """A11"""
        self.make_chain([("decide", "president")])
        order = self.submit_order()
        holder = self.env.ref("approval_chain.demo_holder_president")
        holder.date_to = "2020-12-31"
        self.run_cron()
        self.assertTrue(self.request_of(order).slot_ids.is_orphan)
        holder.date_to = False
        self.run_cron()
        self.assertFalse(self.request_of(order).slot_ids.is_orphan)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_of_two_places_that_meet_at_one_manager_one_answer_counts(self):
        """A11: both salespeople are asked and leave: the sales manager answers once."""
        self.make_chain(
            [
                {
                    "kind": "decide",
                    "approver": "user",
                    "mode": "all",
                    "user_ids": [Command.set((self.sales | self.sales2).ids)],
                }
            ]
        )
        order = self.submit_order(self.assistant)
        (self.sales | self.sales2).action_archive()
        self.assertEqual(self.asked(order), self.salesmgr)
        self.decide(order, self.salesmgr)
        self.assertEqual(order.state, "done")

    def test_more_places_than_are_handed_on_at_once_are_left_to_the_cron(self):
        """A11: sixty places; the cron takes what is left, and none twice."""
        self.person_chain(self.salesmgr)
        orders = self.as_user(self.env["test.approval.order"], self.sales)
        for _n in range(60):
            orders |= self.make_order()
        orders.action_approval_submit()
        self.salesmgr.action_archive()
        places = [
            ("res_id", "in", orders.ids),
            ("res_model", "=", orders._name),
            ("state", "=", "open"),
        ]
        Slot = self.env["approval.request.slot"]
        self.assertEqual(
            Slot.search_count([*places, ("user_id.active", "=", False)]),
            10,
        )
        self.run_cron()
        self.assertEqual(Slot.search(places).user_id, self.head)
        self.assertEqual(Slot.search_count(places), 60)

    def test_places_of_people_who_are_deleted_are_handed_on_before(self):
        """A11"""
        user = self.env["res.users"].create(
            {
                "name": "Short Stay",
                "login": "shortstay",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        self.person_chain(
            user, departed_policy="fallback", fallback_role_id=self.role["president"].id
        )
        order = self.submit_order()
        user.unlink()
        self.assertEqual(self.asked(order), self.president)

    def test_what_is_decided_stays_as_it_is(self):
        """A11: answers of people who left stay theirs."""
        self.person_chain(self.salesmgr, self.cfo)
        order = self.submit_order()
        self.decide(order, self.salesmgr)
        self.salesmgr.action_archive()
        first, second = self.request_of(order).slot_ids.sorted("id")
        self.assertEqual(first.decided_by_id, self.salesmgr)
        self.assertEqual(second._people(), self.cfo)


class TestHandover(DepartedCase):
    def handover(self, user=None, **values):
        wizard = self.as_user(self.env["approval.handover"], user or self.admin).create(
            {
                "user_id": self.salesmgr.id,
                "to_user_id": self.head.id,
                "reason": "Leaves the company.",
                **values,
            }
        )
        return wizard

    def test_the_preview_shows_everything_that_names_the_person(self):
        """A11"""
        chain = self.person_chain(self.salesmgr)
        order = self.submit_order()
        limit = self.env["approval.limit"].create(
            {"user_id": self.salesmgr.id, "company_id": self.company.id, "amount": 10}
        )
        delegation = self.as_user(self.env["approval.delegation"], self.cfo).create(
            {"delegate_id": self.salesmgr.id}
        )
        self.make_chain(
            [{"kind": "decide", "approver": "field", "field_name": "owner_id"}], sequence=99
        )
        self.make_order(owner_id=self.salesmgr.id)
        wizard = self.handover()
        self.assertEqual(wizard.slot_ids, self.request_of(order).slot_ids)
        self.assertEqual(
            wizard.holder_ids, self.env.ref("approval_chain.demo_holder_sales_manager")
        )
        self.assertEqual(wizard.limit_ids, limit)
        self.assertEqual(wizard.delegation_ids, delegation)
        self.assertEqual(wizard.step_ids, chain.step_ids)

    def test_everything_goes_to_one_person_with_the_reason_in_every_log(self):
        """A11"""
        chain = self.person_chain(self.salesmgr)
        orders = [self.submit_order() for _n in range(3)]
        limit = self.env["approval.limit"].create(
            {"user_id": self.salesmgr.id, "company_id": self.company.id, "amount": 10}
        )
        wizard = self.handover()
        wizard.action_apply()
        for order in orders:
            self.assertEqual(self.asked(order), self.head)
            entry = self.request_of(order).log_ids.filtered(lambda row: row.verb == "replace")
            self.assertEqual(
                (entry.opinion, entry.actor_ref), ("Leaves the company.", self.admin.id)
            )
        self.assertEqual(limit.user_id, self.head)
        self.assertEqual(chain.step_ids.user_ids, self.head)
        self.assertEqual(self.role["sales_manager"]._holders(self.company), self.head)
        self.assertIn("Open and Coming Places: 3", wizard.result)
        self.assertIn("Roles Held: 1", wizard.result)

    def test_what_cannot_be_handed_over_is_told_and_stays(self):
        """A11: of two requests one was asked for by whoever takes over."""
        self.person_chain(self.salesmgr)
        own, other = self.submit_order(self.head), self.submit_order()
        wizard = self.handover()
        wizard.action_apply()
        self.assertEqual(self.asked(own), self.salesmgr)
        self.assertEqual(self.asked(other), self.head)
        self.assertIn("cannot decide on it", wizard.result)

    def test_as_the_chains_say_for_people_who_left(self):
        """A11: manager or fallback, request by request; the only person of a chain is told."""
        self.person_chain(self.salesmgr)
        order = self.submit_order()
        wizard = self.handover(way="policy", to_user_id=False)
        wizard.action_apply()
        self.assertEqual(self.asked(order), self.head)
        self.assertIn("asks nobody else", wizard.result)
        self.assertFalse(self.role["sales_manager"]._holders(self.company))

    def test_delegations_end_or_go_to_the_one_who_takes_over(self):
        """A7, A11"""
        to_him = self.as_user(self.env["approval.delegation"], self.cfo).create(
            {"delegate_id": self.salesmgr.id}
        )
        of_his = self.as_user(self.env["approval.delegation"], self.salesmgr).create(
            {"delegate_id": self.cfo.id}
        )
        self.handover().action_apply()
        self.assertEqual((to_him.delegate_id, to_him.active), (self.head, True))
        self.assertFalse(of_his.active)

    def test_only_administrators_hand_over_and_they_say_why(self):
        """A11"""
        with self.assertRefused(exception=AccessError):
            self.handover(user=self.salesmgr)
        with self.assertRefused("why", exception=UserError):
            self.handover(reason=" ").action_apply()
        with self.assertRefused("takes over", exception=UserError):
            self.handover(to_user_id=self.salesmgr.id).action_apply()
