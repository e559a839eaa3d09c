import binascii

from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class SignedDocumentPortal(CustomerPortal):
    """What the pages of documents have in common that the customer signs (F8, F9)."""

    def _signed_document(self, model, document_id, access_token):
        """The document as superuser, if the caller may see it.

        :raise AccessError: for others', and in a state that customers do not see
        :raise MissingError: when there is none
        """
        document_sudo = self._document_check_access(model, document_id, access_token)
        if document_sudo.state not in document_sudo._portal_states:
            raise AccessError(request.env._("This document is not shown in the portal."))
        return document_sudo

    def _signed_document_accept(
        self, model, document_id, access_token=None, name=None, signature=None, version=None
    ):
        """Answer of the signature form: where to go on, or what is wrong in a sentence."""
        asked = request.httprequest.args
        try:
            document_sudo = self._document_check_access(
                model, document_id, access_token or asked.get("access_token")
            )
        except (AccessError, MissingError):
            return {
                "error": request.env._(
                    "This document is not yours, or the address of the page is not complete. Open "
                    "it from the mail you received, or log in."
                )
            }
        if not signature or not (name or "").strip():
            return {"error": request.env._("Name or signature is missing.")}
        address = request.httprequest.remote_addr
        version = version or asked.get("version") or ""
        try:
            with request.env.cr.savepoint():
                document_sudo._sign_in_portal(name.strip(), signature, address, version)
        except (TypeError, binascii.Error):
            return {"error": request.env._("Invalid signature data.")}
        except UserError as error:
            return {"error": str(error)}
        return {
            "force_refresh": True,
            "redirect_url": document_sudo.get_portal_url(query_string="&message=signed"),
        }
