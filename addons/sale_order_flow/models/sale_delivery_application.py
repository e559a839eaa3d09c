from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleDeliveryApplication(models.Model):
    """The salesperson asks for delivery with the payment voucher; finance verifies (F10).

    ==========  ==========================================
    action      who
    ==========  ==========================================
    apply       whoever may write the order
    verify      finance of the company, never the applicant
    return      finance of the company, with a reason
    ==========  ==========================================
    """

    _name = "sale.delivery.application"
    _description = "Delivery Application"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    name = fields.Char(string="Number", readonly=True, copy=False, default="/")
    order_id = fields.Many2one(
        "sale.order", required=True, index=True, ondelete="cascade", check_company=True,
        domain="[('state', '=', 'sale'), ('in_order_flow', '=', True)]",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one(
        "res.users", string="Applicant", required=True, readonly=True,
        default=lambda self: self.env.user,
    )
    voucher_ids = fields.Many2many(
        "ir.attachment", "sale_delivery_application_voucher_rel", string="Payment Voucher",
        help="The bank slip or other proof of payment the customer sent.",
    )
    note = fields.Text()
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "With Finance"), ("verified", "Verified"),
         ("returned", "Returned")],
        default="draft", required=True, readonly=True, copy=False, tracking=True,
    )
    submitted_at = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_at = fields.Datetime(readonly=True, copy=False)
    return_reason = fields.Text(readonly=True, copy=False, tracking=True)
    allocation_ids = fields.One2many("sale.payment.allocation", "application_id")
    currency_id = fields.Many2one(related="order_id.currency_id")
    amount_total = fields.Monetary(related="order_id.amount_total", string="Order Total")
    release_amount = fields.Monetary(related="order_id.release_amount")
    verified_amount = fields.Monetary(related="order_id.verified_amount")

    _one_open = models.UniqueIndex(
        "(order_id) WHERE state IN ('draft', 'submitted')",
        "This order has an application under way already.",
    )

    # ------------------------------------------------------------------ doors

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            order = self.env["sale.order"].browse(vals.get("order_id"))
            sequence = self.env["ir.sequence"].with_company(order.company_id)
            vals.update(
                name=sequence.next_by_code("sale.delivery.application") or "/", state="draft",
                user_id=self.env.uid,
            )
            for stamp in ("submitted_at", "verified_by_id", "verified_at", "return_reason"):
                vals.pop(stamp, None)
        return super().create(vals_list)

    def write(self, vals):
        if not self._decided_fields().isdisjoint(vals):
            raise UserError(self.env._(
                "A delivery application goes on with its buttons: submit, verify or return.",
            ))
        if frozen := self.filtered(lambda row: row.state == "verified" and {"order_id", "voucher_ids"} & set(vals)):
            raise UserError(self.env._("%s is verified and cannot be changed.", frozen[0].name))
        return super().write(vals)

    @api.model
    def _decided_fields(self):
        return frozenset((
            "name", "state", "user_id", "submitted_at", "verified_by_id", "verified_at", "return_reason",
        ))

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if kept := self.filtered(lambda row: row.state != "draft"):
            raise UserError(self.env._(
                "%s was submitted to finance and cannot be deleted.", kept[0].name,
            ))

    # ------------------------------------------------------------------ actions

    def action_submit(self):
        """Hand applications to finance (F10).

        :raise UserError: for a missing voucher, or an order that cannot be delivered
        :return: True
        """
        self._check_state("draft", "returned")
        for application in self:
            order = application.order_id
            order.check_access("write")
            if order.state != "sale" or not order.in_order_flow:
                raise UserError(self.env._(
                    "%s is not a confirmed order: apply for delivery when it is confirmed.", order.name,
                ))
            if not application.voucher_ids:
                raise UserError(self.env._(
                    "%(application)s for %(order)s: attach the payment voucher first, so that finance "
                    "can find the payment.", application=application.name, order=order.name,
                ))
        super().write({"state": "submitted", "submitted_at": fields.Datetime.now(), "return_reason": False})
        return True

    def action_propose_payments(self):
        """Allocate what is left of the customer's payments, oldest first; finance can correct it.

        :raise UserError: when no payment has anything left
        :return: True
        """
        self._check_state("submitted")
        Allocation = self.env["sale.payment.allocation"]
        for application in self:
            rows = Allocation._propose(application.order_id)
            if not rows:
                Allocation._raise_if_nothing_to_propose(application.order_id)
            Allocation.create([{**row, "application_id": application.id} for row in rows])
        return True

    def action_verify(self):
        """Finance confirms that the payment is there (F10).

        :raise AccessError: for anybody but finance, and for the applicant
        :raise UserError: when less than needed is allocated from real payments
        :return: True
        """
        self._check_state("submitted")
        self._check_finance()
        for application in self:
            order = application.order_id
            if not order._is_paid_enough():
                raise UserError(self.env._(
                    "%(order)s: %(verified)s of %(needed)s is allocated from real payments. Allocate the "
                    "payment first, or return the application.", order=order.name,
                    verified=order.currency_id.format(order.verified_amount),
                    needed=order.currency_id.format(order.release_amount),
                ))
        super().write({
            "state": "verified", "verified_by_id": self.env.uid, "verified_at": fields.Datetime.now(),
        })
        return True

    def action_return(self, reason=None):
        """Finance sends applications back to the salesperson.

        :param reason: what is wrong; needed
        :raise AccessError: for anybody but finance
        :return: True
        """
        self._check_state("submitted")
        self._check_finance()
        if not (reason or "").strip():
            raise UserError(self.env._("Please say what is wrong, so that the salesperson can correct it."))
        super().write({"state": "returned", "return_reason": reason.strip()})
        return True

    def _check_finance(self):
        self.order_id._check_role("finance")
        if own := self.filtered(lambda row: row.user_id == self.env.user):
            raise UserError(self.env._(
                "%s is your own application: somebody else in finance has to verify it.", own[0].name,
            ))

    def _check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        if wrong := self.filtered(lambda row: row.state not in states):
            raise UserError(self.env._(
                "%(application)s is “%(state)s”: this is possible while it is “%(expected)s”.",
                application=wrong[0].name, state=labels[wrong[0].state],
                expected="”, “".join(labels[state] for state in states),
            ))
