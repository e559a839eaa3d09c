import json
from base64 import b64decode
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

from .order_flow_signed_document import SIGNATURE_STAMPED

ASSISTANT = "sales_assistant"
REPORT = "sale_order_flow.action_report_receipt"


class DeliveryReceipt(models.Model):
    """The customer confirms what arrived, when and in which condition (F15).

    Made for each transfer that left. Signed in the portal, or on the phone of whoever brings the
    goods, or recorded from the paper the customer signed; once.
    """

    _name = "delivery.receipt"
    _description = "Delivery Receipt"
    _inherit = ["order.flow.signed.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _portal_states = ("waiting", "signed")
    _stamped = SIGNATURE_STAMPED | frozenset(
        {
            "name",
            "state",
            "company_id",
            "picking_id",
            "signed_how",
            "recorded_by_id",
            "recorded_at",
            "reminded_at",
            "shipped_at",
            "user_id",
            "partner_id",
            "order_id",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    # stamped right after the record is made, so nothing here is required
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    picking_id = fields.Many2one(
        "stock.picking", readonly=True, index=True, ondelete="restrict", string="Transfer"
    )
    order_id = fields.Many2one(
        related="picking_id.sale_id", store=True, index=True, string="Sales Order"
    )
    partner_id = fields.Many2one(
        related="order_id.partner_id", store=True, index=True, string="Customer"
    )
    user_id = fields.Many2one(
        related="order_id.user_id", store=True, index=True, string="Salesperson"
    )
    shipped_at = fields.Datetime(related="picking_id.date_done", store=True, string="Shipped On")
    state = fields.Selection(
        [("waiting", "To Be Confirmed"), ("signed", "Confirmed")],
        default="waiting",
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    received_on = fields.Date(copy=False, tracking=True, help="The day the goods arrived.")
    signed_by = fields.Char(copy=False, tracking=True, help="Who received the goods.")
    signed_how = fields.Selection(
        [
            ("portal", "In the Portal"),
            ("phone", "On the Phone of the Driver or Salesperson"),
            ("paper", "On Paper"),
            ("transfer", "On the Transfer"),
        ],
        readonly=True,
        copy=False,
        string="Confirmed How",
    )
    document = fields.Binary(attachment=True, copy=False, string="Signed Receipt")
    document_name = fields.Char(copy=False)
    recorded_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, groups="base.group_user"
    )
    recorded_at = fields.Datetime(readonly=True, copy=False, string="Confirmed On")
    reminded_at = fields.Datetime(readonly=True, copy=False, groups="base.group_user")
    line_ids = fields.One2many("delivery.receipt.line", "receipt_id", string="Goods")
    has_difference = fields.Boolean(compute="_compute_has_difference", store=True)
    may_record = fields.Boolean(compute="_compute_may_record")
    note = fields.Text(copy=False, groups="base.group_user", string="Internal Remark")

    _one_for_a_transfer = models.UniqueIndex(
        "(picking_id)", "The transfer already has a delivery receipt."
    )
    _unsigned = models.Index("(shipped_at) WHERE state = 'waiting' AND reminded_at IS NULL")

    # ------------------------------------------------------------------ fields

    @api.depends("line_ids.difference")
    def _compute_has_difference(self):
        for receipt in self:
            receipt.has_difference = any(receipt.line_ids.mapped("difference"))

    @api.depends("company_id", "user_id", "state", "picking_id")
    @api.depends_context("uid")
    def _compute_may_record(self):
        user = self.env.user
        assists = {
            company: user._holds_role(ASSISTANT, company) for company in self.sudo().company_id
        }
        for receipt, known in zip(self, self.sudo(), strict=True):
            driver = known.picking_id.shipping_arrangement_id.driver_id
            receipt.may_record = known.state == "waiting" and (
                user == known.user_id
                or assists.get(known.company_id, False)
                or bool(driver and driver == user.partner_id)
            )

    def _compute_access_url(self):
        for receipt in self:
            receipt.access_url = f"/my/receipts/{receipt.id}"

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name.replace("/", "-")

    def _frozen_files(self, files):
        """The files of signed receipts stay as they are (F15)."""
        signed = self.filtered(lambda receipt: receipt.state == "signed")
        kept = ("document", "signature")
        return files.filtered(lambda file: file.res_id in signed.ids and file.res_field in kept)

    def write(self, vals):
        """What the company enters is entered by whoever may record the receipt, until it is.

        Odoo's signature widget writes the picture: with that the receipt is signed.
        """
        if vals.keys() == {"signature"} and vals["signature"]:
            self._sign_on_phone(vals["signature"])
            return True
        entered = {"received_on", "signed_by", "document", "document_name", "line_ids"}
        if not entered.isdisjoint(vals):
            self._check_waiting()
            self._check_records()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Delivery receipts stay: they tell what the customer received."))

    # ------------------------------------------------------------------ making them

    @api.model
    def _make(self, pickings):
        """A receipt for each of the transfers that left and has none.

        :param pickings: ``stock.picking`` as superuser, done
        :return: the new receipts
        """
        known = self.sudo().search([("picking_id", "in", pickings.ids)]).picking_id
        missing = pickings.filtered("company_id.receipt_needed") - known
        receipts = self.sudo().create([{} for _picking in missing])
        lines = []
        for receipt, picking in zip(receipts, missing, strict=True):
            sequence = self.env["ir.sequence"].with_company(picking.company_id)
            receipt._stamp(
                {
                    "name": sequence.next_by_code("delivery.receipt") or "/",
                    "company_id": picking.company_id.id,
                    "picking_id": picking.id,
                }
            )
            lines += receipt._prepare_lines()
        self.env["delivery.receipt.line"].sudo().create(lines)
        return receipts

    def _prepare_lines(self):
        """The values of the lines: what left, product by product and unit by unit."""
        self.ensure_one()
        done = self.picking_id.move_ids.filtered(lambda move: move.state == "done")
        groups = done.grouped(lambda move: (move.product_id, move.product_uom, move.sale_line_id))
        return [
            {
                "receipt_id": self.id,
                "sequence": number,
                "product_id": product.id,
                "uom_id": unit.id,
                "order_line_id": line.id,
                "shipped_quantity": sum(moves.mapped("quantity")),
                "received_quantity": sum(moves.mapped("quantity")),
            }
            for number, ((product, unit, line), moves) in enumerate(groups.items())
        ]

    # ------------------------------------------------------------------ checks

    def _check_waiting(self):
        for receipt in self:
            if receipt.state != "waiting":
                raise UserError(
                    self.env._(
                        "The receipt of %(transfer)s was confirmed by %(person)s already (%(receipt)s): it "
                        "stays as it was confirmed.",
                        transfer=receipt.sudo().picking_id.name,
                        person=receipt.signed_by or "-",
                        receipt=receipt.name,
                    )
                )

    def _check_records(self):
        """The salesperson, the driver of the trip, or a sales assistant; systems may."""
        for receipt in self:
            if not (receipt.may_record or self.env.su):
                raise AccessError(
                    self.env._(
                        "%(receipt)s is recorded by the salesperson, by the driver, or by %(role)s.",
                        receipt=receipt.name,
                        role=self._flow_role_label(ASSISTANT, receipt.company_id),
                    )
                )

    def _problems(self):
        """Why the receipt cannot be confirmed as it is, in sentences for the customer, too."""
        self.ensure_one()
        problems = []
        if not self.received_on:
            problems.append(self.env._("Enter the day the goods arrived."))
        elif self.received_on > self.company_id._approval_today():
            problems.append(self.env._("The goods cannot have arrived in the future."))
        elif self.received_on < self._shipped_on():
            problems.append(
                self.env._(
                    "The goods cannot have arrived before they were shipped on %s.",
                    self._shipped_on(),
                )
            )
        if not (self.signed_by or "").strip():
            problems.append(self.env._("Enter who received the goods."))
        return [*problems, *(text for line in self.line_ids if (text := line._problem()))]

    def _shipped_on(self):
        """The day of the shipment where the company works."""
        self.ensure_one()
        receipt = self.sudo()
        return receipt.company_id._approval_local(receipt.shipped_at).date()

    def _check_complete(self):
        if problems := self._problems():
            raise UserError("\n".join([self.name, *problems]))

    # ------------------------------------------------------------------ confirming

    def _signature_refusal(self):
        if self.state != "waiting":
            return self.env._(
                "The receipt %s was confirmed already: nothing is left to sign.", self.name
            )
        return super()._signature_refusal()

    def _signing_version(self):
        self.ensure_one()
        receipt = self.sudo()
        content = [
            receipt.name,
            str(receipt.received_on or ""),
            receipt.line_ids._fingerprints(),
        ]
        return sha256(json.dumps(content).encode()).hexdigest()

    def _sign(self, name, signature):
        """The customer signed in the portal, without a date for goods that arrived today."""
        self._confirm(
            "portal",
            signed_by=name,
            signature=signature,
            received_on=self.received_on or self.company_id._approval_today(),
        )

    def _sign_on_phone(self, signature):
        """The customer signed on the screen of the driver, salesperson or assistant."""
        self.ensure_one()
        self._check_waiting()
        self._check_records()
        lock_rows(self.sudo())
        self._check_waiting()
        self._confirm(
            "phone",
            signature=signature,
            received_on=self.received_on or self.company_id._approval_today(),
        )

    def action_record_paper(self):
        """Record the receipt that the customer signed on paper, with its copy (F15).

        :raise AccessError: for anybody but salesperson, driver and sales assistants
        :raise UserError: when it is confirmed, the copy or a detail is missing, more was received than
            shipped, or the date is before the shipment or in the future
        :return: True
        """
        self._check_waiting()
        self._check_records()
        lock_rows(self.sudo())
        self._check_waiting()
        for receipt in self:
            if not receipt.document:
                raise UserError(
                    self.env._(
                        "%s: attach the copy of the signed receipt (“Signed Receipt”).",
                        receipt.name,
                    )
                )
            receipt._confirm("paper")
        return True

    def _confirm(self, how, **values):
        """The one way a receipt is confirmed: checked, kept, told, and the order follows."""
        self.ensure_one()
        self._stamp(values)
        self._check_complete()
        self._stamp(
            {
                "signed_how": how,
                "recorded_by_id": how != "portal" and self.env.uid,
                "recorded_at": fields.Datetime.now(),
            }
        )
        if how in ("portal", "phone"):
            self._stamp(self._signed_file_values(self._receipt_pdf()))
        elif self.document:
            content = b64decode(self.sudo().with_context(bin_size=False).document)
            self._stamp({"document_checksum": sha256(content).hexdigest()})
        # from here on its files stay as they are
        self._stamp({"state": "signed"})
        receipt = self.sudo()
        receipt.activity_unlink(["sale_order_flow.activity_receipt"])
        receipt.order_id._flow_changed()
        self._tell_confirmed()
        if different := receipt.line_ids.filtered("difference"):
            receipt._receipt_difference(different)

    def _receipt_pdf(self):
        """The receipt as it was signed, in the language of the customer."""
        self.ensure_one()
        language = self.sudo().partner_id.lang or self.env.lang
        zone = self.company_id._approval_tz()
        return self.sudo().with_context(lang=language, tz=zone)._print_signed(REPORT)

    def _people(self):
        """Salesperson and sales assistants, who follow the delivery."""
        self.ensure_one()
        receipt = self.sudo()
        return receipt.user_id | self.env["approval.role"]._people(ASSISTANT, receipt.company_id)

    def _tell_confirmed(self):
        receipt = self.sudo()
        receipt.message_post(
            body=self.env._(
                "%(person)s confirmed the receipt of %(transfer)s.",
                person=self.signed_by,
                transfer=receipt.picking_id.name,
            ),
            author_id=(
                receipt.partner_id if self.signed_how == "portal" else self.env.user.partner_id
            ).id,
            subtype_xmlid="mail.mt_note",
        )

    def _receipt_difference(self, lines):
        """Hook: goods are short, damaged, wrong or otherwise not in order.

        Here salesperson and sales assistants are told, each in their language. Extend with ``super()``
        to open cases.

        :param lines: ``delivery.receipt.line`` with a difference, of one receipt, as superuser
        """
        self.ensure_one()
        for language, users in self._people().grouped("lang").items():
            said = lines.with_context(lang=language)
            text = "\n".join(line._difference_text() for line in said)
            self.with_context(lang=language).message_notify(
                partner_ids=users.partner_id.ids,
                subject=said.env._("%s: the delivery is not in order", self.name),
                body=text,
            )
        self.order_id.message_post(
            body="\n".join([self.name, *(line._difference_text() for line in lines)]),
            subtype_xmlid="mail.mt_note",
        )
