from odoo import api, fields, models
from odoo.fields import Domain

from odoo.addons.approval_chain.values import lock_rows


class ProductionNoticePurchase(models.Model):
    """What a purchase line brings of a row that a subcontractor makes (P3, P6, D11 八).

    Made when purchasing orders subcontracted goods, for the rows that are needed first. Nobody enters it.
    """

    _name = "production.notice.purchase"
    _description = "Subcontracted Goods of a Production Notice"
    _inherit = ["approval.stamped"]
    _order = "id"

    _stamped = frozenset({"notice_line_id", "purchase_line_id", "quantity"})

    notice_line_id = fields.Many2one(
        "production.notice.line", required=True, index=True, ondelete="cascade", string="Noticed"
    )
    company_id = fields.Many2one(related="notice_line_id.company_id", store=True, index=True)
    purchase_line_id = fields.Many2one(
        "purchase.order.line", required=True, index=True, ondelete="cascade", string="Purchase"
    )
    quantity = fields.Float(digits="Product Unit", help="In the unit of the product.")
    ordered = fields.Float(
        compute="_compute_shares",
        store=True,
        digits="Product Unit",
        help="What the purchase still brings or has brought of it.",
    )
    received = fields.Float(compute="_compute_shares", store=True, digits="Product Unit")

    @api.depends(
        "quantity",
        "purchase_line_id.notice_purchase_ids",
        "purchase_line_id.product_qty",
        "purchase_line_id.product_uom_id",
        "purchase_line_id.qty_received",
        "purchase_line_id.order_id.state",
    )
    def _compute_shares(self):
        """The first row that a purchase was for is served first."""
        for bought in self.purchase_line_id:
            received = ordered = bought._in_product_unit(bought.qty_received)
            if bought.order_id.state == "purchase":
                ordered = max(ordered, bought._in_product_unit(bought.product_qty))
            for row in bought.notice_purchase_ids.sorted("id"):
                row.ordered = min(row.quantity, ordered)
                row.received = min(row.quantity, received)
                ordered -= row.ordered
                received -= row.received


class PurchaseOrderLine(models.Model):
    _inherit = "purchase.order.line"

    notice_purchase_ids = fields.One2many(
        "production.notice.purchase",
        "purchase_line_id",
        string="Production Notices",
        readonly=True,
        groups="sales_planning_mrp.group_production_reader",
    )

    def _in_product_unit(self, quantity):
        self.ensure_one()
        return self.product_uom_id._compute_quantity(quantity, self.product_id.uom_id, round=False)

    def _serve_notices(self, rows=None):
        """Say which rows of notices these lines bring the goods of, as superuser.

        :param rows: rows that subcontractors make; all that wait by default
        """
        if rows is None:
            rows = self.env["production.notice.line"]._subcontracted(self.company_id)
        rows = rows.filtered(lambda row: row.product_id in self.product_id)
        # two purchases for the same rows at once
        lock_rows(rows)
        values, left = [], {row: row.open_quantity for row in rows}
        for line in self:
            free = line._in_product_unit(line.product_qty) - sum(
                line.notice_purchase_ids.mapped("quantity")
            )
            for row in rows.sorted(lambda row: (row.date_needed or row.create_date.date(), row.id)):
                if row.company_id != line.company_id or row.product_id != line.product_id:
                    continue
                taken = min(free, left[row])
                if row.product_id.uom_id.compare(taken, 0) > 0:
                    values.append(
                        {
                            "notice_line_id": row.id,
                            "purchase_line_id": line.id,
                            "quantity": taken,
                        }
                    )
                    free -= taken
                    left[row] -= taken
        self.env["production.notice.purchase"]._record(values)


class ProductionNoticeLine(models.Model):
    _inherit = "production.notice.line"

    purchase_ids = fields.One2many(
        "production.notice.purchase",
        "notice_line_id",
        string="Purchases",
        readonly=True,
        groups="sales_planning_mrp.group_production_reader",
    )

    @api.model
    def _subcontracted(self, companies):
        """The rows in force that subcontractors make and that are not ordered in full."""
        return self.search(
            Domain("company_id", "in", companies.ids)
            & Domain("open_quantity", ">", 0)
            & Domain(
                "schedule_line_ids",
                "any",
                Domain("kind", "=", "subcontract") & Domain("schedule_id.state", "=", "approved"),
            )
        )

    def _serve_from_purchases(self):
        """What was ordered since statistics verified the figures, before the schedule was approved."""
        rows = self & self._subcontracted(self.company_id)
        for notice, own in rows.grouped("notice_id").items():
            lines = self.env["purchase.order.line"].search(
                [
                    ("company_id", "=", notice.company_id.id),
                    ("product_id", "in", own.product_id.ids),
                    ("order_id.state", "=", "purchase"),
                    ("order_id.date_approve", ">=", notice.verified_at or notice.create_date),
                ]
            )
            lines._serve_notices(own)


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _subcontracted_produce(self, subcontract_details):
        result = super()._subcontracted_produce(subcontract_details)
        moves = self.env["stock.move"].union(*(move for move, _bom in subcontract_details))
        lines_sudo = moves.sudo().purchase_line_id
        lines_sudo.filtered(lambda line: line.company_id.planning_enabled)._serve_notices()
        return result
