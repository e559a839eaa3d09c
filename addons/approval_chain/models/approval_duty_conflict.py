from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from .approval_duty_kinds import KINDS

PERIOD = 90
LONGEST_EXCEPTION = 366


class ApprovalDutyConflict(models.TransientModel):  # pylint: disable=no-wizard-in-models
    """Who holds duties that should be apart, found when it is asked for (A21).

    For approval administrators, in the companies they have switched on; everybody sees what was
    found for them. Nothing here keeps anybody from anything: chains and their policies do.
    """

    _name = "approval.duty.conflict"
    _description = "Conflict of Duties"
    _order = "company_id, kind, evidence_count desc, id"
    _rec_name = "sentence"

    kind = fields.Selection(KINDS, required=True, readonly=True, string="Kind of Conflict")
    key = fields.Char(required=True, readonly=True)
    sentence = fields.Char(required=True, readonly=True, string="What Was Found")
    company_id = fields.Many2one("res.company", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one("res.users", string="Person", readonly=True, ondelete="cascade")
    other_ids = fields.Many2many("res.users", string="For Whom", readonly=True)
    kind_name = fields.Char(string="Kind of Document", readonly=True)
    chain_id = fields.Many2one("approval.chain", readonly=True, ondelete="cascade")
    roles = fields.Char(readonly=True)
    evidence_count = fields.Integer(
        string="Requests", readonly=True, help="In how many requests of the period it happened."
    )
    evidence = fields.Json(readonly=True)
    date_from = fields.Date(string="Since", readonly=True)
    exception_id = fields.Many2one(
        "approval.duty.exception", string="Accepted", readonly=True, ondelete="set null"
    )

    # ------------------------------------------------------------------ finding

    @api.model
    def action_open(self, days=PERIOD):
        """Look for conflicts in the companies switched on, and open the list.

        :param days: how far back facts are looked at
        :raise AccessError: for users who are not approval administrators
        :return: the action that opens the list
        """
        self._check_manager()
        self._refresh(min(max(int(days), 1), 366))
        return self.env["ir.actions.actions"]._for_xml_id("approval_chain.action_approval_duty")

    def _check_manager(self):
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(
                self.env._("Only an approval administrator can see who holds conflicting duties.")
            )

    @api.model
    def _refresh(self, days):
        """Replace what was found for the user before."""
        # the rows are written by the report alone, for who asks; users may only read them
        report_sudo = self.sudo()
        report_sudo.search([("create_uid", "=", self.env.uid)]).unlink()
        since, companies = fields.Datetime.now() - timedelta(days=days), self.env.companies
        accepted = self.env["approval.duty.exception"]._holding(companies)
        return report_sudo.create(
            [
                {
                    **row,
                    "date_from": since.date(),
                    "exception_id": accepted.get(
                        (row["company_id"], row["key"]), self.env["approval.duty.exception"]
                    ).id,
                }
                for row in report_sudo._find(companies, since)
            ]
        )

    # ------------------------------------------------------------------ acting on what was found

    def action_open_evidence(self):
        """Open the requests that show it; without any, the chain that makes it possible.

        :return: an action
        """
        self.ensure_one()
        self.check_access("read")
        if self.evidence_count:
            action = self.env["ir.actions.actions"]._for_xml_id(
                "approval_chain.action_approval_request_all"
            )
            return {**action, "domain": self.evidence, "context": {}}
        return {
            "type": "ir.actions.act_window",
            "res_model": "approval.chain",
            "res_id": self.chain_id.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_ask_accept(self):
        """Open the form in which a conflict is accepted.

        :return: an action
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Accept a Conflict of Duties"),
            "res_model": "approval.duty.accept",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_conflict_id": self.id},
        }

    def action_accept(self, reason, date_to):
        """Accept conflicts for a time; until then the report leaves them out (A21).

        :param reason: why it is accepted, needed
        :param date_to: last day, a year from today at most
        :raise AccessError: not an approval administrator of the company, or one of the persons
        :raise UserError: without a reason, or with a day that has passed or is too far
        :return: True
        """
        self._check_manager()
        self.check_access("read")
        reason, date_to = (reason or "").strip(), fields.Date.to_date(date_to)
        if not reason:
            raise UserError(self.env._("Please write why this is accepted."))
        for conflict in self:
            conflict._check_acceptable(date_to)
        # users have no right to write exceptions: they are made here alone
        exceptions_sudo = self.env["approval.duty.exception"].sudo()
        made = exceptions_sudo.create([row._exception_values(reason, date_to) for row in self])
        for conflict, exception in zip(self.sudo(), made, strict=True):
            conflict.exception_id = exception
        return True

    def _check_acceptable(self, date_to):
        today = self.company_id._approval_today()
        if self.company_id not in self.env.user.company_ids:
            raise AccessError(
                self.env._("%s is not one of your companies.", self.company_id.sudo().name)
            )
        if self.env.user in self.user_id | self.other_ids:
            raise AccessError(
                self.env._(
                    "This concerns yourself: another approval administrator has to accept it."
                )
            )
        last = today + timedelta(days=LONGEST_EXCEPTION)
        if not date_to or not today <= date_to <= last:
            raise UserError(
                self.env._(
                    "An exception ends on a day between today and %(last)s. Choose one; it can be "
                    "accepted again then.",
                    last=format_date(self.env, last),
                )
            )

    def _exception_values(self, reason, date_to):
        return {
            "key": self.key,
            "company_id": self.company_id.id,
            "kind": self.kind,
            "sentence": self.sentence,
            "user_ids": (self.user_id | self.other_ids).ids,
            "reason": reason,
            "accepted_by_id": self.env.uid,
            "accepted_on": self.company_id._approval_today(),
            "date_to": date_to,
        }
