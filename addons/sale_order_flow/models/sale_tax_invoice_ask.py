from odoo import fields, models
from odoo.exceptions import UserError

from .sale_tax_invoice_request import BUYER_FIELDS


class SaleTaxInvoiceRequest(models.Model):
    """How a tax invoice is asked for, given up and returned by finance (F24)."""

    _inherit = "sale.tax.invoice.request"

    def action_request(self):
        """Ask finance for the invoice; the buyer's data is kept for the next time (F24).

        :raise AccessError: for anybody but the salesperson, an assistant or a sales manager
        :raise UserError: when something is missing, or more is asked for than may be invoiced
        :return: True
        """
        self._check_may_request()
        self._lock()
        self._check_state("draft")
        self._check_complete()
        self._check_orders()
        self.line_ids._refresh_amounts()
        for request in self:
            request._stamp(
                {
                    "requested_at": fields.Datetime.now(),
                    "requested_by_id": self.env.uid,
                    "returned_at": False,
                }
            )
            request.line_ids._check_quantities()
            if not request.original_id:
                request.partner_id._keep_tax_invoice_buyer(
                    {name: request[name] for name in BUYER_FIELDS}
                )
            request._ask_finance()
        return True

    def _ask_finance(self):
        self.ensure_one()
        role = self.env.ref("approval_chain.role_finance", raise_if_not_found=False)
        holders = role and role.sudo()._holders(self.company_id.sudo().parent_ids)
        for user in holders or self.env["res.users"]:
            self.sudo().activity_schedule(
                "mail.mail_activity_data_todo",
                date_deadline=self.needed_by,
                user_id=user.id,
                summary=self.with_context(lang=user.lang).env._(
                    "Issue the tax invoice for %s", self.title or self.partner_id.name
                ),
            )

    def action_cancel(self):
        """Give up requests that were not issued.

        :raise UserError: once an invoice exists; it is corrected by a red-letter invoice
        :return: True
        """
        self._check_may_request()
        self._lock()
        self._check_state("draft", "requested")
        self._stamp(
            {
                "cancelled_at": fields.Datetime.now(),
                "cancelled_by_id": self.env.uid,
                "invoice_code": False,
                "invoice_number": False,
            }
        )
        self.sudo().activity_unlink(["mail.mail_activity_data_todo"])
        return True

    def action_return(self):
        """Finance sends the request back, saying why in its remark.

        :raise UserError: without a remark
        :return: True
        """
        self._flow_check_role("finance")
        self._lock()
        self._check_state("requested")
        for request in self:
            if not request.finance_note:
                raise UserError(
                    self.env._(
                        "%s: write in Finance's Remark what is wrong, then return it.", request.name
                    )
                )
            request._stamp({"requested_at": False, "returned_at": fields.Datetime.now()})
            request.sudo().activity_unlink(["mail.mail_activity_data_todo"])
            request._tell(
                self.env._(
                    "Returned by finance: %(reason)s",
                    reason=request.finance_note,
                )
            )
        return True

    # ------------------------------------------------------------------ what is needed

    def _check_complete(self):
        """Everything the tax office asks for, named field by field."""
        for request in self:
            names = ["title", "needed_by"]
            if request.partner_id.is_company:
                names.append("tax_number")
            if request.kind == "special":
                names += [name for name in BUYER_FIELDS if name not in names]
            if request.original_id:
                names.append("correction_reason")
            empty = [name for name in names if not request[name]]
            if not request.line_ids.filtered("quantity"):
                empty.append("line_ids")
            if empty:
                labels = request.fields_get(empty, ["string"])
                raise UserError(
                    self.env._(
                        "%(request)s is incomplete: %(fields)s. Fill this in and request it again.",
                        request=request.name,
                        fields=", ".join(labels[name]["string"] for name in empty),
                    )
                )

    def _check_orders(self):
        """Confirmed orders of a company that follows the order flow; corrections come always."""
        enabled = self.env["res.company"]._order_flow_company_ids()
        for request in self.sudo():
            for order in request.line_ids.order_id if not request.original_id else ():
                if order.state != "sale" or order.company_id.id not in enabled:
                    raise UserError(
                        self.env._(
                            "%(request)s: %(order)s is not confirmed any more, or its company does not "
                            "follow the order flow. Take it off the request, or cancel the request.",
                            request=request.name,
                            order=order.name,
                        )
                    )
