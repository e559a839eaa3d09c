import base64
from datetime import timedelta

from odoo import Command, fields
from odoo.tests import tagged

from .common import ApprovalCase

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg=="
)


class PanelCase(ApprovalCase):
    def panel(self, document, user):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(document, user).approval_panel

    def actions(self, document, user):
        return {action["name"]: action for action in self.panel(document, user)["actions"]}

    def request_as(self, document, user):
        return self.as_user(self.request_of(document), user)


@tagged("post_install", "-at_install")
class TestPanelActions(PanelCase):
    """A5, A6, A7: the oracle of the panel offers what the server takes, and nothing else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("opinion", "vp_marketing"), ("decide", "president")])

    def setUp(self):
        super().setUp()
        self.order = self.make_order()
        self.order.action_approval_submit()

    def test_the_likeliest_actions_of_each_person_come_first(self):
        """A6: deciding before passing on, passing on before telling others."""
        self.decide(self.order, self.vp, "opinion")
        names = list(self.actions(self.order, self.president))
        self.assertEqual(
            names,
            [
                "approve",
                "return",
                "refuse",
                "propose",
                "add_approver",
                "hand_over",
                "comment",
                "copy",
            ],
        )
        self.assertEqual(
            list(self.actions(self.order, self.sales)), ["urge", "withdraw", "comment", "copy"]
        )
        self.assertEqual(self.panel(self.order, self.sales2)["actions"], [])

    def test_returning_offers_the_requester_and_the_answered_steps(self):
        """A5: each place offered is taken by the server."""
        self.decide(self.order, self.vp, "opinion")
        [field] = self.actions(self.order, self.president)["return"]["fields"]
        [to_requester, to_step] = field["options"]
        self.assertFalse(to_requester["value"])
        self.assertIn("Step 1", to_step["label"])
        self.request_as(self.order, self.president).action_decide(
            "return", "Ask again.", to_step_id=to_step["value"]
        )
        [first, _second] = self.panel(self.order, self.vp)["steps"]
        self.assertEqual(first["state"], "open")
        self.assertEqual([slot["superseded"] for slot in first["slots"]], [True, False])

    def test_urging_again_is_offered_an_hour_later(self):
        """A7: until then the button says when."""
        self.assertFalse(self.actions(self.order, self.sales)["urge"]["not_before"])
        request = self.request_as(self.order, self.sales)
        request.action_urge()
        until = fields.Datetime.to_datetime(
            self.actions(self.order, self.sales)["urge"]["not_before"]
        )
        self.assertEqual(until, request.urged_at + timedelta(hours=1))
        with self.assertRefused("already"):
            request.action_urge()

    def test_only_colleagues_whom_the_server_takes_are_offered(self):
        """A7: the domain of the picker leaves out the requester and oneself."""
        self.decide(self.order, self.vp, "opinion")
        offered = self.actions(self.order, self.president)
        domain = offered["hand_over"]["fields"][0]["domain"]
        people = self.as_user(self.env["res.users"], self.president).search(domain)
        self.assertIn(self.cfo, people)
        self.assertFalse(people & (self.sales | self.president))
        self.request_as(self.order, self.president).action_hand_over(self.cfo.id, "In your field.")
        step = self.panel(self.order, self.cfo)["steps"][1]
        [handed, fresh] = sorted(step["slots"], key=lambda slot: slot["id"])
        self.assertEqual((handed["verdict"], handed["opinion"]), ("hand_over", "In your field."))
        self.assertEqual((fresh["handed_from"], fresh["mine"]), (self.president.name, True))

    def test_approvers_added_beside_stand_in_the_same_stage(self):
        """A7: parallel steps are drawn side by side."""
        self.decide(self.order, self.vp, "opinion")
        self.request_as(self.order, self.president).action_add_approvers(
            "beside", [self.cfo.id, self.head.id], "all", "Look at it, too."
        )
        panel = self.panel(self.order, self.president)
        _opinion, own, added = panel["steps"]
        self.assertEqual(own["stage"], added["stage"])
        self.assertEqual(added["added_by"], self.president.name)
        [said] = panel["said"]
        self.assertEqual((said["verb"], said["opinion"]), ("add_approver", "Look at it, too."))
        self.assertEqual(set(said["to"]), {self.cfo.name, self.head.name})

    def test_managers_replace_whoever_is_away(self):
        """A7: replacing and withdrawing are offered to administrators, with a reason."""
        admin = self.env.ref("base.user_admin")
        offered = self.actions(self.order, admin)
        self.assertEqual(offered["replace"]["opinion"], "required")
        self.assertEqual(offered["withdraw"]["opinion"], "required")
        slot_id = offered["replace"]["fields"][0]["value"]
        self.request_as(self.order, admin).action_replace(slot_id, self.head.id, "On leave.")
        self.assertIn("opinion", self.actions(self.order, self.head))
        self.assertNotIn("replace", self.actions(self.order, self.sales))

    def test_comments_and_copies_are_told_to_those_concerned_only(self):
        """A6, A7: who merely reads the document does not read them."""
        request = self.request_as(self.order, self.vp)
        request.action_comment("Is the price final?")
        request.action_copy([self.cfo.id], "For you to know.")
        panel = self.panel(self.order, self.sales)
        self.assertEqual(
            [(row["verb"], row["opinion"]) for row in panel["said"]],
            [("comment", "Is the price final?"), ("copy", "For you to know.")],
        )
        self.assertEqual(panel["copies"], [self.cfo.name])
        other = self.panel(self.order, self.sales2)
        self.assertEqual((other["said"], other["copies"], other["files"]), ([], [], []))


@tagged("post_install", "-at_install")
class TestPanelTerms(PanelCase):
    """A18: what can be proposed, and how the requester sees it."""

    def setUp(self):
        super().setUp()
        self.make_chain([("decide", "president")])
        self.order = self.make_order()
        self.order.action_approval_submit()

    def test_terms_are_proposed_from_the_form_and_accepted_in_one_click(self):
        """A18: the form names the decided values; the panel shows before and after."""
        request = self.request_as(self.order, self.president)
        rows = request.get_proposable_terms()
        prices = [row for row in rows if row["field"] == "price"]
        self.assertEqual([row["value"] for row in prices], [100, 10])
        self.assertEqual({row["type"] for row in prices}, {"number"})
        self.assertIn("promised", [row["field"] for row in rows if row["type"] == "date"])
        changes = [{**{key: prices[0][key] for key in ("line", "field")}, "value": 120}]
        request.action_propose(changes, "Below cost.")
        panel = self.panel(self.order, self.sales)
        self.assertEqual([action["name"] for action in panel["actions"]][:2], ["accept", "decline"])
        [row] = panel["proposal"]["rows"]
        self.assertEqual((row["old"], row["new"]), ("100.00", "120.00"))
        self.assertEqual(panel["proposal"]["opinion"], "Below cost.")
        self.assertNotIn("approve", self.actions(self.order, self.president))
        self.request_as(self.order, self.sales).action_accept_terms()
        self.assertEqual((self.order.state, self.order.line_ids[0].price), ("done", 120))

    def test_only_whose_turn_it_is_reads_the_form_of_the_terms(self):
        """A10: neither the requester nor a colleague gets the values by RPC."""
        with self.assertRefused("not waiting for you"):
            self.request_as(self.order, self.sales).get_proposable_terms()
        with self.assertRefused():
            self.request_as(self.order, self.vp).get_proposable_terms()


@tagged("post_install", "-at_install")
class TestPanelSteps(PanelCase):
    """A2, A4, A6, A7, A19: what the steps of the panel say."""

    def step(self, **values):
        return {
            "kind": "decide",
            "approver": "role",
            "role_id": self.role["president"].id,
            **values,
        }

    def test_a_checklist_and_a_needed_opinion_come_with_the_action(self):
        """A4: ticked before the answer is sent, and shown ticked afterwards."""
        checks = [
            Command.create({"name": "Stamp seen", "required": True}),
            Command.create({"name": "Copy filed", "required": False}),
        ]
        self.make_chain([self.step(checklist_ids=checks, opinion_policy="always")])
        order = self.make_order()
        order.action_approval_submit()
        approve = self.actions(order, self.president)["approve"]
        self.assertEqual(approve["opinion"], "required")
        self.assertEqual(
            [row["name"] for row in approve["checklist"]], ["Stamp seen", "Copy filed"]
        )
        self.request_as(order, self.president).action_decide("approve", "Ok.", ["Stamp seen"])
        [step] = self.panel(order, self.president)["steps"]
        self.assertEqual(step["slots"][0]["checked"], ["Stamp seen"])

    def test_the_requester_chooses_in_the_preview(self):
        """A2: the picker offers those the server takes, and stands in for the gap."""
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["president"].id,
                "user_id": self.cfo.id,
                "company_id": self.company.id,
            }
        )
        self.make_chain(
            [
                {
                    "kind": "decide",
                    "approver": "chosen",
                    "chooser_role_id": self.role["president"].id,
                }
            ]
        )
        order = self.make_order()
        panel = self.panel(order, self.sales)
        self.assertEqual(panel["blockers"], [])
        chooser = panel["steps"][0]["chooser"]
        self.assertEqual(
            {face["id"] for face in chooser["choices"]}, {self.cfo.id, self.president.id}
        )
        with self.assertRefused("Choose who answers"):
            order.action_approval_submit("finish")
        order.action_approval_submit("finish", {str(chooser["step_id"]): [self.cfo.id]})
        self.assertIn("approve", self.actions(order, self.cfo))
        self.assertNotIn("approve", self.actions(order, self.president))

    def test_who_stands_in_is_told_for_whom(self):
        """A7: "A for B"."""
        self.make_chain([self.step()])
        today = self.company._approval_today()
        self.as_user(self.env["approval.delegation"], self.president).create(
            {
                "user_id": self.president.id,
                "delegate_id": self.cfo.id,
                "date_from": today,
                "date_to": today,
            }
        )
        order = self.make_order()
        order.action_approval_submit()
        panel = self.panel(order, self.cfo)
        [slot] = panel["steps"][0]["slots"]
        self.assertEqual((slot["mine"], slot["mine_for"]), (True, self.president.name))
        self.assertEqual(panel["actions"][0]["name"], "approve")
        self.decide(order, self.cfo)
        [slot] = self.panel(order, self.sales)["steps"][0]["slots"]
        self.assertEqual(
            (slot["decided_by"]["name"], slot["on_behalf_of"]["name"]),
            (self.cfo.name, self.president.name),
        )

    def test_an_emergency_release_is_offered_by_right_and_shown_until_approved(self):
        """A19: the button, the reason, the deadline."""
        self.make_chain([self.step()], allow_break_glass=True, after_approval_days=2)
        order = self.make_order()
        self.assertNotIn("break_glass", self.actions(order, self.sales))
        self.sales.group_ids += self.env.ref("approval_chain.group_break_glass")
        offered = self.actions(order, self.sales)["break_glass"]
        self.assertEqual((offered["opinion"], offered["primary"]), ("required", False))
        order.action_approval_break_glass("finish", "The dam breaks.")
        panel = self.panel(order, self.president)
        self.assertEqual(panel["emergency"]["reason"], "The dam breaks.")
        self.assertTrue(panel["emergency"]["afterwards"])
        self.assertTrue(panel["due_at"])
        self.assertNotIn("propose", [action["name"] for action in panel["actions"]])
        self.assertNotIn("withdraw", self.actions(order, self.sales))

    def test_panels_of_many_documents_take_as_many_queries_as_those_of_few(self):
        """DESIGN 19: read together."""
        self.make_chain([("opinion", "vp_marketing"), self.step()])
        orders = self.env["test.approval.order"].concat(*(self.make_order() for _n in range(8)))
        orders.action_approval_submit()
        orders = self.as_user(orders, self.vp)

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            records.mapped("approval_panel")
            return self.env.cr.sql_log_count - before

        count(orders)
        few, many = count(orders[:2]), count(orders)
        self.assertLessEqual(many, few + 2, f"{few} queries for 2, {many} for 8")


@tagged("post_install", "-at_install")
class TestFiles(PanelCase):
    """A6, A22: files are read by those asked, without rights on the document."""

    def setUp(self):
        super().setUp()
        self.make_chain([("decide", "president")])
        self.order = self.make_order()
        self.file = self.as_user(self.env["ir.attachment"], self.sales).create(
            {
                "name": "offer.png",
                "raw": PNG,
                "res_model": self.order._name,
                "res_id": self.order.id,
            }
        )

    def test_files_of_the_document_are_submitted_with_it(self):
        """A22: the request keeps its own copy, in the same place of the store."""
        self.order.action_approval_submit()
        [row] = self.request_as(self.order, self.president).sheet["files"]
        self.assertEqual((row["name"], row["checksum"]), ("offer.png", self.file.checksum))
        copied = self.as_user(self.env["ir.attachment"], self.president).browse(row["id"])
        self.assertEqual(copied.raw, PNG)
        self.assertEqual(copied.sudo().store_fname, self.file.sudo().store_fname)
        self.file.unlink()
        self.env.invalidate_all()
        self.assertEqual(copied.raw, PNG)
        with self.assertRefused(exception=Exception):
            self.as_user(copied, self.sales2).read(["raw"])
        for user in (self.sales, self.president):
            with self.assertRefused(exception=Exception):
                self.as_user(copied, user).unlink()
        first = self.env["approval.log"].search(
            [("request_id", "=", self.request_of(self.order).id), ("seq", "=", 1)]
        )
        self.assertIn(
            self.file.checksum if self.file.exists() else row["checksum"], first.canonical
        )

    def test_files_come_with_an_answer(self):
        """A6: listed in the panel, read by those concerned."""
        self.order.action_approval_submit()
        own = self.as_user(self.env["ir.attachment"], self.president).create(
            {"name": "calculation.pdf", "raw": b"%PDF-1.4", "res_model": "approval.request"}
        )
        self.request_as(self.order, self.president).action_decide(
            "refuse", "See the file.", attachment_ids=own.ids
        )
        [request_file] = self.request_as(self.order, self.sales).panel["files"]
        self.assertEqual(request_file["name"], "calculation.pdf")
        with self.assertRefused("uploaded yourself"):
            fresh = self.make_order(name="T2")
            fresh.action_approval_submit()
            self.request_as(fresh, self.president).action_comment("Mine?", self.file.ids)
