import hashlib
import json
import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date, formatLang

from odoo.addons.approval_chain.values import lock_rows

# what a letter says and nobody changes without asking the customer again
LETTER_FIELDS = frozenset(
    {
        "partner_id",
        "commitment_date",
        "payment_term_id",
        "payment_way",
        "delivery_way",
        "currency_id",
    }
)
LETTER_LANGUAGES = ("zh_CN", "en_US")
SIGNATURE_FIELDS = frozenset({"signature", "signed_by", "signed_on"})


class SaleOrder(models.Model):
    """The confirmation letters of an order: made, replaced when it changes, needed to confirm (F8)."""

    _inherit = "sale.order"

    letter_ids = fields.One2many(
        "sale.confirmation.letter",
        "order_id",
        string="Confirmation Letters",
        groups="sale_order_flow.group_flow_user",
    )
    letter_state = fields.Selection(
        [
            ("none", "Not Made"),
            ("draft", "To Send"),
            ("sent", "Sent"),
            ("confirmed", "Confirmed"),
            ("superseded", "Changed Since, Ask Again"),
        ],
        compute="_compute_letter_state",
        string="Confirmation Letter",
        groups="sale_order_flow.group_flow_user",
    )

    @api.depends("letter_ids.state")
    def _compute_letter_state(self):
        for order in self:
            order.letter_state = order.sudo().letter_ids.sorted("version")[-1:].state or "none"

    # ------------------------------------------------------------------ what a letter says

    def _letter_lines(self):
        return self.order_line.filtered(
            lambda line: line.product_id and not line.display_type and not line.is_downpayment
        ).filtered("product_uom_qty")

    def _letter_fingerprint(self):
        """What the letter is about, comparable: the same in every language."""
        self.ensure_one()
        order = self.sudo()
        lines = sorted(
            (
                line.product_id.id,
                line.product_uom_id.id,
                line.product_uom_qty,
                line.price_unit,
                line.discount,
                sorted(line.tax_ids.ids),
            )
            for line in order._letter_lines()
        )
        head = [
            order.partner_id.commercial_partner_id.id,
            str(order.commitment_date or ""),
            order.payment_term_id.id,
            order.payment_way,
            order.delivery_way,
            order.currency_id.id,
            order.currency_id.round(order.amount_total),
        ]
        return hashlib.sha256(json.dumps([head, lines]).encode()).hexdigest()

    def _letter_content(self):
        """What the letter says, as text: its choices in both its languages, the rest in the customer's."""
        self.ensure_one()
        company_tz = self.company_id._approval_tz()
        order = self.sudo().with_context(lang=self.partner_id.lang or self.env.lang, tz=company_tz)
        promised = order.commitment_date and fields.Datetime.context_timestamp(
            order, order.commitment_date
        )
        address = order.partner_shipping_id._display_address(without_company=True)
        money = order.currency_id.with_context(lang=order.env.lang).format
        return {
            "order": order.name,
            "reference": order.client_order_ref or "",
            "customer": order.partner_id.commercial_partner_id.name,
            "contact": order.contact_id.name or "",
            "phone": order.contact_id.phone or order.partner_id.phone or "",
            "address": ", ".join(filter(None, map(str.strip, re.split(r"[\n,]", address)))),
            "date": format_date(order.env, self.company_id._approval_today()),
            "delivery_date": format_date(order.env, promised.date()) if promised else "",
            "delivery_way": order._in_both_languages("delivery_way"),
            "payment_way": order._in_both_languages("payment_way"),
            "payment_term": order.payment_term_id.name or "",
            "salesperson": order.user_id.name or "",
            "currency": order.currency_id.name,
            "lines": [
                {
                    "product": line.product_id.display_name,
                    "quantity": formatLang(order.env, line.product_uom_qty, dp="Product Unit"),
                    "unit": line.product_uom_id.name,
                    "price": formatLang(order.env, line.price_unit, dp="Product Price"),
                    "discount": formatLang(order.env, line.discount, digits=2)
                    if line.discount
                    else "",
                    "subtotal": money(line.price_subtotal),
                }
                for line in order._letter_lines()
            ],
            "untaxed": money(order.amount_untaxed),
            "tax": money(order.amount_tax),
            "total": money(order.amount_total),
        }

    def _in_both_languages(self, name):
        """The choice made in a selection field, as a letter in two languages says it."""
        self.ensure_one()
        said, is_installed = [], self.env["res.lang"]._get_code
        for lang in (lang for lang in LETTER_LANGUAGES if lang == "en_US" or is_installed(lang)):
            labels = self._fields[name]._description_selection(self.with_context(lang=lang).env)
            said.append(dict(labels).get(self[name], ""))
        return " ".join(dict.fromkeys(said))

    def _letter(self):
        """The letter that says what the order says now; a new version if there is none.

        :return: ``sale.confirmation.letter`` of the caller
        """
        self.ensure_one()
        letters = self.sudo().letter_ids
        current = letters.filtered(lambda letter: letter.state != "superseded")
        fingerprint = self._letter_fingerprint()
        if matching := current.filtered(lambda letter: letter.fingerprint == fingerprint)[:1]:
            return self.env["sale.confirmation.letter"].browse(matching.id)
        current._supersede()
        sequence = self.env["ir.sequence"].sudo().with_company(self.company_id)
        letter = letters.create({})
        letter._stamp(
            {
                "order_id": self.id,
                "name": letters[:1].name
                or sequence.next_by_code("sale.confirmation.letter")
                or "/",
                "version": max(letters.mapped("version"), default=0) + 1,
                "content": self._letter_content(),
                "fingerprint": fingerprint,
            }
        )
        return self.env["sale.confirmation.letter"].browse(letter.id)

    # ------------------------------------------------------------------ actions

    def action_confirmation_letter(self):
        """Open the confirmation letter of this order; a new version when it was changed (F8).

        :raise AccessError: for anybody but salesperson, assistants and sales managers
        :raise UserError: before the order is approved, and when it is cancelled
        :return: window action of the letter
        """
        self.ensure_one()
        if not self._may_apply_for_delivery():
            raise AccessError(
                self.env._(
                    "%(order)s: its salesperson (%(salesperson)s) makes the confirmation letter.",
                    order=self.name,
                    salesperson=self.sudo().user_id.name or "-",
                )
            )
        if self.state == "cancel" or (
            self.state != "sale" and self._approval_codes() and self._is_withheld_from_customer()
        ):
            raise UserError(
                self.env._(
                    "%s is cancelled or not approved yet: the customer gets the confirmation letter "
                    "after the approval.",
                    self.name,
                )
            )
        lock_rows(self.sudo())
        return self._letter()._get_records_action(name=self.env._("Confirmation Letter"))

    # ------------------------------------------------------------------ confirming needs the word

    def _letter_gaps(self):
        """Orders that ask for the customer's signature and have neither it nor recorded evidence.

        :return: ``{order id: sentence}``
        """
        gaps = {}
        for order in self:
            if (
                order.company_id.letter_evidence_needed
                and order.require_signature
                and order._is_in_flow()
                and not order.sudo().signed_by
                # who pays on line accepts by it
                and not order.sudo().amount_paid
                and not order._has_confirmed_letter()
            ):
                gaps[order.id] = self.env._(
                    "%s asks for the customer's confirmation: send the confirmation letter and let the "
                    "customer sign it, or record how it was confirmed on the letter, with evidence.",
                    order.name,
                )
        return gaps

    def _has_confirmed_letter(self):
        self.ensure_one()
        fingerprint = self._letter_fingerprint()
        return any(
            letter.state == "confirmed" and letter.fingerprint == fingerprint
            for letter in self.sudo().letter_ids
        )

    def _confirmation_error_message(self):
        return super()._confirmation_error_message() or self._letter_gaps().get(self.id, False)

    # ------------------------------------------------------------------ doors

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        for order, vals in zip(orders, vals_list, strict=True):
            order._check_signature_door(vals)
        return orders

    def write(self, vals):
        if not self.env["res.company"]._order_flow_company_ids():
            return super().write(vals)
        self._check_signature_door(vals)
        confirms = vals.get("state") == "sale"
        if confirms and (gaps := self._letter_gaps()):
            raise UserError("\n".join(gaps.values()))
        result = super().write(vals)
        if vals.get("signature") or confirms:
            self._letters_signed()
        if not LETTER_FIELDS.isdisjoint(vals):
            self._terms_changed()
        return result

    def _check_signature_door(self, vals):
        """Where the customer's word is needed, nobody signs for the customer."""
        if self.env.su or not any(vals.get(name) for name in SIGNATURE_FIELDS):
            return
        for order in self:
            if order.company_id.letter_evidence_needed and order._is_in_flow():
                raise AccessError(
                    self.env._(
                        "%s is signed by the customer, in the portal. Record on the confirmation letter "
                        "how it was confirmed otherwise.",
                        order.name,
                    )
                )

    def _keep_signature(self, name, signature):
        # whoever is acting, this is the customer's own signature
        return super(SaleOrder, self.sudo())._keep_signature(name, signature)

    def _letters_signed(self):
        """The signature of an order is the one of its letter, once the order is approved."""
        for order in self.filtered(lambda order: order.sudo().signed_by and order._is_in_flow()):
            if order.state != "sale" and order._is_withheld_from_customer():
                continue
            letter_sudo = order._letter().sudo()
            if letter_sudo.state != "confirmed":
                letter_sudo._confirm_by_signature(order.signed_by, order.signature)

    def _terms_changed(self):
        """Hook: something of what was agreed with the customer may have changed.

        Called after goods, prices or terms of orders were written, in companies with the flow.
        """
        self._letters_changed()

    def _letters_changed(self):
        """What the customer was told is no longer so: the letter is replaced, and asked for again."""
        asked = self.sudo().filtered(lambda order: order.state == "sale" or order.approval_state)
        letters = asked.letter_ids.filtered(lambda letter: letter.state != "superseded")
        for letter in letters:
            order = letter.order_id
            if letter.fingerprint == order._letter_fingerprint():
                continue
            was = letter.state
            letter._supersede()
            if was == "draft":
                continue
            order.message_post(
                body=self.env._(
                    "The order was changed after %s was sent to the customer: it is to be confirmed "
                    "again.",
                    letter.display_name,
                )
            )
            if order.user_id:
                order.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=order.user_id.id,
                    summary=self.env._("Send the changed confirmation letter"),
                )
