from datetime import datetime, timedelta

from freezegun import freeze_time
from psycopg2.errors import ForeignKeyViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .desk_case import DeskRows
from .shipping_case import MONDAY, ShippingCase


def morning(day):
    """Nine o'clock in Shanghai on a day of March 2026, naive UTC."""
    return datetime(2026, 3, day, 1, 0)


@tagged("post_install", "-at_install")
class TestShippingNotice(ShippingCase):
    """F14, D11 十一: own vehicles are asked for three working days ahead."""

    @freeze_time(MONDAY)
    def test_three_whole_working_days_lie_between_request_and_trip(self):
        """F14: asked for on Monday for Thursday is in time, for Wednesday it is not."""
        in_time = self.plan(self.arrangement(self.make_noticed()), morning(5))
        self.assertEqual(in_time.earliest_day, morning(5).date())
        self.assertFalse(in_time.short_notice_now)
        in_time.action_request()
        self.assertEqual((in_time.state, in_time.is_short_notice), ("requested", False))
        late = self.plan(self.arrangement(self.make_noticed()), morning(4))
        self.assertTrue(late.short_notice_now)
        with self.assertRefused("3 working days before the trip"):
            late.action_request()
        late.late_reason = "   "
        with self.assertRefused("3 working days before the trip"):
            late.action_request()
        late.late_reason = "The site was moved forward."
        late.action_request()
        self.assertEqual((late.state, late.is_short_notice), ("requested", True))

    def test_weekends_and_holidays_do_not_count(self):
        """F14: by the company's calendar, whoever asks."""
        with freeze_time("2026-03-05 02:00:00"):
            self.assertEqual(self.company._vehicle_earliest_day(), morning(10).date())
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "calendar_id": self.company.resource_calendar_id.id,
                    "company_id": self.company.id,
                    "date_from": "2026-03-05 16:00:00",
                    "date_to": "2026-03-06 15:59:59",
                }
            )
            self.assertEqual(self.company._vehicle_earliest_day(), morning(11).date())
        with freeze_time("2026-03-07 02:00:00"):
            self.assertEqual(self.company._vehicle_earliest_day(), morning(11).date())

    @freeze_time(MONDAY)
    def test_the_number_of_days_is_the_companys(self):
        """F14: none means today."""
        self.company.vehicle_notice_days = 0
        arrangement = self.plan(self.arrangement(self.make_noticed()), MONDAY + timedelta(hours=2))
        arrangement.action_request()
        self.assertFalse(arrangement.is_short_notice)

    @freeze_time(MONDAY)
    def test_the_day_is_that_of_the_company(self):
        """F14: one o'clock at night on Thursday in Shanghai is Wednesday in UTC, and in time."""
        arrangement = self.plan(self.arrangement(self.make_noticed()), datetime(2026, 3, 4, 17, 0))
        arrangement.action_request()
        self.assertFalse(arrangement.is_short_notice)

    @freeze_time(MONDAY)
    def test_the_dispatcher_decides_on_a_short_notice(self):
        """F14: sends it back with a reason, or accepts it by assigning."""
        arrangement = self.plan(
            self.arrangement(self.make_noticed()), morning(3), late_reason="Urgent."
        )
        arrangement.action_request()
        dispatcher = self.as_user(arrangement, self.dispatcher)
        for user in (self.assistant, self.sales, self.warehouse):
            with self.subTest(user.login), self.assertRefused("this is done by", AccessError):
                self.as_user(arrangement, user).action_send_back("No.")
        with self.assertRefused("Say why"):
            dispatcher.action_send_back("  ")
        dispatcher.vehicle_id = self.truck
        dispatcher.action_send_back("All vehicles are in Mianyang.")
        self.assertEqual(arrangement.state, "draft")
        self.assertFalse(arrangement.vehicle_id or arrangement.driver_id)
        self.assertEqual(arrangement.refuse_reason, "All vehicles are in Mianyang.")
        self.assertIn("Mianyang", arrangement.message_ids[0].body)
        self.assertIn(self.assistant.partner_id, arrangement.message_ids[0].notified_partner_ids)
        arrangement.action_request()
        dispatcher.vehicle_id = self.truck
        dispatcher.action_assign()
        self.assertEqual(
            (arrangement.state, arrangement.arranged_by_id), ("arranged", self.dispatcher)
        )

    @freeze_time(MONDAY)
    def test_a_trip_in_the_past_is_not_planned(self):
        """F14: nor one without a time."""
        arrangement = self.plan(self.arrangement(self.make_noticed()), False)
        with self.assertRefused("enter when the goods leave"):
            arrangement.action_request()
        arrangement.departure = MONDAY - timedelta(days=1)
        with self.assertRefused("is over"):
            arrangement.action_request()


@tagged("post_install", "-at_install")
class TestShippingArrangement(DeskRows, ShippingCase):
    """F14, D4 6: how goods come to the customer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.departure = fields.Datetime.now().replace(microsecond=0) + timedelta(days=30)

    def test_every_delivery_notice_brings_its_arrangement(self):
        """F14: with the way of the order; not where the company does not arrange."""
        arrangement = self.arrangement(self.make_noticed())
        self.assertEqual((arrangement.state, arrangement.way), ("draft", "carrier"))
        self.assertEqual(arrangement.partner_id, self.customer)
        self.assertEqual(arrangement.user_id, self.sales)
        self.company.shipping_arranged = False
        self.assertFalse(self.arrangement(self.make_noticed()))

    def test_a_backorder_is_arranged_for_itself(self):
        """F14: what did not leave goes another time."""
        order = self.make_noticed()
        picking = self.pickings(order)
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        first, second = self.pickings(order).sudo().sorted("id").shipping_arrangement_id
        self.assertEqual((first.state, second.state), ("done", "draft"))

    def test_a_transfer_from_before_is_arranged_by_its_button(self):
        """F14: switched on while goods wait."""
        self.company.shipping_arranged = False
        order = self.make_noticed()
        self.company.shipping_arranged = True
        picking = self.pickings(order)
        self.assertTrue(picking.shipping_missing)
        action = picking.action_open_shipping()
        self.assertEqual(action["res_id"], picking.shipping_arrangement_id.id)

    def test_vehicle_and_driver_are_given_by_the_dispatcher_alone(self):
        """F14: once a vehicle was asked for."""
        arrangement = self.plan(self.arrangement(self.make_noticed()), self.departure)
        with self.assertRefused("cannot be changed by you now", AccessError):
            arrangement.vehicle_id = self.truck
        arrangement.action_request()
        for user in (self.assistant, self.sales, self.warehouse):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.as_user(arrangement, user).vehicle_id = self.truck
            with self.subTest(user.login), self.assertRefused("this is done by", AccessError):
                self.as_user(arrangement, user).action_assign()
        dispatcher = self.as_user(arrangement, self.dispatcher)
        with self.assertRefused("choose vehicle and driver"):
            dispatcher.action_assign()
        dispatcher.vehicle_id = self.truck
        self.assertEqual(dispatcher.driver_id, self.driver.partner_id)
        dispatcher.action_assign()
        self.assertEqual(arrangement.state, "arranged")
        with self.assertRefused("cannot be changed by you now", AccessError):
            dispatcher.vehicle_id = self.van
        with self.assertRefused("cannot be changed by you now", AccessError):
            arrangement.departure = self.departure + timedelta(days=1)

    def test_a_vehicle_is_not_on_two_trips_at_once(self):
        """F14: refused, with the other trip named; before and after it is free."""
        first = self.on_trip(self.make_noticed(), self.departure)
        with self.assertRefused(first.name, ValidationError):
            self.on_trip(self.make_noticed(), self.departure + timedelta(hours=3))
        with self.assertRefused(first.name, ValidationError):
            self.on_trip(self.make_noticed(), self.departure - timedelta(hours=3))
        after = self.on_trip(self.make_noticed(), first.back_at)
        self.assertEqual(after.state, "arranged")
        other = self.on_trip(self.make_noticed(), self.departure, self.van)
        self.assertEqual(other.state, "arranged")

    def test_a_driver_is_not_on_two_trips_at_once(self):
        """F14: whatever the vehicle."""
        first = self.on_trip(self.make_noticed(), self.departure)
        second = self.plan(
            self.arrangement(self.make_noticed()), self.departure, late_reason="Now."
        )
        second.action_request()
        second = self.as_user(second, self.dispatcher)
        second.write({"vehicle_id": self.van.id, "driver_id": self.driver.partner_id.id})
        with self.assertRefused(first.name, ValidationError):
            second.action_assign()

    def test_planned_anew_the_vehicle_is_free(self):
        """F14: and when it is back; that the goods have left is the beginning of the trip."""
        first = self.on_trip(self.make_noticed(), self.departure)
        first.action_reopen()
        self.assertEqual((first.state, first.vehicle_id), ("draft", self.truck.browse()))
        order = self.make_noticed()
        second = self.on_trip(order, self.departure)
        self.ship(self.pickings(order))
        self.assertEqual(second.state, "done")
        with self.assertRefused(second.name, ValidationError):
            self.on_trip(self.make_noticed(), self.departure + timedelta(hours=2))
        with self.assertRefused("cannot be changed by you now", AccessError):
            self.arrangement(order).back_at = self.departure + timedelta(hours=2)
        second.back_at = self.departure + timedelta(hours=2)
        third = self.on_trip(self.make_noticed(), self.departure + timedelta(hours=2))
        self.assertEqual(third.state, "arranged")
        with self.assertRefused("Shipped"):
            second.action_reopen()

    def test_what_is_too_heavy_for_a_vehicle_is_refused(self):
        """F14: by the weights of the products."""
        self.pump.weight = 30
        arrangement = self.plan(
            self.arrangement(self.make_noticed()), self.departure, late_reason="Now."
        )
        arrangement.action_request()
        dispatcher = self.as_user(arrangement, self.dispatcher)
        self.assertEqual(dispatcher.weight, 120)
        # goods that are not there yet weigh as much
        self.pickings(arrangement.sudo().order_ids).do_unreserve()
        dispatcher.invalidate_recordset(["weight"])
        self.assertEqual(dispatcher.weight, 120)
        dispatcher.vehicle_id = self.truck
        with self.assertRefused("carries 100"):
            dispatcher.action_assign()

    def test_a_carrier_is_named_and_its_number_follows(self):
        """F14: otherwise carrier and tracking."""
        arrangement = self.plan(
            self.arrangement(self.make_noticed()), self.departure, way="carrier"
        )
        with self.assertRefused("choose the carrier"):
            arrangement.action_arrange()
        arrangement.carrier_partner_id = self.carrier
        with self.assertRefused("does not go with an own vehicle"):
            arrangement.action_request()
        arrangement.action_arrange()
        self.assertEqual(arrangement.state, "arranged")
        packer = self.as_user(arrangement, self.warehouse)
        packer.write({"tracking_ref": "SD1", "tracking_url": "https://example.com/SD1"})
        self.assertEqual(arrangement.shown_tracking_ref, "SD1")
        with self.assertRefused("begins with https", ValidationError):
            packer.tracking_url = "javascript:alert(1)"
        with self.assertRefused("", AccessError):
            self.as_user(arrangement, self.sales2).tracking_ref = "X"

    def test_a_customer_who_collects_is_arranged_without_a_vehicle(self):
        """F14: by the salesperson, too."""
        order = self.make_noticed(delivery_way="pickup")
        arrangement = self.plan(self.arrangement(order, self.sales), self.departure, way="pickup")
        arrangement.collector = "Mr Li"
        arrangement.action_arrange()
        self.assertEqual(arrangement.state, "arranged")

    def test_others_do_not_arrange(self):
        """F14, F21: neither plan nor press."""
        arrangement = self.plan(self.arrangement(self.make_noticed()), self.departure)
        for user in (self.finance, self.warehouse, self.dispatcher):
            own = self.as_user(arrangement, user)
            with self.subTest(user.login):
                with self.assertRefused("", AccessError):
                    own.departure = self.departure
                with self.assertRefused("is arranged by", AccessError):
                    own.action_request()
        with self.assertRefused("", AccessError):
            self.as_user(arrangement, self.sales2).action_request()

    def test_several_transfers_share_one_trip(self):
        """F14: and are split again; other ways do not mix."""
        orders = [self.make_noticed() for _number in range(2)]
        trips = self.arrangement(orders[0]) | self.arrangement(orders[1])
        trips.action_combine()
        first, second = trips
        self.assertEqual(first.order_ids, orders[0] | orders[1])
        self.assertEqual((first.state, second.state), ("draft", "cancelled"))
        first.action_split()
        self.assertEqual(first.order_ids, orders[0])
        self.assertNotEqual(self.arrangement(orders[1]), first)
        first.way = "own"
        with self.assertRefused("One trip has one company"):
            (first | self.arrangement(orders[1])).action_combine()
        with self.assertRefused("Choose two or more"):
            first.action_combine()

    def test_what_buttons_stamp_is_not_written(self):
        """A10: nor is a transfer put on a trip by hand."""
        arrangement = self.arrangement(self.make_noticed())
        other = self.arrangement(self.make_noticed())
        for name, value in (
            ("step", "arranged"),
            ("state", "arranged"),
            ("requested_by_id", self.sales.id),
            ("is_short_notice", False),
            ("picking_ids", [Command.clear()]),
            ("company_id", False),
        ):
            with self.subTest(name), self.assertRefused("", AccessError):
                arrangement.write({name: value})
        picking = self.as_user(arrangement.picking_ids, self.warehouse)
        with self.assertRefused("one trip", AccessError):
            picking.shipping_arrangement_id = other.id
        sly = picking.with_context(default_shipping_arrangement_id=arrangement.id)
        self.assertNotEqual(sly.copy().sudo().shipping_arrangement_id, arrangement)
        with self.assertRefused("", AccessError):
            arrangement.unlink()

    def test_it_stands_on_the_desk_with_whoever_has_it(self):
        """F11, F14: the assistant, then the dispatcher, then nobody."""
        arrangement = self.plan(self.arrangement(self.make_noticed()), self.departure)
        self.assertOnDesk(
            arrangement,
            "shipping_arrange",
            "assistant",
            "Arrange the Shipping",
            [self.assistant],
            (self.sales, self.finance),
        )
        self.desk_press(arrangement, self.assistant).action_request()
        self.assertOnDesk(
            arrangement,
            "vehicle_assign",
            "shipping",
            "Assign a Vehicle",
            [self.dispatcher],
            (self.assistant, self.sales),
        )
        trip = self.desk_press(arrangement, self.dispatcher)
        trip.vehicle_id = self.truck
        trip.action_assign()
        self.assertOffDesk(arrangement)

    def test_the_dispatcher_gets_an_activity_that_goes_with_the_answer(self):
        """F14: told once, to each holder of the role."""
        arrangement = self.plan(self.arrangement(self.make_noticed()), self.departure)
        arrangement.action_request()
        self.assertIn(self.dispatcher, arrangement.activity_ids.user_id)
        dispatcher = self.as_user(arrangement, self.dispatcher)
        dispatcher.vehicle_id = self.truck
        dispatcher.action_assign()
        self.assertFalse(arrangement.activity_ids)

    def test_dispatcher_driver_and_warehouse_read_the_whole_trip_and_its_receipt(self):
        """F14, F15, A10: with no rights in sales, and but the warehouse none in stock."""
        order = self.make_noticed()
        trip = self.on_trip(order, self.departure)
        self.ship(self.pickings(order))
        receipt = self.receipt(order)
        for user in (self.dispatcher, self.driver, self.warehouse, self.finance):
            for records in (trip, receipt, receipt.line_ids, trip.vehicle_id):
                own = self.as_user(records, user)
                names = [*own.fields_get()]
                with self.subTest(user.login, model=own._name):
                    self.assertTrue(own.web_read({name: {} for name in names}))
            self.assertIn(order.name, self.as_user(trip, user).content)

    def test_vehicles_are_kept_by_the_dispatcher(self):
        """F14: nobody else makes or changes them; a plate is there once."""
        Vehicle = self.env["shipping.vehicle"]
        mine = self.as_user(Vehicle, self.dispatcher).create({"name": "A-3"})
        self.assertEqual(mine.company_id, self.company)
        for user in (self.assistant, self.sales):
            with self.subTest(user.login), self.assertRefused("kept by", AccessError):
                self.as_user(Vehicle, user).create({"name": "A-4"})
            with self.subTest(user.login), self.assertRefused("kept by", AccessError):
                self.as_user(mine, user).driver_id = self.other_driver

    def test_who_carried_goods_is_not_removed(self):
        """F14: a vehicle or a driver of a trip is archived, and what the trip tells stays."""
        self.on_trip(self.make_noticed(), self.departure, self.van)
        parcel = self.plan(self.arrangement(self.make_noticed()), self.departure, way="carrier")
        parcel.carrier_partner_id = self.carrier
        self.env.flush_all()
        for records in (self.van, self.other_driver, self.carrier):
            with self.subTest(records.name), mute_logger("odoo.sql_db"):
                with self.assertRefused(exception=ForeignKeyViolation):
                    records.unlink()

    def test_the_drivers_sheet_names_stops_goods_packages_and_accessories(self):
        """F14: what the report says, before it is made a PDF."""
        self.env["shipping.checklist.point"].create(
            {"name": "Flange set", "company_id": self.company.id, "product_ids": self.pump.ids}
        )
        self.contact.phone = "028-1234"
        self.customer.write({"street": "Renmin Road 1", "phone": "028-5678"})
        order = self.make_noticed()
        arrangement = self.plan(
            self.arrangement(order), self.departure, late_reason="Now.", package_count=7
        )
        arrangement.action_request()
        dispatcher = self.as_user(arrangement, self.dispatcher)
        dispatcher.vehicle_id = self.truck
        dispatcher.action_assign()
        html = (
            self.as_user(self.env["ir.actions.report"], self.dispatcher)
            ._render_qweb_html("sale_order_flow.action_report_shipping", arrangement.ids)[0]
            .decode()
        )
        for wanted in (
            arrangement.name,
            order.name,
            "Renmin Road 1",
            "028-5678",
            "Buyer",
            "028-1234",
            "Pump",
            "Flange set",
            "A-1",
            "Driver",
            "7",
            "signature",
        ):
            self.assertIn(wanted, html)
