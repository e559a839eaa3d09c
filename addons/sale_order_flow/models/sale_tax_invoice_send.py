from odoo import Command, fields, models
from odoo.exceptions import UserError


class SaleTaxInvoiceRequest(models.Model):
    """How an issued tax invoice reaches the customer (F24)."""

    _inherit = "sale.tax.invoice.request"

    def action_send(self):
        """Record how the invoice goes to the customer; by e-mail it is sent with its files (F24).

        :raise UserError: when the tracking, the address or the files are missing
        :return: True
        """
        self._check_may_send()
        self._lock()
        self._check_state("issued")
        needed = {"courier": ("carrier", "tracking_number"), "email": ("email",)}
        for request in self:
            names = ["sent_way", *needed.get(request.sent_way, ())]
            if empty := [name for name in names if not request[name]]:
                labels = request.fields_get(empty, ["string"])
                raise UserError(
                    self.env._(
                        "%(request)s cannot be recorded as sent yet: %(fields)s is empty.",
                        request=request.name,
                        fields=", ".join(labels[name]["string"] for name in empty),
                    )
                )
            if request.sent_way == "email":
                request._mail_invoice()
            request._stamp({"sent_at": fields.Datetime.now(), "sent_by_id": self.env.uid})
            request._tell(
                self.env._(
                    "Tax invoice %(number)s was sent to the customer. %(tracking)s",
                    number=request._full_number(),
                    tracking=request._tracking_text(),
                )
            )
        return True

    def _mail_invoice(self):
        template = self.env.ref("sale_order_flow.mail_template_tax_invoice").sudo()
        template.send_mail(
            self.id,
            email_values={
                "email_to": self.email,
                "attachment_ids": [Command.set(self.sudo().invoice_file_ids.ids)],
            },
        )

    def _tracking_text(self):
        """How the invoice travels, as requester and customer read it."""
        self.ensure_one()
        if self.sent_way == "courier":
            return " ".join(filter(None, [self.carrier, self.tracking_number]))
        return self.email or "" if self.sent_way == "email" else ""

    def _full_number(self):
        """Code and number of the invoice, as they stand on it."""
        self.ensure_one()
        return " ".join(filter(None, [self.invoice_code, self.invoice_number]))

    def action_receive(self):
        """The customer has the invoice.

        :raise AccessError: for anybody but those who may ask, and finance
        :return: True
        """
        self._check_may_send()
        self._lock()
        self._check_state("sent")
        self._stamp({"received_at": fields.Datetime.now(), "received_by_id": self.env.uid})
        self._tell(self.env._("The customer received the tax invoice."))
        return True
