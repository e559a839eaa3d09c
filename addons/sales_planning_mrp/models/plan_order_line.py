from odoo import fields, models
from odoo.tools import SQL


class PlanOrderLine(models.Model):
    """Order lines as production reads them: what, how much and until when, and no price (P5, P6).

    A row has the id of its order line.
    """

    _name = "plan.order.line"
    _description = "Order Line to Be Supplied"
    _auto = False
    _order = "promised_date, id"
    _rec_name = "document"
    _depends = {
        "sale.order": ["name"],
        "sale.order.line": [
            "order_id",
            "order_partner_id",
            "company_id",
            "product_id",
            "product_uom_id",
            "product_uom_qty",
            "qty_delivered",
            "promised_date",
            "planned_date",
        ],
    }

    document = fields.Char(readonly=True, string="Sales Order")
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    product_uom_id = fields.Many2one("uom.uom", string="Unit", readonly=True)
    ordered = fields.Float(readonly=True, digits="Product Unit")
    delivered = fields.Float(readonly=True, digits="Product Unit")
    promised_date = fields.Datetime(readonly=True, string="Promised")
    expected_date = fields.Datetime(readonly=True, string="Expected")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT l.id, o.name AS document, l.company_id, l.order_partner_id AS partner_id,
                   l.product_id, l.product_uom_id, l.product_uom_qty AS ordered,
                   l.qty_delivered AS delivered, l.promised_date, l.planned_date AS expected_date
              FROM sale_order_line l
              JOIN sale_order o ON o.id = l.order_id
             WHERE l.display_type IS NULL
            """
        )
