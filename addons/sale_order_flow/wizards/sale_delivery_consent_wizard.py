from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..models.sale_delivery_consent import CHANNELS


class SaleDeliveryConsentWizard(models.TransientModel):
    """Record what the customer said to a later date, with the proof (F7)."""

    _name = "sale.delivery.consent.wizard"
    _description = "Record the Consent to a Later Date"

    promise_id = fields.Many2one(
        "sale.order.promise", required=True, readonly=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="promise_id.order_id")
    old_date = fields.Datetime(related="promise_id.old_date")
    new_date = fields.Datetime(related="promise_id.new_date")
    customer_id = fields.Many2one(related="order_id.partner_id.commercial_partner_id")
    answer = fields.Selection(
        [("agreed", "Agreed"), ("refused", "Refused")], required=True, default="agreed"
    )
    partner_id = fields.Many2one(
        "res.partner",
        required=True,
        string="Who",
        compute="_compute_partner_id",
        compute_sudo=True,
        store=True,
        precompute=True,
        readonly=False,
        domain="[('commercial_partner_id', '=', customer_id)]",
    )
    channel = fields.Selection(
        [row for row in CHANNELS if row[0] != "portal"], required=True, string="How"
    )
    answered_on = fields.Datetime(required=True, default=fields.Datetime.now, string="When")
    evidence_ids = fields.Many2many("ir.attachment")
    note = fields.Text()

    @api.depends("promise_id")
    def _compute_partner_id(self):
        for wizard in self:
            order = wizard.promise_id.order_id
            wizard.partner_id = order.contact_id or order.partner_id

    def action_record(self):
        """Record the answer of the customer; it stands as recorded.

        :raise AccessError: for anybody but salesperson, sales assistant and sales manager
        :raise UserError: without proof, by somebody else's person, or dated in the future
        :return: closes the form
        """
        self.ensure_one()
        order = self.sudo().order_id
        if not order._may_apply_for_delivery():
            raise AccessError(
                self.env._(
                    "%(order)s: its salesperson (%(salesperson)s) records what the customer said.",
                    order=order.name,
                    salesperson=order.sudo().user_id.name or "-",
                )
            )
        if self.partner_id.commercial_partner_id != order.partner_id.commercial_partner_id:
            raise UserError(
                self.env._(
                    "%(person)s does not belong to %(customer)s: choose who of the customer answered.",
                    person=self.partner_id.display_name,
                    customer=order.partner_id.commercial_partner_id.display_name,
                )
            )
        if self.answered_on > fields.Datetime.now():
            raise UserError(
                self.env._(
                    "%s: “When” lies in the future. Enter when the customer answered.", order.name
                )
            )
        if not self.evidence_ids:
            raise UserError(
                self.env._(
                    "%s: attach the proof of what the customer said, such as the e-mail, the letter, or "
                    "a record of the call.",
                    order.name,
                )
            )
        self.env["sale.delivery.consent"]._record(
            self.promise_id,
            {
                "answer": self.answer,
                "partner_id": self.partner_id.id,
                "channel": self.channel,
                "answered_on": self.answered_on,
                "evidence_ids": [fields.Command.set(self.evidence_ids.ids)],
                "note": self.note,
                "user_id": self.env.uid,
            },
        )
        return {"type": "ir.actions.act_window_close"}
