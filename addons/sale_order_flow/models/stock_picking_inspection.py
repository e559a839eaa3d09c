from odoo import api, fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Inspections of the goods of a transfer (F13)."""

    _inherit = "stock.picking"

    goods_inspection_ids = fields.Many2many(
        "goods.inspection",
        compute="_compute_goods_inspection_ids",
        string="Inspections",
        groups="stock.group_stock_user,sale_order_flow.group_flow_user",
    )
    goods_inspection_count = fields.Integer(
        compute="_compute_goods_inspection_ids",
        groups="stock.group_stock_user,sale_order_flow.group_flow_user",
    )
    inspection_needed = fields.Boolean(compute="_compute_inspection_needed")

    @api.depends("move_ids.state")
    def _compute_goods_inspection_ids(self):
        """Of the goods of the transfer, wherever they were asked for: a backorder shows them too."""
        lines = self.move_ids.sale_line_id
        rows = self.env["goods.inspection"].search(
            ["|", ("picking_id", "in", self.ids), ("order_line_id", "in", lines.ids)]
        )
        for picking in self:
            own = rows.filtered(
                lambda row, picking=picking: (
                    row.picking_id == picking
                    or (
                        row.order_line_id in picking.move_ids.sale_line_id
                        and row.product_id in picking.move_ids.product_id
                    )
                )
            )
            picking.goods_inspection_ids = own
            picking.goods_inspection_count = len(own)

    @api.depends("state", "move_ids.state", "move_ids.product_uom_qty")
    def _compute_inspection_needed(self):
        needed = self._uninspected_moves().picking_id
        for picking in self:
            picking.inspection_needed = picking.sudo() in needed

    def _uninspected_moves(self):
        """Moves whose goods ask for an inspection that nobody was asked for yet."""
        moves = self.sudo().move_ids._waiting_to_leave()
        moves = moves.filtered(lambda move: move.sale_line_id.order_id._is_in_flow())
        found = self.env["stock.move"]
        for company, group in moves.grouped("company_id").items():
            points = self.env["goods.inspection.point"]._in_force("outgoing", company)
            missing = group._uninspected(points) if points else {}
            found |= group.filtered(
                lambda move, missing=missing: (move.sale_line_id, move.product_id) in missing
            )
        return found

    def action_ask_inspection(self):
        """Ask for the inspection of goods that were added, or whose points are new (F13).

        :raise UserError: when nothing of the transfer needs one
        :return: True
        """
        self.check_access("write")
        moves = self._uninspected_moves()
        if not moves:
            raise UserError(
                self.env._(
                    "%s: no goods wait for an inspection that was not asked for.",
                    ", ".join(self.mapped("name")),
                )
            )
        self.env["goods.inspection"]._ensure_outgoing(moves)
        return True

    def action_open_inspections(self):
        """Open the inspections of the goods of this transfer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspections"),
            "res_model": "goods.inspection",
            "domain": [("id", "in", self.goods_inspection_ids.ids)],
            "views": [(False, "list"), (False, "kanban"), (False, "form")],
        }
