from odoo import models


class ApprovalRequestStepSheet(models.Model):
    """A step as it is printed."""

    _inherit = "approval.request.step"

    def _print_step(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        modes = dict(self._fields["mode"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        # of the places that somebody else's answer closed nothing is to be told
        places = self._slots_in_turn()
        told = places.filtered(lambda slot: slot.state != "closed") or places
        return {
            "name": self.name,
            "kind": kinds[self.kind],
            "mode": modes[self.mode] if len(self.slot_ids) > 1 else "",
            "state": states[self.state],
            "slots": [slot._print_slot() for slot in told],
        }
