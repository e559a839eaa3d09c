from odoo import models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    def _tax_invoice_quantity(self, ordered):
        """The quantity of an invoice line in the unit of the order line it belongs to."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(
            self.quantity, ordered.product_uom_id, rounding_method="HALF-UP"
        )
