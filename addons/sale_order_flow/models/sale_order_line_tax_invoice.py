from collections import defaultdict

from odoo import models


class SaleOrderLine(models.Model):
    """How much of a line tax invoices cover (F24)."""

    _inherit = "sale.order.line"

    def _tax_invoice_quantities(self):
        """``{line id: quantity asked for and not taken back}``, in the unit of each line.

        Requests count from the moment they are handed in; red-letter invoices free quantities once
        they are issued.
        """
        Line = self.env["sale.tax.invoice.request.line"].sudo()
        quantities = defaultdict(float)
        for sign, domain in (
            (1, [("original_line_id", "=", False)]),
            (-1, [("original_line_id", "!=", False), ("request_id.issued_at", "!=", False)]),
        ):
            groups = Line._read_group(
                [
                    ("order_line_id", "in", self.ids),
                    ("request_id.state", "not in", ("draft", "cancelled")),
                    *domain,
                ],
                ["order_line_id"],
                ["quantity:sum"],
            )
            for line, quantity in groups:
                quantities[line.id] += sign * quantity
        return quantities

    def _tax_invoice_ceiling(self, basis):
        """Up to which quantity tax invoices may be asked for.

        :param basis: ``"delivered"`` or ``"agreed"``; never more than what was ordered
        """
        self.ensure_one()
        if basis == "agreed":
            return self.product_uom_qty
        return min(self.product_uom_qty, self.qty_delivered)
