from odoo import Command, models


class StockingPurchaseQuotation(models.TransientModel):
    _inherit = "stocking.purchase.quotation"

    def _make_orders(self, entries):
        """The open quotations of a request are alternatives of each other (S6)."""
        orders = super()._make_orders(entries)
        rows_sudo = self.request_id.sudo().allocation_ids
        together = rows_sudo.filtered("is_open").purchase_order_id | orders.sudo()
        if len(together) > 1:
            if group := together.purchase_group_id[:1]:
                group.order_ids |= together
            else:
                together.purchase_group_id.create({"order_ids": [Command.set(together.ids)]})
        return orders
