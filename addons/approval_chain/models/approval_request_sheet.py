import base64
import re

from odoo import api, fields, models
from odoo.tools import SQL, format_datetime

CODE_LENGTH = 16
CODE = re.compile(rf"[0-9a-f]{{{CODE_LENGTH}}}")


class ApprovalRequestSheet(models.Model):
    """The approval sheet (审批单) that is printed, and the code that proves it genuine (A12)."""

    _inherit = "approval.request"

    verification_code = fields.Char(
        compute="_compute_verification_code",
        help="Printed on the approval sheet. It belongs to this very state of the request: any "
        "further event makes a new one.",
    )

    @api.depends("log_head")
    def _compute_verification_code(self):
        for request in self:
            code = (request.log_head or "")[:CODE_LENGTH].upper()
            request.verification_code = "-".join(
                code[start : start + 4] for start in range(0, len(code), 4)
            )

    # ------------------------------------------------------------------ verifying

    @api.model
    def _verify_code(self, code):
        """What the code of a printed sheet proves to the current user.

        :param code: as printed; case, dashes and blanks do not matter
        :return: ``{}`` for a code that was never given out, else ``{"is_current", "is_intact"}``
            and, for those who may read the request, ``{"request", "finding"}``
        """
        wanted = re.sub(r"[\s-]", "", code or "").lower()
        if not CODE.fullmatch(wanted):
            return {}
        row = self._entry_of_code(wanted)
        if not row:
            return {}
        request_id, full = row
        request = self.browse(request_id)
        request_sudo = request.sudo()  # everybody inside may ask whether a sheet is genuine
        finding = self.env["approval.log"]._find_tampering(request_sudo).get(request_sudo)
        kept = bool(request_sudo.exists())
        answer = {
            "is_current": kept and request_sudo.log_head == full,
            "is_intact": not finding,
        }
        if kept and request.has_access("read"):
            answer.update(request=request, finding=finding)
        return answer

    @api.model
    def _entry_of_code(self, code):
        """``(request id, hash)`` of the entry a code was made from.

        The seals are asked, too: they know what was deleted from the log.
        """
        self.flush_model(["log_head"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT request_id, hash FROM approval_log WHERE "left"(hash, 16) = %(code)s
                UNION ALL
                SELECT request_ref, head FROM approval_log_seal_line
                 WHERE "left"(head, 16) = %(code)s
                LIMIT 1
                """,
                code=code,
            )
        )
        return rows[0] if rows else None

    def _verify_url(self):
        return f"{self.get_base_url()}/approval/verify/{self.verification_code}"

    # ------------------------------------------------------------------ printing

    def _print_sheets(self):
        """What the report prints for each request, read by somebody who may read the request.

        :return: list of dicts, in the order of the records
        """
        self.check_access("read")
        return [request._print_sheet() for request in self.sudo()]

    def _print_sheet(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        requester = self.requester_id.with_company(self.company_id)
        return {
            "request": self,
            "company": self.company_id,
            "state": states[self.state],
            "department": requester.employee_id.department_id.display_name or "",
            "amount": self.currency_id.format(self.amount) if self.currency_id else "",
            "submitted": self._print_time(self.submitted_at),
            "round": self.env._("(round %s)", self.round) if self.round > 1 else "",
            "executed": self._print_time(self.executed_at),
            "sheet": {"fields": [], "lines": [], "notes": [], **(self.sheet or {})},
            "steps": [step._print_step() for step in self.step_ids],
            "rounds": [request._print_round() for request in self._print_rounds()],
            "code": self.verification_code,
            "qr": self._print_qr(),
            "printed": self.env._(
                "Printed by %(user)s on %(moment)s. Times in %(timezone)s.",
                user=self.env.user.name,
                moment=self._print_time(fields.Datetime.now()),
                timezone=self.env.user.tz or "UTC",
            ),
        }

    def _print_time(self, moment):
        """A moment in the time zone of the reader."""
        return format_datetime(self.env, moment) if moment else ""

    def _print_rounds(self):
        """The requests of the same document for the same operation before this one."""
        return self.search(
            [
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("operation", "=", self.operation),
                ("id", "<", self.id),
            ],
            order="id",
        )

    def _print_round(self):
        states = dict(self._fields["state"]._description_selection(self.env))
        last = self.slot_ids.filtered("decided_at").sorted("decided_at")[-1:]
        return {
            "name": self.name,
            "state": states[self.state],
            "submitted": self._print_time(self.submitted_at),
            "closed": self._print_time(self.closed_at),
            "by": last.decided_by_id.name or "",
            "opinion": last.opinion or "",
        }

    def _print_qr(self):
        """The address of the verification page as a picture inside the page."""
        picture = self.env["ir.actions.report"].barcode(
            "QR", self._verify_url(), width=240, height=240, quiet=0
        )
        return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
