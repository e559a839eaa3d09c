from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .test_departed import DepartedCase


class AccessCase(DepartedCase):
    """People whose access is taken away by whoever looks after users, and does nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.keeper = new_test_user(
            cls.env,
            "keeper_of_users",
            groups="base.group_user,base.group_erp_manager,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=[Command.set((cls.company | cls.other).ids)],
        )

    def kept(self, records):
        """The records as whoever looks after users writes them."""
        return records.with_user(self.keeper).with_context(
            allowed_company_ids=(self.company | self.other).ids
        )

    def lose_company(self, *users):
        for user in users:
            self.kept(user).write(
                {"company_id": self.other.id, "company_ids": [Command.set(self.other.ids)]}
            )

    def lose_internal(self, user):
        self.kept(user).write({"group_ids": [Command.set(self.env.ref("base.group_portal").ids)]})

    def stuck(self, *documents):
        """Places that wait for people of whom none can open them, and that nobody is told of."""
        slots = self.env["approval.request.slot"]
        for document in documents:
            slots |= self.request_of(document).slot_ids.filtered(
                lambda slot: slot.state in ("open", "waiting") and not slot.is_orphan
            )
        return slots.filtered(
            lambda slot: not any(self.can_open(slot, user) for user in slot._people())
        )

    def can_open(self, slot, user):
        if slot.state == "waiting":
            return user.active and not user.share and slot.company_id in user.company_ids
        return slot.with_user(user).with_context(allowed_company_ids=None).has_access("read")


@tagged("post_install", "-at_install")
class TestAccessLost(AccessCase):
    """A11: who may not open the request any more is treated as somebody who left."""

    def test_open_and_coming_places_go_to_the_manager_when_the_company_is_taken_away(self):
        """A11: at once, both places, and the log says why."""
        self.person_chain(self.cfo, self.salesmgr)
        order, mine = self.submit_order(), self.submit_order()
        self.decide(mine, self.cfo)
        self.lose_company(self.salesmgr)
        self.assertEqual(self.asked(order, ("waiting",)), self.head)
        self.assertEqual(self.asked(mine), self.head)
        entry = self.request_of(mine).log_ids.filtered(lambda row: row.verb == "hand_on")
        self.assertIn(f"has no access to {self.company.name} any more", entry.opinion)
        self.assertEqual(entry.actor_ref, self.keeper.id)
        self.decide(mine, self.head)
        self.assertEqual(mine.state, "done")

    def test_who_is_no_colleague_any_more_is_replaced_as_well(self):
        """A11: an account that is for the portal alone decides nothing."""
        self.person_chain(self.salesmgr)
        order = self.submit_order()
        self.lose_internal(self.salesmgr)
        self.assertEqual(self.asked(order), self.head)
        with self.assertRefused(exception=AccessError):
            self.decide(order, self.salesmgr)

    def test_the_fallback_role_is_asked_where_the_chain_says_so(self):
        """A11: by the policy frozen at submission; somebody without access is none of its people."""
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["president"].id,
                "user_id": self.vp.id,
                "company_id": self.company.id,
            }
        )
        self.person_chain(
            self.salesmgr,
            departed_policy="fallback",
            fallback_role_id=self.role["president"].id,
        )
        order = self.submit_order()
        self.lose_company(self.vp, self.salesmgr)
        self.assertEqual(self.asked(order), self.president)

    def test_all_holders_of_a_fallback_role_are_asked_where_all_answer(self):
        """A11, A4: none of them waits for a turn that never comes."""
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["president"].id,
                "user_id": self.vp.id,
                "company_id": self.company.id,
            }
        )
        self.person_chain(
            self.salesmgr,
            departed_policy="fallback",
            fallback_role_id=self.role["president"].id,
        )
        order = self.submit_order()
        self.lose_company(self.salesmgr)
        self.assertEqual(self.asked(order), self.president | self.vp)
        self.decide(order, self.president)
        self.decide(order, self.vp)
        self.assertEqual(order.state, "done")

    def test_requests_of_a_company_one_keeps_stay(self):
        """A11: whoever loses one of two companies decides in the other one as before."""
        self.salesmgr.company_ids |= self.other
        self.person_chain(self.salesmgr)
        order = self.submit_order()
        self.kept(self.salesmgr).write({"company_ids": [Command.unlink(self.other.id)]})
        self.assertEqual(self.asked(order), self.salesmgr)
        self.kept(self.salesmgr).write({"group_ids": [Command.link(self.any_group())]})
        self.assertEqual(self.asked(order), self.salesmgr)

    def any_group(self):
        return self.env.ref("base.group_partner_manager").id

    def test_a_place_for_which_there_is_nobody_is_told_until_access_is_given_back(self):
        """A11: nobody above the president, no fallback."""
        self.person_chain(self.president)
        order = self.submit_order()
        self.lose_company(self.president)
        self.assertTrue(self.request_of(order).slot_ids.is_orphan)
        self.assertEqual(len(self.todo(order)), 1)
        self.kept(self.president).write({"company_ids": [Command.link(self.company.id)]})
        self.assertFalse(self.request_of(order).slot_ids.is_orphan)
        self.decide(order, self.president)
        self.assertEqual(order.state, "done")

    def test_access_taken_away_from_the_side_of_company_or_group_is_found_by_the_cron(self):
        """A11: which is woken at once."""
        self.person_chain(self.salesmgr)
        order = self.submit_order()
        group = self.env.ref("base.group_user")
        # other groups may make somebody an internal user, too
        self.salesmgr.group_ids = [Command.set(group.ids)]
        doors = [
            lambda: self.kept(self.company).write({"user_ids": [Command.unlink(self.sales2.id)]}),
            lambda: self.kept(group).write({"user_ids": [Command.unlink(self.salesmgr.id)]}),
        ]
        cron = self.env.ref("approval_chain.cron_approval_departed")
        for door in doors:
            woken = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
            door()
            self.assertEqual(
                self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]), woken + 1
            )
        self.run_cron()
        self.assertEqual(self.asked(order), self.head)

    def test_who_never_had_access_is_not_asked(self):
        """A11: named in the chain all the same; the policy for empty steps applies."""
        self.lose_company(self.salesmgr)
        chain = self.person_chain(self.salesmgr)
        with self.assertRefused("None of the persons"):
            self.submit_order()
        chain.write({"empty_policy": "fallback", "fallback_role_id": self.role["president"].id})
        self.assertEqual(self.asked(self.submit_order()), self.president)
        document = self.make_order(owner_id=self.salesmgr.id, name="By field")
        self.make_chain(
            [{"approver": "field", "field_name": "owner_id"}],
            sequence=1,
            domain="[('name', '=', 'By field')]",
        )
        with self.assertRefused("names nobody"):
            document.action_approval_submit()

    # ------------------------------------------------------------------ roles

    def test_of_the_holders_of_a_role_those_without_access_are_not_asked(self):
        """A11: the others are, and nothing moves."""
        self.make_chain([("decide", "sales_manager")])
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["sales_manager"].id,
                "user_id": self.vp.id,
                "company_id": self.company.id,
            }
        )
        order = self.submit_order()
        slot = self.request_of(order).slot_ids
        self.lose_company(self.salesmgr)
        self.run_cron()
        self.assertEqual(self.request_of(order).slot_ids, slot)
        self.assertEqual(self.asked(order), self.vp)

    def test_a_role_whose_last_holder_lost_access_goes_above(self):
        """A11: the cron is woken, and asks the manager above."""
        self.make_chain([("decide", "sales_manager")])
        order = self.submit_order()
        self.lose_company(self.salesmgr)
        self.assertFalse(self.asked(order))
        self.run_cron()
        self.assertEqual(self.asked(order), self.head)
        self.lose_company(self.head)
        self.assertEqual(self.asked(order), self.vp)

    def test_one_of_several_holders_who_all_answer_is_replaced(self):
        """A11, A4: places made of a role belong to persons; archived ones are no better."""
        for lose in (self.lose_company, lambda user: user.action_archive()):
            user = new_test_user(
                self.env,
                f"holder_{lose.__name__.strip('<>')}",
                groups="base.group_user",
                company_id=self.company.id,
                company_ids=[Command.set(self.company.ids)],
            )
            self.env["hr.employee"].create(
                {
                    "name": user.name,
                    "user_id": user.id,
                    "company_id": self.company.id,
                    "parent_id": self.vp.with_company(self.company).employee_id.id,
                }
            )
            chain = self.make_chain(
                [
                    {
                        "approver": "role",
                        "role_id": self.role["sales_manager"].id,
                        "mode": "all",
                    }
                ]
            )
            holder = self.env["approval.role.holder"].create(
                {
                    "role_id": self.role["sales_manager"].id,
                    "user_id": user.id,
                    "company_id": self.company.id,
                }
            )
            order = self.submit_order()
            self.assertEqual(self.asked(order), self.salesmgr | user)
            lose(user)
            self.assertEqual(self.asked(order), self.salesmgr | self.vp)
            self.decide(order, self.salesmgr)
            self.decide(order, self.vp)
            self.assertEqual(order.state, "done")
            holder.unlink()
            chain.active = False

    def test_the_activity_menu_does_not_count_what_cannot_be_opened(self):
        """A11, A13: a role is held still, but the company was taken away."""
        self.make_chain([("decide", "sales_manager")])
        waiting = self.counted(self.salesmgr)
        self.submit_order()
        self.assertEqual(self.counted(self.salesmgr), waiting + 1)
        self.lose_company(self.salesmgr)
        self.assertEqual(self.counted(self.salesmgr), 0)

    def counted(self, user):
        users = self.env["res.users"].with_user(user).with_context(allowed_company_ids=None)
        groups = users._get_activity_groups()
        return sum(row["total_count"] for row in groups if row["model"] == "approval.request")

    def test_a_role_held_above_is_answered_by_who_works_in_the_branch_alone(self):
        """A11: what counts is the company of the request, not that of the chain."""
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.salesmgr.write({"company_id": branch.id, "company_ids": [Command.set(branch.ids)]})
        self.sales.company_ids |= branch
        self.make_chain([("decide", "sales_manager")])
        order = self.make_order(company_id=branch.id)
        order.action_approval_submit()
        self.run_cron()
        self.assertEqual(self.asked(order), self.salesmgr)
        self.as_user(self.request_of(order), self.salesmgr).with_context(
            allowed_company_ids=branch.ids
        ).action_decide("approve", "Good.")
        self.assertEqual(order.state, "done")

    # ------------------------------------------------------------------ all of them

    def test_no_place_stays_with_a_person_who_cannot_open_it(self):
        """A11: persons, roles, one or all of them, in order, coming and open; one after the other
        everybody loses access, until administrators are told of what is left."""
        persons = {"approver": "user", "user_ids": [Command.set((self.cfo | self.salesmgr).ids)]}
        role = {"approver": "role", "role_id": self.role["sales_manager"].id}
        orders = []
        for number, step in enumerate((persons, role), start=1):
            for mode in ("any", "all", "order"):
                name = f"{number} {mode}"
                self.make_chain(
                    [{**step, "mode": mode}, {**persons, "mode": mode}],
                    domain=f"[('name', '=', '{name}')]",
                )
                orders.append(self.make_order(name=name))
                orders[-1].action_approval_submit()
        self.assertFalse(self.stuck(*orders))
        for lose, user in (
            (self.lose_company, self.salesmgr),
            (self.lose_internal, self.cfo),
            (self.lose_company, self.head),
            (self.lose_company, self.vp),
            (self.lose_internal, self.president),
        ):
            lose(user)
            self.run_cron()
            self.env.invalidate_all()
            self.assertFalse(self.stuck(*orders), user.login)
        slots = self.env["approval.request.slot"].union(
            *(self.request_of(order).slot_ids for order in orders)
        )
        left = slots.filtered(lambda slot: slot.state in ("open", "waiting"))
        self.assertTrue(left)
        self.assertEqual(left.filtered("is_orphan"), left)

    def test_a_document_that_objects_stops_no_other(self):
        """A11: all are handed on together, or else each by itself; the cron tries again."""
        self.person_chain(self.salesmgr)
        first, objecting, last = (
            self.make_order(objects_to=objects) for objects in (False, "hand_on", False)
        )
        for order in (first, objecting, last):
            order.action_approval_submit()
        with mute_logger(
            "odoo.addons.approval_chain.models.approval_departed",
            "odoo.addons.approval_chain.models.approval_batch_mixin",
        ):
            self.lose_company(self.salesmgr)
        self.assertEqual(self.asked(first) | self.asked(last), self.head)
        self.assertEqual(self.asked(objecting), self.salesmgr)
        objecting.objects_to = False
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.run_cron()
        self.assertEqual(self.asked(objecting), self.head)

    def test_many_places_are_handed_on_with_as_many_queries_as_few(self):
        """DESIGN 19: whether they go to the manager, to a role, or to nobody."""
        for policy, person in (
            ({}, self.salesmgr),
            (
                {
                    "departed_policy": "fallback",
                    "fallback_role_id": self.role["president"].id,
                },
                self.cfo,
            ),
            ({}, self.president),
        ):
            counts = []
            for number in (3, 3, 30):
                chain = self.person_chain(person, **policy)
                orders = self.env["test.approval.order"].concat(
                    *(self.make_order() for _n in range(number))
                )
                orders.action_approval_submit()
                self.next_transaction()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.lose_company(person)
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
                slots = self.env["approval.request.slot"].search(
                    [("res_id", "in", orders.ids), ("res_model", "=", orders._name)]
                )
                left = slots.filtered(lambda slot: slot.state == "open" and not slot.is_orphan)
                self.assertNotIn(person, left.user_id)
                chain.active = False
                person.write(
                    {"company_id": self.company.id, "company_ids": [Command.set(self.company.ids)]}
                )
                orders.approval_request_id.action_withdraw()
            # what else is in the caches makes a query more or less; one for each place would be 27
            self.assertLess(counts[2] - counts[1], 5, person.login)
