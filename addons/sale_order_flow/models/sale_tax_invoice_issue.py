from odoo import Command, fields, models
from odoo.exceptions import UserError

from .sale_tax_invoice_request import BUYER_FIELDS


class SaleTaxInvoiceRequest(models.Model):
    """What finance does: the invoice in Odoo's books, its number, and the red-letter correction."""

    _inherit = "sale.tax.invoice.request"

    def action_issue(self):
        """Record the issued invoice; Odoo's customer invoice is made, or the chosen one linked (F24).

        :raise AccessError: for anybody but finance, and for whoever asked
        :raise UserError: when number, date or file are missing, the number was used before, or the
            quantities may not be invoiced any more
        :return: True
        """
        self._flow_check_role("finance")
        self._check_not_own()
        self._lock()
        self._check_state("requested")
        self._check_orders()
        self._check_issued()
        self.line_ids._check_quantities()
        for request in self:
            move = request._book()
            booked = {line: line._booked_on(move) for line in request.line_ids}
            for line, move_line in booked.items():
                line._stamp({"move_line_id": move_line.id})
            request._stamp(
                {
                    "move_id": move.id,
                    "issued_at": fields.Datetime.now(),
                    "issued_on": fields.Date.context_today(request),
                    "issued_by_id": self.env.uid,
                }
            )
            request.sudo().activity_feedback(["mail.mail_activity_data_todo"])
            request._tell(
                self.env._(
                    "Tax invoice %(number)s was issued on %(move)s.",
                    number=request._full_number(),
                    move=move.name,
                )
            )
        return True

    def _check_issued(self):
        today = fields.Date.context_today(self)
        for request in self:
            names = ("invoice_number", "invoice_date", "invoice_file_ids")
            if empty := [name for name in names if not request[name]]:
                labels = request.fields_get(empty, ["string"])
                raise UserError(
                    self.env._(
                        "%(request)s: %(fields)s is empty. Enter what stands on the invoice and attach "
                        "it, then issue it again.",
                        request=request.name,
                        fields=", ".join(labels[name]["string"] for name in empty),
                    )
                )
            if request.invoice_date > today:
                raise UserError(
                    self.env._(
                        "%(request)s: the Invoice Date %(date)s is in the future. Enter the date that "
                        "stands on the invoice.",
                        request=request.name,
                        date=request.invoice_date,
                    )
                )

    # ------------------------------------------------------------------ Odoo's books

    def _book(self):
        """Odoo's posted customer invoice or credit note of this request."""
        self.ensure_one()
        move = self.move_id
        if move:
            self._check_linked(move)
        else:
            move = self._reverse_invoice() if self.original_id else self._make_invoice()
        if move.state == "draft":
            move.invoice_date = self.invoice_date
            move.action_post()
        if move.state != "posted":
            raise UserError(
                self.env._(
                    "%(request)s: %(invoice)s could not be posted. Post it in Accounting, then issue "
                    "the tax invoice.",
                    request=self.name,
                    invoice=move.display_name,
                )
            )
        return move

    def _make_invoice(self):
        """An invoice over the quantities asked for, prepared as Odoo's sales prepare any."""
        self._check_not_invoiced()
        values, sequence = {}, 0
        for order in self.line_ids.order_id:
            order = order.with_company(order.company_id)
            if lang := order.partner_invoice_id.lang:
                order = order.with_context(lang=lang)
            prepared = order._prepare_invoice()
            for line in self.line_ids.filtered("quantity") & self.line_ids.filtered(
                lambda line, order=order: line.order_id == order
            ):
                sequence += 1
                ordered = line.order_line_id.with_env(order.env)
                prepared["invoice_line_ids"] += [
                    Command.create(vals)
                    for vals in ordered._prepare_invoice_lines_vals_list(
                        quantity=line.quantity, sequence=sequence
                    )
                ]
            if values:
                for name in ("ref", "invoice_origin"):
                    values[name] = ", ".join(filter(None, [values[name], prepared[name]]))
                values["invoice_line_ids"] += prepared["invoice_line_ids"]
            else:
                values = prepared
        moves_sudo = self.line_ids.order_id._create_account_invoices(
            [{**values, "invoice_date": self.invoice_date}], final=False
        )
        return self.env["account.move"].browse(moves_sudo.ids)

    def _check_not_invoiced(self):
        """What Odoo invoiced already is linked, not invoiced twice."""
        orders_sudo = self.sudo().line_ids.order_id
        down = orders_sudo.order_line.filtered(lambda line: line.is_downpayment)
        if any(line.qty_invoiced > 0 for line in down):
            raise UserError(
                self.env._(
                    "%(request)s: a down payment was invoiced on %(order)s and has to be deducted. Make "
                    "the invoice from the order, then choose it as Customer Invoice.",
                    request=self.name,
                    order=down.order_id[:1].name,
                )
            )
        for line in self.sudo().line_ids:
            ordered = line.order_line_id
            left = ordered.product_uom_qty - ordered.qty_invoiced
            if ordered.product_uom_id.compare(line.quantity, left) > 0:
                raise UserError(
                    self.env._(
                        "%(request)s: %(product)s of %(order)s was invoiced already on %(invoices)s. "
                        "Choose that invoice as Customer Invoice, or cancel it.",
                        request=self.name,
                        product=ordered.product_id.display_name,
                        order=ordered.order_id.name,
                        invoices=", ".join(
                            move.display_name for move in ordered.invoice_lines.move_id
                        ),
                    )
                )

    def _check_linked(self, move):
        """The chosen invoice is this customer's and covers what is asked for, other requests counted."""
        kind = "out_refund" if self.original_id else "out_invoice"
        if (
            move.move_type != kind
            or move.state == "cancel"
            or move.company_id != self.company_id
            or move.currency_id != self.currency_id
            or move.commercial_partner_id != self.partner_id.commercial_partner_id
            or (self.original_id and move.reversed_entry_id != self.original_id.move_id)
        ):
            raise UserError(
                self.env._(
                    "%(request)s: %(invoice)s does not belong to this request: customer, company, "
                    "currency and kind have to be the same. Choose another one, or leave it empty.",
                    request=self.name,
                    invoice=move.display_name,
                )
            )
        for line in self.line_ids.filtered("quantity"):
            booked = line._booked_on(move)
            ordered = line.order_line_id
            covered = booked._tax_invoice_quantity(ordered) if booked else 0.0
            others = self.line_ids.sudo().search([("move_line_id", "in", booked.ids)]) - line
            asked = line.quantity + sum(others.mapped("quantity"))
            if not booked or ordered.product_uom_id.compare(asked, covered) > 0:
                raise UserError(
                    self.env._(
                        "%(request)s: %(invoice)s covers %(covered)s of %(product)s, but tax invoices "
                        "for %(asked)s would stand on it. Return the request, or choose another invoice.",
                        request=self.name,
                        invoice=move.display_name,
                        covered=covered,
                        product=ordered.product_id.display_name,
                        asked=asked,
                    )
                )

    def _reverse_invoice(self):
        """Odoo's credit note over the quantities taken back."""
        origin = self.original_id.move_id
        wizard = self.env["account.move.reversal"].create(
            {
                "move_ids": [Command.set(origin.ids)],
                "company_id": origin.company_id.id,
                "journal_id": origin.journal_id.id,
                "date": self.invoice_date,
                "reason": self.correction_reason,
            }
        )
        wizard.refund_moves()
        credit = wizard.new_move_ids
        commands, wanted = [], {line: line.quantity for line in self.line_ids}
        for booked in credit.invoice_line_ids.filtered(
            lambda booked: booked.display_type == "product"
        ):
            line = self.line_ids.filtered(
                lambda line, booked=booked: line.order_line_id in booked.sale_line_ids
            )[:1]
            if not line or not wanted.pop(line, 0.0):
                commands.append(Command.delete(booked.id))
                continue
            ordered = line.order_line_id
            quantity = ordered.product_uom_id._compute_quantity(
                line.quantity, booked.product_uom_id, rounding_method="HALF-UP"
            )
            commands.append(Command.update(booked.id, {"quantity": quantity}))
        credit.write({"invoice_line_ids": commands})
        return credit

    # ------------------------------------------------------------------ correcting

    def action_correct(self):
        """Ask for the red-letter invoice that takes this one back, in full or in part (F24).

        The draft proposes everything that was not taken back yet; lower the quantities for a partial
        correction and say why.

        :raise AccessError: for anybody but the salesperson, an assistant or a sales manager
        :raise UserError: when there is no invoice to take back
        :return: window action of the correction
        """
        self.ensure_one()
        self._check_may_request()
        self._check_state("issued", "sent", "received")
        if self.original_id:
            raise UserError(
                self.env._("%s is a red-letter invoice: correct the original instead.", self.name)
            )
        open_ones = self.correction_ids.filtered(
            lambda request: request.state in ("draft", "requested")
        )
        correction = open_ones[:1] or self._make_correction()
        return correction._get_records_action(name=self.env._("Red-Letter Invoice"))

    def _make_correction(self):
        taken = self.line_ids._red_quantities(
            [("request_id.state", "not in", ("draft", "cancelled"))]
        )
        correction = self.create(
            {
                "partner_id": self.partner_id.id,
                "company_id": self.company_id.id,
                "currency_id": self.currency_id.id,
                "basis": self.basis,
                "email": self.email,
                **{name: self[name] for name in BUYER_FIELDS},
            }
        )
        correction._stamp({"original_id": self.id})
        self.env["sale.tax.invoice.request.line"].create(
            [
                {
                    "request_id": correction.id,
                    "order_line_id": line.order_line_id.id,
                    "quantity": line.quantity - taken.get(line.id, 0.0),
                }
                for line in self.line_ids
                if not line._is_taken_back(taken)
            ]
        )
        return correction
