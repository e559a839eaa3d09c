from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .contract_case import ContractCase
from .desk_case import DeskRows
from .inspection_case import InspectionCase
from .non_standard_case import NonStandardCase
from .test_confirmation_letter import LetterCase


@tagged("post_install", "-at_install")
class TestContractsOnTheDesk(DeskRows, ContractCase):
    """F9, F11: a contract waits for somebody until it is archived."""

    def test_a_contract_is_walked_to_the_archive_by_the_desk(self):
        """F9, F11: sent and signed with its salesperson, archived by the assistant."""
        contract = self.make_contract(**self.signing_values())
        others = (self.assistant, self.finance, self.sales2)
        self.assertOnDesk(
            contract, "contract_send", "sales", "Send Out the Contract", [self.sales], others
        )
        self.assertEqual(self.desk_row(contract, self.sales).amount_total, contract.amount_total)
        self.desk_press(contract, self.sales).action_send()
        row = self.desk_row(contract, self.sales)
        self.assertEqual(row.since, contract.sent_at)
        self.assertEqual(row.display_name, f"{contract.name} {self.customer.name}")
        self.assertOnDesk(
            contract, "contract_sign", "customer", "Record the Signatures", [self.sales], others
        )
        self.desk_press(contract, self.sales).action_sign()
        self.assertOnDesk(
            contract,
            "contract_archive",
            "assistant",
            "Archive the Contract",
            [self.assistant],
            (self.sales, self.finance),
        )
        archive = self.desk_press(contract, self.assistant)
        self.assertEqual(archive, contract.archive_id.with_env(archive.env))
        archive.write({"shelf": "A-3", "folder": "2026-03"})
        archive.action_archive_contracts()
        self.assertOffDesk(contract)

    def test_a_contract_is_late_when_it_does_not_come_back_and_when_it_is_not_filed(self):
        """F9, F12: a week after it went out, and from the 25th on."""
        out = self.make_contract()
        out.action_send()
        signed = self.make_signed()
        self.assertEqual(out.desk_worry_date, out.sent_at + timedelta(days=7))
        self.assertEqual(signed.desk_worry_date.date(), signed.sudo().archive_id.due_date)
        desk = self.desk_of(self.assistant)
        late = desk.search([("is_late", "=", True), ("res_model", "=", "sale.contract")])
        self.assertIn(signed.id, late.mapped("res_id"))
        self.assertNotIn(out.id, late.mapped("res_id"))

    def test_signatures_taken_back_bring_the_contract_back_to_its_salesperson(self):
        """F9, F11: the row follows the document."""
        contract = self.make_signed()
        self.as_user(contract, self.assistant).action_take_back()
        self.assertEqual(self.desk_row(contract, self.sales).stage, "contract_sign")
        contract.cancel_reason = "Not wanted."
        contract.action_cancel()
        self.assertOffDesk(contract)

    def test_archiving_is_handed_over_like_any_other_part(self):
        """F11: assistants hand over to each other."""
        contract = self.make_signed()
        second = self.assistant.copy(
            {"name": "Second Assistant", "login": "assistant.two", "email": "two@example.com"}
        )
        role = self.env["approval.role"].search([("code", "=", "sales_assistant")])
        self.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": second.id, "company_id": self.company.id}
        )
        row = self.desk_row(contract, self.assistant)
        self.as_user(self.env["order.desk.handover"], self.assistant).with_context(
            **row.action_hand_over()["context"]
        ).create({"user_id": second.id, "reason": "On leave."}).action_hand_over()
        self.assertTrue(self.desk_row(contract, second).is_mine)
        self.assertFalse(self.desk_row(contract, self.assistant).is_mine)

    def test_the_place_on_the_desk_is_nobodys_to_write(self):
        """A10: derived values, by no door."""
        contract = self.make_contract()
        for name, value in (
            ("desk_stage", "contract_archive"),
            ("desk_open", False),
            ("desk_since", "2030-01-01"),
            ("desk_worry_date", "2030-01-01"),
            ("desk_user_id", self.sales.id),
        ):
            with self.subTest(name), self.assertRefused("", AccessError):
                self.as_user(contract, self.assistant).write({name: value})
            with self.subTest(name, door="create"), self.assertRefused("", AccessError):
                self.make_contract(**{name: value})

    def test_kinds_of_documents_do_not_share_a_number(self):
        """F11: two rows of the desk never have one id."""
        desk = self.env["sale.desk"]
        kinds = [self.env[model]._desk_kind for model in desk._desk_models()]
        self.assertEqual(len(kinds), len(set(kinds)))
        self.assertLess(max(kinds), 64)
        stages = dict(desk._fields["stage"]._description_selection(self.env))
        teams = dict(desk._fields["waits_for"]._description_selection(self.env))
        for model in desk._desk_models():
            documents = self.env[model]
            self.assertLessEqual(documents._desk_stage_owners().keys(), stages.keys(), model)
            self.assertLessEqual({*documents._desk_stage_teams().values()}, teams.keys(), model)


@tagged("post_install", "-at_install")
class TestLettersOnTheDesk(DeskRows, LetterCase):
    """F8, F11: a letter waits until the customer has confirmed."""

    def test_a_letter_is_sent_and_confirmed_from_the_desk(self):
        """F8, F11: with the salesperson of the order, until the evidence is recorded."""
        letter = self.letter(self.approved())
        others = (self.assistant, self.finance, self.sales2)
        self.assertOnDesk(letter, "letter_send", "sales", "Send the Letter", [self.sales], others)
        self.desk_press(letter, self.sales).action_mark_sent()
        self.assertOnDesk(
            letter, "letter_confirm", "customer", "Record the Confirmation", [self.sales], others
        )
        self.record(self.desk_press(letter, self.sales))
        self.assertOffDesk(letter)

    def test_a_letter_without_answer_gets_late(self):
        """F8, F12: three days after it was sent."""
        letter = self.letter(self.approved())
        letter.action_mark_sent()
        self.assertFalse(self.desk_row(letter, self.sales).is_late)
        letter.sudo()._stamp({"sent_at": fields.Datetime.now() - timedelta(days=4)})
        row = self.desk_row(letter, self.sales)
        self.assertTrue(row.is_late)
        self.assertIn(row, self.desk_of(self.sales).search([("is_late", "=", True)]))

    def test_a_replaced_letter_and_one_of_a_cancelled_order_leave_the_desk(self):
        """F8, F11: nothing dead on the desk."""
        order = self.approved()
        first = self.letter(order)
        first.action_mark_sent()
        self.as_user(order, self.sales).commitment_date = order.commitment_date + timedelta(days=9)
        self.assertOffDesk(first)
        other = self.approved()
        letter = self.letter(other)
        letter.action_mark_sent()
        self.assertTrue(self.desk_row(letter, self.sales))
        self.as_user(other, self.sales)._action_cancel()
        self.assertOffDesk(letter)

    def test_the_letter_follows_its_order_to_another_salesperson(self):
        """F11, F21: the turn is theirs."""
        order = self.approved()
        letter = self.letter(order)
        self.as_user(order, self.assistant).user_id = self.sales2
        self.assertTrue(self.desk_row(letter, self.sales2).is_mine)
        self.assertFalse(self.desk_row(letter, self.sales))


@tagged("post_install", "-at_install")
class TestReviewsOnTheDesk(DeskRows, NonStandardCase):
    """F7, F11: a feasibility review waits for whoever has to ask or to answer."""

    def test_a_review_is_asked_for_and_answered_from_the_desk(self):
        """F7, F11: every department fills in its part on the form that the button opens."""
        order = self.make_machine_order()
        review = self.ask(order, submit=False)
        self.assertOnDesk(
            review,
            "feasibility_ask",
            "sales",
            "Ask for the Review",
            [self.sales],
            (self.assistant, self.engineer, self.production),
        )
        self.desk_press(review, self.sales).action_approval_submit("release")
        for user, values, later in (
            (self.engineer, {"lead_time_days": 5, "unit_cost": 150}, self.production),
            (self.production, {"lead_time_days": 20, "unit_cost": 400}, self.head),
            (self.head, None, self.engineer),
        ):
            self.assertOnDesk(
                review, "feasibility_review", "approval", "Review", [user], (later, self.sales)
            )
            form = self.desk_press(review, user)
            self.assertEqual((form._name, form.id), (review._name, review.id))
            if values:
                self.answer(form, user, **values)
            self.agree(form, user)
        self.assertEqual(review.state, "done")
        self.assertOffDesk(review)

    def test_a_returned_or_refused_review_is_the_salespersons_turn_again(self):
        """F7, A5: to be asked again, or given up."""
        for verb in ("return", "refuse"):
            with self.subTest(verb):
                review = self.ask(self.make_machine_order())
                self.assertFalse(self.desk_row(review, self.sales).is_mine)
                self.agree(review, self.engineer, verb)
                self.assertOnDesk(
                    review, "feasibility_ask", "sales", "Ask for the Review", [self.sales]
                )
                self.desk_press(review, self.sales).action_cancel()
                self.assertOffDesk(review)

    def test_a_review_of_a_cancelled_order_leaves_the_desk(self):
        """F11: nothing dead on the desk."""
        order = self.make_machine_order()
        review = self.ask(order, submit=False)
        self.assertTrue(self.desk_row(review, self.sales))
        order.action_cancel()
        self.assertOffDesk(review)


@tagged("post_install", "-at_install")
class TestOverridesOnTheDesk(DeskRows, NonStandardCase):
    """A19, F11: an override waits to be asked for, decided, or approved afterwards."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.ref("approval_chain.group_break_glass").user_ids |= cls.salesmgr

    def test_an_override_is_asked_for_and_decided_from_the_desk(self):
        """A19, F11: with whoever asks, then with the chain."""
        order = self.make_confirmed()
        override = self.as_user(self.env["sale.gate.override"], self.sales).create(
            {"order_id": order.id, "gate": "payment", "reason": "A customer of twenty years."}
        )
        self.assertOnDesk(
            override,
            "override_ask",
            "sales",
            "Ask for It",
            [self.sales],
            (self.assistant, self.cfo),
        )
        self.desk_press(override, self.sales).action_approval_submit("open")
        self.assertOnDesk(
            override,
            "override_decide",
            "approval",
            "Decide",
            [self.cfo],
            (self.sales, self.assistant),
        )
        self.desk_press(override, self.cfo).action_decide("approve", "Agreed.")
        self.assertEqual(override.state, "open")
        self.assertOffDesk(override)

    def test_a_gate_opened_by_right_waits_for_its_approval_afterwards(self):
        """A19, F11: late at once, until the chain has said what it thinks of it."""
        order = self.make_confirmed()
        self.as_user(order, self.salesmgr).action_override_gate("payment", "The site stands still.")
        override = order.gate_override_ids
        self.assertOnDesk(
            override,
            "override_after",
            "approval",
            "Decide",
            [self.cfo],
            (self.sales, self.assistant),
        )
        self.assertTrue(self.desk_row(override, self.cfo).is_late)
        self.desk_press(override, self.cfo).action_decide("approve", "It was right.")
        self.assertOffDesk(override)

    def test_a_withdrawn_override_leaves_the_desk(self):
        """A19, F11: also when it was refused afterwards."""
        order = self.make_confirmed()
        asked = self.as_user(self.env["sale.gate.override"], self.sales).create(
            {"order_id": order.id, "gate": "payment", "reason": "A customer of twenty years."}
        )
        self.assertTrue(self.desk_row(asked, self.sales))
        asked.action_withdraw()
        self.assertOffDesk(asked)
        self.as_user(order, self.salesmgr).action_override_gate("payment", "The site stands still.")
        opened = order.gate_override_ids - asked
        self.desk_press(opened, self.cfo).action_decide("refuse", "It could wait.")
        self.assertEqual(opened.state, "withdrawn")
        self.assertOffDesk(opened)


@tagged("post_install", "-at_install")
class TestInspectionsOnTheDesk(DeskRows, InspectionCase):
    """F13, F11: goods to inspect wait for the quality role."""

    def test_an_inspection_is_made_and_judged_by_the_desk(self):
        """F11, F13: it is the turn of quality alone, with the order's promise as the worry."""
        order = self.make_noticed({self.pump: 4})
        inspection = self.inspections(order)
        others = (self.sales, self.assistant, self.finance, self.warehouse)
        self.assertOnDesk(inspection, "inspect", "quality", "Inspect", [self.inspector], others)
        row = self.desk_row(inspection, self.inspector)
        self.assertEqual(row.partner_id, self.customer)
        self.assertEqual(row.since, inspection.create_date)
        self.assertEqual(row.worry_date, order.flow_promised_date)
        opened = self.desk_press(inspection, self.inspector)
        self.assertEqual(opened, inspection)
        self.accept(opened)
        self.assertOffDesk(inspection)

    def test_what_is_worked_over_comes_back_and_what_is_not_needed_leaves(self):
        """F11, F13: the row follows the document."""
        order = self.make_noticed({self.pump: 4})
        inspection = self.inspections(order)
        self.answer(inspection, passed="no")
        inspection.write({"accepted_quantity": 3, "remark": "One leaks.", "disposal": "rework"})
        inspection.action_record()
        self.assertOffDesk(inspection)
        again = self.inspections(order) - inspection
        self.assertOnDesk(again, "inspect", "quality", "Inspect", [self.inspector])
        self.pickings(order).action_cancel()
        again.action_cancel()
        self.assertOffDesk(again)

    def test_the_place_of_an_inspection_on_the_desk_is_not_entered(self):
        """F11: derived, for whoever holds the role too."""
        inspection = self.inspections(self.make_noticed({self.pump: 4}))
        for values in (
            {"desk_stage": False},
            {"desk_open": False},
            {"desk_user_id": self.sales.id},
        ):
            with self.assertRefused(exception=AccessError):
                inspection.write(values)

    def test_the_salesperson_sees_inspections_of_own_orders_alone(self):
        """F21: another salesperson sees neither the row nor whose goods wait."""
        inspection = self.inspections(self.make_noticed({self.pump: 4}))
        self.assertTrue(self.desk_row(inspection, self.sales))
        self.assertFalse(self.desk_row(inspection, self.sales2))
