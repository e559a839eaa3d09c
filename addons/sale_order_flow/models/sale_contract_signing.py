import hashlib

from odoo import fields, models
from odoo.exceptions import UserError

from .sale_contract import ARCHIVIST


class SaleContract(models.Model):
    """How a contract is sent out and signed, and how signatures are taken back (F9)."""

    _inherit = "sale.contract"

    def action_send(self):
        """Say that the contract went out for signature (F9).

        :raise AccessError: for anybody but its salesperson and sales assistants
        :raise UserError: unless it is a draft with at least one order
        :return: True
        """
        self._check_handles()
        for contract in self:
            contract._check_can_send()
        self._stamp({"sent_at": fields.Datetime.now(), "sent_by_id": self.env.uid})
        return True

    def _check_can_send(self):
        self.ensure_one()
        self._check_state("draft")
        if not self.order_ids and self._needs_orders():
            raise UserError(
                self.env._(
                    "%s is about no order: add at least one in “Sales Orders” before it is sent out.",
                    self.display_name,
                )
            )

    def _needs_orders(self):
        """Hook: whether the contract is about orders; a frame contract may come before its own."""
        self.ensure_one()
        return self.kind != "frame"

    def action_sign(self):
        """Record that both sides signed; from then on contract and copy stay as they are (F9).

        :raise AccessError: for anybody but its salesperson and sales assistants
        :raise UserError: naming what is missing: the signed copy, who signed and when, a date in
            the future, an end before the signatures
        :return: True
        """
        self._check_handles()
        for contract in self:
            contract._check_state("draft", "out")
            if problems := contract._signing_problems():
                raise UserError(
                    self.env._(
                        "The signatures of %(contract)s cannot be recorded:\n%(problems)s",
                        contract=contract.display_name,
                        problems="\n".join(f"- {problem}" for problem in problems),
                    )
                )
            contract._record_signatures(self.env.uid)
        return True

    def _record_signatures(self, user_id=False):
        """Both sides have signed: stamp it, keep the checksum, bring it into the archive.

        :param user_id: who records it; nobody where the customer signed in the portal
        """
        self.ensure_one()
        self._stamp(
            {
                "signed_at": fields.Datetime.now(),
                "signed_by_id": user_id,
                "document_checksum": self._file_digest("document"),
                "archive_id": self.env["sale.contract.archive"]._for_contract(self).id,
            }
        )
        # the figures are those of this moment, not of the next time somebody reads them
        self.flush_recordset()

    def _signing_problems(self):
        """Why the signatures cannot be recorded, in sentences."""
        self.ensure_one()
        needed = [
            "document",
            "signed_how",
            "company_signed_by_id",
            "company_signed_on",
            "customer_signed_by",
            "customer_signed_on",
        ]
        if self._needs_orders():
            needed.append("order_ids")
        labels = self.fields_get(needed, ["string"])
        problems = [
            self.env._("“%s” is empty.", labels[name]["string"])
            for name in needed
            if not self[name]
        ]
        today = self.company_id._approval_today()
        problems += [
            self.env._("“%s” is in the future.", labels[name]["string"])
            for name in ("company_signed_on", "customer_signed_on")
            if self[name] and self[name] > today
        ]
        if self.valid_until and (day := self._signed_on()) and self.valid_until < day:
            problems.append(
                self.env._("It would have ended before it was signed: correct “Valid Until”.")
            )
        if cancelled := self._cancelled_orders():
            problems.append(
                self.env._("%s is cancelled: remove it from “Sales Orders”.", cancelled[0].name)
            )
        return problems

    def _cancelled_orders(self):
        return self.order_ids.sudo().filtered(lambda order: order.state == "cancel")

    def _signed_on(self):
        """The day both sides had signed, or False."""
        self.ensure_one()
        days = [day for day in (self.company_signed_on, self.customer_signed_on) if day]
        return max(days) if days else False

    def _file_of(self, name):
        """Content of the file in the field ``name``, in bytes; empty when there is none."""
        self.ensure_one()
        attachment_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "=", self.id),
                    ("res_field", "=", name),
                ],
                limit=1,
            )
        )
        return attachment_sudo.raw or b""

    def _file_digest(self, name):
        return hashlib.sha256(self._file_of(name)).hexdigest()

    def action_take_back(self):
        """Take signatures back that were recorded by mistake, until the contract is archived (F9).

        :raise AccessError: for anybody but sales assistants
        :return: True
        """
        self._flow_check_role(ARCHIVIST)
        for contract in self:
            contract._check_state("signed")
        self._stamp(
            {
                "signed_at": False,
                "signed_by_id": False,
                "document_checksum": False,
                "archive_id": False,
            }
        )
        return True
