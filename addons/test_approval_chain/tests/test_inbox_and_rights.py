from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.approval_chain.models import res_users

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestInboxAndRights(ApprovalCase):
    """A13: what waits for me, and who may see what."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("opinion", "vp_marketing"), ("decide", "president")])

    def slots_of(self, user):
        slots = self.as_user(self.env["approval.request.slot"], user)
        return slots.search([("is_mine", "=", True), ("res_model", "=", "test.approval.order")])

    def test_inbox_lists_what_waits_for_the_user_and_nothing_else(self):
        """A13: the turn moves from person to person."""
        order = self.make_order()
        order.action_approval_submit()
        self.assertEqual(self.slots_of(self.vp).res_id, order.id)
        self.assertFalse(self.slots_of(self.president))
        self.decide(order, self.vp, "opinion")
        self.assertFalse(self.slots_of(self.vp))
        self.assertEqual(self.slots_of(self.president).document_name, "T1")

    def test_bulk_decision_reports_each_record(self):
        """A13: one that fails does not stop the others."""
        orders = self.make_order() | self.make_order(name="T2")
        orders.action_approval_submit()
        slots = self.slots_of(self.vp)
        self.decide(orders[0], self.vp, "opinion")
        results = slots.action_bulk_decide("opinion", "Fine.")
        self.assertEqual({row["name"]: row["ok"] for row in results}, {"T1": False, "T2": True})
        self.assertIn(
            "was answered already", [row for row in results if not row["ok"]][0]["message"]
        )

    def test_activity_menu_counts_what_waits(self):
        """A13: the group stands in Odoo's own activity menu."""

        def count(user):
            groups = self.as_user(self.env["res.users"], user)._get_activity_groups()
            return sum(
                group["total_count"] for group in groups if group["model"] == "approval.request"
            )

        before = count(self.vp)
        orders = self.make_order() | self.make_order(name="T2")
        orders.action_approval_submit()
        self.assertEqual(count(self.vp), before + 2)

    def test_people_who_are_not_concerned_do_not_see_the_request(self):
        """A10: a request is read by requester, those asked so far, and administrators."""
        order = self.make_order()
        order.action_approval_submit()
        request = self.request_of(order)
        for user in (self.sales, self.vp):
            self.assertEqual(self.as_user(request, user).document_name, "T1")
        for user in (self.sales2, self.president):
            with self.assertRefused(exception=AccessError):
                self.as_user(request, user).read(["document_name"])
            self.assertFalse(
                self.as_user(self.env["approval.request"], user).search([("id", "=", request.id)])
            )
        self.decide(order, self.vp, "opinion")
        self.assertEqual(self.as_user(request, self.president).document_name, "T1")

    def test_sheet_shows_the_values_as_submitted(self):
        """A6: approvers read frozen values, not the document."""
        order = self.make_order()
        order.action_approval_submit()
        sheet = self.as_user(self.request_of(order), self.vp).sheet
        self.assertEqual(sheet["title"], "T1")
        self.assertEqual(
            sheet["lines"][0]["rows"],
            [["Pump", "2.00", "100.00"], ["Hose", "5.00", "10.00"]],
        )

    def test_panel_offers_only_what_the_person_can_do(self):
        """A6: the same oracle decides on buttons and on answers."""
        order = self.make_order()
        order.action_approval_submit()

        def actions(user):
            panel = self.as_user(order, user).approval_panel
            return [action["name"] for action in panel["actions"]]

        self.assertEqual(actions(self.sales)[:2], ["urge", "withdraw"])
        self.assertEqual(actions(self.vp)[0], "opinion")
        self.assertEqual(actions(self.president), [])
        self.decide(order, self.vp, "opinion")
        self.env.invalidate_all()
        self.assertEqual(actions(self.president)[:3], ["approve", "return", "refuse"])

    def test_ordinary_users_cannot_touch_chains_or_roles(self):
        """A1: definitions belong to approval administrators."""
        chain = self.env["approval.chain"].search([("model", "=", "test.approval.order")], limit=1)
        for user in (self.sales, self.president):
            with self.assertRefused(exception=AccessError):
                self.as_user(chain, user).active = False
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env["approval.role.holder"], user).create(
                    {
                        "role_id": self.role["president"].id,
                        "user_id": user.id,
                        "company_id": self.company.id,
                    }
                )
            with self.assertRefused(exception=AccessError):
                self.as_user(self.company, user).action_set_up_rulebook()

    def test_documents_are_found_by_their_approval_state(self):
        """A13: list filters on documents."""
        pending = self.make_order()
        pending.action_approval_submit()
        fresh = self.make_order(name="T2")
        orders = self.as_user(self.env["test.approval.order"], self.sales)
        mine = [("id", "in", (pending | fresh).ids)]
        self.assertEqual(orders.search([*mine, ("approval_state", "=", "pending")]), pending)
        self.assertEqual(orders.search([*mine, ("approval_state", "=", False)]), fresh)
        self.assertEqual(orders.search([*mine, ("approval_state", "!=", "pending")]), fresh)

    def test_inbox_is_searched_by_kind_of_document_and_by_what_is_late(self):
        """A13: filters of the inbox, with the rights of whoever decides."""
        order = self.make_order()
        order.action_approval_submit()
        slots = self.as_user(self.env["approval.request.slot"], self.vp)
        mine = [("is_mine", "=", True), ("res_id", "=", order.id)]
        kind = self.env["approval.kind"].search([("model", "=", "test.approval.order")])
        self.assertEqual(
            slots._read_group(mine, ["document_kind_id"], ["__count"]),
            [(kind.with_user(self.vp), 1)],
        )
        self.assertEqual(
            slots.search([*mine, ("document_kind_id", "ilike", "Test Order")]).kind, "opinion"
        )
        self.assertTrue(slots.search([*mine, ("opened_at", ">=", "today")]))
        self.assertFalse(slots.search([*mine, ("opened_at", "<", "today =week_start")]))
        self.assertFalse(slots.search([*mine, ("step_due_at", "<", "now")]))

    def test_a_card_offers_what_needs_nothing_but_a_text(self):
        """A13: on a phone, approve and refuse in place; a checklist opens the request."""
        self.make_chain(
            [
                {
                    "kind": "decide",
                    "approver": "role",
                    "role_id": self.role["vp_marketing"].id,
                    "checklist_ids": [Command.create({"name": "Stamp seen", "required": True})],
                }
            ],
            sequence=1,
            domain="[('partner_name', '=', 'Strict')]",
        )
        orders = self.make_order() | self.make_order(name="T2", partner_name="Strict")
        orders.action_approval_submit()
        simple, strict = self.slots_of(self.vp).sorted("res_id")[-2:]
        self.assertEqual([action["name"] for action in simple.card["actions"]], ["opinion"])
        self.assertEqual(simple.card["actions"][0]["opinion"], "required")
        self.assertEqual(strict.card["actions"], [])
        self.assertIn("checklist", strict.card["hint"])
        [result] = strict.action_bulk_decide("approve")
        self.assertIn("Stamp seen", result["message"])

    def test_a_copy_is_unread_until_its_request_is_opened(self):
        """A7, A13: only the own reading counts."""
        order = self.make_order()
        order.action_approval_submit()
        self.as_user(self.request_of(order), self.vp).action_copy([self.cfo.id])
        copies = self.as_user(self.env["approval.request.copy"], self.cfo)
        copy = copies.search([("user_id", "=", self.cfo.id), ("seen_at", "=", False)])
        self.assertEqual(copy.document_name, "T1")
        self.as_user(copy, self.sales).action_open_request()
        self.assertFalse(copy.seen_at)
        action = copy.action_open_request()
        self.assertEqual(action["res_id"], self.request_of(order).id)
        self.assertTrue(copy.seen_at)
        with self.assertRefused(exception=AccessError):
            self.as_user(copy, self.sales2).action_open_request()

    def test_the_activity_menu_counts_ten_thousand_at_most(self):
        """A13: what is beyond is not counted."""
        self.patch(res_users, "COUNTED", 1)
        orders = self.make_order() | self.make_order(name="T2")
        orders.action_approval_submit()
        users = self.as_user(self.env["res.users"], self.vp)
        [group] = [
            group for group in users._get_activity_groups() if group["model"] == "approval.request"
        ]
        self.assertEqual((group["total_count"], group["today_count"]), (1, "1+"))
