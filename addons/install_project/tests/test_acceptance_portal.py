from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .install_case import SIGNATURE, InstallCase


@tagged("post_install", "-at_install")
class TestAcceptancePortal(HttpCase, InstallCase):
    """I2, I4, I6: the customer reads, signs or refuses in the portal; partner companies read theirs."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.stranger = cls.env["res.partner"].create({"name": "Nosy", "is_company": True})
        (cls.customer | cls.contact | cls.stranger | cls.contractor).lang = "en_US"
        for login, partner in (
            ("install_buyer", cls.contact),
            ("install_stranger", cls.stranger),
            ("install_fitter", cls.contractor),
        ):
            cls.env["res.users"].create(
                {
                    "name": login,
                    "login": login,
                    "password": login,
                    "partner_id": partner.id,
                    "company_id": cls.company.id,
                    "company_ids": [(6, 0, cls.company.ids)],
                    "group_ids": [(6, 0, cls.env.ref("base.group_portal").ids)],
                }
            )

    def make_ready(self, **values):
        project = self.make_installing(**values)
        acceptance = self.prepare(project)
        acceptance.action_ready()
        self.env.flush_all()
        return acceptance

    def sign(self, acceptance, version=None, token=True):
        self.env.flush_all()
        answer = self.make_jsonrpc_request(
            f"/my/acceptances/{acceptance.id}/accept",
            {
                "access_token": acceptance._portal_ensure_token() if token else None,
                "name": "Mr Li",
                "signature": SIGNATURE,
                "version": version or acceptance._signing_version(),
            },
        )
        self.env.invalidate_all()
        return answer

    def page(self, url):
        self.env.flush_all()
        return self.url_open(url)

    def test_the_customer_signs_with_the_address_from_the_mail(self):
        """I6: without an account; name, address and file are kept; once."""
        acceptance = self.make_ready()
        token = acceptance._portal_ensure_token()
        page = self.page(f"{acceptance.access_url}?access_token={token}").text
        self.assertIn("portal.signature_form", page)
        answer = self.sign(acceptance)
        self.assertIn("message=signed", answer["redirect_url"])
        self.assertEqual((acceptance.signed_how, acceptance.signed_by), ("portal", "Mr Li"))
        self.assertEqual(acceptance.signed_from, "127.0.0.1")
        self.assertEqual(acceptance.project_id.state, "accepted")
        page = self.page(answer["redirect_url"]).text
        self.assertIn("Download the certificate", page)
        self.assertNotIn("portal.signature_form", page)
        file = self.page(f"{acceptance.access_url}/document?access_token={token}")
        self.assertEqual(file.status_code, 200)
        self.assertIn(b"Mr Li", file.content)
        self.assertIn("nothing is left to sign", self.sign(acceptance)["error"])

    def test_a_page_opened_before_a_change_is_not_signed(self):
        """I6: changed values make the certificate another one."""
        acceptance = self.make_ready()
        old = acceptance._signing_version()
        acceptance.action_back()
        acceptance.note = "Two keys handed over."
        acceptance.action_ready()
        self.assertIn("was changed after", self.sign(acceptance, old)["error"])
        self.assertEqual(acceptance.state, "ready")

    def test_the_customer_refuses_with_a_reason(self):
        """I6: the crew is told the customer's words."""
        acceptance = self.make_ready()
        self.authenticate(None, None)
        self.env.flush_all()
        answer = self.url_open(
            f"{acceptance.access_url}/refuse?access_token={acceptance._portal_ensure_token()}",
            data={"csrf_token": Request.csrf_token(self), "reason": "Too loud."},
        )
        self.env.invalidate_all()
        self.assertIn("message=refused", answer.url)
        self.assertEqual((acceptance.state, acceptance.refusal_reason), ("refused", "Too loud."))

    def test_customers_find_their_own_and_strangers_nothing(self):
        """I4: by list and by guessing addresses."""
        acceptance = self.make_ready()
        project = acceptance.project_id
        self.authenticate("install_buyer", "install_buyer")
        self.assertIn(project.name, self.page("/my/installations").text)
        page = self.page(f"/my/installations/{project.id}").text
        self.assertIn(acceptance.name, page)
        self.assertIn(self.foreman.name, page)
        self.assertIn(acceptance.name, self.page(f"/my/acceptances/{acceptance.id}").text)
        self.authenticate("install_stranger", "install_stranger")
        self.assertNotIn(project.name, self.page("/my/installations").text)
        for url in (f"/my/installations/{project.id}", f"/my/acceptances/{acceptance.id}"):
            self.assertNotIn(project.name, self.page(url).text)
        self.assertIn("not yours", self.sign(acceptance, token=False)["error"])
        self.assertEqual(acceptance.state, "ready")

    def test_a_partner_company_reads_its_projects_and_accepts_nothing(self):
        """I2: exactly theirs; the acceptance is the customer's."""
        mine = self.make_ready(team="partner", contractor_id=self.contractor.id)
        other = self.make_ready()
        self.authenticate("install_fitter", "install_fitter")
        page = self.page("/my/installations").text
        self.assertIn(mine.project_id.name, page)
        self.assertNotIn(other.project_id.name, page)
        page = self.page(f"/my/installations/{mine.project_id.id}").text
        self.assertIn("Crane, 380 V.", page)
        self.assertNotIn(mine.name, page)
        self.assertNotIn(mine.name, self.page(f"/my/acceptances/{mine.id}").text)
        self.assertIn("not yours", self.sign(mine, token=False)["error"])
        self.assertEqual(mine.state, "ready")
        # any address of the project opens the project, and no acceptance
        token = mine.project_id._portal_ensure_token()
        for word in ("guessed", token):
            page = self.page(f"/my/installations/{mine.project_id.id}?access_token={word}").text
            self.assertIn("Crane, 380 V.", page)
            self.assertNotIn(mine.name, page)
        self.authenticate(None, None)
        page = self.page(f"/my/installations/{mine.project_id.id}?access_token={token}").text
        self.assertIn("Crane, 380 V.", page)
        self.assertNotIn(mine.name, page)

    def test_the_report_opens_for_who_may_read_the_certificate(self):
        """I6: a stranger with an account does not print another's certificate by its number."""
        acceptance = self.make_ready()
        url = f"/report/html/install_project.report_acceptance/{acceptance.id}"
        for login in ("install_stranger", "install_fitter"):
            self.authenticate(login, login)
            self.assertNotIn(self.pump.name, self.page(url).text)
        self.authenticate("install_buyer", "install_buyer")
        self.assertIn(self.pump.name, self.page(url).text)

    def test_a_partner_company_reads_no_survey(self):
        """I2, I7: what the customer thinks of the work is told to the house."""
        project = self.make_installing(team="partner", contractor_id=self.contractor.id)
        fitter = self.contractor.user_ids
        theirs = project.with_user(fitter)
        theirs.read(["state", "date_start"])
        for name in ("survey_score", "survey_comment"):
            with self.subTest(name), self.assertRaises(AccessError):
                theirs.read([name])
