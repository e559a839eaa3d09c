from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import RuntimeCase
from .test_chain_editor import EditorCase


class OrderedCase(RuntimeCase, EditorCase):
    """Finance first, then the president, then marketing: neither by name nor by id."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.order = cls.cfo | cls.president | cls.vp
        in_order = cls.order.ids
        by_name = cls.env["res.users"].search([("id", "in", in_order)]).ids
        assert in_order not in (by_name, sorted(in_order), by_name[::-1], sorted(in_order)[::-1])
        cls.chain = cls.make_chain([cls.people(*cls.order, mode="order")])
        cls.step = cls.chain.step_ids
        cls.env.invalidate_all()

    def named(self, step=None):
        """Whom the step asks, as it stands in the database."""
        self.env.invalidate_all()
        return list((step or self.step).person_ids.user_id)

    def answered(self, document):
        """Everybody who is asked answers; who that was, in the order of their turns."""
        asked = []
        while document.state == "draft":
            [login] = self.open_for(document)
            user = self.env["res.users"].search([("login", "=", login)])
            asked.append(user)
            self.decide(document, user)
        return asked


@tagged("post_install", "-at_install")
class TestOrderedPersons(OrderedCase):
    """A2, A4: persons asked in order are asked in the order the administrator chose."""

    def test_persons_are_asked_in_the_order_they_were_named(self):
        """A4: as written by code and seeds, through the field that names them all."""
        self.assertEqual(self.named(), list(self.order))
        self.assertEqual(self.answered(self.submitted()), list(self.order))

    def test_an_administrator_names_persons_in_the_form_and_moves_them(self):
        """A4: a list with a handle; who was moved to the top is asked first."""
        form = Form(self.managed(self.env["approval.chain"]))
        form.name = "By form"
        form.model_id = self.managed(
            self.env["approval.kind"].search([("name", "=", "Test Order")])
        )
        form.sequence = 1
        with form.step_ids.new() as step:
            step.name = "Persons"
            step.approver = "user"
            step.mode = "order"
            for user in (self.president, self.vp, self.cfo):
                with step.person_ids.new() as person:
                    person.user_id = user
        self.assertEqual(
            form.preview["stages"][0][0]["who"],
            ", ".join((self.president | self.vp | self.cfo).mapped("name")),
        )
        chain = form.save()
        made = chain.step_ids.with_env(self.env)
        self.assertEqual(self.named(made), [self.president, self.vp, self.cfo])
        self.assertEqual(made.user_ids, self.vp | self.president | self.cfo)
        moved = self.managed(made).person_ids[2]
        self.managed(made).write({"person_ids": [Command.update(moved.id, {"sequence": 0})]})
        self.assertEqual(self.answered(self.submitted()), [self.cfo, self.president, self.vp])

    def test_naming_more_or_fewer_persons_leaves_the_others_at_their_place(self):
        """A4: through the field that names them all."""
        self.step.user_ids = [Command.link(self.head.id)]
        self.assertEqual(self.named(), [*self.order, self.head])
        self.step.user_ids = [Command.unlink(self.president.id)]
        self.assertEqual(self.named(), [self.cfo, self.vp, self.head])
        self.step.user_ids = [Command.set([self.sales.id, self.head.id, self.cfo.id])]
        self.assertEqual(self.named(), [self.cfo, self.head, self.sales])

    def test_who_left_keeps_the_place_until_somebody_else_is_named(self):
        """A11: and is not asked; coming back is enough to be asked again."""
        self.president.active = False
        self.step.user_ids = [Command.link(self.head.id)]
        self.assertEqual(self.named(), [*self.order, self.head])
        self.assertEqual(self.answered(self.submitted()), [self.cfo, self.vp, self.head])

    def test_an_imported_list_keeps_its_order(self):
        """A4: a table with the persons of a step."""
        result = self.managed(self.env["approval.step"]).load(
            ["chain_id/.id", "name", "approver", "mode", "sequence", "user_ids/.id"],
            [
                [
                    str(self.chain.id), "Imported", "user", "order", "5",
                    f"{self.vp.id},{self.head.id},{self.cfo.id}",
                ]
            ],
        )  # fmt: skip
        self.assertFalse(result["messages"])
        step = self.env["approval.step"].browse(result["ids"])
        self.assertEqual(self.named(step), [self.vp, self.head, self.cfo])

    def test_a_copied_chain_keeps_the_order(self):
        """A1, A4: and is independent of the first."""
        copied = self.chain.copy().step_ids
        self.assertEqual(self.named(copied), list(self.order))
        copied.person_ids[0].unlink()
        self.assertEqual(self.named(), list(self.order))
        self.assertEqual(copied.user_ids, self.president | self.vp)

    def test_a_step_for_persons_needs_one_and_names_nobody_twice(self):
        """A2: through every field that names them."""
        for values in (
            {"user_ids": [Command.clear()]},
            {"person_ids": [Command.clear()]},
        ):
            with self.assertRefused("does not say who is asked"):
                self.step.write(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.step.write({"person_ids": [Command.create({"user_id": self.cfo.id})]})

    def test_only_administrators_say_who_is_asked_and_when(self):
        """A2: others read it."""
        person = self.as_user(self.step, self.sales).person_ids[0]
        self.assertEqual(person.user_id.id, self.cfo.id)
        for call in (
            lambda: person.write({"sequence": 99}),
            person.unlink,
            lambda: person.create({"step_id": self.step.id, "user_id": self.sales.id}),
            lambda: person.step_id.write({"user_ids": [Command.link(self.sales.id)]}),
        ):
            with self.assertRefused(exception=AccessError):
                call()

    # ------------------------------------------------------------------ where it shows

    def test_previews_show_the_order(self):
        """A6: the picture of the chain, the panel before and after submission, and the trial."""
        names = [user.name for user in self.order]
        self.assertEqual(self.step.who_text, ", ".join(names))
        order = self.make_order()
        [step] = self.panel(order, self.sales)["steps"]
        self.assertEqual([slot["people"][0]["name"] for slot in step["slots"]], names)
        trial = self.managed(self.env["approval.try"]).create(
            {"chain_id": self.chain.id, "res_id": order.id, "requester_id": self.sales.id}
        )
        self.assertEqual(trial.preview["stages"][0][0]["people"], names)
        order.action_approval_submit()
        [step] = self.panel(order, self.sales)["steps"]
        self.assertEqual([slot["people"][0]["name"] for slot in step["slots"]], names)

    def test_replay_counts_the_persons_in_order(self):
        """A17: everybody is asked once for every document."""
        self.make_order()
        replay = self.managed(self.env["approval.replay"]).create({"chain_id": self.chain.id})
        replay.action_run()
        self.assertEqual(
            replay.line_ids.people.split("\n"), [f"{user.name} × 1" for user in self.order]
        )

    def test_the_order_belongs_to_the_version_where_it_matters(self):
        """A1: moving a person makes a new version; only where persons are asked in order."""
        number = self.request_of(self.submitted()).version_id.number
        self.step.person_ids[2].sequence = 0
        moved = self.request_of(self.submitted())
        self.assertEqual(moved.version_id.number, number + 1)
        [definition] = moved.version_id.definition["steps"]
        self.assertEqual(definition["in_order"], [self.vp.id, self.cfo.id, self.president.id])
        self.step.mode = "any"
        number = self.request_of(self.submitted()).version_id.number
        self.step.person_ids[2].sequence = -1
        self.assertEqual(self.request_of(self.submitted()).version_id.number, number)

    def test_a_running_request_keeps_its_order(self):
        """A1: later edits of the chain never touch it."""
        order = self.submitted()
        self.step.person_ids[2].sequence = 0
        self.assertEqual(self.answered(order), list(self.order))

    # ------------------------------------------------------------------ somebody else at the place

    def panel_names(self, document):
        [step] = self.panel(document, self.sales)["steps"]
        return [slot["people"][0]["name"] for slot in step["slots"] if not slot["verdict"]]

    def test_handing_everything_over_keeps_the_place_in_chain_and_request(self):
        """A11: the one in the middle leaves; whoever takes over is asked in the middle."""
        order = self.submitted()
        wizard = self.managed(self.env["approval.handover"]).create(
            {"user_id": self.president.id, "to_user_id": self.head.id, "reason": "Leaves."}
        )
        wizard.action_apply()
        expected = [self.cfo, self.head, self.vp]
        self.assertEqual(self.named(), expected)
        self.assertEqual(self.panel_names(order), [user.name for user in expected])
        self.assertEqual(self.answered(order), expected)

    def test_handing_over_to_somebody_named_already_asks_that_person_once(self):
        """A11: at the own place."""
        self.managed(self.env["approval.handover"]).create(
            {"user_id": self.cfo.id, "to_user_id": self.vp.id, "reason": "Leaves."}
        ).action_apply()
        self.assertEqual(self.named(), [self.president, self.vp])

    def test_handing_over_by_policy_takes_the_person_out_of_the_chain(self):
        """A11: the others keep their order."""
        self.managed(self.env["approval.handover"]).create(
            {"user_id": self.president.id, "way": "policy", "reason": "Leaves."}
        ).action_apply()
        self.assertEqual(self.named(), [self.cfo, self.vp])

    def test_the_manager_of_who_left_is_asked_at_the_same_place(self):
        """A11: the sales manager leaves before his turn."""
        self.step.person_ids[1].user_id = self.salesmgr
        order = self.submitted()
        self.salesmgr.action_archive()
        expected = [self.cfo, self.head, self.vp]
        self.assertEqual(self.panel_names(order), [user.name for user in expected])
        self.assertEqual(self.answered(order), expected)

    def test_a_fallback_role_is_asked_at_the_place_of_who_left(self):
        """A11: its holders one after the other, before whoever comes next."""
        self.holder("general_manager", self.head)
        self.holder("general_manager", self.assistant)
        self.holder("general_manager", self.salesmgr)
        self.chain.write(
            {
                "departed_policy": "fallback",
                "fallback_role_id": self.role["general_manager"].id,
            }
        )
        for moment in ("before", "at"):
            order = self.submitted()
            if moment == "at":
                self.decide(order, self.cfo)
            self.president.active = False
            asked = self.answered(order)
            holders = self.role["general_manager"]._holders(self.company)
            rest = [*holders, self.vp]
            self.assertEqual(asked, rest if moment == "at" else [self.cfo, *rest], moment)
            self.president.active = True

    # ------------------------------------------------------------------ older databases

    def test_persons_of_an_older_database_keep_the_order_they_were_asked_in(self):
        """A2: by name, as before; done again, nothing changes."""
        self.env.cr.execute("DELETE FROM approval_step_person WHERE step_id = %s", [self.step.id])
        self.env.invalidate_all()
        by_name = self.env["res.users"].search([("id", "in", self.order.ids)])
        for _run in range(2):
            self.migrate("19.0.1.2.0", "post-persons-in-order")
            self.assertEqual(self.named(), list(by_name))
        self.assertEqual(self.step.user_ids, by_name)
