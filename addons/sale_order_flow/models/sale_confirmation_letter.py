from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .order_flow_signed_document import SIGNATURE_STAMPED

# what the salesperson fills in to record how the customer confirmed
EVIDENCE_FIELDS = ("confirmed_how", "confirmed_by", "confirmed_on", "evidence_ids")


class SaleConfirmationLetter(models.Model):
    """A version of the confirmation letter of an order, kept as the customer confirmed it (F8).

    ======================  ==================================================================
    action                  who
    ======================  ==================================================================
    make, send              the salesperson of the order, sales assistants, sales managers
    sign                    the customer, in the portal
    record a confirmation   as who sends; who confirmed, when, how and the evidence are needed
    change, delete          nobody: another version is made
    ======================  ==================================================================

    The letter shows what was frozen into it, not the order as it stands.
    """

    _name = "sale.confirmation.letter"
    _description = "Confirmation Letter"
    _inherit = ["order.flow.signed.document", "mail.thread", "mail.activity.mixin"]
    _order = "order_id desc, version desc, id desc"
    _mail_post_access = "read"

    _portal_states = ("sent", "confirmed")
    _stamped = SIGNATURE_STAMPED | frozenset(
        {
            "name",
            "version",
            "order_id",
            "content",
            "fingerprint",
            "state",
            "sent_at",
            "sent_by_id",
            "recorded_at",
            "recorded_by_id",
            "superseded_at",
            "document",
            "document_name",
        }
    )

    name = fields.Char(string="Number", readonly=True, index="trigram", default="/")
    version = fields.Integer(readonly=True, default=1)
    order_id = fields.Many2one(
        "sale.order", string="Sales Order", readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(
        related="order_id.partner_id", store=True, index=True, string="Customer"
    )
    user_id = fields.Many2one(related="order_id.user_id", string="Salesperson")
    content = fields.Json(readonly=True, help="What the letter says, as it was when it was made.")
    fingerprint = fields.Char(
        readonly=True, groups="base.group_user", help="Tells when the order says something else."
    )
    sent_at = fields.Datetime(readonly=True, string="Sent On")
    sent_by_id = fields.Many2one("res.users", readonly=True)
    superseded_at = fields.Datetime(readonly=True, string="Replaced On")

    # ------------------------------------------------------------------ the customer's word
    confirmed_how = fields.Selection(
        [
            ("portal", "Signed in the Portal"),
            ("paper", "Signed on Paper"),
            ("fax", "Fax"),
            ("email", "E-mail"),
            ("message", "Text Message"),
        ],
        string="Confirmed By Means Of",
        tracking=True,
    )
    confirmed_by = fields.Char(help="Who confirmed for the customer.")
    confirmed_on = fields.Date(tracking=True)
    evidence_ids = fields.Many2many(
        "ir.attachment",
        groups="base.group_user",
        help="The signed letter, the fax, the mail or a picture of the message.",
    )
    recorded_at = fields.Datetime(readonly=True, string="Recorded On")
    recorded_by_id = fields.Many2one("res.users", readonly=True, groups="base.group_user")
    document = fields.Binary(readonly=True, attachment=True, string="Letter As Confirmed")
    document_name = fields.Char(readonly=True)
    state = fields.Selection(
        [
            ("draft", "To Send"),
            ("sent", "Sent"),
            ("confirmed", "Confirmed"),
            ("superseded", "Replaced"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
    )
    may_handle = fields.Boolean(compute="_compute_may_handle", groups="base.group_user")

    _version_unique = models.UniqueIndex(
        "(order_id, version)", "This order has a letter with this version already."
    )

    # ------------------------------------------------------------------ computes

    @api.depends("name", "version")
    def _compute_display_name(self):
        for letter in self:
            letter.display_name = f"{letter.name} V{letter.version}"

    @api.depends("sent_at", "recorded_at", "superseded_at")
    def _compute_state(self):
        for letter in self:
            letter.state = (
                ("superseded" if letter.superseded_at else "")
                or ("confirmed" if letter.recorded_at else "")
                or ("sent" if letter.sent_at else "draft")
            )

    @api.depends("order_id")
    @api.depends_context("uid")
    def _compute_may_handle(self):
        for letter in self:
            letter.may_handle = letter.order_id._may_apply_for_delivery()

    def _compute_access_url(self):
        for letter in self:
            letter.access_url = f"/my/letters/{letter.id}"

    # ------------------------------------------------------------------ CRUD

    def write(self, vals):
        self.check_access("write")
        if not set(EVIDENCE_FIELDS).isdisjoint(vals):
            for letter in self:
                letter._check_handles()
                letter._check_waits()
        result = super().write(vals)
        if "evidence_ids" in vals:
            self._own_evidence()
        return result

    def _own_evidence(self):
        """Evidence belongs to its letter: what belongs to another document is copied.

        :raise AccessError: for files the user may not read
        """
        self.evidence_ids.check_access("read")
        for letter in self.sudo():
            for file in letter.evidence_ids:
                owner = {"res_model": self._name, "res_id": letter.id}
                if (file.res_model, file.res_id) == (self._name, letter.id):
                    continue
                if not file.res_id and file.res_model in (False, self._name):
                    file.write(owner)
                else:
                    letter._stamp(
                        {
                            "evidence_ids": [
                                Command.unlink(file.id),
                                Command.link(file.copy(owner).id),
                            ]
                        }
                    )

    def _frozen_files(self, files):
        """The letter as it was confirmed, the signature, and what the word was recorded with (F8)."""
        recorded = self.filtered("recorded_at")
        return recorded.evidence_ids & files | files.filtered(
            lambda file: file.res_id in recorded.ids and file.res_field in ("document", "signature")
        )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("%s is kept: make another version instead.", self[0].display_name)
        )

    def _check_handles(self):
        self.ensure_one()
        if not self.order_id._may_apply_for_delivery():
            raise AccessError(
                self.env._(
                    "%(letter)s is handled by the salesperson of %(order)s (%(salesperson)s).",
                    letter=self.display_name,
                    order=self.sudo().order_id.name,
                    salesperson=self.sudo().user_id.name or "-",
                )
            )

    def _check_waits(self):
        """Only the newest version is sent and confirmed, once."""
        self.ensure_one()
        if self.state in ("confirmed", "superseded"):
            raise UserError(
                self.env._(
                    "%s is confirmed or replaced already: nothing of it changes any more.",
                    self.display_name,
                )
            )
        if self.fingerprint != self.sudo().order_id._letter_fingerprint():
            raise UserError(
                self.env._(
                    "%(order)s was changed after %(letter)s was made. Make a new version with "
                    "“Confirmation Letter” on the order.",
                    order=self.order_id.name,
                    letter=self.display_name,
                )
            )

    # ------------------------------------------------------------------ sending

    def action_send(self):
        """Open the mail to the customer with the letter attached (F8).

        :raise AccessError: for anybody but salesperson, assistants and sales managers
        :raise UserError: when it is confirmed, replaced, or the order was changed
        :return: window action of the mail composer
        """
        self.ensure_one()
        self._check_handles()
        self._check_waits()
        template = self.env.ref("sale_order_flow.mail_template_confirmation_letter")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Send the Confirmation Letter"),
            "res_model": "mail.compose.message",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_model": self._name,
                "default_res_ids": self.ids,
                "default_composition_mode": "comment",
                "default_template_id": template.id,
                "default_email_layout_xmlid": "mail.mail_notification_layout_with_responsible_signature",
                "mark_letter_sent": True,
                "force_email": True,
            },
        }

    def message_post(self, **kwargs):
        """Mark the letter as sent when it was mailed by :meth:`action_send`."""
        message = super().message_post(**kwargs)
        if self.env.context.get("mark_letter_sent"):
            self._mark_sent()
        return message

    def action_mark_sent(self):
        """Say that the letter was handed over in another way, on paper or by fax (F8).

        :return: True
        """
        self._mark_sent()
        return True

    def _mark_sent(self):
        for letter in self:
            letter._check_handles()
            letter._check_waits()
            letter.with_context(mark_letter_sent=False)._stamp(
                {"sent_at": fields.Datetime.now(), "sent_by_id": self.env.uid}
            )

    def _signature_refusal(self):
        if self.state == "confirmed":
            return self.env._(
                "%s is confirmed already: nothing is left to sign.", self.display_name
            )
        current = self.fingerprint == self.order_id._letter_fingerprint()
        if self.state != "sent" or self.order_id.state == "cancel" or not current:
            return self.env._(
                "%s was replaced or withdrawn and cannot be signed any more. Ask for the letter that "
                "is valid now.",
                self.display_name,
            )
        return super()._signature_refusal()

    # ------------------------------------------------------------------ confirming

    def action_record(self):
        """Record that the customer confirmed, with who, when, how and the evidence (F8).

        :raise AccessError: for anybody but salesperson, assistants and sales managers
        :raise UserError: naming what is missing, or a date in the future
        :return: True
        """
        for letter in self:
            letter._check_handles()
            letter._check_waits()
            labels = self.fields_get(EVIDENCE_FIELDS, ["string"])
            if empty := [labels[name]["string"] for name in EVIDENCE_FIELDS if not letter[name]]:
                raise UserError(
                    self.env._(
                        "%(letter)s: fill in %(fields)s to record that the customer confirmed.",
                        letter=letter.display_name,
                        fields=", ".join(f"“{label}”" for label in empty),
                    )
                )
            if letter.confirmed_how == "portal":
                raise UserError(
                    self.env._(
                        "%s: only the customer signs in the portal. Choose how the confirmation came.",
                        letter.display_name,
                    )
                )
            if letter.confirmed_on > letter.company_id._approval_today():
                raise UserError(
                    self.env._(
                        "%(letter)s: “%(field)s” is in the future.",
                        letter=letter.display_name,
                        field=labels["confirmed_on"]["string"],
                    )
                )
            letter._freeze({})
        return True

    def _sign(self, name, signature):
        """The customer signed the letter: an order that waits for the signature is signed by it."""
        self.ensure_one()
        order = self.order_id
        if not order._has_to_be_signed():
            self._confirm_by_signature(name, signature)
            return
        order.write({"signed_by": name, "signed_on": fields.Datetime.now(), "signature": signature})
        if not order._has_to_be_paid():
            order._validate_order()

    def _confirm_by_signature(self, name, signature):
        """The customer signed, in the portal: keep the letter as it was signed."""
        self.ensure_one()
        self._freeze(
            {
                "confirmed_how": "portal",
                "confirmed_by": name,
                "confirmed_on": self.company_id._approval_today(),
                "signature": signature,
            }
        )

    def _freeze(self, values):
        """Stamp who and when, and keep the printed letter with its checksum."""
        now = fields.Datetime.now()
        self._stamp({"sent_at": self.sent_at or now, **values})
        report = "sale_order_flow.action_report_confirmation_letter"
        self._stamp(self._signed_file_values(self._print_signed(report)))
        self._stamp({"recorded_at": now, "recorded_by_id": self.env.uid})

    def _supersede(self):
        self._stamp({"superseded_at": fields.Datetime.now()})

    def _get_report_base_filename(self):
        self.ensure_one()
        return f"{self.name.replace('/', '-')}-V{self.version}"
