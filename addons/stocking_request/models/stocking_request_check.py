from odoo import models
from odoo.tools import format_date

# what each reason demands besides what every request needs
DEMANDS = {
    "unpaid_order": ("sale_order_id",),
    "plan": (),
    "sample": ("partner_id",),
    "spare": ("partner_id",),
}
ALWAYS = ("line_ids", "purpose", "date_needed")


class StockingRequest(models.Model):
    """What a request has to say before anybody can judge it (S1, X6)."""

    _inherit = "stocking.request"

    def _hand_in_reasons(self):
        """Why a request can be neither handed in nor submitted; empty when it can.

        :return: list of sentences naming document and field
        """
        self.ensure_one()
        reasons = []
        wanted = (*ALWAYS, *DEMANDS[self.reason])
        if empty := [name for name in wanted if not self[name]]:
            labels = self.fields_get(empty, ["string"])
            reasons.append(
                self.env._(
                    "%(request)s is incomplete: %(fields)s. Fill this in and submit it again.",
                    request=self.name,
                    fields=", ".join(labels[name]["string"] for name in empty),
                )
            )
        reasons += self._date_reasons() + self.line_ids._hand_in_reasons()
        return reasons

    def _date_reasons(self):
        today = self.company_id._approval_today()
        days = filter(None, [self.date_needed, *self.line_ids.mapped("date_needed")])
        return [
            self.env._(
                "%(request)s: “Needed By” %(day)s has passed. Enter today or a later day.",
                request=self.name,
                day=format_date(self.env, day),
            )
            for day in sorted(set(days))
            if day < today
        ]
