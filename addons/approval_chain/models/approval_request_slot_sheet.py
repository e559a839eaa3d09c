from odoo import models


class ApprovalRequestSlotSheet(models.Model):
    """A place to be answered as it is printed."""

    _inherit = "approval.request.slot"

    def _print_slot(self):
        verdicts = dict(self._fields["verdict"]._description_selection(self.env))
        states = dict(self._fields["state"]._description_selection(self.env))
        principal = self.on_behalf_of_id
        asked = self.state in ("waiting", "open")
        people = self._people() if asked else self.decided_by_id
        return {
            "role": self.role_id.name or "",
            "who": ", ".join(people.mapped("name")),
            "for": self.env._("for %s", principal.name) if principal else "",
            "verdict": verdicts.get(self.verdict) or states[self.state],
            "is_decided": bool(self.verdict),
            "opinion": self.opinion or "",
            "at": self.request_id._print_time(self.decided_at),
        }
