import base64
import logging
from datetime import datetime, time

import pytz
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount, format_datetime
from odoo.tools.mail import formataddr

from ..models.approval_override import KINDS

_logger = logging.getLogger(__name__)

REPORT = "approval_chain.action_report_override_month"
SHOWN = 1000


class ApprovalOverrideMonth(models.TransientModel):
    """The overrides of one company in one month: to print, and for the president's mail (A19, A21).

    What is on it is read with the rights of who prints it: approval administrators.
    """

    _name = "approval.override.month"
    _description = "Overrides of a Month"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        default=lambda self: self.env.company,
        domain="[('id', 'in', allowed_company_ids)]",
        ondelete="cascade",
    )
    month = fields.Date(
        required=True,
        default=lambda self: self.env.company._approval_last_month(),
        help="Any day of the month.",
    )

    @api.depends("company_id", "month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for sheet in self:
            sheet.display_name = self.env._(
                "Overrides %(month)s %(company)s",
                month=sheet._month_label(),
                company=sheet.company_id.name or "",
            )

    def action_print(self):
        """Print the list as a PDF.

        :raise AccessError: for users who are not approval administrators
        :return: the report action
        """
        self.ensure_one()
        self.env["approval.override"].check_access("read")
        return self.env.ref(REPORT).report_action(self)

    # ------------------------------------------------------------------ what is printed

    def _month_label(self):
        return self.month.strftime("%Y-%m") if self.month else ""

    def _zone(self):
        return pytz.timezone(self.company_id._approval_calendar().tz or "UTC")

    def _bounds(self):
        """When the month begins and ends where the company works, as naive UTC datetimes."""
        first, zone = self.month.replace(day=1), self._zone()
        return [
            zone.localize(datetime.combine(day, time.min)).astimezone(pytz.utc).replace(tzinfo=None)
            for day in (first, first + relativedelta(months=1))
        ]

    def _overrides(self):
        """The overrides of the month, oldest first, with the rights of the user."""
        self.ensure_one()
        begin, end = self._bounds()
        return self.env["approval.override"].search(
            [("company_id", "=", self.company_id.id), ("at", ">=", begin), ("at", "<", end)],
            order="at, id",
        )

    def _sections(self):
        """What happened, kind by kind.

        :return: list of ``{"label", "count", "rows", "more"}``, kinds that did not happen included
        """
        by_kind = self._overrides().grouped("kind")
        labels = dict(
            self.env["approval.override"]._fields["kind"]._description_selection(self.env)
        )
        empty = self.env["approval.override"]
        return [
            {
                "label": labels[kind],
                "count": len(rows),
                "rows": [self._printed(row) for row in rows[:SHOWN]],
                "more": max(len(rows) - SHOWN, 0),
            }
            for kind, _label in KINDS
            for rows in [by_kind.get(kind, empty)]
        ]

    def _printed(self, row):
        """One override as it is printed; names are read whoever may read the persons."""
        afterwards = row._fields["afterwards"]._description_selection(self.env)
        shown = row.sudo()
        return {
            "at": format_datetime(self.env, row.at, tz=self._zone().zone, dt_format="short"),
            "request": shown.request_id.name,
            "document": row.document_name or "",
            "what": shown.operation_label or "",
            "step": row.step_name or "",
            "person": shown.person_id.name or "",
            "other": shown.other_id.name or "",
            "requester": shown.requester_id.name or "",
            "note": row.note or "",
            "amount": format_amount(self.env, row.amount, row.currency_id)
            if row.amount and row.currency_id
            else "",
            "afterwards": dict(afterwards).get(row.afterwards, ""),
        }

    # ------------------------------------------------------------------ the president's mail

    @api.model
    def _cron_mail(self):
        """Mail the list of last month to whoever holds the role “president”, once (A21).

        Only for companies that switched it on; without a holder who has an address nothing is sent.
        """
        companies = self.env["res.company"].search([("approval_override_mail", "=", True)])
        cron, role = self.env["ir.cron"], self._president()
        for number, company in enumerate(companies, start=1):
            month = company._approval_last_month()
            sent = company.approval_override_mailed
            readers = role._holders(company).filtered("email") if role else role
            if readers and not (sent and sent >= month):
                self.create({"company_id": company.id, "month": month})._mail(readers)
                company.approval_override_mailed = month
            cron._commit_progress(1, remaining=len(companies) - number)

    @api.model
    def _president(self):
        return self.env["approval.role"].search([("code", "=", "president")], limit=1)

    def _mail(self, readers):
        """One e-mail for each reader, in their language, with the PDF if it can be made."""
        values = []
        for lang, users in readers.grouped("lang").items():
            sheet = self.with_context(
                lang=lang or None, allowed_company_ids=self.company_id.ids
            ).with_company(self.company_id)
            body = sheet.env["ir.qweb"]._render(
                "approval_chain.override_month_mail",
                {"o": sheet, "sections": sheet._sections()},
                lang=lang,
            )
            attachment = sheet._attachment()
            sender = self.company_id.email_formatted or self.env.user.email_formatted
            values += [
                {
                    "subject": sheet.display_name,
                    "body_html": body,
                    "email_to": formataddr((user.name, user.email)),
                    "email_from": sender,
                    "reply_to": sender,
                    "attachment_ids": [(4, attachment.id)] if attachment else [],
                    "headers": repr({"Auto-Submitted": "auto-generated"}),
                }
                for user in users
            ]
        return self.env["mail.mail"].create(values)

    def _attachment(self):
        """The printed list; without the program that prints, the e-mail itself has to do."""
        report = self.env["ir.actions.report"]
        try:
            content, kind = report._render_qweb_pdf(REPORT, self.ids)
        except UserError:
            _logger.warning("%s could not be printed for the mail", self.display_name)
            return self.env["ir.attachment"]
        return self.env["ir.attachment"].create(
            {
                "name": f"{self.display_name}.{kind}",
                "datas": base64.b64encode(content),
                "res_model": "res.company",
                "res_id": self.company_id.id,
            }
        )
