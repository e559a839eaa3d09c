from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _stocking_boms(self, company):
        """``{product: mrp.bom}`` that these products are made by; empty where they are not made."""
        return self.env["mrp.bom"]._bom_find(self, company_id=company.id, bom_type="normal")
