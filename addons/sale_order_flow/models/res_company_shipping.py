from odoo import fields, models


class ResCompany(models.Model):
    """How deliveries are arranged (F14), and how their receipt is confirmed (F15)."""

    _inherit = "res.company"

    shipping_arranged = fields.Boolean(
        string="Deliveries Are Arranged",
        help="Every delivery of an order is arranged, and leaves only when what has to be packed and "
        "enclosed was ticked by the warehouse.",
    )
    vehicle_notice_days = fields.Integer(
        string="Notice for Own Vehicles (Working Days)",
        default=3,
        help="So many working days before the trip an own vehicle is asked for. Later requests need a "
        "reason, and the vehicle dispatcher decides on them.",
    )
    receipt_needed = fields.Boolean(
        string="Receipt of Deliveries Confirmed",
        help="For every delivery of an order that has left, the customer confirms the receipt.",
    )
    receipt_follow_days = fields.Integer(
        string="Days Until a Receipt Is Followed Up",
        default=7,
        help="So many days after the delivery left, the salesperson gets an activity when its receipt "
        "was not confirmed. Zero: never.",
    )

    _vehicle_notice_days_positive = models.Constraint(
        "CHECK (vehicle_notice_days >= 0)",
        "The notice for own vehicles cannot be negative.",
    )
    _receipt_follow_days_positive = models.Constraint(
        "CHECK (receipt_follow_days >= 0)",
        "The days until a receipt is followed up cannot be negative.",
    )

    def _vehicle_earliest_day(self):
        """The first day for which an own vehicle can be asked for now without a reason (F14).

        As many whole working days of the company's calendar lie before it as the notice says; today
        does not count.

        :return: date
        """
        self.ensure_one()
        days = self.vehicle_notice_days
        if not days:
            return self._approval_today()
        begin = self._approval_next_workday(fields.Datetime.now())
        return self._approval_local(self._approval_deadline(begin, days=days)).date()
