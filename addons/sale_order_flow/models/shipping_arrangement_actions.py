from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

from .shipping_vehicle import DISPATCHER

ACTIVITY = "sale_order_flow.activity_vehicle_request"


class ShippingArrangement(models.Model):
    """From the plan to the vehicle, the carrier or the customer who collects (F14)."""

    _inherit = "shipping.arrangement"

    # ------------------------------------------------------------------ making them

    @api.model
    def _ensure(self, pickings):
        """An arrangement for each of the transfers that has none.

        :param pickings: ``stock.picking`` of orders in the flow, as superuser
        :return: the new arrangements
        """
        missing = pickings.sudo().filtered(lambda row: not row.shipping_arrangement_id)
        arrangements = self.sudo().create(
            [{"way": picking.sale_id.delivery_way} for picking in missing]
        )
        for picking, arrangement in zip(missing, arrangements, strict=True):
            sequence = self.env["ir.sequence"].with_company(picking.company_id)
            arrangement._stamp(
                {
                    "company_id": picking.company_id.id,
                    "name": sequence.next_by_code("shipping.arrangement") or "/",
                }
            )
            picking.shipping_arrangement_id = arrangement
        return arrangements

    # ------------------------------------------------------------------ checks

    def _check_step(self, step):
        self.ensure_one()
        if self.state != step:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(arrangement)s is “%(state)s”, not “%(wanted)s”: this cannot be done any more, or "
                    "not yet.",
                    arrangement=self.name,
                    state=labels[self.state],
                    wanted=labels[step],
                )
            )

    def _check_arranges(self):
        for arrangement in self:
            if not (arrangement.may_arrange or self.env.su):
                raise AccessError(
                    self.env._(
                        "%(arrangement)s is arranged by the salesperson or by %(role)s.",
                        arrangement=arrangement.name,
                        role=self._flow_role_label("sales_assistant", arrangement.company_id),
                    )
                )

    def _check_planned(self):
        """:raise UserError: without a way, without a time, or with one that is over"""
        self.ensure_one()
        if not self.way:
            raise UserError(self.env._("%s: choose how the goods are delivered.", self.name))
        if not self.departure:
            raise UserError(
                self.env._("%s: enter when the goods leave (“Planned Departure”).", self.name)
            )
        if self.way == "own" and not self.back_at:
            raise UserError(
                self.env._("%s: enter when the vehicle is back (“Vehicle Back”).", self.name)
            )
        if self._local_day() < self.company_id._approval_today():
            raise UserError(
                self.env._("%s: the planned departure is over. Enter a later one.", self.name)
            )

    # ------------------------------------------------------------------ own vehicle

    def action_request(self):
        """Ask the vehicle dispatcher for a vehicle, with enough notice or with a reason (F14).

        :raise AccessError: for anybody but the salesperson and sales assistants
        :raise UserError: without a time, for another way, or at short notice without a reason
        :return: True
        """
        self._check_arranges()
        lock_rows(self.sudo())
        for arrangement in self:
            arrangement._check_step("draft")
            arrangement._check_planned()
            if arrangement.way != "own":
                raise UserError(self.env._("%s does not go with an own vehicle.", arrangement.name))
            late = arrangement.short_notice_now
            if late and not (arrangement.late_reason or "").strip():
                raise UserError(
                    self.env._(
                        "%(arrangement)s: vehicles are asked for %(days)s working days before the trip. "
                        "Plan the departure for %(day)s or later, or enter the reason for the short "
                        "notice; the vehicle dispatcher decides on it.",
                        arrangement=arrangement.name,
                        days=arrangement.company_id.vehicle_notice_days,
                        day=arrangement.earliest_day,
                    )
                )
            arrangement._stamp(
                {
                    "step": "requested",
                    "is_short_notice": late,
                    "requested_by_id": self.env.uid,
                    "requested_at": fields.Datetime.now(),
                    "refuse_reason": False,
                }
            )
            arrangement._ask_dispatchers()
        return True

    def _ask_dispatchers(self):
        self.ensure_one()
        for user in self.env["approval.role"]._people(DISPATCHER, self.company_id):
            told = self.sudo().with_context(lang=user.lang)
            told.activity_schedule(
                ACTIVITY,
                user_id=user.id,
                summary=told.env._("Assign a vehicle to %s", self.name),
                note=self.late_reason if self.is_short_notice else "",
            )

    def action_assign(self):
        """Give the trip its vehicle and driver; with that a short notice is accepted (F14).

        :raise AccessError: for anybody but the vehicle dispatcher
        :raise UserError: when it was not asked for, vehicle, driver or time is missing, the goods are
            too heavy, or vehicle or driver is on another trip meanwhile
        :return: True
        """
        self._flow_check_role(DISPATCHER)
        lock_rows(self.sudo())
        # two trips given to one vehicle or one driver at once wait for each other
        lock_rows(self.vehicle_id.sudo())
        lock_rows(self.driver_id.sudo())
        for arrangement in self:
            arrangement._check_step("requested")
            arrangement._check_planned()
            if not arrangement.vehicle_id or not arrangement.driver_id:
                raise UserError(self.env._("%s: choose vehicle and driver.", arrangement.name))
            arrangement._check_capacity()
            arrangement._arrange()
        return True

    def _check_capacity(self):
        self.ensure_one()
        vehicle = self.vehicle_id
        if vehicle.capacity and self.weight > vehicle.capacity:
            raise UserError(
                self.env._(
                    "%(arrangement)s weighs %(weight)s, but %(vehicle)s carries %(capacity)s. Choose "
                    "another vehicle, or have the trip split.",
                    arrangement=self.name,
                    weight=self.weight,
                    vehicle=vehicle.name,
                    capacity=vehicle.capacity,
                )
            )

    def action_send_back(self, reason):
        """Send a request back to whoever asked, with the reason (F14).

        :param reason: text
        :raise AccessError: for anybody but the vehicle dispatcher
        :raise UserError: without a reason, or when nothing was asked for
        :return: True
        """
        self._flow_check_role(DISPATCHER)
        reason = reason.strip() if isinstance(reason, str) else ""
        if not reason:
            raise UserError(self.env._("Say why the request is sent back."))
        lock_rows(self.sudo())
        for arrangement in self:
            arrangement._check_step("requested")
            arrangement._plan_again(refuse_reason=reason)
            arrangement._tell(
                self.env._(
                    "No vehicle for %(name)s: %(reason)s", name=arrangement.name, reason=reason
                )
            )
        return True

    def _plan_again(self, **values):
        """Nobody is on the trip any more, neither to drive nor to have its receipt signed."""
        self._stamp({"step": "draft", "vehicle_id": False, "driver_id": False, **values})

    # ------------------------------------------------------------------ the other ways

    def action_arrange(self):
        """The carrier has it, or the customer knows when to collect it (F14).

        :raise AccessError: for anybody but the salesperson and sales assistants
        :raise UserError: for own vehicles, without a time, or without the carrier
        :return: True
        """
        self._check_arranges()
        lock_rows(self.sudo())
        for arrangement in self:
            arrangement._check_step("draft")
            arrangement._check_planned()
            if arrangement.way == "own":
                raise UserError(
                    self.env._(
                        "%s: ask for a vehicle; the dispatcher assigns it.", arrangement.name
                    )
                )
            if arrangement.way == "carrier" and not arrangement._has_carrier():
                raise UserError(self.env._("%s: choose the carrier.", arrangement.name))
            arrangement._arrange()
        return True

    def _has_carrier(self):
        """Hook: whether somebody is named who carries the goods."""
        self.ensure_one()
        return bool(self.carrier_partner_id)

    def _arrange(self):
        self.ensure_one()
        self._stamp(
            {
                "step": "arranged",
                "arranged_by_id": self.env.uid,
                "arranged_at": fields.Datetime.now(),
            }
        )
        self._tell(
            self.env._(
                "%(name)s is arranged: %(way)s, %(departure)s.",
                name=self.name,
                way=self._way_text(),
                departure=self._shown_time(self.departure),
            )
        )

    def _way_text(self):
        """How the goods come, in a few words."""
        self.ensure_one()
        who = {
            "own": (self.vehicle_id.name, self.driver_id.sudo().name, self.driver_id.sudo().phone),
            "carrier": (self.carrier_partner_id.sudo().name, self.shown_tracking_ref),
            "pickup": (self.collector,),
        }[self.way]
        label = dict(self._fields["way"]._description_selection(self.env))[self.way]
        return " ".join(filter(None, (label, *who)))

    def _tell(self, text):
        """Those who wait for it, and nobody is asked any more."""
        self.ensure_one()
        arrangement = self.sudo()
        arrangement.activity_unlink([ACTIVITY])
        assistants = self.env["approval.role"]._people("sales_assistant", self.company_id)
        people = arrangement.requested_by_id or assistants
        people |= arrangement.picking_ids.sale_id.user_id
        arrangement.message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            partner_ids=(people - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def action_reopen(self):
        """Plan anew what was asked for or arranged: vehicle and driver are free again (F14).

        :raise AccessError: for anybody but salesperson, sales assistants and vehicle dispatcher
        :raise UserError: when it is planned still, or the goods have left
        :return: True
        """
        for arrangement in self:
            if not arrangement.may_assign:
                arrangement._check_arranges()
        lock_rows(self.sudo())
        for arrangement in self:
            if arrangement.state not in ("requested", "arranged"):
                arrangement._check_step("arranged")
            arrangement._plan_again()
            arrangement._tell(self.env._("%s is planned anew.", arrangement.name))
        return True

    # ------------------------------------------------------------------ shared trips

    def action_combine(self):
        """Put the transfers of several arrangements on one trip, that of the first (F14).

        :raise AccessError: for anybody who does not arrange each of them
        :raise UserError: with less than two, or when they are of several companies, go in different
            ways, or are not to be arranged any more
        :return: window action of the trip
        """
        self._check_arranges()
        lock_rows(self.sudo())
        first, others = self[:1], self[1:]
        if not others:
            raise UserError(self.env._("Choose two or more arrangements for one trip."))
        for arrangement in self:
            arrangement._check_step("draft")
        if len(self.company_id) > 1 or len(set(self.mapped("way"))) > 1:
            raise UserError(
                self.env._(
                    "One trip has one company and one way of delivery; those of %s differ.",
                    ", ".join(self.mapped("name")),
                )
            )
        others.sudo().picking_ids.write({"shipping_arrangement_id": first.id})
        return first._get_records_action()

    def action_split(self):
        """Give each transfer of a trip an arrangement of its own again (F14).

        :raise AccessError: for anybody who does not arrange it
        :raise UserError: when it is not to be arranged any more
        :return: True
        """
        self._check_arranges()
        for arrangement in self:
            arrangement._check_step("draft")
            pickings = arrangement.sudo().picking_ids.sorted("id")[1:]
            pickings.write({"shipping_arrangement_id": False})
            fresh = self._ensure(pickings)
            fresh.write({"way": arrangement.way, "departure": arrangement.departure})
        return True

    # ------------------------------------------------------------------ the driver's sheet

    def action_print_sheet(self):
        """Print what the driver takes along: addresses, goods, packages, and who signs (F14)."""
        return self.env.ref("sale_order_flow.action_report_shipping").report_action(self)

    def _stops(self):
        """``[(address, transfers)]`` of a trip, for the driver's sheet; as superuser."""
        self.ensure_one()
        pickings = self.sudo().picking_ids.filtered(lambda row: row.state != "cancel")
        return list(pickings.sorted("id").grouped("partner_id").items())
