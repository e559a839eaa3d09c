from odoo import models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    def _held_stock_location(self):
        """Where goods put aside for a stocking request stand: inside the warehouse, beside its
        stock, so that no other order reserves them. Made when it is first needed (S3).
        """
        self.ensure_one()
        Location = self.env["stock.location"]
        location = Location.search(
            [
                ("location_id", "=", self.view_location_id.id),
                ("barcode", "=", f"{self.code}-HELD"),
            ],
            limit=1,
        )
        return location or Location.create(
            {
                "name": self.env._("Held Stock"),
                "location_id": self.view_location_id.id,
                "usage": "internal",
                "company_id": self.company_id.id,
                "barcode": f"{self.code}-HELD",
            }
        )
