from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)

# what an order must say before anybody can review it (F1), in the order of the form
INTAKE_FIELDS = (
    "order_channel",
    "contact_id",
    "delivery_way",
    "commitment_date",
    "payment_way",
)


class SaleOrder(models.Model):
    """Intake and review of orders: what must be filled in, and what is decided on."""

    _name = "sale.order"
    _inherit = [
        "sale.order",
        "approval.mixin",
        "order.flow.document",
        "order.desk.document",
        "order.lateness",
    ]

    _stamps_derived = False
    _stamped = frozenset(
        {
            "order_flow",
            "flow_stage",
            "flow_stage_since",
            "flow_promised_date",
            "flow_expected_date",
            "desk_open",
            "desk_user_id",
            "desk_worry_date",
            "supply_started_at",
            "supply_started_by_id",
            "signed_fingerprint",
            "contract_ids",
            "order_kind",
            "is_on_hold",
            "production_started_at",
            "production_started_by_id",
        }
    )

    order_flow = fields.Boolean(
        compute="_compute_order_flow",
        store=True,
        precompute=True,
        string="Follows the Order Flow",
        help="Decided when the order is confirmed: orders confirmed before the order flow was "
        "switched on go on as they were.",
    )
    order_channel = fields.Selection(
        [
            ("phone", "Phone"),
            ("fax", "Fax"),
            ("email", "E-mail"),
            ("online", "Online"),
            ("visit", "Visit"),
        ],
        string="Received By",
        tracking=True,
    )
    contact_id = fields.Many2one(
        "res.partner",
        string="Contact Person",
        compute="_compute_contact_id",
        store=True,
        readonly=False,
        check_company=True,
        index="btree_not_null",
        domain="['|', ('id', '=', partner_id), ('commercial_partner_id', '=', partner_id)]",
    )
    delivery_way = fields.Selection(
        [("own", "Own Vehicles"), ("carrier", "Carrier"), ("pickup", "Customer Pickup")],
        string="Delivery By",
        tracking=True,
    )
    payment_way = fields.Selection(
        [
            ("transfer", "Bank Transfer"),
            ("cash", "Cash"),
            ("cheque", "Cheque"),
            ("acceptance", "Acceptance Bill"),
            ("online", "Online Payment"),
        ],
        string="Payment By",
        tracking=True,
    )
    goods_issue_date = fields.Date(copy=False, help="When the goods are to leave the warehouse.")
    payment_date = fields.Date(
        string="Planned Payment Date",
        copy=False,
        help="When the customer is going to pay.",
    )
    delivery_application_ids = fields.One2many(
        "sale.delivery.application",
        "order_id",
        string="Delivery Applications",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )
    delivery_notice_ids = fields.One2many(
        "sale.delivery.notice",
        "order_id",
        string="Delivery Notices",
        copy=False,
        groups="sale_order_flow.group_flow_user,stock.group_stock_user",
    )
    payment_allocation_ids = fields.One2many(
        "sale.payment.allocation",
        "order_id",
        string="Payment Allocations",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )
    delivery_application_count = fields.Integer(compute="_compute_flow_counts")
    delivery_notice_count = fields.Integer(compute="_compute_flow_counts")
    supply_started_at = fields.Datetime(readonly=True, copy=False, string="Started On")
    supply_started_by_id = fields.Many2one(
        "res.users", readonly=True, copy=False, string="Started By"
    )

    # ------------------------------------------------------------------ computes

    @api.depends("state", "company_id")
    def _compute_order_flow(self):
        enabled = self.env["res.company"]._order_flow_company_ids()
        for order in self:
            if order.state in ("draft", "sent") or not order._origin:
                # also an order created as confirmed, by an import for instance
                order.order_flow = order.company_id.id in enabled
            else:
                order.order_flow = order._origin.order_flow

    @api.depends("partner_id")
    def _compute_contact_id(self):
        for order in self:
            partner = order.partner_id
            if not partner.is_company:
                order.contact_id = partner
            elif order.contact_id.commercial_partner_id != partner.commercial_partner_id:
                order.contact_id = False

    @api.depends("delivery_application_ids", "delivery_notice_ids")
    def _compute_flow_counts(self):
        applications = self._flow_count_of("sale.delivery.application")
        notices = self._flow_count_of("sale.delivery.notice")
        for order in self:
            order.delivery_application_count = applications.get(order._origin.id, 0)
            order.delivery_notice_count = notices.get(order._origin.id, 0)

    def _flow_count_of(self, model_name):
        groups = (
            self.env[model_name]
            .sudo()
            ._read_group(
                [("order_id", "in", self._origin.ids)],
                ["order_id"],
                ["__count"],
            )
        )
        return {order.id: count for order, count in groups}

    def _is_in_flow(self):
        """Whether the gates apply to this order: zero queries where no company follows the flow."""
        self.ensure_one()
        enabled = self.env["res.company"]._order_flow_company_ids()
        return self.company_id.id in enabled and self.sudo().order_flow

    # ------------------------------------------------------------------ what is decided on

    def _approval_operations(self):
        demanded = (
            Domain("display_type", "=", False)
            & Domain("is_downpayment", "=", False)
            & Domain("product_uom_qty", "!=", 0)
        )
        return {
            **super()._approval_operations(),
            "confirm": Operation(
                label=_lt("Confirm the order"),
                executed=Domain("state", "=", "sale"),
                inputs={"sale.order": ("state",)},
                watch=(
                    "partner_id",
                    "commitment_date",
                    "payment_term_id",
                    "pricelist_id",
                    "currency_id",
                ),
                lines={
                    "order_line": (
                        demanded,
                        (
                            "product_id",
                            "product_uom_qty",
                            "product_uom_id",
                            "price_unit",
                            "discount",
                        ),
                    )
                },
                amount="amount_total",
                date="date_order",
                run="_confirm_approved",
                dead=Domain("state", "=", "cancel"),
                closed="defer",
            ),
        }

    def _confirm_approved(self):
        """Confirm after the last decision; the customer hears it as from any confirmed order."""
        signed = self.filtered(lambda order: order.signature or order.amount_paid)
        if signed:
            signed.with_context(send_email=True).action_confirm()
        if self - signed:
            (self - signed).action_confirm()

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        return super(SaleOrder, self._without_stamped_defaults()).create(vals_list)

    def write(self, vals):
        if "state" in vals and self.env["res.company"]._order_flow_company_ids():
            # decided while the order is a quotation: settle it before that is over
            self.mapped("order_flow")
            if vals["state"] != "sale":
                taken_back = self.filtered(lambda order: order.state == "sale").sudo()
                taken_back.delivery_notice_ids._withdraw()
                taken_back.delivery_application_ids._withdraw()
        return super().write(vals)

    # ------------------------------------------------------------------ applying for delivery

    def _may_apply_for_delivery(self):
        self.ensure_one()
        user = self.env.user
        return (
            user == self.sudo().user_id
            or user._holds_role("sales_assistant", self.company_id)
            or user._holds_role("sales_manager", self.company_id)
        )

    def _check_may_apply(self):
        """The salesperson applies, for an order that waits for it.

        :raise AccessError: for anybody else
        :raise UserError: when the order is not confirmed or outside the order flow
        """
        for order in self:
            if not order._may_apply_for_delivery():
                raise AccessError(
                    self.env._(
                        "%(order)s: its salesperson (%(salesperson)s) applies for delivery.",
                        order=order.name,
                        salesperson=order.sudo().user_id.name or "-",
                    )
                )
            if not order._is_in_flow() or order.state != "sale":
                raise UserError(
                    self.env._(
                        "%s is not confirmed, or does not follow the order flow: there is no delivery to "
                        "apply for.",
                        order.name,
                    )
                )

    def action_apply_delivery(self):
        """Open the delivery application of this order; a new one when none is under way (F10).

        :return: window action of the application
        """
        self.ensure_one()
        self._check_may_apply()
        application = self.delivery_application_ids.filtered(
            lambda application: (
                application.purpose == "delivery"
                and application.state in ("draft", "submitted", "returned")
            )
        )[:1] or self.env["sale.delivery.application"].create({"order_id": self.id})
        return application._get_records_action(name=self.env._("Delivery Application"))

    def action_view_delivery_applications(self):
        """Open the delivery applications of this order."""
        return self.delivery_application_ids._get_records_action(
            name=self.env._("Delivery Applications"),
        )

    def action_view_delivery_notices(self):
        """Open the delivery notices of this order."""
        return self.delivery_notice_ids._get_records_action(name=self.env._("Delivery Notices"))
