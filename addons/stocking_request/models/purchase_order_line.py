from odoo import fields, models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    shortage_ids = fields.One2many(
        "supply.shortage", "purchase_line_id", string="Shortages Covered", groups="base.group_user"
    )

    def write(self, vals):
        result = super().write(vals)
        if "date_planned" in vals:
            self._move_receipts()
        return result

    def _move_receipts(self):
        """The open receipts of missing goods follow the date of the purchase: one date, not two.

        They tell everybody who waits (S5).
        """
        for line in self.sudo().filtered("shortage_ids"):
            receipts = line.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            if receipts and line.date_planned:
                receipts.write({"date": line.date_planned})
