from odoo import models
from odoo.exceptions import UserError


class StockQuant(models.Model):
    """Counting where differences are decided on (S8)."""

    _inherit = "stock.quant"

    def _get_inventory_move_values(self, *args, **kwargs):
        """The move says which line of a count it applies; whether that covers it is judged there."""
        values = super()._get_inventory_move_values(*args, **kwargs)
        if line_id := self.env.context.get("stocking_count_line_id"):
            values["count_line_id"] = line_id
        return values

    def action_collect_count(self):
        """Collect what was counted on these stock lines in a count, to be approved (S8).

        :raise UserError: when nothing was counted
        :return: window action of the counts
        """
        counted = self.filtered(lambda quant: quant.inventory_quantity_set and quant.company_id)
        if not counted:
            raise UserError(self.env._("Enter what was counted on the stock lines first."))
        counts = self.env["stocking.count"]._collect(counted)
        counted.action_clear_inventory_quantity()
        return counts._get_records_action(name=self.env._("Inventory Counts"))
