from datetime import timedelta

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .contract_case import SIGNED_ON, ContractCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 04:00:00")
class TestSupplement(ContractCase):
    """F9: a signed contract stays; what changes is agreed on in a supplementary agreement."""

    def supplement(self, contract, user=None, **values):
        contract = self.as_user(contract, user or self.sales)
        context = contract.action_new_supplement()["context"]
        Contract = self.as_user(self.env["sale.contract"], user or self.sales)
        return Contract.with_context(**{**Contract.env.context, **context}).create(
            {**self.signing_values(SIGNED_ON + timedelta(days=2)), **values}
        )

    def asked(self, order):
        return order.activity_search(["sale_order_flow.activity_supplement"])

    def test_an_order_that_changes_after_signing_asks_for_a_supplement(self):
        """F9: a finding with both totals, and one activity of whoever handles the contract."""
        order = self.make_order()
        contract = self.make_signed(order)
        self.assertFalse(order.contract_difference)
        order.order_line.price_unit = 90
        self.assertIn("360.00", order.contract_difference)
        self.assertIn("400.00", order.contract_difference)
        self.assertIn(contract.name, order.contract_difference)
        self.assertEqual(contract.amount_total, 400)
        self.assertEqual(self.asked(order).user_id, self.sales)
        order.order_line.price_unit = 80
        self.assertEqual(len(self.asked(order)), 1)

    def test_an_order_changed_back_asks_no_more(self):
        """F9: the activity goes with its reason."""
        order = self.make_order()
        self.make_signed(order)
        order.order_line.product_uom_qty = 5
        self.assertTrue(self.asked(order))
        order.order_line.product_uom_qty = 4
        self.assertFalse(order.contract_difference)
        self.assertFalse(self.asked(order))

    def test_lines_that_come_and_go_are_changes_too(self):
        """F9: whatever changes the total."""
        order = self.make_order({self.pump: 4, self.hose: 1})
        self.make_signed(order)
        order.order_line.filtered(lambda line: line.product_id == self.hose).unlink()
        self.assertTrue(self.asked(order))
        line = self.as_user(self.env["sale.order.line"], self.sales)
        line.create({"order_id": order.id, "product_id": self.hose.id, "product_uom_qty": 1})
        self.assertFalse(self.asked(order))

    def test_before_it_is_signed_nothing_is_asked(self):
        """F9: a draft is changed along with its orders."""
        order = self.make_order()
        self.make_contract(order).action_send()
        order.order_line.price_unit = 90
        self.assertFalse(order.contract_difference)
        self.assertFalse(self.asked(order))

    def test_the_approvers_read_the_difference(self):
        """F9, F3: on the sheet, as a warning."""
        order = self.make_order()
        self.make_signed(order)
        order.order_line.price_unit = 110
        notes = order._approval_sheet_notes("confirm")[order.id]
        self.assertIn(
            {"level": "warning", "text": order.contract_difference},
            notes,
        )

    def test_the_signed_supplement_settles_it(self):
        """F9: it counts what it adds, its parent keeps its total, and the activity is done."""
        order, other = self.make_order(), self.make_order({self.hose: 7})
        contract = self.make_signed(order | other)
        order.order_line.product_uom_qty = 6
        supplement = self.supplement(contract)
        self.assertEqual((supplement.parent_id, supplement.order_ids), (contract, order))
        self.assertEqual(supplement.amount_total, 200)
        self.assertTrue(order.contract_difference)
        supplement.action_sign()
        self.assertFalse(order.contract_difference)
        self.assertFalse(self.asked(order))
        self.assertEqual((contract.amount_total, contract.child_count), (470, 1))
        order.order_line.product_uom_qty = 5
        self.assertIn(supplement.name, order.contract_difference)
        second = self.supplement(contract)
        self.assertEqual(second.amount_total, -100)
        second.action_sign()
        self.assertEqual((supplement.amount_total, second.amount_total), (200, -100))

    def test_a_supplement_belongs_to_a_signed_contract_of_the_same_customer(self):
        """F9: not to a draft, to another supplement, or to somebody else's."""
        contract = self.make_signed()
        draft = self.make_contract()
        values = {"kind": "supplement", "order_ids": False}
        with self.assertRefused("cannot be supplemented", ValidationError):
            self.make_contract(parent_id=draft.id, **{"kind": "supplement"})
        child = self.make_contract(parent_id=contract.id, kind="supplement")
        child.write(self.signing_values())
        child.action_sign()
        with self.assertRefused("cannot be supplemented", ValidationError):
            self.make_contract(parent_id=child.id, kind="supplement")
        with self.assertRefused("same customer", ValidationError):
            self.make_contract(
                parent_id=contract.id, **{**values, "partner_id": self.other_customer.id}
            )
        with self.assertRefused("its kind is", ValidationError):
            self.make_contract(parent_id=contract.id)
        with self.assertRefused("signed or cancelled"):
            child.parent_id = False

    def test_contracts_of_others_are_not_supplemented(self):
        """F9, F21: another salesperson neither reads nor supplements."""
        contract = self.make_signed()
        with self.assertRefused(exception=AccessError):
            self.supplement(contract, self.sales2)

    def test_an_archived_contract_ends_early_by_a_supplement(self):
        """F9: with day and reason; it stays in the archive and opens no gate afterwards."""
        self.company.contract_needed_amount = 400
        order = self.make_order()
        contract = self.make_signed(order)
        archive = self.as_user(contract.archive_id, self.assistant)
        archive.write({"shelf": "A", "folder": "1"})
        archive.action_archive_contracts()
        contract = self.as_user(contract, self.assistant)
        contract.cancel_reason = "The works are not built."
        with self.assertRefused("supplementary agreement that says when and why"):
            contract.action_cancel()
        with self.assertRefused("say why", ValidationError):
            self.supplement(contract, ends_parent_on="2026-03-19", order_ids=False)
        end = self.supplement(
            contract,
            ends_parent_on="2026-03-19",
            end_reason="The works are not built.",
            order_ids=False,
        )
        self.assertFalse(contract.ended_on)
        self.assertFalse(order._contract_reasons())
        end.action_sign()
        self.assertEqual((contract.state, str(contract.ended_on)), ("archived", "2026-03-19"))
        self.assertIn(order.id, order._contract_reasons())

    def test_an_end_that_is_taken_back_ends_nothing(self):
        """F9: derived from what is signed."""
        contract = self.make_signed()
        end = self.supplement(
            contract, ends_parent_on="2026-03-19", end_reason="Sold.", order_ids=False
        )
        end.action_sign()
        self.assertTrue(contract.ended_on)
        self.as_user(end, self.assistant).action_take_back()
        self.assertFalse(contract.ended_on)
        with self.assertRefused("by hand", AccessError):
            contract.ended_on = "2026-03-19"

    def test_a_supplemented_contract_is_not_cancelled_under_its_supplement(self):
        """F9: it would supplement nothing."""
        contract = self.make_signed()
        child = self.make_contract(
            parent_id=contract.id, kind="supplement", **self.signing_values()
        )
        child.action_sign()
        contract = self.as_user(contract, self.assistant)
        contract.cancel_reason = "By mistake."
        with self.assertRefused("is supplemented by"):
            contract.action_cancel()
