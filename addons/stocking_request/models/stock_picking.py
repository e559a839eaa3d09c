from odoo import fields, models
from odoo.exceptions import AccessError, UserError


class StockPicking(models.Model):
    _inherit = "stock.picking"

    shortage_ids = fields.One2many(
        "supply.shortage",
        compute="_compute_shortage_ids",
        # whoever reads transfers may not read delivery notices
        compute_sudo=True,
        string="Shortages",
    )

    def _note_shipments(self):
        """The arrival of missing goods is news as well (S5, F12)."""
        result = super()._note_shipments()
        arrived = self.sudo().filtered(
            lambda picking: picking.state == "done" and picking.picking_type_code == "incoming"
        )
        lines = arrived.move_ids.purchase_line_id
        if not lines:
            return result
        shortages = (
            self.env["supply.shortage"]
            .sudo()
            .search([("purchase_line_id", "in", lines.ids), ("sale_order_id", "!=", False)])
        )
        by_line = shortages.grouped("purchase_line_id")
        self.env["sale.order.feedback"]._note(
            [
                {
                    "order_id": order.id,
                    "kind": "arrived",
                    "document_name": picking.name,
                    "date": picking.date_done,
                }
                for picking in arrived
                for order in shortages.browse()
                .union(
                    *(
                        by_line.get(line, shortages.browse())
                        for line in picking.move_ids.purchase_line_id
                    )
                )
                .sale_order_id
                if order._is_in_flow()
            ]
        )
        return result

    def _compute_shortage_ids(self):
        for picking in self:
            picking.shortage_ids = picking._noticed_lines().shortage_ids

    def _noticed_lines(self):
        """The lines of issued delivery notices that this delivery ships."""
        return self.move_ids.sale_line_id.delivery_notice_line_ids.filtered(
            lambda line: line.notice_id.state == "issued"
        )

    def action_report_shortage(self):
        """The warehouse tells purchasing what is missing for a delivery notice (S4, D9 1).

        What was reported before and has not arrived yet is not reported twice.

        :raise AccessError: for anybody who does not hold the warehouse role
        :raise UserError: when nothing is missing, or no delivery notice was issued
        :return: the new ``supply.shortage`` records
        """
        shortages = self.env["supply.shortage"]
        for picking in self:
            if not self.env.user._holds_role("warehouse", picking.company_id):
                raise AccessError(
                    self.env._(
                        "%s: shortages are reported by the warehouse.",
                        picking.name,
                    )
                )
            values = picking._shortage_vals()
            if not values:
                raise UserError(
                    self.env._(
                        "%s: nothing is missing that was not reported already.",
                        picking.name,
                    )
                )
            shortages |= shortages.sudo().create(values).with_env(self.env)
        return shortages

    def _shortage_vals(self):
        """What is missing for the notices of this delivery, line by line."""
        rows = []
        for notice_line in self._noticed_lines():
            sale_line = notice_line.order_line_id
            moves = self.move_ids.filtered(
                lambda move, sale_line=sale_line: (
                    move.sale_line_id == sale_line and move.state not in ("done", "cancel")
                )
            )
            unit = sale_line.product_uom_id
            reserved = sum(
                move.product_uom._compute_quantity(move.quantity, unit) for move in moves
            )
            coming = sum(
                shortage.product_uom_id._compute_quantity(shortage.quantity, unit)
                for shortage in notice_line.shortage_ids
                if shortage.state != "arrived"
            )
            missing = notice_line.quantity - notice_line.shipped_quantity - reserved - coming
            if unit.compare(missing, 0.0) > 0:
                rows.append(
                    {
                        "company_id": self.company_id.id,
                        "product_id": sale_line.product_id.id,
                        "warehouse_id": self.picking_type_id.warehouse_id.id,
                        "quantity": missing,
                        "product_uom_id": unit.id,
                        "notice_line_id": notice_line.id,
                        "date_needed": self.date_deadline or self.scheduled_date,
                    }
                )
        return rows
