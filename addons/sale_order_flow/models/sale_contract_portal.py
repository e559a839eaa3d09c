import json
from hashlib import sha256
from io import BytesIO

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader, PdfReadError, merge_pdf

from .sale_contract import ARCHIVIST

REPORT = "sale_order_flow.action_report_contract"


class SaleContract(models.Model):
    """A contract the customer signs in the portal, after the company has (F9).

    The customer reads the contract's text and the orders it is about, and signs that: what changes
    after it was sent out is sent out anew first. Kept are text and orders as one PDF, with the
    signature, who signed, when and from which address.
    """

    _inherit = "sale.contract"

    signed_how = fields.Selection(selection_add=[("portal", "In the Portal")])
    text_document = fields.Binary(
        attachment=True,
        string="Contract Text",
        copy=False,
        help="The text that the customer reads and signs in the portal, as PDF. The orders follow it.",
    )
    text_name = fields.Char(string="Name of the Text", copy=False)
    sign_until = fields.Date(
        string="To Be Signed By",
        copy=False,
        help="The last day the customer can sign in the portal. Empty: no such day.",
    )
    sent_version = fields.Char(
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="What the contract said when it was sent out.",
    )
    customer_signed_at = fields.Datetime(
        readonly=True, copy=False, string="Signed in the Portal On", groups="base.group_user"
    )
    is_outdated = fields.Boolean(compute="_compute_is_outdated", groups="base.group_user")

    def _compute_is_outdated(self):
        for contract in self:
            contract.is_outdated = (
                contract.state == "out"
                and contract.signed_how == "portal"
                and contract.sent_version != contract._signing_version()
            )

    # ------------------------------------------------------------------ sending out

    def _check_can_send(self):
        if self.signed_how != "portal":
            super()._check_can_send()
            return
        if self.state != "out":
            super()._check_can_send()
        if problems := self._sending_problems():
            raise UserError(
                self.env._(
                    "%(contract)s cannot be signed in the portal yet:\n%(problems)s",
                    contract=self.display_name,
                    problems="\n".join(f"- {problem}" for problem in problems),
                )
            )

    def _sending_problems(self):
        """Why the customer cannot sign this contract in the portal, in sentences."""
        self.ensure_one()
        labels = self.fields_get(
            ["company_signed_by_id", "company_signed_on", "sign_until", "text_document"],
            ["string"],
        )
        problems = [
            self.env._("“%s” is empty: the company signs first.", labels[name]["string"])
            for name in ("company_signed_by_id", "company_signed_on")
            if not self[name]
        ]
        today = self.company_id._approval_today()
        if self.company_signed_on and self.company_signed_on > today:
            problems.append(
                self.env._("“%s” is in the future.", labels["company_signed_on"]["string"])
            )
        if self.sign_until and self.sign_until < today:
            problems.append(self.env._("“%s” is over.", labels["sign_until"]["string"]))
        if self.valid_until and self.valid_until < today:
            problems.append(self.env._("The contract is over already: correct “Valid Until”."))
        if not self._is_readable_pdf(self._file_of("text_document")):
            problems.append(
                self.env._(
                    "“%s” is not a PDF that can be printed with the orders: attach a PDF without a "
                    "password.",
                    labels["text_document"]["string"],
                )
            )
        return problems

    def _is_readable_pdf(self, content):
        """Whether the text can be put before the orders; no text at all is fine."""
        if not content:
            return True
        try:
            reader = PdfFileReader(BytesIO(content), strict=False)
            return not reader.isEncrypted and reader.getNumPages() > 0
        except (PdfReadError, ValueError, KeyError, TypeError, IndexError, OSError):
            return False

    def action_send(self):
        """As on paper; a contract signed in the portal opens the mail with its address (F9).

        A contract that was sent out already is sent out anew with what it says now.

        :raise UserError: also when the company did not sign yet, or the text is no PDF
        :return: True, or the window action of the mail composer
        """
        result = super().action_send()
        online = self.filtered(lambda contract: contract.signed_how == "portal")
        for contract in online:
            contract._stamp({"sent_version": contract._signing_version()})
        return online.action_mail_link() if len(self) == len(online) == 1 else result

    def action_mail_link(self):
        """Open the mail with the address where the customer reads and signs.

        :raise AccessError: for anybody but its salesperson and sales assistants
        :return: window action of the mail composer
        """
        self.ensure_one()
        self._check_handles()
        self._check_state("out")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Contract"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": self.env.ref("sale_order_flow.mail_template_contract").id,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "force_email": True,
            },
        }

    # ------------------------------------------------------------------ what is signed

    def _signing_version(self):
        self.ensure_one()
        contract = self.sudo()
        content = [
            contract.name,
            contract.title or "",
            contract.kind,
            contract.parent_id.id,
            str(contract.ends_parent_on or ""),
            contract.end_reason or "",
            contract.partner_id.commercial_partner_id.id,
            contract.company_id.id,
            contract.company_signed_by_id.id,
            str(contract.company_signed_on or ""),
            str(contract.valid_until or ""),
            contract._file_digest("text_document"),
            [(order.id, order._letter_fingerprint()) for order in contract.order_ids.sorted("id")],
        ]
        return sha256(json.dumps(content).encode()).hexdigest()

    def _signature_refusal(self):
        name = self.display_name
        if self.signed_at:
            return self.env._("%s is signed already: nothing is left to sign.", name)
        if self.state != "out" or self.signed_how != "portal":
            return self.env._(
                "%s was withdrawn or replaced, or is signed in another way. Ask your contact with us "
                "for the contract that is valid now.",
                name,
            )
        today = self.company_id._approval_today()
        if any(day and day < today for day in (self.sign_until, self.valid_until)):
            return self.env._(
                "The time to sign %s is over. Ask your contact with us to send it again.", name
            )
        if self.sudo().sent_version != self._signing_version() or self._cancelled_orders():
            return self.env._(
                "%s is being changed and cannot be signed as it is. It is sent to you again.", name
            )
        return super()._signature_refusal()

    # ------------------------------------------------------------------ signing

    def _signing_problems(self):
        if self.signed_how == "portal" and not self.customer_signed_at:
            return [
                self.env._(
                    "Only the customer signs in the portal. Choose how the contract was signed "
                    "instead, and attach the signed copy."
                )
            ]
        return super()._signing_problems()

    def action_take_back(self):
        if given := self.filtered("customer_signed_at"):
            raise UserError(
                self.env._(
                    "%s was signed by the customer in the portal: that is not taken back. Cancel it "
                    "with a reason, or make a supplementary agreement.",
                    given[0].display_name,
                )
            )
        return super().action_take_back()

    def _sign(self, name, signature):
        self._stamp(
            {
                "customer_signed_by": name,
                "customer_signed_on": self.company_id._approval_today(),
                "customer_signed_at": fields.Datetime.now(),
                "signature": signature,
            }
        )
        self._stamp(self._signed_file_values(self._contract_pdf()))
        if problems := self._signing_problems():
            raise UserError("\n".join(problems))
        self._record_signatures()
        self._tell_signed()

    def _contract_pdf(self):
        """The text of the contract, then its orders and signatures, as one PDF."""
        self.ensure_one()
        language = self.partner_id.lang or self.env.lang
        zone = self.company_id._approval_tz()
        printed = self.with_context(lang=language, tz=zone)._print_signed(REPORT)
        text = self._file_of("text_document")
        return merge_pdf([text, printed]) if text else printed

    def _tell_signed(self):
        """The salesperson and the sales assistants hear that the customer signed, in their words."""
        self.ensure_one()
        people = self.user_id | self.env["approval.role"]._people(ARCHIVIST, self.company_id)
        for language, users in people.grouped("lang").items():
            said = self.with_context(lang=language)
            said.message_notify(
                partner_ids=users.partner_id.ids,
                author_id=self.partner_id.id,
                subject=said.env._("%s was signed by the customer", self.display_name),
                body=said._signed_text(),
            )
        self.message_post(
            author_id=self.partner_id.id, body=self._signed_text(), subtype_xmlid="mail.mt_note"
        )

    def _signed_text(self):
        return self.env._(
            "%(person)s of %(customer)s signed %(contract)s in the portal. The signed copy is kept "
            "on the contract.",
            person=self.customer_signed_by,
            customer=self.partner_id.display_name,
            contract=self.display_name,
        )
