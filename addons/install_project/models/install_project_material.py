from odoo import api, fields, models


class InstallProject(models.Model):
    """What leaves for the site: the goods of the order, and material beside them (I3, I9)."""

    _inherit = "install.project"

    picking_ids = fields.One2many(
        "stock.picking", "install_project_id", string="Material", groups="stock.group_stock_user"
    )
    picking_count = fields.Integer(
        compute="_compute_picking_count", string="Transfers", groups="stock.group_stock_user"
    )

    @api.depends("picking_ids", "order_id.picking_ids")
    def _compute_picking_count(self):
        for project in self:
            project.picking_count = len(project._site_pickings())

    def _site_pickings(self):
        """Transfers of the orders, and those made for the site."""
        return self.order_id.picking_ids | self.picking_ids

    def action_view_transfers(self):
        """Open what left and comes for the site; a new transfer there takes material to it (I3).

        Material is used up on site, and no delivery: those need their order and its notice.
        """
        self.ensure_one()
        site = self.site_id or self.partner_id
        warehouse = self.order_id.warehouse_id
        used = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company_id.id)], limit=1
        )
        action = self._site_pickings()._get_records_action(name=self.env._("Transfers"))
        return {
            **action,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self._site_pickings().ids)],
            "context": {
                "default_install_project_id": self.id,
                "default_partner_id": site.id,
                "default_picking_type_id": warehouse.int_type_id.id,
                "default_location_dest_id": used.id,
                "default_origin": self.name,
            },
        }
