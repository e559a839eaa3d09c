from markupsafe import Markup

from odoo import api, fields, models


class SaleChangeRequest(models.Model):
    """What a change touches, before it is decided and when those concerned are told (F18)."""

    _inherit = "sale.change.request"

    effects = fields.Html(compute="_compute_effects", sanitize=False, string="What It Touches")

    @api.depends("kind", "new_date", "line_ids.quantity", "line_ids.price_unit", "order_id")
    def _compute_effects(self):
        found = self._change_effects()
        for request in self:
            rows = found.get(request.id)
            request.effects = rows and Markup("<ul class='mb-0'>%s</ul>") % Markup("").join(
                Markup("<li>%s</li>") % row["text"] for row in rows
            )

    def _touched_order_lines(self):
        """Order lines whose goods move differently after the request."""
        self.ensure_one()
        order = self.order_id.sudo()
        if self.kind == "cancel" or self._changes_date():
            return order.order_line
        return self._changed_lines().order_line_id.sudo()

    def _touched_products(self):
        """What is bought or made for these lines: of a kit, its components as well."""
        lines = self._touched_order_lines()
        return lines.product_id | lines.move_ids.product_id

    def _change_effects(self):
        """Hook: documents and money that requests touch, as things are now.

        Addons append rows for their documents. ``role`` is the code of the role that is told when
        the request is carried out, or False for those told anyhow.

        :return: ``{request id: [{"role": code, "text": sentence}]}``, in the language of the user
        """
        effects = {}
        for request in self:
            order, lines = request.order_id.sudo(), request._touched_order_lines()
            rows = effects[request.id] = []
            if not order:
                continue
            pickings = lines.move_ids.picking_id.filtered(
                lambda picking: picking.state not in ("done", "cancel")
            )
            if pickings:
                text = self.env._("Transfers: %s", request._names(pickings))
                rows.append({"role": "warehouse", "text": text})
            notices = order.delivery_notice_ids.filtered(
                lambda notice, lines=lines: (
                    notice.state == "issued"
                    and notice.progress != "shipped"
                    and notice.line_ids.order_line_id & lines
                )
            )
            if notices:
                text = self.env._("Delivery notices: %s", request._names(notices))
                rows.append({"role": "warehouse", "text": text})
            invoices = lines.invoice_lines.move_id.filtered(lambda move: move.state != "cancel")
            if invoices:
                text = self.env._("Invoices: %s", request._names(invoices))
                rows.append({"role": "finance", "text": text})
            rows += request._money_effects(order)
        return effects

    @staticmethod
    def _names(documents):
        return ", ".join(documents.mapped("display_name"))

    def _money_effects(self, order):
        rows = []
        difference = self.amount_after - self.amount_before
        if not self.currency_id.is_zero(difference):
            rows.append(
                {
                    "role": False,
                    "text": self.env._(
                        "The total goes from %(before)s to %(after)s.",
                        before=self.currency_id.format(self.amount_before),
                        after=self.currency_id.format(self.amount_after),
                    ),
                }
            )
        paid = self.env["sale.payment.allocation"]._verified_amounts(order).get(order.id, 0.0)
        if self.currency_id.compare_amounts(paid, self.amount_after) > 0:
            rows.append(
                {
                    "role": "finance",
                    "text": self.env._(
                        "The customer has paid %(paid)s: %(back)s are to be paid back or used for another "
                        "order.",
                        paid=self.currency_id.format(paid),
                        back=self.currency_id.format(paid - self.amount_after),
                    ),
                }
            )
        return rows

    def _approval_sheet_notes(self, code):
        """Approvers see first what is touched."""
        notes = super()._approval_sheet_notes(code)
        for request_id, rows in self._change_effects().items():
            notes.setdefault(request_id, []).extend(
                {"level": "warning", "text": row["text"]} for row in rows
            )
        return notes

    def _tell_concerned(self, touched):
        """Salesperson and assistants hear of it, and the roles whose documents are touched.

        :param touched: rows of :meth:`_change_effects` as they were before it was carried out
        """
        self.ensure_one()
        roles = {"sales_assistant", *(row["role"] for row in touched if row["role"])}
        people = self.order_id.sudo().user_id
        for code in sorted(roles):
            people |= self.env["approval.role"]._people(code, self.company_id)
        body = Markup("<p>%s</p><ul>%s</ul>") % (
            self.env._(
                "%(request)s was carried out on %(order)s: %(reason)s",
                request=self.name,
                order=self.order_id.name,
                reason=self.reason,
            ),
            Markup("").join(Markup("<li>%s</li>") % row["text"] for row in touched),
        )
        self.order_id.sudo().message_post(
            body=body, partner_ids=people.partner_id.ids, subtype_xmlid="mail.mt_note"
        )
