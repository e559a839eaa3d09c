import base64
from datetime import datetime, time, timedelta

import pytz

from odoo import Command, api, models

from .sale_order_flow_demo import VOUCHER


class SaleOrderFlowDemo(models.AbstractModel):
    """Deliveries to be arranged, asked for, on a trip and received (F14, F15)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_shipping(self):
        if self.env.ref("sale_order_flow.demo_order_ship_plan", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        days = {
            "plan": 6,
            "asked": 6,
            "short": 1,
            "trip": 7,
            "parcel": 2,
            "received": 2,
            "broken": 2,
        }
        arranged = {}
        for name, day in days.items():
            order = self._confirmed(f"ship_{name}", "huaxin", {"valve": 4}, days=day)
            self._pay_and_verify(order)
            self._notice(order)
            arranged[name] = self._as(order.sudo().picking_ids.shipping_arrangement_id, "assistant")
        for name in ("asked", "short", "trip"):
            arranged[name].write(
                {"way": "own", "departure": self._in_the_morning(company, days[name])}
            )
            if arranged[name].short_notice_now:
                arranged[name].late_reason = "客户工地提前，明早必须到货。"
            arranged[name].action_request()
        trip = arranged["trip"].with_user(self._ref("user_vehicles"))
        trip.vehicle_id = self._ref("vehicle_truck")
        trip.action_assign()
        for name in ("parcel", "received", "broken"):
            arranged[name].write(
                {
                    "way": "carrier",
                    "departure": self._in_the_morning(company, 1),
                    "carrier_partner_id": self._ref("partner_carrier").id,
                    "tracking_ref": f"SD{arranged[name].id:08d}",
                    "package_count": 2,
                }
            )
            arranged[name].action_arrange()
        for name in ("received", "broken"):
            self._received(name)

    def _in_the_morning(self, company, days):
        """Nine o'clock where the company works, so many days from now (naive UTC)."""
        zone = pytz.timezone(company._approval_tz())
        day = company._approval_today() + timedelta(days=days)
        return (
            zone.localize(datetime.combine(day, time(9))).astimezone(pytz.utc).replace(tzinfo=None)
        )

    def _received(self, name):
        """Shipped, and confirmed on paper by the customer."""
        order = self._ref(f"order_ship_{name}")
        self._ship(order)
        receipt = self._as(order.sudo().picking_ids.delivery_receipt_ids, "assistant")
        receipt.write(
            {
                "received_on": order.company_id._approval_today(),
                "signed_by": order.contact_id.name,
                "document": base64.b64encode(VOUCHER),
                "document_name": "签收单.png",
            }
        )
        if name == "broken":
            receipt.write(
                {
                    "line_ids": [
                        Command.update(
                            receipt.line_ids[:1].id,
                            {
                                "condition": "damaged",
                                "affected_quantity": 1,
                                "note": "一台阀体磕碰，外壳开裂。",
                            },
                        )
                    ]
                }
            )
        receipt.action_record_paper()
