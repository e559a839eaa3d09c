from odoo import api, models


class PurchaseOrder(models.Model):
    """Alternatives of a quotation stand for the same purchase requests (S6)."""

    _inherit = "purchase.order"

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        if origin_id := self.env.context.get("origin_po_id"):
            orders._take_over_requests(self.browse(origin_id))
        return orders

    def _take_over_requests(self, origin):
        """Ask these vendors for the same requests as the one they are alternatives of."""
        rows_sudo = origin.sudo().order_line.allocation_ids
        lines = self.order_line.filtered("product_id")
        rows_sudo.create(
            [
                {
                    "line_id": row.line_id.id,
                    "purchase_line_id": line.id,
                    "asked_quantity": row.asked_quantity,
                    "quantity": 0.0,
                }
                for line in lines
                for row in rows_sudo
                if row.product_id == line.product_id
            ]
        )

    def _confirm_reviewed(self):
        """What was decided is not asked about again: the other quotations stay as they are."""
        return super(
            PurchaseOrder, self.with_context(skip_alternative_check=True)
        )._confirm_reviewed()
