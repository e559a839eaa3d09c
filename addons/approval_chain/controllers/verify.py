from werkzeug.exceptions import NotFound

from odoo import http
from odoo.http import request


class ApprovalVerify(http.Controller):
    """What the QR code of a printed approval sheet leads to (A12)."""

    @http.route(
        ["/approval/verify", "/approval/verify/<string:code>"],
        type="http",
        auth="user",
        methods=["GET"],
        sitemap=False,
    )
    def verify(self, code="", **kwargs):
        """Say whether a printed sheet is genuine, and whether it is the newest.

        Whoever may not read the request learns no more than that.
        """
        if not request.env.user._is_internal():
            raise NotFound()
        code = code or kwargs.get("code") or ""
        answer = request.env["approval.request"]._verify_code(code) if code else {}
        return request.render(
            "approval_chain.verify_page", {"code": code, "answer": answer, "no_header": True}
        )
