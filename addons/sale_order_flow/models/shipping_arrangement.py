from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .shipping_checklist_item import PACKER
from .shipping_vehicle import DISPATCHER

ARRANGER = "sales_assistant"
# how long a trip takes when nobody said so
TRIP = timedelta(hours=4)


class ShippingArrangement(models.Model):
    """How deliveries come to the customer: own vehicle, carrier, or collected (F14).

    Made for each transfer of an order in the flow; several may share one trip. Once the transfers
    have left or were cancelled, so says the arrangement by itself.

    =====================  =========================================================
    plan, ask, arrange     sales assistant, salesperson of an order
    vehicle and driver     vehicle dispatcher, who may send a request back
    when it is back        the same, until it is arranged and once the goods have left
    tracking               sales assistant, salesperson, warehouse; until it is over
    packages               the same
    ticks of the items     warehouse
    =====================  =========================================================
    """

    _name = "shipping.arrangement"
    _description = "Shipping Arrangement"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "departure desc nulls first, id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "step",
            "company_id",
            "picking_ids",
            "item_ids",
            "requested_by_id",
            "requested_at",
            "is_short_notice",
            "refuse_reason",
            "arranged_by_id",
            "arranged_at",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    # stamped right after the record is made, so nothing here is required
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    # dispatchers and drivers have no rights in sales and stock: they read ``content``
    picking_ids = fields.One2many(
        "stock.picking",
        "shipping_arrangement_id",
        readonly=True,
        string="Transfers",
        groups="stock.group_stock_user,sales_team.group_sale_salesman",
    )
    content = fields.Char(
        compute="_compute_goods", compute_sudo=True, string="Orders and Transfers"
    )
    picking_count = fields.Integer(compute="_compute_goods", compute_sudo=True)
    order_ids = fields.Many2many(
        "sale.order",
        compute="_compute_goods",
        compute_sudo=True,
        string="Sales Orders",
        groups="sales_team.group_sale_salesman",
    )
    partner_id = fields.Many2one(
        "res.partner", compute="_compute_partner_id", store=True, index=True, string="Customer"
    )
    user_id = fields.Many2one(
        "res.users", compute="_compute_partner_id", store=True, index=True, string="Salesperson"
    )
    step = fields.Selection(
        [("draft", "To Arrange"), ("requested", "Vehicle Requested"), ("arranged", "Arranged")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
    )
    state = fields.Selection(
        [
            ("draft", "To Arrange"),
            ("requested", "Vehicle Requested"),
            ("arranged", "Arranged"),
            ("done", "Shipped"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        string="Status",
        index=True,
    )
    way = fields.Selection(
        [("own", "Own Vehicle"), ("carrier", "Carrier"), ("pickup", "Customer Pickup")],
        string="Delivery By",
        tracking=True,
    )
    departure = fields.Datetime(tracking=True, string="Planned Departure")
    back_at = fields.Datetime(
        compute="_compute_back_at",
        store=True,
        readonly=False,
        string="Vehicle Back",
        help="Until then vehicle and driver are on this trip.",
    )
    earliest_day = fields.Date(
        compute="_compute_earliest_day",
        string="Possible Without a Reason From",
        help="The first day for which an own vehicle can be asked for now with enough notice.",
    )
    short_notice_now = fields.Boolean(compute="_compute_earliest_day")
    is_short_notice = fields.Boolean(
        readonly=True, copy=False, string="Short Notice", help="Asked for later than it should be."
    )
    late_reason = fields.Text(string="Reason for the Short Notice", copy=False)
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    requested_at = fields.Datetime(readonly=True, copy=False, string="Requested On")
    refuse_reason = fields.Text(readonly=True, copy=False, string="Why It Was Sent Back")
    vehicle_id = fields.Many2one(
        "shipping.vehicle",
        check_company=True,
        index=True,
        copy=False,
        tracking=True,
        ondelete="restrict",
    )
    driver_id = fields.Many2one(
        "res.partner",
        compute="_compute_driver_id",
        store=True,
        readonly=False,
        copy=False,
        index=True,
        check_company=True,
        tracking=True,
        ondelete="restrict",
    )
    arranged_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    arranged_at = fields.Datetime(readonly=True, copy=False, string="Arranged On")
    carrier_partner_id = fields.Many2one(
        "res.partner",
        check_company=True,
        string="Carrier",
        tracking=True,
        ondelete="restrict",
    )
    tracking_ref = fields.Char(string="Tracking Number", copy=False, tracking=True)
    tracking_url = fields.Char(string="Tracking Link", copy=False)
    shown_tracking_ref = fields.Char(compute="_compute_tracking", string="Tracking")
    shown_tracking_url = fields.Char(compute="_compute_tracking", string="Follow It There")
    collector = fields.Char(string="Collected By", help="Who comes for the goods: name and phone.")
    package_count = fields.Integer(string="Number of Packages")
    package_note = fields.Char(string="Package Details", help="Kind, size and marks of packages.")
    note = fields.Text(string="Remark for Driver and Warehouse")
    item_ids = fields.One2many(
        "shipping.checklist.item", "arrangement_id", readonly=True, string="Packing and Accessories"
    )
    open_item_count = fields.Integer(
        compute="_compute_goods", compute_sudo=True, string="Items Not Packed"
    )
    weight = fields.Float(compute="_compute_goods", compute_sudo=True, digits="Stock Weight")
    may_arrange = fields.Boolean(compute="_compute_may")
    may_assign = fields.Boolean(compute="_compute_may")
    may_pack = fields.Boolean(compute="_compute_may")

    _booked = models.Index("(vehicle_id, departure) WHERE state IN ('arranged', 'done')")
    _package_count_positive = models.Constraint(
        "CHECK (package_count >= 0)", "The number of packages cannot be negative."
    )

    # ------------------------------------------------------------------ fields

    @api.depends("step", "picking_ids.state")
    def _compute_state(self):
        for arrangement in self:
            states = set(arrangement.sudo().picking_ids.mapped("state"))
            if not states - {"cancel"}:
                arrangement.state = "cancelled"
            elif not states - {"cancel", "done"}:
                arrangement.state = "done"
            else:
                arrangement.state = arrangement.step

    @api.depends("picking_ids.sale_id.partner_id", "picking_ids.sale_id.user_id")
    def _compute_partner_id(self):
        for arrangement in self:
            order = arrangement.sudo().picking_ids.sorted("id").sale_id[:1]
            arrangement.partner_id = order.partner_id
            arrangement.user_id = order.user_id

    @api.depends(
        "picking_ids.shipping_weight", "picking_ids.move_ids.quantity", "item_ids.is_ticked"
    )
    def _compute_goods(self):
        for arrangement in self:
            pickings = arrangement.picking_ids
            arrangement.picking_count = len(pickings)
            arrangement.order_ids = pickings.sale_id
            arrangement.content = ", ".join(
                f"{picking.sale_id.name} ({picking.name})" for picking in pickings.sorted("id")
            )
            arrangement.weight = sum(pickings.mapped("shipping_weight")) + sum(
                move._weight_to_come() for move in pickings.move_ids
            )
            arrangement.open_item_count = len(
                arrangement.item_ids.filtered(lambda item: not item.is_ticked)
            )

    @api.depends("departure")
    def _compute_back_at(self):
        for arrangement in self:
            departure = arrangement.departure
            if not departure:
                arrangement.back_at = False
            elif not arrangement.back_at or arrangement.back_at <= departure:
                arrangement.back_at = departure + TRIP

    @api.depends("vehicle_id")
    def _compute_driver_id(self):
        for arrangement in self:
            arrangement.driver_id = arrangement.vehicle_id.driver_id or arrangement.driver_id

    @api.depends("company_id", "way", "departure", "state")
    def _compute_earliest_day(self):
        earliest = {company: company._vehicle_earliest_day() for company in self.company_id}
        for arrangement in self:
            day = earliest.get(arrangement.company_id, False)
            arrangement.earliest_day = day
            arrangement.short_notice_now = bool(
                arrangement.way == "own"
                and arrangement.state == "draft"
                and arrangement.departure
                and day
                and arrangement._local_day() < day
            )

    @api.depends("tracking_ref", "tracking_url")
    def _compute_tracking(self):
        for arrangement in self:
            reference, url = arrangement._tracking()
            arrangement.shown_tracking_ref = reference
            arrangement.shown_tracking_url = url

    @api.depends("company_id", "picking_ids", "state")
    @api.depends_context("uid")
    def _compute_may(self):
        held = {
            (code, company): self.env.user._holds_role(code, company)
            for code in (ARRANGER, DISPATCHER, PACKER)
            for company in self.company_id
        }
        for arrangement in self:
            company = arrangement.company_id
            sells = self.env.user in arrangement.sudo().picking_ids.sale_id.user_id
            arrangement.may_arrange = sells or held.get((ARRANGER, company), False)
            arrangement.may_assign = held.get((DISPATCHER, company), False)
            arrangement.may_pack = held.get((PACKER, company), False)

    def _tracking(self):
        """Hook: where the goods can be followed.

        :return: ``(tracking number, link)``
        """
        self.ensure_one()
        return self.tracking_ref, self.tracking_url

    def _local_day(self):
        """The day of the departure where the company works."""
        self.ensure_one()
        return self.company_id._approval_local(self.departure).date()

    # ------------------------------------------------------------------ constraints

    @api.constrains("departure", "back_at")
    def _check_times(self):
        for arrangement in self:
            if (
                arrangement.departure
                and arrangement.back_at
                and arrangement.back_at <= arrangement.departure
            ):
                raise ValidationError(
                    self.env._(
                        "%s: the vehicle would be back before it has left. Correct “Vehicle Back”.",
                        arrangement.name,
                    )
                )

    @api.constrains("tracking_url")
    def _check_tracking_url(self):
        for arrangement in self:
            url = arrangement.tracking_url
            if url and not url.startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._(
                        "%s: “Tracking Link” is an address that begins with https://.",
                        arrangement.name,
                    )
                )

    @api.constrains("step", "vehicle_id", "driver_id", "departure", "back_at")
    def _check_free(self):
        """Neither a vehicle nor a driver is on two trips at once."""
        booked = self.filtered(lambda row: row.state == "arranged" and row.way == "own")
        for arrangement in booked:
            for name in ("vehicle_id", "driver_id"):
                if arrangement[name] and (other := arrangement._trip_meanwhile(name)):
                    raise ValidationError(
                        self.env._(
                            "%(arrangement)s: %(who)s is on %(other)s from %(departure)s to %(back)s. "
                            "Choose another one, or another time.",
                            arrangement=arrangement.name,
                            who=arrangement[name].sudo().display_name,
                            other=other.name,
                            departure=other._shown_time(other.departure),
                            back=other._shown_time(other.back_at),
                        )
                    )

    def _trip_meanwhile(self, name):
        """Another trip of the same vehicle or driver at the same time, as superuser."""
        return self.sudo().search(
            [
                (name, "=", self[name].id),
                ("id", "!=", self.id),
                # the goods left at the beginning of a trip, not at its end
                ("state", "in", ("arranged", "done")),
                ("way", "=", "own"),
                ("departure", "<", self.back_at),
                ("back_at", ">", self.departure),
            ],
            limit=1,
        )

    def _shown_time(self, moment):
        """A moment as people of the company read it."""
        return self.company_id._approval_local(moment).strftime("%Y-%m-%d %H:%M")

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Shipping arrangements stay: they tell how goods came to the customer.")
        )
