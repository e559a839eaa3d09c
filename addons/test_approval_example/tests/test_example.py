from odoo import Command
from odoo.tests import Form, tagged

from odoo.addons.test_approval_chain.tests.common import ApprovalCase


class ContractCase(ApprovalCase):
    """A contract of a customer, and a chain decided by the president."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("decide", "president")], model="test.approval.contract")
        cls.customer = cls.env["res.partner"].create({"name": "Customer"})

    def make_contract(self, **values):
        contracts = self.as_user(self.env["test.approval.contract"], self.sales)
        return contracts.create(
            {
                "name": "C1",
                "partner_id": self.customer.id,
                "date_end": "2027-12-31",
                "company_id": self.company.id,
                "line_ids": [Command.create({"name": "Service", "quantity": 12, "price": 100})],
                **values,
            }
        )


@tagged("post_install", "-at_install")
class TestExample(ContractCase):
    """A1, A9, A10: the example of the page does what the page says."""

    def test_contract_is_signed_by_its_approval_alone(self):
        """A10, A15: refused before, carried out by the last decision."""
        contract = self.make_contract()
        with self.assertRefused("Submit it for approval"):
            contract.action_sign()
        contract.action_approval_submit("sign")
        with self.assertRefused("is in approval"):
            contract.line_ids.price = 1
        contract.note = "Not among what is decided on."
        self.decide(contract, self.president)
        self.assertEqual((contract.state, contract.approval_state), ("signed", "executed"))
        with self.assertRefused("cannot be changed any more"):
            contract.date_end = "2030-01-01"

    def test_hooks_say_what_the_page_says(self):
        """A6: what is missing, what approvers see first, who is waited for, what happened."""
        with self.assertRefused("choose the customer"):
            self.make_contract(partner_id=False).action_approval_submit("sign")
        self.customer.is_company = True
        contract = self.make_contract(date_end=False)
        contract.action_approval_submit("sign")
        request = self.request_of(contract)
        self.assertEqual(request.sheet["notes"][0]["text"], "The contract never ends.")
        self.decide(contract, self.president)
        self.assertEqual((contract.state, request.state), ("draft", "approved"))
        self.assertEqual(request.failure, "The customer signs first.")
        contract.action_sign()
        self.assertEqual(request.state, "executed")
        self.assertEqual(
            contract.history.splitlines(),
            [
                "submit: sales (pending > pending)",
                "approve: president (pending > pending)",
                "complete: president (pending > approved)",
                "execute: sales (approved > executed)",
            ],
        )

    def test_cancelled_contract_takes_its_request_back(self):
        """A10: ``dead`` of the declaration."""
        contract = self.make_contract()
        contract.action_approval_submit("sign")
        contract.state = "cancel"
        self.assertEqual(contract.approval_state, "cancelled")

    def test_panel_stands_in_the_form(self):
        """A6: who will decide, before anybody submitted."""
        contract = self.make_contract()
        with Form(contract) as form:
            self.assertEqual(form.approval_panel["state"], "preview")
            form.name = "C2"
        self.assertEqual(contract.name, "C2")
