from odoo import models


class StockingRequest(models.Model):
    """The transfers that put goods aside for a request (S3)."""

    _inherit = "stocking.request"

    def _make_transfer(self, source, target, rows):
        """One confirmed internal transfer of the warehouse.

        :param source: ``stock.location``
        :param target: ``stock.location``
        :param rows: list of values of stock moves, in the order of the moves returned
        :return: the ``stock.move`` records, not reserved
        """
        self.ensure_one()
        common = {
            "location_id": source.id,
            "location_dest_id": target.id,
            "origin": self.name,
            "company_id": self.company_id.id,
        }
        picking = self.env["stock.picking"].create(
            {"picking_type_id": self.warehouse_id.int_type_id.id, **common}
        )
        moves = self.env["stock.move"].create(
            [{**common, "picking_id": picking.id, **row} for row in rows]
        )
        # what is missing is ordered by the allocation, not by the rules of the stock
        return moves._action_confirm(merge=False, create_proc=False)
