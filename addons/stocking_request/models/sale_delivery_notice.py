from odoo import models


class SaleDeliveryNotice(models.Model):
    """A notice that is taken back takes back what was ordered for it (S3, S4)."""

    _inherit = "sale.delivery.notice"

    def action_cancel(self):
        result = super().action_cancel()
        self.sudo()._withdraw_supply()
        return result

    def _withdraw_supply(self):
        """What was to be brought for these notices; the quantities of requests stand under To Order
        again.
        """
        self.line_ids.shortage_ids._withdraw()
        rows = self.env["stocking.allocation"].search(
            [("notice_line_id", "in", self.line_ids.ids), ("done", "=", False)]
        )
        rows.unlink()

    def _cut_to_shipped(self):
        """Take back what of a notice did not leave: all of it, or down to what has left."""
        self.ensure_one()
        if self.state != "issued" or self.progress == "shipped":
            return
        if self.progress == "none":
            self.action_cancel()
            return
        coming = self.sudo().line_ids.shortage_ids
        for line in self.line_ids:
            line._stamp({"quantity": line.shipped_quantity})
        self.line_ids.order_line_id._launch_supply()
        coming._withdraw()
