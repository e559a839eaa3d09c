from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Deliveries show the release checklist, refuse early, and tell the assistant (F10, F12)."""

    _inherit = "stock.picking"

    release_checklist = fields.Json(compute="_compute_release_checklist")

    def _compute_release_checklist(self):
        gates = self.sudo().sale_id._release_gates()
        for picking in self:
            outgoing = picking.picking_type_code == "outgoing"
            picking.release_checklist = gates.get(picking.sudo().sale_id.id, False) if outgoing else False

    def _release_reasons(self):
        """Why deliveries cannot be validated now.

        :return: ``{picking id: sentence}``, closed deliveries only
        """
        reasons = {}
        for picking in self.sudo():
            lines = picking.move_ids.sale_line_id.filtered("order_id.in_order_flow")
            if picking.picking_type_code == "outgoing" and lines and not any(lines.mapped("noticed_quantity")):
                reasons[picking.id] = self.env._(
                    "%(picking)s: the sales assistant has not issued a delivery notice for %(order)s. "
                    "Goods leave the warehouse only with one.", picking=picking.name,
                    order=", ".join(lines.order_id.mapped("name")),
                )
        return reasons

    def button_validate(self):
        if reasons := self._release_reasons():
            raise UserError("\n".join(reasons.values()))
        return super().button_validate()

    def _action_done(self):
        result = super()._action_done()
        shipped = self.sudo().filtered(lambda picking: (
            picking.state == "done" and picking.picking_type_code == "outgoing"
            and picking.sale_id.in_order_flow
        ))
        if shipped:
            self.env["sale.order.feedback"]._note([
                {"order_id": picking.sale_id.id, "kind": "shipped", "document_name": picking.name,
                 "date": picking.date_done} for picking in shipped
            ])
        return result
