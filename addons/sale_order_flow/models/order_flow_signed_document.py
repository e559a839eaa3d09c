from base64 import b64encode
from hashlib import sha256

from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows

# added by the documents to what nobody enters by hand
SIGNATURE_STAMPED = frozenset({"signature", "signed_from", "document_checksum"})


class OrderFlowSignedDocument(models.AbstractModel):
    """A document the customer reads and signs in the portal; what was signed is kept (F8, F9).

    The model of the document has the fields ``document`` and ``document_name`` for the kept file,
    names the states its customer sees in ``_portal_states``, and extends :meth:`_signature_refusal`
    and :meth:`_sign`.
    """

    _name = "order.flow.signed.document"
    _description = "Document Signed by the Customer"
    _inherit = ["order.flow.document", "portal.mixin"]

    _portal_states = ()

    signature = fields.Image(
        readonly=True, copy=False, attachment=True, max_width=1024, max_height=1024
    )
    signed_from = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="The network address the customer signed from, as the server saw it.",
    )
    document_checksum = fields.Char(
        string="Checksum",
        readonly=True,
        copy=False,
        help="SHA-256 of the file, taken when it was signed.",
    )

    def _signature_refusal(self):
        """Hook: why the customer cannot sign this document now, for the customer to read.

        :return: sentence; empty when a signature is asked for
        """
        return ""

    def _has_to_be_signed(self):
        """Whether the customer is asked to sign this document in the portal."""
        self.ensure_one()
        return not self._signature_refusal()

    def _signing_version(self):
        """Hook: what the page shows, comparable; a signature for another version is refused."""
        return ""

    def _sign_in_portal(self, name, signature, address, version=""):
        """Keep the customer's signature; of two at once the second is refused.

        :param name: who signs
        :param signature: picture of the signature, base64
        :param address: network address of the customer
        :param version: :meth:`_signing_version` of the page the customer signed on
        :raise UserError: in words for the customer
        """
        self.ensure_one()
        lock_rows(self)
        if refusal := self._signature_refusal():
            raise UserError(refusal)
        if version != self._signing_version():
            raise UserError(
                self.env._(
                    "%s was changed after you opened this page. Load the page again, read it and sign "
                    "what it says now.",
                    self.display_name,
                )
            )
        self._stamp({"signed_from": address})
        self._sign(name, signature)

    def _sign(self, name, signature):
        """Hook: the customer ``name`` signed; record it."""
        raise NotImplementedError

    def _signed_file_values(self, pdf):
        """The values that keep a PDF as the signed file, with its checksum."""
        self.ensure_one()
        return {
            "document": b64encode(pdf),
            "document_name": f"{self._get_report_base_filename()}.pdf",
            "document_checksum": sha256(pdf).hexdigest(),
        }

    def _print_signed(self, report):
        """The document as the report ``report`` prints it, in its company."""
        self.ensure_one()
        reports = self.env["ir.actions.report"].sudo().with_company(self.company_id)
        return reports._render_qweb_pdf(report, self.ids)[0]
