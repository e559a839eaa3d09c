from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .contract_case import ContractCase


@tagged("post_install", "-at_install")
class TestContractPortal(HttpCase, ContractCase):
    """F9: the customer sees and downloads the own contracts, and nothing internal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.buyer = cls.env["res.users"].create(
            {
                "name": "Buyer",
                "login": "contract_buyer",
                "password": "contract_buyer",
                "partner_id": cls.contact.id,
                "company_id": cls.company.id,
                "company_ids": [(6, 0, cls.company.ids)],
                "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
            }
        )

    def test_the_customer_reads_and_downloads_the_own_contract(self):
        """F9: list, page, file."""
        contract = self.make_signed(title="Pumps for the waterworks", note="Internal remark")
        self.authenticate("contract_buyer", "contract_buyer")
        self.assertIn(contract.name, self.url_open("/my/contracts").text)
        page = self.url_open(f"/my/contracts/{contract.id}").text
        self.assertIn("Pumps for the waterworks", page)
        self.assertNotIn("Internal remark", page)
        file = self.url_open(f"/my/contracts/{contract.id}/document")
        self.assertEqual(file.content, b"%PDF-1.4 signed by both")
        self.assertIn("contract.pdf", file.headers["Content-Disposition"])

    def test_drafts_and_contracts_of_others_stay_closed(self):
        """F9: by address, by RPC, and with the token of a draft."""
        draft = self.make_contract()
        stranger = self.make_order(partner_id=self.other_customer.id, contact_id=False)
        other = self.make_signed(stranger, partner_id=self.other_customer.id)
        token = draft._portal_ensure_token()
        self.authenticate("contract_buyer", "contract_buyer")
        for url in (
            f"/my/contracts/{draft.id}",
            f"/my/contracts/{draft.id}?access_token={token}",
            f"/my/contracts/{other.id}",
            f"/my/contracts/{other.id}/document",
        ):
            with self.subTest(url):
                answer = self.url_open(url)
                self.assertTrue(answer.url.rstrip("/").endswith("/my"))
        Contract = self.env["sale.contract"].with_user(self.buyer)
        self.assertFalse(Contract.search([("id", "in", (draft | other).ids)]))

    def test_the_customer_changes_nothing_and_reads_nothing_internal(self):
        """F9: the place in the archive, notes and reasons are not the customer's."""
        contract = self.make_signed().with_user(self.buyer)
        self.assertEqual(contract.state, "signed")
        for name in ("note", "archive_shelf", "cancel_reason"):
            with self.subTest(name), self.assertRefused(exception=AccessError):
                contract.read([name])
        with self.assertRefused(exception=AccessError):
            contract.write({"title": "Mine"})
        with self.assertRefused(exception=AccessError):
            contract.action_take_back()
