from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain
from odoo.tests import Form, new_test_user, tagged

from .common import ApprovalCase

KIND = "test.approval.order"


@tagged("post_install", "-at_install")
class TestDelegation(ApprovalCase):
    """A7: standing in for somebody away."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = cls.company._approval_today()
        cls.kind = cls.env["approval.kind"].search([("model", "=", KIND)])
        cls.cfo.group_ids |= cls.env.ref("approval_chain.group_approval_manager")
        cls.president_role = (
            f"r{cls.role['president'].id}c{cls.company.id}"  # held by the president alone
        )

    def delegate(self, person, to, maker=None, **values):
        """``person`` lets ``to`` stand in, in the web client of ``maker``."""
        return self.as_user(self.env["approval.delegation"], maker or person).create(
            {"user_id": person.id, "delegate_id": to.id, "date_from": self.today, **values}
        )

    def keys(self, user):
        return self.as_user(user, user)._approval_key_map()

    def slots(self, user):
        users = self.as_user(user, user)
        key_map = users._approval_key_map()
        mine = users._approval_domain_restricted(key_map) & self.is_open
        slots = self.env["approval.request.slot"].search(mine)
        for slot in self.env["approval.request.slot"].search(self.is_open):
            entry = users._approval_key_entry(key_map, slot)
            self.assertEqual(bool(entry), slot in slots, "domain and entry say the same")
        return slots

    @property
    def is_open(self):
        return Domain("state", "=", "open") & Domain("res_model", "like", "test.approval.")

    # ------------------------------------------------------------------ which places

    def test_delegate_has_the_places_of_the_person_and_of_the_roles(self):
        """A7: both the person's own and those of the roles held; the person keeps them."""
        self.assertNotIn(self.president_role, self.keys(self.vp))
        self.delegate(self.president, self.vp)
        found = self.keys(self.vp)
        for key in (self.president_role, f"u{self.president.id}"):
            self.assertEqual(found[key]["for"], self.president.id)
            self.assertIsNone(found[key]["models"])
            self.assertIsNone(found[key]["companies"])
        self.assertFalse(found[f"u{self.vp.id}"]["for"])
        self.assertIn(self.president_role, self.keys(self.president))
        own = self.as_user(self.vp, self.vp)._approval_keys()
        self.assertIn(f"u{self.vp.id}", own)
        self.assertNotIn(self.president_role, own)

    def test_delegation_holds_from_the_first_to_the_last_day(self):
        """A7: both included; not since yesterday, not until tomorrow."""
        delegation = self.as_user(self.delegate(self.president, self.vp), self.president)
        day = timedelta(days=1)
        for first, last, holds in (
            (self.today, self.today, True),
            (self.today - 9 * day, self.today - day, False),
            (self.today + day, self.today + 9 * day, False),
            (self.today - 9 * day, False, True),
            (self.today - 9 * day, self.today + 9 * day, True),
            (self.today - 19 * day, self.today - 9 * day, False),
            (self.today + 9 * day, False, False),
        ):
            delegation.write({"date_from": first, "date_to": last})
            self.assertEqual(self.president_role in self.keys(self.vp), holds, (first, last))
            self.assertEqual(delegation.state == "current", holds)

    def test_day_is_that_of_the_company(self):
        """A7: at 20:00 UTC it is tomorrow in Shanghai and still today in Los Angeles."""
        with freeze_time("2026-05-10 20:00:00"):
            self.delegate(self.president, self.vp, date_from="2026-05-11", date_to="2026-05-11")
            for zone, holds in (("Asia/Shanghai", True), ("America/Los_Angeles", False)):
                self.company.resource_calendar_id.tz = zone
                self.assertEqual(self.president_role in self.keys(self.vp), holds, zone)

    def test_delegation_is_never_passed_on(self):
        """A7: a chain of two gives the third nothing of the first."""
        self.delegate(self.president, self.vp)
        self.delegate(self.vp, self.head)
        found = self.keys(self.head)
        self.assertEqual(found[f"u{self.vp.id}"]["for"], self.vp.id)
        self.assertNotIn(self.president_role, found)
        self.assertNotIn(f"u{self.president.id}", found)

    def test_two_people_may_stand_in_for_each_other(self):
        """A7: neither loses anything."""
        self.delegate(self.president, self.vp)
        self.delegate(self.vp, self.president)
        vp_role = f"r{self.role['vp_marketing'].id}c{self.company.id}"
        for user, other in ((self.vp, self.president), (self.president, self.vp)):
            found = self.keys(user)
            self.assertLessEqual({self.president_role, vp_role}, set(found))
            self.assertFalse(found[f"u{user.id}"]["for"])
            self.assertEqual(found[f"u{other.id}"]["for"], other.id)

    def test_ended_delegation_and_people_who_left_give_nothing(self):
        """A7: what was archived does not hold; nor does what somebody who left delegated."""
        delegation = self.delegate(self.president, self.vp)
        self.as_user(delegation, self.president).action_archive()
        self.assertNotIn(self.president_role, self.keys(self.vp))
        self.as_user(delegation, self.president).action_unarchive()
        self.assertIn(self.president_role, self.keys(self.vp))
        self.president.active = False
        self.assertNotIn(f"u{self.president.id}", self.keys(self.vp))
        self.assertNotIn(self.president_role, self.keys(self.vp))

    def test_delegate_who_left_is_no_stand_in(self):
        """A7: a stand-in who cannot log in is not named to anybody."""
        self.delegate(self.president, self.vp)
        Delegation = self.env["approval.delegation"]
        people = self.president | self.head
        found = Delegation._stand_ins(people, KIND, self.company)
        self.assertEqual(found, {self.president.id: self.vp})
        self.vp.active = False
        self.assertEqual(Delegation._stand_ins(people, KIND, self.company), {})

    # ------------------------------------------------------------------ on real requests

    def test_restricted_delegation_reaches_only_its_kinds(self):
        """A7: a stand-in for orders does not see shipments."""
        self.make_chain([("decide", "president")])
        self.make_order().action_approval_submit()
        shipments = self.env["approval.kind"].search([("model", "=", "test.approval.shipment")])
        self.assertTrue(shipments)
        delegation = self.delegate(self.president, self.vp, model_ids=[Command.set(shipments.ids)])
        self.assertFalse(self.slots(self.vp))
        self.as_user(delegation, self.president).model_ids = self.kind
        self.assertEqual(self.slots(self.vp).res_model, KIND)
        key = self.keys(self.vp)[self.president_role]
        self.assertEqual(key["models"], frozenset([KIND]))

    def test_restricted_delegation_reaches_only_its_company_and_branches(self):
        """A7, X4: another company is another matter; a branch belongs to its company."""
        self.make_chain([("decide", "president")])
        self.make_order().action_approval_submit()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        (self.president | self.vp).company_ids |= other | branch
        delegation = self.delegate(self.president, self.vp, company_id=other.id)
        self.assertFalse(self.slots(self.vp))
        self.as_user(delegation, self.president).company_id = self.company
        self.assertTrue(self.slots(self.vp))
        self.assertEqual(
            self.keys(self.vp)[self.president_role]["companies"],
            frozenset((self.company | branch).ids),
        )

    def test_nobody_answers_through_a_stand_in_what_is_his_own(self):
        """A7, A11: neither the requester's stand-in nor a stand-in who is the requester."""
        self.make_chain([{"approver": "user", "user_ids": [Command.set(self.president.ids)]}])
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["president"].id,
                "user_id": self.cfo.id,
                "company_id": self.company.id,
            }
        )
        self.make_chain([("decide", "president")], sequence=1)
        order = self.make_order(self.president)
        order.action_approval_submit()
        self.delegate(self.president, self.vp)
        self.assertFalse(self.slots(self.vp), "for the requester himself")
        self.delegate(self.cfo, self.vp)
        self.assertTrue(self.slots(self.vp), "for the other holder")
        slot = self.slots(self.vp)
        users = self.as_user(self.vp, self.vp)
        entry = users._approval_key_entry(users._approval_key_map(), slot)
        self.assertEqual(entry["for"], self.cfo.id)

    def test_several_persons_may_delegate_the_same_place_for_different_kinds(self):
        """A7: each within its terms, none widening the other."""
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["president"].id,
                "user_id": self.cfo.id,
                "company_id": self.company.id,
            }
        )
        shipments = self.env["approval.kind"].search([("model", "=", "test.approval.shipment")])
        self.delegate(self.president, self.vp, model_ids=[Command.set(shipments.ids)])
        self.make_chain([("decide", "president")])
        self.make_order().action_approval_submit()
        self.assertFalse(self.slots(self.vp))
        self.delegate(self.cfo, self.vp, model_ids=[Command.set(self.kind.ids)])
        self.assertEqual(self.slots(self.vp).res_model, KIND)

    # ------------------------------------------------------------------ who may make it

    def test_everybody_delegates_only_the_own_approvals(self):
        """A7: not by creating, changing or taking over; not even the one standing in."""
        with self.assertRefused(exception=AccessError):
            self.delegate(self.president, self.sales, maker=self.sales)
        own = self.as_user(self.delegate(self.sales, self.vp), self.sales)
        with self.assertRefused(exception=AccessError):
            own.write({"user_id": self.president.id})
        foreign = self.delegate(self.president, self.vp)
        for user in (self.sales, self.vp):
            for values in ({"date_to": self.today}, {"delegate_id": self.sales.id}):
                with self.assertRefused(exception=AccessError):
                    self.as_user(foreign, user).write(values)
            with self.assertRefused(exception=AccessError):
                self.as_user(foreign, user).action_archive()
        self.assertEqual(self.as_user(foreign, self.vp).delegate_id, self.vp)
        with self.assertRefused(exception=AccessError):
            self.as_user(foreign, self.sales).read(["delegate_id"])

    def test_administrators_delegate_for_anybody_and_it_shows(self):
        """A7: somebody ill cannot do it; who made it stands in the history, both are told."""
        delegation = self.delegate(self.president, self.vp, maker=self.cfo)
        message = self.as_user(delegation, self.president).message_ids
        self.assertEqual(message.author_id, self.cfo.partner_id)
        self.assertIn("answers the approvals of", message.body)
        self.assertNotIn("o_mail_notification", message.body, "it would be hidden on the page")
        self.assertLessEqual(
            (self.president | self.vp).partner_id, delegation.message_follower_ids.partner_id
        )
        self.as_user(delegation, self.cfo).date_to = self.today
        self.assertEqual(delegation.date_to, self.today)

    def test_delegation_needs_two_people_who_can_log_in(self):
        """A7, X6: each refusal says why."""
        portal = new_test_user(self.env, "delegate_portal", groups="base.group_portal")
        left = new_test_user(self.env, "delegate_left", groups="base.group_user")
        left.active = False
        for user in (portal, left):
            with self.assertRefused("no active internal user", ValidationError):
                self.delegate(self.president, user)
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.delegate(self.president, self.president)
        self.assertIn("not_to_oneself", str(caught.exception))
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.delegate(self.president, self.vp, date_to=self.today - timedelta(days=1))
        self.assertIn("dates_ordered", str(caught.exception))
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.president.company_ids |= other
        with self.assertRefused("does not work in Elsewhere", ValidationError):
            self.delegate(self.president, self.vp, company_id=other.id)

    def test_delegation_that_has_begun_is_ended_not_deleted(self):
        """A7, A12: what may have been used stays readable."""
        begun = self.as_user(self.delegate(self.president, self.vp), self.president)
        with self.assertRefused("End it instead", UserError):
            begun.unlink()
        coming = self.delegate(self.president, self.vp, date_from=self.today + timedelta(days=3))
        with self.assertRefused(exception=AccessError):
            self.as_user(coming, self.vp).unlink()
        self.as_user(coming, self.president).unlink()
        self.assertFalse(coming.exists())

    def test_ordinary_user_fills_in_the_form(self):
        """A7: only the colleague and the days have to be chosen; it is from oneself."""
        with Form(self.as_user(self.env["approval.delegation"], self.sales)) as form:
            form.delegate_id = self.salesmgr
            form.model_ids = self.kind
        delegation = form.record
        self.assertEqual((delegation.user_id, delegation.date_from), (self.sales, self.today))
        self.assertEqual(self.keys(self.salesmgr)[f"u{self.sales.id}"]["for"], self.sales.id)

    def test_kinds_offered_are_those_with_operations_to_approve(self):
        """A7: an ordinary user sees these few, not the models of Odoo."""
        kinds = self.as_user(self.env["approval.kind"], self.sales).search([])
        self.assertIn(KIND, kinds.mapped("model"))
        self.assertNotIn("res.users", kinds.mapped("model"))
        delegation = self.delegate(self.president, self.vp, model_ids=[Command.set(self.kind.ids)])
        shown = self.as_user(delegation, self.vp).web_read(
            {"model_ids": {"fields": {"display_name": {}}}}
        )
        self.assertEqual(shown[0]["model_ids"][0]["display_name"], "Test Order")

    def test_kind_that_is_gone_does_not_widen_a_delegation(self):
        """A7: an addon that is uninstalled takes its kind along, not the restriction."""
        delegation = self.delegate(self.president, self.vp, model_ids=[Command.set(self.kind.ids)])
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM approval_delegation_approval_kind_rel WHERE approval_delegation_id = %s",
            [delegation.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.keys(self.vp)[self.president_role]["models"], frozenset([KIND]))

    # ------------------------------------------------------------------ cost

    def test_keys_cost_three_queries_however_many_delegations(self):
        """A7, A13: whether the person is still here, the delegations, the roles; then it is cached."""
        day = timedelta(days=9)
        people = self.president | self.head | self.salesmgr | self.sales
        for person in people:
            self.delegate(
                person,
                self.vp,
                date_from=self.today - day,
                date_to=self.today + day,
                model_ids=[Command.set(self.kind.ids)],
            )
        self.env.flush_all()
        vp = self.as_user(self.vp, self.vp)
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            found = vp._approval_key_map()
        self.assertLessEqual({f"u{person.id}" for person in people}, set(found))
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            vp._approval_keys()
