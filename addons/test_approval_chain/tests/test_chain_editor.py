from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged

from .common import ApprovalCase


class EditorCase(ApprovalCase):
    """An administrator of approvals who may not do anything else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls.assistant
        cls.manager.group_ids += cls.env.ref("approval_chain.group_approval_manager")

    def managed(self, records):
        return self.as_user(records, self.manager)


@tagged("post_install", "-at_install")
class TestChainEditor(EditorCase):
    """A1, A2, A4: a chain is made in its form, without Settings rights and without code."""

    def kind(self, name="Test Order"):
        return self.env["approval.kind"].search([("name", "=", name)])

    def test_an_approval_administrator_without_settings_rights_makes_a_chain_in_the_form(self):
        """A1: document, conditions, a step for a role, rules."""
        self.assertFalse(self.managed(self.env["ir.model"]).has_access("write"))
        form = Form(self.managed(self.env["approval.chain"]))
        form.name = "Big orders"
        form.model_id = self.managed(self.kind())
        form.amount_min = 100
        form.repeat_policy = "anywhere"
        with form.step_ids.new() as step:
            step.name = "Decision"
            step.role_id = self.role["president"]
        chain = form.save()
        self.assertEqual(
            (chain.model, chain.operation, chain.operation_label),
            ("test.approval.order", "finish", "Finish the order"),
        )
        order = self.make_order()
        order.action_approval_submit()
        request = self.request_of(order)
        self.assertEqual(request.chain_id, chain.with_env(self.env))
        self.assertEqual(request.policies["repeat"], "anywhere")

    def test_an_approval_administrator_edits_an_existing_chain(self):
        """A1: also one made by somebody with all rights; document and steps stay."""
        chain = self.make_chain([("decide", "president")])
        with Form(self.managed(chain)) as form:
            form.name = "Renamed"
            with form.step_ids.new() as step:
                step.name = "Finance"
                step.kind = "opinion"
                step.role_id = self.role["finance_director"]
        self.assertEqual(chain.name, "Renamed")
        self.assertEqual(chain.step_ids.mapped("kind"), ["decide", "opinion"])
        self.assertEqual(chain.model, "test.approval.order")

    def test_people_without_the_right_cannot_make_or_try_a_chain(self):
        """A1: the refusal comes from the server, whatever the client shows."""
        chain = self.make_chain([("decide", "president")])
        with self.assertRaises(AccessError):
            self.as_user(chain, self.sales).write({"name": "Mine"})
        with self.assertRaises(AccessError):
            self.as_user(chain, self.sales).action_make_real()
        for model in ("approval.try", "approval.replay"):
            with self.assertRaises(AccessError):
                self.as_user(self.env[model], self.sales).create({"chain_id": chain.id})

    def test_a_chain_goes_when_its_kind_of_document_is_uninstalled(self):
        """A1: the database sees to it, though administrators may not read models."""
        self.env.cr.execute(
            "SELECT confdeltype FROM pg_constraint"
            " WHERE conrelid = 'approval_chain'::regclass AND confrelid = 'ir_model'::regclass"
        )
        self.assertEqual(self.env.cr.fetchall(), [("c",)])

    def test_the_picture_shows_steps_asked_together_side_by_side_with_their_terms(self):
        """A1, A3, A4: stages, people, mode, limit, time limit, copies, checklist."""
        role, cfo = self.role, self.cfo
        chain = self.make_chain(
            [
                {"kind": "decide", "approver": "role", "role_id": role["vp_marketing"].id},
                {"kind": "opinion", "approver": "user", "user_ids": [Command.link(cfo.id)],
                 "parallel": True, "mode": "all", "time_limit": 8,
                 "checklist_ids": [Command.create({"name": "Paid"})]},
                {"kind": "decide", "approver": "role", "role_id": role["president"].id,
                 "cc_when": "end", "cc_user_ids": [Command.link(self.head.id)]},
            ]
        )  # fmt: skip
        chain.step_ids[2].limit_step_id = chain.step_ids[0]
        picture = self.managed(chain).preview
        names = [[step["name"] for step in stage] for stage in picture["stages"]]
        self.assertEqual(names, [["Step 1", "Step 2"], ["Step 3"]])
        (first, second), (third,) = picture["stages"]
        self.assertEqual(first["people"], [self.vp.name])
        self.assertEqual(second["who"], cfo.name)
        self.assertEqual(
            [term["text"] for term in second["terms"]],
            ["Everybody answers", "Checklist (1)", "8 working hours, then: Remind"],
        )
        self.assertEqual(
            [term["text"] for term in third["terms"]],
            [
                "Only over the limit of who decides “Step 1”",
                f"Copy to {self.head.name} (When it ends)",
            ],
        )
        self.assertEqual(picture["end"], "Finish the order")

    def test_the_picture_follows_while_the_chain_is_edited(self):
        """A1: a step is drawn before the chain is saved."""
        form = Form(self.managed(self.env["approval.chain"]))
        form.name = "New"
        form.model_id = self.managed(self.kind())
        with form.step_ids.new() as step:
            step.name = "Decision"
            step.role_id = self.role["president"]
        self.assertEqual(form.preview["stages"][0][0]["who"], self.role["president"].name)
        self.assertFalse(form.gap_text)

    def test_versions_are_counted_with_their_requests(self):
        """A1: the page of versions says which requests follow which."""
        chain = self.make_chain([("decide", "president")])
        self.make_order().action_approval_submit()
        chain.repeat_policy = "anywhere"
        for _number in range(2):
            self.make_order().action_approval_submit()
        versions = self.managed(chain.version_ids).sorted("number")
        self.assertEqual(versions.mapped("request_count"), [1, 2])
        found = self.env["approval.request"].search(versions[1].action_view_requests()["domain"])
        self.assertEqual(found.version_id, versions[1].with_env(self.env))


@tagged("post_install", "-at_install")
class TestChainGaps(EditorCase):
    """A11: what is wrong with a chain is said before a document finds out."""

    def gaps(self, chain):
        self.env.invalidate_all()
        return self.managed(chain).gap_text

    def listed(self):
        chains = self.managed(self.env["approval.chain"])
        return chains.search([("has_gaps", "=", True)])

    def test_a_sound_chain_has_no_gaps_and_is_not_listed(self):
        """A11: no warning without a reason."""
        chain = self.make_chain([("decide", "president")])
        self.assertFalse(self.gaps(chain))
        self.assertNotIn(chain.id, self.listed().ids)

    def test_a_role_that_nobody_holds_is_reported_and_listed(self):
        """A11: until somebody holds it again."""
        chain = self.make_chain([("decide", "president")])
        holders = self.role["president"].holder_ids
        self.managed(holders).date_to = fields.Date.today() - timedelta(days=2)
        self.assertIn("Step “Step 1”: Nobody holds the role", self.gaps(chain))
        self.assertIn(chain.id, self.listed().ids)
        self.managed(holders).date_to = False
        self.assertFalse(self.gaps(chain))

    def test_persons_who_left_or_lack_the_company_are_reported(self):
        """A11: by name."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.head.write({"company_id": other.id, "company_ids": [Command.set(other.ids)]})
        chain = self.make_chain(
            [
                {
                    "approver": "user",
                    "user_ids": [Command.set((self.cfo | self.head | self.president).ids)],
                    "mode": "quorum",
                    "quorum": 3,
                }
            ]
        )
        self.cfo.active = False
        text = self.gaps(chain)
        self.assertIn(f"{self.cfo.name} does not work here any more", text)
        self.assertIn(f"{self.head.name} has no access to {self.company.name}", text)
        self.assertIn("3 have to approve, but only 2 can be asked", text)

    def test_a_chain_without_a_deciding_step_is_reported(self):
        """A11: opinions alone decide nothing."""
        chain = self.make_chain([("opinion", "president")])
        self.assertIn("No step decides", self.gaps(chain))

    def test_missing_limits_and_leaders_are_reported(self):
        """A3, A11: climbing needs limits, and leaders who can log in."""
        chain = self.make_chain([{"approver": "climb", "mode": "all"}])
        self.assertFalse(self.gaps(chain))
        self.env["approval.limit"].search([("company_id", "=", self.company.id)]).unlink()
        self.assertIn("nobody has a limit", self.gaps(chain))
        self.env["hr.employee"].search([("company_id", "=", self.company.id)]).parent_id = False
        self.assertIn("has a manager who can log in", self.gaps(chain))

    def test_a_fallback_role_that_is_missing_or_not_held_is_reported(self):
        """A11: the way out must not be blocked either."""
        chain = self.make_chain([("decide", "president")], departed_policy="fallback")
        self.assertIn("ask a fallback role, but none is named", self.gaps(chain))
        empty = self.env["approval.role"].create({"name": "Nobody", "code": "nobody"})
        chain.fallback_role_id = empty
        self.assertIn("Nobody holds the role Nobody", self.gaps(chain))

    def test_gaps_of_other_companies_are_not_listed(self):
        """A11: the filter shows what the user may read."""
        other = self.env["res.company"].create({"name": "Elsewhere"})
        chain = self.make_chain([("opinion", "president")], company_id=other.id)
        self.assertNotIn(chain.id, self.listed().ids)


@tagged("post_install", "-at_install")
class TestChainTry(EditorCase):
    """A1, A3, A11: "Try it" says who would be asked and why, and changes nothing."""

    def trial(self, chain, order, requester=None):
        return self.managed(self.env["approval.try"]).create(
            {
                "chain_id": chain.id,
                "res_id": order.id,
                "requester_id": (requester or self.sales).id,
            }
        )

    def boxes(self, trial):
        return [step for stage in trial.preview["stages"] for step in stage]

    def test_each_step_says_whether_it_is_asked_skipped_or_passed_and_why(self):
        """A1, A11: with the person who would ask."""
        chain = self.make_chain(
            [
                ("decide", "sales_manager"),
                {
                    "approver": "role",
                    "role_id": self.role["finance_director"].id,
                    "domain": "[('partner_name', '=', 'Special')]",
                },
                ("decide", "president"),
            ],
            self_policy="skip",
        )
        order = self.make_order()
        trial = self.trial(chain, order, self.salesmgr)
        self.assertTrue(trial.matches)
        self.assertEqual(trial.verdict, "The chain applies to T1.")
        boxes = self.boxes(trial)
        self.assertEqual([box["state"] for box in boxes], ["passed", "skipped", "asked"])
        self.assertIn("is who would be asked", boxes[0]["notes"][0])
        self.assertEqual(boxes[1]["notes"], ["The conditions of the step do not match."])
        self.assertEqual(boxes[2]["people"], [self.president.name])
        self.assertFalse(self.request_of(order))

    def test_a_step_over_a_limit_says_whose_decision_makes_it_superfluous(self):
        """A3: 250 is within the limit of the sales manager."""
        chain = self.make_chain([("decide", "sales_manager"), ("decide", "president")])
        chain.step_ids[1].limit_step_id = chain.step_ids[0]
        note = self.boxes(self.trial(chain, self.make_order()))[1]["notes"]
        self.assertEqual(
            note, [f"Passed if {self.salesmgr.name} decides: the amount is within the limit."]
        )
        big = self.make_order(
            line_ids=[Command.create({"product": "Pump", "quantity": 1, "price": 90000})]
        )
        note = self.boxes(self.trial(chain, big))[1]["notes"]
        self.assertIn("over the limit of everybody", note[0])

    def test_why_the_chain_does_not_apply_and_which_one_does(self):
        """A1: conditions, amount, and the chain that comes before."""
        first = self.make_chain([("decide", "vp_marketing")], name="First", sequence=1)
        chain = self.make_chain([("decide", "president")], sequence=5)
        order = self.make_order()
        self.assertIn("“First” comes before it", self.trial(chain, order).verdict)
        chain.amount_min = 1000
        verdict = self.trial(chain, order).verdict
        self.assertIn("outside the amounts of the chain", verdict)
        self.assertIn("It goes through “First”.", verdict)
        first.active = False
        chain.write({"amount_min": 0, "domain": "[('partner_name', '=', 'Special')]"})
        trial = self.trial(chain, order)
        self.assertEqual(trial.verdict, "T1 does not match the conditions of the chain.")
        self.assertFalse(trial.preview)

    def test_a_shadow_or_archived_chain_can_be_tried(self):
        """A16: before it is made real."""
        chain = self.make_chain([("decide", "president")], is_shadow=True)
        self.assertIn("in shadow mode", self.trial(chain, self.make_order()).verdict)
        chain.active = False
        self.assertIn("it is archived", self.trial(chain, self.make_order()).verdict)

    def test_gaps_are_told_and_nothing_is_written(self):
        """A11: nobody holds the role; no request, no version, no shadow record comes of it."""
        chain = self.make_chain([("decide", "president")])
        self.role["president"].holder_ids.unlink()
        tables = ("approval.request", "approval.chain.version", "approval.shadow.hit")
        before = [self.env[name].search_count([]) for name in tables]
        trial = self.trial(chain, self.make_order())
        self.assertIn("Nobody holds the role", trial.gaps)
        self.assertEqual(self.boxes(trial)[0]["state"], "nobody")
        self.assertEqual([self.env[name].search_count([]) for name in tables], before)

    def test_a_document_that_may_not_be_read_is_not_tried(self):
        """A1: the dialog is no way around the rules of the document."""
        chain = self.make_chain([("decide", "president")])
        order = self.make_order()
        self.env["ir.rule"].create(
            {
                "name": "Own orders",
                "model_id": self.env["ir.model"]._get_id(order._name),
                "domain_force": "[('create_uid', '=', user.id)]",
            }
        )
        trial = self.trial(chain, order)
        self.assertFalse(trial.verdict or trial.preview or trial.gaps)


@tagged("post_install", "-at_install")
class TestShadowViews(EditorCase):
    """A16: what would have been stopped is counted on the chain, and one click makes it real."""

    def test_records_are_counted_and_opened_from_the_chain(self):
        """A16: only those of the chain."""
        chain = self.make_chain([("decide", "president")], is_shadow=True)
        order = self.make_order()
        order.action_finish()
        self.assertEqual(order.state, "done")
        chain = self.managed(chain)
        self.assertEqual(chain.shadow_count, 1)
        hit = chain.env["approval.shadow.hit"].search(chain.action_view_shadow_hits()["domain"])
        self.assertEqual(hit.document_name, "T1")
        self.assertEqual(hit.action_open_document()["res_id"], order.id)

    def test_made_real_the_chain_stops_the_next_document(self):
        """A16: by an approval administrator."""
        chain = self.make_chain([("decide", "president")], is_shadow=True)
        self.managed(chain).action_make_real()
        with self.assertRefused("needs approval"):
            self.make_order().action_finish()
