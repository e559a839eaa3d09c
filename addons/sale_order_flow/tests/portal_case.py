from odoo.tests import HttpCase

from .test_customer import SIGNATURE


class SignedPortalCase(HttpCase):
    """The pages of documents that the customer signs: the buyer, a stranger, and the signature.

    Comes before the case whose documents are signed.
    """

    signer = "Buyer"
    buyer_login = "signing_buyer"
    stranger_login = "signing_stranger"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # pages and sentences in the language the tests compare with
        cls.env["res.lang"]._activate_lang("en_US")
        cls.env["ir.default"].set("res.partner", "lang", "en_US")
        cls.customer.lang = cls.contact.lang = "en_US"
        cls.stranger = cls.env["res.partner"].create({"name": "Nosy", "is_company": True})
        people = ((cls.buyer_login, cls.contact), (cls.stranger_login, cls.stranger))
        cls.env["res.users"].create(
            [
                {
                    "name": login,
                    "login": login,
                    "password": login,
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "company_ids": [(6, 0, cls.company.ids)],
                    "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
                }
                for login, partner in people
            ]
        )

    def sign(self, document, token=True, **values):
        """What the signature form of the page sends.

        :param token: the one from the mail, unless another or none is given
        """
        self.env.flush_all()
        answer = self.make_jsonrpc_request(
            f"{document.access_url}/accept",
            {
                "access_token": document._portal_ensure_token() if token is True else token,
                "name": self.signer,
                "signature": SIGNATURE,
                "version": document._signing_version(),
                **values,
            },
        )
        self.env.invalidate_all()
        return answer
