from datetime import timedelta

from odoo import Command, fields

from .production_case import ProductionPlanningCase


class ScheduleCase(ProductionPlanningCase):
    """A product that is made of a bought part in two operations, on centres that work around the clock.

    Working days are every day from 0 to 24, so that what is expected is told by adding hours.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["approval.chain"].search(
            [
                ("company_id", "=", cls.company.id),
                ("model", "in", ("production.notice", "production.schedule")),
            ]
        ).active = False
        # what the demo company plans is in nobody's way
        drafts = cls.env["production.schedule"].search([("state", "=", "draft")])
        drafts._stamp({"state": "cancelled"})
        waiting = cls.env["production.notice"].search([("state", "=", "dispatch")])
        waiting._stamp({"state": "cancelled"})
        cls.clock = cls.make_calendar("Day and night", range(7), 0, 24)
        cls.cutting = cls.make_centre("Cutting")
        cls.welding = cls.make_centre("Welding")
        cls.sheet = cls.make_product("Sheet", 5, stock=1000)
        cls.tank = cls.make_product("Tank", 500)
        cls.tank_bom = cls.make_bom(
            cls.tank, {cls.sheet: 2}, [("Cut", cls.cutting, 60), ("Weld", cls.welding, 120)]
        )

    @classmethod
    def make_calendar(cls, name, days, begin, end):
        return cls.env["resource.calendar"].create(
            {
                "name": name,
                "tz": "Asia/Shanghai",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": name,
                            "dayofweek": str(day),
                            "hour_from": begin,
                            "hour_to": end,
                            "day_period": "morning",
                        }
                    )
                    for day in days
                ],
            }
        )

    @classmethod
    def make_centre(cls, name, **values):
        return cls.env["mrp.workcenter"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "resource_calendar_id": cls.clock.id,
                "time_start": 0,
                "time_stop": 0,
                **values,
            }
        )

    @classmethod
    def make_bom(cls, product, components, operations=(), **values):
        return cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": product.product_tmpl_id.id,
                "company_id": cls.company.id,
                "bom_line_ids": [
                    Command.create({"product_id": part.id, "product_qty": quantity})
                    for part, quantity in components.items()
                ],
                "operation_ids": [
                    Command.create(
                        {
                            "name": name,
                            "workcenter_id": centre.id,
                            "time_cycle_manual": minutes,
                            "sequence": number,
                        }
                    )
                    for number, (name, centre, minutes) in enumerate(operations)
                ],
                **values,
            }
        )

    # ------------------------------------------------------------------ documents, as people

    def row_of(self, product, user=None):
        """The row of the round-up, as dispatch sees it."""
        self.env.flush_all()
        rows = self.as_user(self.env["order.roundup"], user or self.dispatch)
        rows.invalidate_model()
        return rows.search([("product_id", "=", product.id), ("company_id", "=", self.company.id)])

    def make_notice_of(self, order, user=None):
        """The draft notice that the salesperson makes from an order."""
        action = self.as_user(order, user or self.sales).action_notice_production()
        return self.as_user(
            self.env["production.notice"].browse(action["res_id"]), user or self.sales
        )

    def make_notice_by_hand(self, goods=None, days=10, user=None, **values):
        return self.as_user(self.env["production.notice"], user or self.sales).create(
            {
                "company_id": self.company.id,
                "line_ids": [
                    Command.create(
                        {
                            "product_id": product.id,
                            "quantity": quantity,
                            "date_needed": self.today + timedelta(days=days),
                        }
                    )
                    for product, quantity in (goods or {self.tank: 3}).items()
                ],
                **values,
            }
        )

    def verified(self, notice):
        """Handed over, and verified by statistics."""
        notice.action_hand_over()
        self.as_user(notice, self.statistics).action_verify()
        return notice

    def make_schedule(self, *notices, **values):
        """The draft of dispatch with the notices in it, calculated."""
        schedule = self.as_user(self.env["production.schedule"], self.dispatch).create(
            {
                "company_id": self.company.id,
                "date_from": fields.Datetime.now() + timedelta(days=1),
                **values,
            }
        )
        schedule._add_notices(self.as_user(notices[0].union(*notices), self.dispatch))
        schedule.action_calculate()
        return schedule

    def scheduled(self, goods=None, **values):
        return self.make_schedule(self.verified(self.make_notice_by_hand(goods)), **values)

    def hours(self, count):
        return timedelta(hours=count)
