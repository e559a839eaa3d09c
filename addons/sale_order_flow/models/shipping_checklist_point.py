from odoo import api, fields, models


class ShippingChecklistPoint(models.Model):
    """What has to be packed with some goods, or enclosed, before they leave (F14)."""

    _name = "shipping.checklist.point"
    _description = "Packing and Accessories Point"
    _inherit = ["goods.scope"]

    name = fields.Char(required=True, translate=True, string="What Is Packed")
    instruction = fields.Text(translate=True, string="How")
    kind = fields.Selection(
        [("packing", "Packing"), ("accessory", "Accessory"), ("paper", "Enclosed Paper")],
        required=True,
        default="packing",
    )
    is_required = fields.Boolean(
        string="Must Be Packed",
        default=True,
        help="The delivery leaves only when the warehouse has ticked it.",
    )

    @api.model
    def _in_force(self, company):
        """The points of a company, as superuser."""
        return self.sudo().search([("company_id", "=", company.id)])

    def _wanted(self, moves):
        """What the points ask for the goods of some transfers.

        A point without goods is asked once for a transfer, others once for each product.

        :param moves: ``stock.move`` that take goods to customers
        :return: ``{stock.picking: {(point, product or empty): None}}``, in the order of the points
        """
        none = self.env["product.product"]
        wanted = {}
        for picking, group in moves.grouped("picking_id").items():
            asked = wanted.setdefault(picking, {})
            for product in group.product_id:
                partner = picking.partner_id
                for point in self._for_goods(product, partner):
                    asked[point, none if point._is_for_all() else product] = None
        return wanted
