from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class SaleOrder(models.Model):
    """Intake (F1), review before confirmation (F3, F5), and customers who sign or pay meanwhile."""

    _name = "sale.order"
    _inherit = ["sale.order", "approval.mixin"]

    order_channel = fields.Selection(
        [("phone", "Phone"), ("fax", "Fax"), ("email", "E-mail"), ("online", "Online"),
         ("visit", "Visit")],
        string="Channel", help="How the customer gave the order.",
    )
    contact_id = fields.Many2one(
        "res.partner", string="Contact", check_company=True,
        help="The person at the customer's who is talked to about this order.",
    )
    delivery_way = fields.Selection(
        [("own", "Own Delivery"), ("carrier", "Carrier"), ("pickup", "Customer Picks Up")],
        string="Delivery Way",
    )
    payment_way = fields.Selection(
        [("transfer", "Bank Transfer"), ("cash", "Cash"), ("cheque", "Cheque"),
         ("acceptance", "Banker's Acceptance"), ("online", "Online Payment")],
        string="Payment Way",
    )
    goods_issue_date = fields.Date(string="Goods Issue Date", copy=False)
    payment_date = fields.Date(
        string="Planned Payment Date", copy=False, help="When the customer is going to pay.",
    )
    order_flow_enabled = fields.Boolean(related="company_id.order_flow_enabled")

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {**super()._approval_operations(), "confirm": Operation(
            label=_lt("Confirm the order"),
            executed=Domain("state", "=", "sale"),
            inputs={"sale.order": ("state",)},
            watch=(
                "partner_id", "partner_invoice_id", "partner_shipping_id", "contact_id", "currency_id",
                "pricelist_id", "payment_term_id", "commitment_date", "delivery_way", "payment_way",
            ),
            lines={"order_line": (
                Domain("display_type", "=", False) & Domain("is_downpayment", "=", False)
                & Domain("product_uom_qty", "!=", 0),
                ("product_id", "product_uom_qty", "product_uom_id", "price_unit", "discount"),
            )},
            amount="amount_total",
            date="date_order",
            run="action_confirm",
            dead=Domain("state", "=", "cancel"),
            closed="defer",
        )}

    def _confirmation_error_message(self):
        """Say why an order cannot be confirmed before anything is done (A10)."""
        message = super()._confirmation_error_message()
        if message:
            return message
        reasons = self._approval_reasons("confirm")[self.id]
        return "\n".join(reasons) or False

    def _approval_check_submission(self, code):
        """F1: what is missing, order by order and field by field."""
        missing = super()._approval_check_submission(code)
        required = ("contact_id", "delivery_way", "commitment_date", "payment_way")
        labels = self.fields_get([*required, "order_line"], ["string"])
        for order in self.filtered("company_id.order_flow_enabled"):
            names = [labels[name]["string"] for name in required if not order[name]]
            lines = order.order_line.filtered(
                lambda line: not line.display_type and not line.is_downpayment
            )
            if not lines:
                names.append(labels["order_line"]["string"])
            names += [
                self.env._("the price of %s", line.product_id.display_name or line.name)
                for line in lines if line.product_uom_qty and line.price_unit <= 0
            ]
            if names:
                missing.setdefault(order.id, []).append(self.env._(
                    "%(order)s is incomplete: %(fields)s. Fill this in and submit the order again.",
                    order=order.name, fields=", ".join(names),
                ))
        return missing

    def _approval_may_execute(self, code):
        """F8: an approved order that the customer has yet to sign or pay waits for the customer."""
        waiting = super()._approval_may_execute(code)
        for order in self:
            if order._wants_signature():
                waiting[order.id] = self.env._(
                    "Approved; it is confirmed when the customer signs it, or when you confirm it.",
                )
            elif super(SaleOrder, order)._has_to_be_paid():
                waiting[order.id] = self.env._(
                    "Approved; it is confirmed when the customer pays, or when you confirm it.",
                )
        return waiting

    # ------------------------------------------------------------------ customers never suffer

    def _awaits_approval(self):
        """Whether approval is all that keeps a quotation from being confirmed."""
        self.ensure_one()
        return self.state in ("draft", "sent") and bool(self._approval_reasons("confirm")[self.id])

    def _wants_signature(self):
        return super()._has_to_be_signed()

    def _may_keep_signature(self):
        return self._awaits_approval() and self._wants_signature()

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._awaits_approval()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._awaits_approval()

    def _validate_order(self):
        """Confirm what may be confirmed; the rest is confirmed once it is approved, never refused."""
        deferred = self.filtered(lambda order: order._awaits_approval())
        for order in deferred:
            order._defer_confirmation(self.env._("The customer accepted the order."))
        if ready := self - deferred:
            return super(SaleOrder, ready)._validate_order()
        return None

    def _defer_confirmation(self, what):
        """Note what the customer did and ask for the approval, as the salesperson.

        :param what: sentence for the chatter
        """
        self.ensure_one()
        order = self.sudo()
        order.message_post(body=self.env._(
            "%s The order is confirmed as soon as it is approved.", what,
        ))
        if order.approval_state == "pending":
            return
        salesperson = order.user_id
        try:
            with self.env.cr.savepoint():
                if not salesperson:
                    raise UserError(self.env._("The order has no salesperson."))
                order.with_user(salesperson).with_company(order.company_id).with_context(
                    allowed_company_ids=order.company_id.ids,
                ).action_approval_submit("confirm")
        except UserError as error:
            order.activity_schedule(
                "mail.mail_activity_data_todo", user_id=salesperson.id or self.env.user.id,
                summary=self.env._("Complete the order and submit it for approval"), note=str(error),
            )

    @api.onchange("partner_id")
    def _onchange_partner_contact(self):
        if self.contact_id and self.contact_id.commercial_partner_id != self.partner_id.commercial_partner_id:
            self.contact_id = False
