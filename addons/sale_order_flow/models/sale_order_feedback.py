from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import format_date


class SaleOrderFeedback(models.Model):
    """A shipment, an arrival or a date that the assistant passes on to salesperson and customer (F12, D9)."""

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "sale.order.feedback"
    _description = "Order Feedback"
    _order = "id"

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    kind = fields.Selection(
        [
            ("shipped", "Shipped"),
            ("arrived", "Arrived"),
            ("date", "Expected Date"),
            ("promise", "Promised Date"),
        ],
        required=True,
        readonly=True,
    )
    document_name = fields.Char(readonly=True, string="Document")
    date = fields.Datetime(readonly=True)
    previous_date = fields.Datetime(readonly=True)
    sent_at = fields.Datetime(readonly=True)
    sent_by_id = fields.Many2one("res.users", readonly=True)
    told_partner_ids = fields.Many2many("res.partner", readonly=True, string="Told To")

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_documents()

    def write(self, vals):
        raise self._by_the_documents()

    def unlink(self):
        raise self._by_the_documents()

    def _by_the_documents(self):
        return AccessError(
            self.env._(
                "Feedback is written by the shipments and dates themselves, and sent by the sales assistant.",
            )
        )

    @api.model
    def _note(self, rows):
        """Note shipments and dates; an unsent date of the same document is brought up to date.

        :param rows: list of ``{"order_id", "kind", "document_name", "date"}``, for a promise with
            ``"previous_date"``
        :return: the new rows, in the order given
        """
        dates = self.sudo().search(
            [("order_id", "in", [row["order_id"] for row in rows]), ("kind", "=", "date")]
        )
        latest = {(news.order_id.id, news.document_name): news for news in dates}
        new = []
        for row in rows:
            known = row["kind"] == "date" and latest.get((row["order_id"], row["document_name"]))
            if known and not known.sent_at:
                super(SaleOrderFeedback, known).write({"date": row["date"]})
            else:
                new.append({"previous_date": known.date if known else False, **row})
        return super(SaleOrderFeedback, self.sudo()).create(new)

    def _send(self):
        """Tell salesperson and customer in one message on each order, in the customer's language."""
        for order, rows in self.grouped("order_id").items():
            customer = order.contact_id or order.partner_id
            lang = customer.lang or order.user_id.lang or self.env.lang
            told = rows.with_context(lang=lang)
            lines = Markup("").join(Markup("<li>%s</li>") % row._sentence() for row in told)
            title = told.env._("News about your order %s:", order.name)
            order.message_post(
                body=Markup("<p>%s</p><ul>%s</ul>") % (title, lines),
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                partner_ids=(customer | order.user_id.partner_id).ids,
            )
            super(SaleOrderFeedback, rows).write(
                {"told_partner_ids": [Command.set((customer | order.user_id.partner_id).ids)]}
            )
        super().write({"sent_at": fields.Datetime.now(), "sent_by_id": self.env.uid})

    def _sentence(self):
        """The news, in the language of the context."""
        day = format_date(self.env, self.date)
        if self.kind == "shipped":
            return self.env._(
                "%(document)s was shipped on %(day)s.", document=self.document_name, day=day
            )
        if self.kind == "arrived":
            return self.env._(
                "%(document)s: goods arrived on %(day)s.", document=self.document_name, day=day
            )
        if self.kind == "promise":
            return self.env._(
                "%(document)s: delivery is promised for %(day)s instead of %(before)s.",
                document=self.document_name,
                day=day,
                before=format_date(self.env, self.previous_date) or "-",
            )
        if self.previous_date:
            return self.env._(
                "%(document)s: goods are expected on %(day)s instead of %(before)s.",
                document=self.document_name,
                day=day,
                before=format_date(self.env, self.previous_date),
            )
        return self.env._(
            "%(document)s: goods are expected on %(day)s.", document=self.document_name, day=day
        )
