from odoo import models


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _is_installed(self):
        """Those of the products that are installed at the customer's, by themselves or their category (I1)."""
        categories = self.categ_id
        above = {
            category: categories.browse(
                int(part) for part in (category.parent_path or "").split("/") if part
            )
            for category in categories
        }
        return self.filtered(
            lambda product: (
                product.needs_installation
                or any(above.get(product.categ_id, categories).mapped("needs_installation"))
            )
        )
