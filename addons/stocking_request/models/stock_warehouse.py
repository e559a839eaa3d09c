from odoo import fields, models


class StockWarehouse(models.Model):
    _inherit = "stock.warehouse"

    held_location_id = fields.Many2one(
        "stock.location",
        string="Held Stock",
        readonly=True,
        copy=False,
        check_company=True,
        help="Where goods put aside for stocking requests stand. Made when it is first needed.",
    )
    inspection_location_id = fields.Many2one(
        "stock.location",
        readonly=True,
        copy=False,
        help="Where received goods wait until they were inspected.",
    )
    inspection_route_id = fields.Many2one("stock.route", readonly=True, copy=False)

    def _held_stock_location(self):
        """Where goods put aside for a stocking request stand: inside the warehouse, beside its
        stock, so that no other order reserves them. Made when it is first needed (S3).
        """
        self.ensure_one()
        if not self.held_location_id:
            self.held_location_id = self._find_held_location() or self.env["stock.location"].create(
                {
                    "name": self.env._("Held Stock"),
                    "location_id": self.view_location_id.id,
                    "usage": "internal",
                    "company_id": self.company_id.id,
                    "barcode": f"{self.code}-HELD",
                }
            )
        return self.held_location_id

    def _find_held_location(self):
        """The location that earlier versions made."""
        return self.env["stock.location"].search(
            [
                ("location_id", "=", self.view_location_id.id),
                ("barcode", "=", f"{self.code}-HELD"),
            ],
            limit=1,
        )

    def _inspection_route(self):
        """The route by which received goods go from the inspection location to the stock.

        Made, with location, type of operation and push rule, when it is first needed. Odoo's own
        push mechanism then makes the second transfer and keeps what waits for the goods linked.

        :return: ``stock.route`` as superuser
        """
        self.ensure_one()
        warehouse = self.sudo()
        if not warehouse.inspection_route_id:
            location = (
                self.env["stock.location"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Incoming Inspection"),
                        "location_id": warehouse.view_location_id.id,
                        "usage": "internal",
                        "company_id": warehouse.company_id.id,
                    }
                )
            )
            operation = (
                self.env["stock.picking.type"]
                .sudo()
                .create(
                    {
                        "name": self.env._("Incoming Inspection"),
                        "code": "internal",
                        "sequence_code": "QI",
                        "warehouse_id": warehouse.id,
                        "company_id": warehouse.company_id.id,
                        "default_location_src_id": location.id,
                        "default_location_dest_id": warehouse.lot_stock_id.id,
                    }
                )
            )
            route = (
                self.env["stock.route"]
                .sudo()
                .create(
                    {
                        "name": self.env._("%s: Incoming Inspection", warehouse.name),
                        "company_id": warehouse.company_id.id,
                        "product_selectable": False,
                        "rule_ids": [
                            fields.Command.create(
                                {
                                    "name": self.env._(
                                        "%s: from inspection to stock", warehouse.name
                                    ),
                                    "action": "push",
                                    "auto": "manual",
                                    "location_src_id": location.id,
                                    "location_dest_id": warehouse.lot_stock_id.id,
                                    "picking_type_id": operation.id,
                                    "warehouse_id": warehouse.id,
                                    "company_id": warehouse.company_id.id,
                                }
                            )
                        ],
                    }
                )
            )
            warehouse.write(
                {"inspection_location_id": location.id, "inspection_route_id": route.id}
            )
        return warehouse.inspection_route_id
