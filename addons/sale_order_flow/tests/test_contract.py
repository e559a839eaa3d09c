import base64
import hashlib
from datetime import timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .contract_case import COPY, SIGNED_ON, ContractCase


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 04:00:00")
class TestContract(ContractCase):
    """F9: one contract for one or several orders, kept with its signed copy."""

    def test_a_contract_goes_from_draft_to_signed(self):
        """F9: number, several orders, who and when on both sides, state derived."""
        orders = self.make_order() | self.make_order({self.hose: 7})
        contract = self.make_contract(orders, **self.signing_values())
        self.assertTrue(contract.name.startswith("CT/2026/"))
        self.assertEqual((contract.state, contract.amount_total), ("draft", 470))
        self.assertEqual(contract.product_ids, self.pump | self.hose)
        contract.action_send()
        self.assertEqual((contract.state, contract.sent_by_id), ("out", self.sales))
        contract.action_sign()
        self.assertEqual((contract.state, contract.signed_by_id), ("signed", self.sales))
        self.assertEqual(
            contract.document_checksum, hashlib.sha256(base64.b64decode(COPY)).hexdigest()
        )

    def test_what_is_missing_for_the_signatures_is_named(self):
        """F9: the signed copy, who and when, all at once."""
        contract = self.make_contract()
        contract.action_send()
        with self.assertRefused("Signed Copy"):
            contract.action_sign()
        for label in ("Signed for Us By", "Signed for Us On", "Signed for the Customer By"):
            with self.assertRefused(label):
                contract.action_sign()
        self.assertEqual(contract.state, "out")

    def test_without_the_signed_copy_nothing_is_signed(self):
        """F9: everything else is there."""
        contract = self.make_contract(**{**self.signing_values(), "document": False})
        with self.assertRefused("“Signed Copy” is empty"):
            contract.action_sign()

    def test_a_signing_date_in_the_future_is_refused(self):
        """F9: by the day it is where the company works; today is fine."""
        today = self.company._approval_today()
        contract = self.make_contract(**self.signing_values(today + timedelta(days=1)))
        with self.assertRefused("is in the future"):
            contract.action_sign()
        contract.write({"company_signed_on": today, "customer_signed_on": today})
        contract.action_sign()
        self.assertEqual(contract.state, "signed")

    def test_a_contract_that_ended_before_it_was_signed_is_refused(self):
        """F9: valid until after both signatures."""
        contract = self.make_contract(
            **self.signing_values(), valid_until=SIGNED_ON - timedelta(days=1)
        )
        with self.assertRefused("Valid Until"):
            contract.action_sign()

    def test_an_order_of_another_customer_is_refused(self):
        """F9: on creation and later."""
        stranger = self.make_order(partner_id=self.other_customer.id, contact_id=False)
        with self.assertRefused("Nanfang", ValidationError):
            self.make_contract(stranger)
        contract = self.make_contract()
        with self.assertRefused(stranger.name, ValidationError):
            contract.order_ids = [Command.link(stranger.id)]

    def test_orders_in_several_currencies_need_several_contracts(self):
        """F9: the total of a contract is in one currency."""
        foreign = self.env["res.currency"].create({"name": "XTS", "symbol": "X"})
        pricelist = self.env["product.pricelist"].create(
            {"name": "Foreign", "currency_id": foreign.id, "company_id": self.company.id}
        )
        orders = self.make_order() | self.make_order(pricelist_id=pricelist.id)
        with self.assertRefused("several currencies", ValidationError):
            self.make_contract(orders)

    def test_a_contract_about_nothing_is_not_sent_out(self):
        """F9: a frame contract may come before its orders."""
        empty = self.make_contract(self.env["sale.order"])
        with self.assertRefused("about no order"):
            empty.action_send()
        frame = self.make_contract(self.env["sale.order"], kind="frame")
        frame.action_send()
        self.assertEqual(frame.state, "out")

    def test_nothing_of_a_signed_contract_changes(self):
        """F9: nor is it signed or sent twice, nor deleted."""
        contract = self.make_signed()
        for values in (
            {"valid_until": SIGNED_ON},
            {"document": base64.b64encode(b"another")},
            {"document": False},
            {"order_ids": [Command.clear()]},
            {"customer_signed_by": "Somebody else"},
            {"partner_id": self.other_customer.id},
        ):
            with self.subTest(*values), self.assertRefused("signed or cancelled"):
                contract.write(values)
        for method in (contract.action_sign, contract.action_send, contract.unlink):
            with self.assertRefused():
                method()

    def test_the_signed_copy_is_not_exchanged_behind_the_back(self):
        """F9: through the attachment, whoever does it."""
        contract = self.make_signed()
        files = self.env["ir.attachment"].search(
            [
                ("res_model", "=", "sale.contract"),
                ("res_id", "=", contract.id),
                ("res_field", "=", "document"),
            ]
        )
        self.assertEqual(len(files), 1)
        for change in (lambda: files.write({"raw": b"forged"}), files.unlink):
            with self.assertRefused("as it was submitted or signed"):
                change()
        with self.assertRefused("as it was submitted or signed"):
            self.env["ir.attachment"].create(
                {
                    "name": "document",
                    "res_model": "sale.contract",
                    "res_id": contract.id,
                    "res_field": "document",
                    "raw": b"forged",
                }
            )

    def test_states_are_not_written_by_hand(self):
        """F9: nor given at creation, or as a default."""
        contract = self.make_contract()
        for values in (
            {"state": "signed"},
            {"signed_at": "2026-03-01 10:00:00"},
            {"archived_at": "2026-03-01 10:00:00"},
            {"name": "CT/1"},
        ):
            with self.subTest(*values), self.assertRefused("by hand", AccessError):
                contract.write(values)
            with self.subTest(*values), self.assertRefused("by hand", AccessError):
                self.make_contract(**values)
        other = self.as_user(self.env["sale.contract"], self.sales).with_context(
            default_signed_at="2026-03-01 10:00:00"
        )
        self.assertEqual(other.create({"partner_id": self.customer.id}).state, "draft")

    def test_an_order_is_put_under_a_contract_on_the_contract(self):
        """F9: writing the order's side would pass the checks by."""
        contract, order = self.make_signed(), self.make_order()
        with self.assertRefused("by hand", AccessError):
            order.contract_ids = [Command.link(contract.id)]

    def test_contracts_of_others_are_not_handled(self):
        """F9, F21: neither read by another salesperson nor made in a colleague's name."""
        contract = self.make_contract()
        self.assertFalse(
            self.as_user(self.env["sale.contract"], self.sales2).search([("id", "=", contract.id)])
        )
        with self.assertRefused(exception=AccessError):
            self.as_user(contract, self.sales2).action_send()
        with self.assertRefused(exception=AccessError):
            self.make_contract(self.env["sale.order"], user=self.sales2, user_id=self.sales.id)

    def test_managers_and_finance_read_and_do_not_handle(self):
        """F9, F21: assistants handle all."""
        contract = self.make_contract(**self.signing_values())
        for user in (self.salesmgr, self.finance):
            with self.subTest(user.login):
                self.assertEqual(self.as_user(contract, user).state, "draft")
                with self.assertRefused(exception=AccessError):
                    self.as_user(contract, user).action_sign()
        self.as_user(contract, self.assistant).action_sign()
        self.assertEqual(contract.state, "signed")

    def test_signatures_are_taken_back_by_the_assistant_alone(self):
        """F9: recorded by mistake; afterwards the contract is free again."""
        contract = self.make_signed()
        with self.assertRefused(exception=AccessError):
            contract.action_take_back()
        self.as_user(contract, self.assistant).action_take_back()
        self.assertEqual((contract.state, contract.document_checksum), ("out", False))
        contract.valid_until = SIGNED_ON + timedelta(days=90)

    def test_a_contract_is_cancelled_with_a_reason(self):
        """F9: a signed one by the assistant alone, and only once."""
        contract = self.make_signed()
        contract.cancel_reason = "The customer withdrew."
        with self.assertRefused(exception=AccessError):
            contract.action_cancel()
        other = self.make_contract()
        with self.assertRefused("Cancel Reason"):
            other.action_cancel()
        by_assistant = self.as_user(contract, self.assistant)
        by_assistant.action_cancel()
        self.assertEqual((contract.state, contract.cancelled_by_id), ("cancelled", self.assistant))
        with self.assertRefused("Cancelled"):
            by_assistant.action_cancel()

    def test_a_copy_begins_as_a_draft(self):
        """F9: without orders, signatures and place."""
        copy = self.make_signed().copy()
        self.assertEqual((copy.state, copy.document, copy.archive_id.id), ("draft", False, False))
        self.assertFalse(copy.order_ids)

    def test_an_order_under_a_contract_keeps_its_customer_and_is_not_deleted(self):
        """F9: the contract would be about nothing, or with somebody else."""
        order = self.make_order()
        self.make_contract(order).action_send()
        with self.assertRefused("is an order of", ValidationError):
            order.partner_id = self.other_customer
        with self.assertRefused("under the contract"):
            self.env["sale.order"].browse(order.id).unlink()

    def test_an_order_shows_its_contracts_and_makes_one(self):
        """F9: from the order, with what is known filled in."""
        order = self.make_order()
        context = order.action_new_contract()["context"]
        contract = self.as_user(self.env["sale.contract"], self.sales).with_context(**context)
        contract = contract.create({})
        self.assertEqual((contract.order_ids, contract.partner_id), (order, self.customer))
        self.assertEqual(order.contract_count, 1)
        stranger = self.make_order(partner_id=self.other_customer.id, contact_id=False)
        with self.assertRefused("one customer"):
            (order | stranger).action_new_contract()


@tagged("post_install", "-at_install")
@freeze_time("2026-03-20 04:00:00")
class TestContractGate(ContractCase):
    """F9: orders over an amount leave only under a signed contract."""

    def paid(self):
        order = self.make_confirmed({self.pump: 4})
        self.make_verified(order)
        return order

    def gate(self, order):
        gates = {gate["code"]: gate["state"] for gate in order._release_gates()[order.id]}
        return gates.get("contract")

    def test_the_delivery_notice_waits_for_the_signed_contract(self):
        """F9: closed, waiting for the signature, open."""
        self.company.contract_needed_amount = 400
        order = self.paid()
        self.assertEqual(self.gate(order), "closed")
        contract = self.make_contract(order, **self.signing_values())
        with self.assertRefused("signed contract"):
            self.make_notice(order)
        contract.action_send()
        self.assertEqual(self.gate(order), "waiting")
        with self.assertRefused("signed contract"):
            self.make_notice(order)
        contract.action_sign()
        self.assertEqual(self.gate(order), "done")
        self.assertEqual(self.make_notice(order).state, "issued")

    def test_a_contract_that_is_over_opens_nothing(self):
        """F9: valid until is looked at on the day of the notice."""
        self.company.contract_needed_amount = 400
        order = self.paid()
        self.make_signed(order, valid_until=SIGNED_ON + timedelta(days=1))
        with self.assertRefused("still valid"):
            self.make_notice(order)

    def test_a_cancelled_contract_opens_nothing(self):
        """F9: nor one of another order."""
        self.company.contract_needed_amount = 400
        order = self.paid()
        contract = self.as_user(self.make_signed(order), self.assistant)
        self.make_signed(self.make_order())
        contract.cancel_reason = "Made by mistake."
        contract.action_cancel()
        self.assertEqual(self.gate(order), "closed")

    def test_smaller_orders_and_companies_without_the_setting_need_none(self):
        """F9: off by default."""
        order = self.paid()
        self.company.contract_needed_amount = 401
        self.assertIsNone(self.gate(order))
        self.company.contract_needed_amount = 0
        self.assertIsNone(self.gate(order))
        self.assertEqual(self.make_notice(order).state, "issued")
        self.assertEqual(self.env["res.company"].new({}).contract_needed_amount, 0)
