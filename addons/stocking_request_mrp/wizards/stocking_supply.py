from datetime import timedelta

from odoo import api, fields, models


class StockingSupply(models.TransientModel):
    """Production is proposed where routes and bills of materials say so (S3)."""

    _inherit = "stocking.supply"

    @api.model
    def _route_ways(self):
        return {**super()._route_ways(), "manufacture": "production"}

    def _missing_ways(self, lines):
        ways = super()._missing_ways(lines)
        routed = self._routed_ways(lines.product_id)
        own = self._routed_ways(lines.product_id, own_only=True)
        boms = lines.product_id.sudo()._stocking_boms(self.company_id)
        for line in lines:
            bom, bought = boms.get(line.product_id), ways[line.id]["vals"]["vendor_id"]
            can = {"purchase": bool(bought), "production": bool(bom)}
            order = routed.get(line.product_id.id) or list(can)
            way = next((way for way in order if can[way]), None)
            way = way or next((way for way in can if can[way]), None)
            # nobody can yet: purchasing finds a vendor, unless the product is meant to be made
            way = way or (own[line.product_id.id] or ["purchase"])[0]
            if way == "production":
                ways[line.id] = self._production_way(bom)
        return ways

    def _production_way(self, bom):
        return {
            "field": "from_production",
            "vals": {
                "bom_id": bom.id if bom else False,
                "expected_date": fields.Datetime.now()
                + timedelta(days=bom.produce_delay + bom.days_to_prepare_mo if bom else 0),
                "remark": not bom
                and self.env._("No bill of materials: add one, or let purchasing bring it."),
            },
        }
