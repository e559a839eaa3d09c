from odoo import fields, models


class StockWarehouse(models.Model):
    """Where goods wait that came back, until somebody has looked at them (F17)."""

    _inherit = "stock.warehouse"

    return_location_id = fields.Many2one(
        "stock.location",
        string="Return Inspection",
        readonly=True,
        copy=False,
        check_company=True,
        help="Where goods that came back wait for their inspection. Made when it is first needed.",
    )

    def _return_location(self):
        """The place beside the stock, so that no order reserves what nobody has looked at.

        :return: ``stock.location`` as superuser
        """
        self.ensure_one()
        warehouse = self.sudo()
        if not warehouse.return_location_id:
            warehouse.return_location_id = warehouse.return_location_id.create(
                {
                    "name": self.env._("Return Inspection"),
                    "location_id": warehouse.view_location_id.id,
                    "usage": "internal",
                    "company_id": warehouse.company_id.id,
                }
            )
        return warehouse.return_location_id
