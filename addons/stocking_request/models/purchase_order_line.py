from odoo import models


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    def write(self, vals):
        result = super().write(vals)
        if "date_planned" in vals:
            self.filtered(lambda line: line.state == "purchase")._pass_on_dates()
        return result

    def _pass_on_dates(self):
        """Note the arrival dates of missing goods, so that the sales assistant passes them on to
        salesperson and customer, late or not (S5, F12).
        """
        shortages = (
            self.env["supply.shortage"]
            .sudo()
            .search([("purchase_line_id", "in", self.ids), ("sale_order_id", "!=", False)])
        )
        if shortages:
            self.env["sale.order.feedback"]._note(
                [
                    {
                        "order_id": shortage.sale_order_id.id,
                        "kind": "date",
                        "document_name": shortage.purchase_order_id.name,
                        "date": shortage.purchase_line_id.date_planned,
                    }
                    for shortage in shortages
                ]
            )
