from odoo import fields, models
from odoo.exceptions import AccessError, UserError, ValidationError


class SaleOrder(models.Model):
    """The customer never suffers the gate: what comes late is kept, confirmation follows."""

    _inherit = "sale.order"

    signed_fingerprint = fields.Char(
        readonly=True,
        copy=False,
        help="What the customer signed before the order was approved.",
    )

    # ------------------------------------------------------------------ what the portal asks for

    def _has_to_be_signed(self):
        return super()._has_to_be_signed() and not self._is_withheld_from_customer()

    def _has_to_be_paid(self):
        return super()._has_to_be_paid() and not self._is_withheld_from_customer()

    def _can_be_edited_on_portal(self):
        return (
            super()._can_be_edited_on_portal()
            and not self._is_withheld_from_customer()
            and self.sudo().approval_state != "approved"
        )

    def _is_withheld_from_customer(self):
        """Whether the order must be approved before the customer is asked to sign or pay."""
        self.ensure_one()
        if not self._approval_codes() or not self._is_in_flow():
            return False
        return bool(self.sudo()._approval_reasons("confirm").get(self.id))

    def _approval_may_execute(self, code):
        """After approval it is the customer's turn, where signature or payment were asked for."""
        waits = super()._approval_may_execute(code)
        for order in self:
            if order._has_to_be_signed():
                waits[order.id] = self.env._(
                    "Approved. It is confirmed when the customer has signed."
                )
            elif order._has_to_be_paid():
                waits[order.id] = self.env._(
                    "Approved. It is confirmed when the customer has paid."
                )
        return waits

    # ------------------------------------------------------------------ late signature and payment

    def _validate_order(self):
        withheld = self.filtered(lambda order: order._is_withheld_from_customer())
        withheld._defer_confirmation()
        ready = self - withheld
        return super(SaleOrder, ready)._validate_order() if ready else None

    def _keep_signature(self, name, signature):
        """Store a signature given on a page opened before the review; confirmation follows it."""
        self.ensure_one()
        self.write({"signed_by": name, "signed_on": fields.Datetime.now(), "signature": signature})
        self._stamp({"signed_fingerprint": self._approval_fingerprints("confirm")[self.id]})

    def _defer_confirmation(self):
        """The customer has done their part: submit what is complete, tell the salesperson the rest.

        Never raises: the signature is stored and the payment booked whatever happens here.
        """
        for order in self.sudo().filtered(lambda order: order.approval_state != "pending"):
            reason = order._submit_for_salesperson()
            if reason:
                order.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=order.user_id.id or self.env.uid,
                    summary=self.env._("The customer accepted: submit %s for approval", order.name),
                    note=reason,
                )

    def _submit_for_salesperson(self):
        """Submit in the name of the salesperson.

        :return: why that was not possible, or an empty string
        """
        salesperson = self.user_id
        if not salesperson:
            return self.env._("The order has no salesperson.")
        order = (
            self.with_user(salesperson)
            .with_context(
                lang=salesperson.lang,
                allowed_company_ids=self.company_id.ids,
            )
            .with_company(self.company_id)
        )
        try:
            with self.env.cr.savepoint():
                order.action_approval_submit("confirm")
        except (UserError, AccessError, ValidationError) as error:
            return str(error.args[0] if error.args else error)
        return ""

    def _on_approval_event(self, event):
        """A signature covers what was signed: other values are signed again."""
        result = super()._on_approval_event(event)
        for order in self.filtered("signed_fingerprint") if event.verb == "submit" else ():
            if order.signature and order.signed_fingerprint != event.request.fingerprint:
                order.write({"signature": False, "signed_by": False, "signed_on": False})
                order._stamp({"signed_fingerprint": False})
                order.message_post(
                    body=self.env._(
                        "The order was changed after the customer signed it; the signature was removed "
                        "and will be asked for again.",
                    )
                )
        return result
