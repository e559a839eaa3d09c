from datetime import datetime

from odoo import Command

from .common import OrderFlowCase


def make_person(env, company, login, role=None, groups=()):
    """A person of the company with the rights of the order flow, and a role if asked for."""
    user = env["res.users"].create(
        {
            "name": login.title(),
            "login": f"test_{login}",
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [
                Command.set(
                    [
                        env.ref(name).id
                        for name in ("base.group_user", "sale_order_flow.group_flow_user", *groups)
                    ]
                )
            ],
        }
    )
    if role:
        env["approval.role.holder"].create(
            {
                "role_id": env["approval.role"].search([("code", "=", role)]).id,
                "user_id": user.id,
                "company_id": company.id,
            }
        )
    return user


class ShippingCase(OrderFlowCase):
    """A company that arranges deliveries and has receipts confirmed; its dispatcher and driver.

    Working days are Monday to Friday, by a calendar of its own.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write(
            {
                "shipping_arranged": True,
                "vehicle_notice_days": 3,
                "receipt_needed": True,
                "receipt_follow_days": 7,
                "resource_calendar_id": cls.env["resource.calendar"]
                .create(
                    {
                        "name": "Monday to Friday",
                        "tz": "Asia/Shanghai",
                        "company_id": cls.company.id,
                        "attendance_ids": [
                            Command.create(
                                {
                                    "name": "Day",
                                    "dayofweek": str(day),
                                    "hour_from": 8,
                                    "hour_to": 17,
                                    "day_period": "morning",
                                }
                            )
                            for day in range(5)
                        ],
                    }
                )
                .id,
            }
        )
        cls.dispatcher = make_person(cls.env, cls.company, "dispatcher", "vehicles")
        cls.driver = make_person(cls.env, cls.company, "driver")
        cls.truck = cls.env["shipping.vehicle"].create(
            {
                "name": "A-1",
                "company_id": cls.company.id,
                "driver_id": cls.driver.partner_id.id,
                "capacity": 100,
            }
        )
        cls.other_driver = cls.env["res.partner"].create({"name": "Second Driver"})
        cls.van = cls.env["shipping.vehicle"].create(
            {"name": "A-2", "company_id": cls.company.id, "driver_id": cls.other_driver.id}
        )
        cls.carrier = cls.env["res.partner"].create({"name": "Carrier Ltd", "is_company": True})

    def arrangement(self, order, user=None):
        found = self.pickings(order).sudo().shipping_arrangement_id
        return self.as_user(found, user or self.assistant)

    def plan(self, arrangement, departure, way="own", **values):
        """:param departure: naive UTC datetime"""
        arrangement.write({"way": way, "departure": departure, **values})
        return arrangement

    def on_trip(self, order, departure, vehicle=None):
        """Asked for by the assistant, given a vehicle by the dispatcher."""
        arrangement = self.plan(self.arrangement(order), departure, late_reason="At once.")
        arrangement.action_request()
        trip = self.as_user(arrangement, self.dispatcher)
        trip.vehicle_id = vehicle or self.truck
        trip.action_assign()
        return trip

    def receipt(self, order, user=None):
        found = self.env["delivery.receipt"].search([("order_id", "=", order.id)])
        return self.as_user(found, user or self.sales)

    def make_shipped(self, quantities=None, **values):
        order = self.make_noticed(quantities, **values)
        self.ship(self.pickings(order))
        return order


# Monday, 2 March 2026, ten o'clock in Shanghai
MONDAY = datetime(2026, 3, 2, 2, 0)
