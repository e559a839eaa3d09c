from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from odoo.addons.approval_chain.values import lock_rows


class SaleDeliveryApplication(models.Model):
    """The salesperson hands in the payment voucher and asks for delivery; finance verifies (F10).

    ==================  ==================================================================
    action              who
    ==================  ==================================================================
    write, submit       the salesperson of the order, a sales assistant, a sales manager
    allocate, verify,   holders of the role Finance in the company, never the applicant
    return, reopen
    ==================  ==================================================================
    """

    _name = "sale.delivery.application"
    _description = "Delivery Application"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "company_id",
            "partner_id",
            "submitted_by_id",
            "submitted_at",
            "verified_by_id",
            "verified_at",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('flow_stage', 'in', ('deposit', 'start', 'apply', 'verify', 'notice', 'ship'))]",
    )
    purpose = fields.Selection(
        [("delivery", "Payment Before Delivery"), ("deposit", "Deposit Before Production")],
        required=True,
        default="delivery",
        string="Payment For",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one(
        "res.users",
        string="Applicant",
        default=lambda self: self.env.user,
        required=True,
        tracking=True,
    )
    voucher_ids = fields.Many2many(
        "ir.attachment",
        string="Payment Vouchers",
        copy=False,
        help="Bank receipt, cheque copy or whatever the customer sent as proof of payment.",
    )
    wanted_date = fields.Date(
        string="Delivery Wanted",
        compute="_compute_wanted_date",
        store=True,
        readonly=False,
    )
    note = fields.Text(string="Note to Finance and Assistant")
    finance_note = fields.Text(string="Finance's Remark", help="Needed to return the application.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "Submitted"),
            ("verified", "Verified"),
            ("returned", "Returned"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        copy=False,
        tracking=True,
        index=True,
    )
    submitted_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    submitted_at = fields.Datetime(readonly=True, copy=False)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    verified_at = fields.Datetime(readonly=True, copy=False)
    allocation_ids = fields.One2many(
        "sale.payment.allocation",
        "application_id",
        string="Payments Found",
        copy=False,
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    order_amount = fields.Monetary(related="order_id.amount_total", string="Order Total")
    required_amount = fields.Monetary(compute="_compute_amounts", string="Needed")
    allocated_amount = fields.Monetary(compute="_compute_amounts", string="Payments Given")
    missing_amount = fields.Monetary(compute="_compute_amounts", string="Still Missing")
    may_apply = fields.Boolean(compute="_compute_may")
    may_verify = fields.Boolean(compute="_compute_may")

    # ------------------------------------------------------------------ computes

    @api.depends("order_id.commitment_date")
    def _compute_wanted_date(self):
        for application in self:
            promised = application.order_id.commitment_date
            if not application.wanted_date and promised:
                day = fields.Datetime.context_timestamp(application, promised).date()
                # of a promise that passed, as soon as may be
                application.wanted_date = max(day, application.company_id._approval_today())

    @api.depends("allocation_ids.amount", "state", "purpose", "order_id.amount_total")
    def _compute_amounts(self):
        worth = self.allocation_ids._worth()
        verified = self.env["sale.payment.allocation"]._verified_amounts(self.order_id)
        for application in self:
            required = application._amount_required()
            given = sum(worth.get(row._origin.id, 0.0) for row in application.allocation_ids)
            counted = verified.get(application.order_id.id, 0.0)
            counted += 0.0 if application.state == "verified" else given
            application.required_amount = required
            application.allocated_amount = given
            application.missing_amount = max(required - counted, 0.0)

    def _amount_required(self):
        """What finance has to find, in the currency of the order."""
        self.ensure_one()
        if self.purpose == "deposit":
            return self.order_id._deposit_required()
        return self.order_id._release_amount_required()

    @api.depends_context("uid")
    @api.depends("state", "order_id")
    def _compute_may(self):
        holds = {
            company: self.env.user._holds_role("finance", company) for company in self.company_id
        }
        for application in self:
            application.may_apply = application.order_id._may_apply_for_delivery()
            application.may_verify = holds.get(application.company_id, False)

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        applications = super().create(vals_list)
        for application in applications:
            application.order_id._check_may_apply()
            sequence = self.env["ir.sequence"].with_company(application.company_id)
            application._stamp(
                {
                    "name": sequence.next_by_code("sale.delivery.application") or "/",
                }
            )
        applications._own_vouchers()
        return applications

    def write(self, vals):
        if not {"order_id", "user_id", "purpose"}.isdisjoint(vals):
            self._check_draft()
        if "voucher_ids" in vals or "note" in vals or "wanted_date" in vals:
            self._check_not_verified()
        result = super().write(vals)
        if "order_id" in vals:
            self.order_id._check_may_apply()
        if "voucher_ids" in vals:
            self._own_vouchers()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    def _own_vouchers(self):
        """Let everybody who may read the application read its vouchers."""
        for application in self.sudo():
            loose = application.voucher_ids.filtered(
                lambda voucher: voucher.res_model in (False, self._name) and not voucher.res_id
            )
            loose.write({"res_model": self._name, "res_id": application.id})

    def _check_draft(self):
        if handed_in := self.filtered(
            lambda application: application.state not in ("draft", "returned")
        ):
            raise UserError(
                self.env._(
                    "%s was handed in already: it can be returned by finance, but not changed or deleted.",
                    handed_in[0].name,
                )
            )

    def _check_not_verified(self):
        if verified := self.filtered(lambda application: application.state == "verified"):
            raise UserError(
                self.env._(
                    "%s is verified: what finance saw cannot be changed any more.",
                    verified[0].name,
                )
            )

    # ------------------------------------------------------------------ actions

    def action_submit(self):
        """Hand the application and the payment voucher to finance (F10).

        :raise AccessError: for anybody but the salesperson, an assistant or a sales manager
        :raise UserError: without voucher, or when the order does not wait for it
        :return: True
        """
        for application in self:
            application.order_id._check_may_apply()
            if application.state not in ("draft", "returned"):
                raise UserError(self.env._("%s was handed in already.", application.name))
            if not application.voucher_ids:
                raise UserError(
                    self.env._(
                        "%(application)s for %(order)s: Payment Vouchers is empty. Attach the proof of "
                        "payment and submit it again.",
                        application=application.name,
                        order=application.order_id.name,
                    )
                )
            application._check_wanted_date()
            application._stamp(
                {
                    "state": "submitted",
                    "submitted_at": fields.Datetime.now(),
                    "submitted_by_id": self.env.uid,
                }
            )
        return True

    def _check_wanted_date(self):
        if self.wanted_date and self.wanted_date < self.company_id._approval_today():
            raise UserError(
                self.env._(
                    "%(application)s: Delivery Wanted, %(date)s, is past. Choose today or a later day.",
                    application=self.name,
                    date=format_date(self.env, self.wanted_date),
                )
            )

    def action_propose_payments(self):
        """Fill in what the customer paid and no order has been given yet, the oldest first.

        :raise AccessError: for anybody but finance
        :raise UserError: when there is no payment left
        :return: True
        """
        self._check_verifying()
        self._check_order_stands()
        for application in self:
            rows = application._payment_proposal()
            if not rows:
                raise UserError(
                    self.env._(
                        "%(customer)s has no payment that is posted and not yet given to an order. "
                        "Register the payment in accounting first.",
                        customer=application.partner_id.commercial_partner_id.display_name,
                    )
                )
            self.env["sale.payment.allocation"].create(rows)
        return True

    def _payment_proposal(self):
        self.ensure_one()
        payments = (
            self.env["account.payment"]
            .search(
                [
                    ("partner_id", "child_of", self.partner_id.commercial_partner_id.id),
                    ("payment_type", "=", "inbound"),
                    ("state", "in", ("in_process", "paid")),
                    ("company_id", "in", self.company_id.parent_ids.ids),
                ],
                order="date, id",
            )
            ._counts_for_orders()
        )
        missing, rows = self.missing_amount, []
        # the money that paid the invoices of this order, down payments for one, comes first
        own = payments.filtered(lambda payment: self.order_id in payment._orders_invoiced())
        for payment in own + (payments - own):
            free = min(
                payment.order_allocatable_amount,
                payment.amount - payment._paid_back() - payment._paid_for_others(self.order_id),
            )
            amount = payment.currency_id.round(min(free, self._amount_worth(missing, payment)))
            if payment.currency_id.compare_amounts(amount, 0.0) <= 0:
                continue
            rows.append({"application_id": self.id, "payment_id": payment.id, "amount": amount})
            missing -= payment.currency_id._convert(
                amount,
                self.currency_id,
                self.company_id,
                payment.date,
            )
        return rows

    def _amount_worth(self, needed, payment):
        """The amount of ``payment`` that is worth at least ``needed`` of the order's currency."""

        def convert(amount, source, target):
            return source._convert(amount, target, self.company_id, payment.date)

        amount = convert(needed, self.currency_id, payment.currency_id)
        worth = convert(amount, payment.currency_id, self.currency_id)
        if self.currency_id.compare_amounts(worth, needed) < 0:
            amount += payment.currency_id.rounding
        return amount

    def action_verify(self):
        """Finance confirms that the money is there: the assistant may issue the notice (F10).

        :raise AccessError: for anybody but finance, and for the applicant
        :raise UserError: naming what is still missing
        :return: True
        """
        # an order cancelled at the same moment: whoever comes second sees what the first one did
        lock_rows(self.sudo().order_id)
        self.invalidate_recordset()
        self._check_verifying()
        self._check_order_stands()
        for application in self:
            missing = application.missing_amount
            if application.currency_id.compare_amounts(missing, 0.0) > 0:
                raise UserError(
                    self.env._(
                        "%(application)s: %(missing)s of the %(required)s needed before %(order)s may be "
                        "delivered is not covered by payments. Add payments, or return the application.",
                        application=application.name,
                        order=application.order_id.name,
                        missing=application.currency_id.format(missing),
                        required=application.currency_id.format(application.required_amount),
                    )
                )
            application._stamp(
                {
                    "state": "verified",
                    "verified_by_id": self.env.uid,
                    "verified_at": fields.Datetime.now(),
                }
            )
        return True

    def action_return(self):
        """Finance sends the application back, saying why in its remark.

        :raise UserError: without a remark
        :return: True
        """
        self._check_verifying()
        for application in self:
            if not application.finance_note:
                raise UserError(
                    self.env._(
                        "%s: write in Finance's Remark what is wrong, then return it.",
                        application.name,
                    )
                )
            application.allocation_ids.unlink()
            stands = application.sudo().order_id.state == "sale"
            application._stamp({"state": "returned" if stands else "cancelled"})
        return True

    def action_reopen(self):
        """Finance takes its verification back, as long as no delivery notice was issued.

        :raise UserError: when goods were ordered from the warehouse already
        :return: True
        """
        self._flow_check_role("finance")
        for application in self:
            notices = application.sudo().order_id.delivery_notice_ids
            if application.state != "verified" or "issued" in notices.mapped("state"):
                raise UserError(
                    self.env._(
                        "%s is not verified, or a delivery notice was issued on it. Cancel the notice "
                        "first.",
                        application.name,
                    )
                )
            application._stamp({"state": "submitted"})
        return True

    def action_cancel(self):
        """Give up applications that were not verified."""
        for application in self:
            application.order_id._check_may_apply()
            application._check_not_verified()
        self._withdraw()
        return True

    def _withdraw(self):
        """What was not verified is given up, and the payments found for it are free again.

        Called when the order is taken back, too.
        """
        given_up = self.filtered(
            lambda application: application.state in ("draft", "submitted", "returned")
        )
        given_up._stamp({"state": "cancelled"})
        # sudo: whoever gives up does not handle payments
        given_up.sudo().allocation_ids.unlink()

    def _check_verifying(self):
        self._flow_check_role("finance")
        self._check_not_own()
        for application in self:
            if application.state != "submitted":
                raise UserError(
                    self.env._(
                        "%(application)s is “%(state)s”: there is nothing to verify.",
                        application=application.name,
                        state=dict(self._fields["state"]._description_selection(self.env))[
                            application.state
                        ],
                    )
                )

    def _check_order_stands(self):
        """Nothing is delivered of an order that was taken back.

        :raise UserError: naming the order
        """
        for application in self:
            order = application.sudo().order_id
            if order.state != "sale":
                raise UserError(
                    self.env._(
                        "%(application)s: %(order)s was cancelled, so nothing is delivered on it. Return "
                        "the application with a remark; its payments are then free for other orders.",
                        application=application.name,
                        order=order.name,
                    )
                )

    def _check_not_own(self):
        """Nobody verifies what they asked for, or the payment of an order they sold (A21)."""
        for application in self:
            people = application.user_id | application.submitted_by_id
            if self.env.user in people | application.sudo().order_id.user_id:
                raise AccessError(
                    self.env._(
                        "%(application)s is your own application, or for your own order %(order)s: "
                        "somebody else of finance has to verify it.",
                        application=application.name,
                        order=application.order_id.name,
                    )
                )
