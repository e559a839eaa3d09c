from odoo import models
from odoo.exceptions import AccessError

# what is entered, by whom and until when, see ``_check_entered``
PLAN = frozenset(
    {"way", "departure", "back_at", "late_reason", "carrier_partner_id", "collector", "note"}
)
TIMES = frozenset({"departure", "back_at"})
VEHICLE = frozenset({"vehicle_id", "driver_id"})
TRACKING = frozenset({"tracking_ref", "tracking_url"})
PACKAGES = frozenset({"package_count", "package_note"})


class ShippingArrangement(models.Model):
    """Who enters what of an arrangement, and until when; see the table of the class (F14)."""

    _inherit = "shipping.arrangement"

    def write(self, vals):
        if not self.env.su:
            self._check_entered(vals)
        return super().write(vals)

    def _check_entered(self, vals):
        """Refuse what somebody else enters, or nobody any more; see the table of the class."""
        entered = (PLAN | VEHICLE | TRACKING | PACKAGES).intersection(vals)
        if not entered:
            return
        for arrangement in self:
            allowed = frozenset().union(*(names for names, may in arrangement._may_enter() if may))
            if refused := entered - allowed:
                labels = self.fields_get(sorted(refused), ["string"])
                raise AccessError(
                    self.env._(
                        "%(arrangement)s: %(fields)s cannot be changed by you now. The plan is made by the "
                        "sales assistant or the salesperson before it is arranged, the vehicle is chosen "
                        "by the vehicle dispatcher once it was asked for.",
                        arrangement=arrangement.name,
                        fields=", ".join(label["string"] for label in labels.values()),
                    )
                )

    def _may_enter(self):
        """``[(names of fields, whether the user may enter them now)]``"""
        self.ensure_one()
        is_open = self.state in ("draft", "requested", "arranged")
        handles = self.may_arrange or self.may_pack
        return [
            (PLAN, self.state == "draft" and self.may_arrange),
            (TIMES, self.state == "requested" and self.may_assign),
            # back earlier or later than planned, vehicle and driver are free from then on
            (TIMES, self.state == "done" and self.way == "own" and self.may_assign),
            (VEHICLE, self.state == "requested" and self.may_assign),
            (PACKAGES, is_open and handles),
            # the carrier says its number once it has the goods
            (TRACKING, self.state != "cancelled" and handles),
        ]
