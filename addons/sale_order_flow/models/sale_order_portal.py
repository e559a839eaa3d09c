from odoo import api, models

# how far an order is for the customer; every other stage of a confirmed order is preparation
STAGE_STEPS = {
    "quotation": "quotation",
    "review": "quotation",
    "approved": "quotation",
    "customer": "quotation",
    "deposit": "confirmed",
    "start": "confirmed",
    "apply": "confirmed",
    "verify": "confirmed",
    "done": "shipped",
    "received": "shipped",
    "invoiced": "shipped",
    "settled": "settled",
    "archived": "settled",
}


class SaleOrder(models.Model):
    """What the customer sees of an order: how far it is, and the news the assistant passed on (F12).

    Nothing else: neither dates nobody told them, nor who approved, nor what an order waits for.
    """

    _inherit = "sale.order"

    @api.model
    def _portal_stage_steps(self):
        """Hook: ``{flow stage: code of a step}``; stages left out are preparation."""
        return STAGE_STEPS

    def _portal_progress(self):
        """The progress of one order as its portal page shows it.

        :return: ``{"steps": [{"label", "state": done, current or todo}], "promised", "expected"
            (datetimes or False), "line_promises": [{"product", "date"}], "shipments": [{"name",
            "date", "picking_id", "tracking", "tracking_url"}]}``, or empty outside the order flow
            and for cancelled orders
        """
        self.ensure_one()
        order = self.sudo()
        if not order.flow_stage or order.flow_stage == "cancelled":
            return {}
        told = order.feedback_ids.filtered("sent_at")
        promised, line_promises = order._portal_promises(told)
        return {
            "steps": order._portal_steps(),
            "promised": promised,
            "line_promises": line_promises,
            "expected": order._portal_expected(told),
            "shipments": order._portal_shipments(told),
        }

    def _portal_steps(self):
        labels = {
            "quotation": self.env._("Quotation"),
            "confirmed": self.env._("Confirmed"),
            "preparation": self.env._("In Preparation"),
            "shipped": self.env._("Shipped"),
            "settled": self.env._("Settled"),
        }
        place = [*labels].index(self._portal_stage_steps().get(self.flow_stage, "preparation"))
        return [
            {
                "label": label,
                "state": "done" if number < place else "current" if number == place else "todo",
            }
            for number, label in enumerate(labels.values())
        ]

    def _portal_promises(self, told):
        """The promise the customer knows, and those of single lines made since."""
        promised, lines = self.commitment_date, {}
        for promise in self.promise_ids._in_force().sorted("id"):
            if promise.feedback_id not in told:
                continue
            if promise.line_id:
                lines[promise.line_id] = promise.new_date
            else:
                promised, lines = promise.new_date, {}
        return promised, [
            {"product": line.product_id.display_name, "date": date} for line, date in lines.items()
        ]

    def _portal_expected(self, told):
        """The last of the arrival dates that were passed on, while something is on its way."""
        if self._portal_stage_steps().get(self.flow_stage, "preparation") != "preparation":
            return False
        dates = {
            news.document_name: news.date
            for news in told.filtered(lambda news: news.kind == "date").sorted("id")
        }
        return max(filter(None, dates.values()), default=False)

    def _portal_shipments(self, told):
        shipped = told.filtered(lambda news: news.kind == "shipped")
        pickings = {picking.name: picking for picking in self.picking_ids}
        shipments = []
        for news in shipped.sorted("id"):
            picking = pickings.get(news.document_name)
            # the carrier is known where Odoo's delivery connectors are installed
            tracked = picking and "carrier_tracking_ref" in picking
            shipments.append(
                {
                    "name": news.document_name,
                    "date": news.date,
                    "picking_id": picking.id if picking else False,
                    "tracking": picking.carrier_tracking_ref if tracked else False,
                    "tracking_url": picking.carrier_tracking_url if tracked else False,
                }
            )
        return shipments
