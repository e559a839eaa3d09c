from odoo import api, fields, models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    release_checklist = fields.Json(related="sale_id.release_checklist")
    release_reasons = fields.Text(
        compute="_compute_release_reasons",
        string="Why It Cannot Leave",
    )
    delivery_way = fields.Selection(related="sale_id.delivery_way")

    @api.depends("state", "move_ids.state", "move_ids.quantity")
    @api.depends_context("lang")
    def _compute_release_reasons(self):
        for picking in self:
            moves = picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            leaving = {move.id: move.quantity for move in moves}
            reasons = moves._origin._release_reasons(leaving) if picking._origin else []
            picking.release_reasons = "\n".join(dict.fromkeys(reasons))

    def button_validate(self):
        self._check_release()
        return super().button_validate()

    def _action_done(self):
        self._check_release()
        result = super()._action_done()
        self._note_shipments()
        return result

    def _note_shipments(self):
        """Every shipment of the flow is news that the assistant passes on (F12)."""
        shipped = self._shipped_in_flow()
        if not shipped:
            return
        self.env["sale.order.feedback"]._note(
            [
                {
                    "order_id": picking.sale_id.id,
                    "kind": "shipped",
                    "document_name": picking.name,
                    "date": picking.date_done,
                }
                for picking in shipped
            ]
        )

    def _shipped_in_flow(self):
        """Those of the transfers that left for customers of orders in the flow, as superuser."""
        if not self.env["res.company"]._order_flow_company_ids():
            return self.sudo().browse()
        return self.sudo().filtered(
            lambda picking: (
                picking.state == "done"
                and picking.picking_type_code == "outgoing"
                and picking.sale_id
                and picking.sale_id._is_in_flow()
            )
        )

    def _received_by_customer(self):
        """Hook: those of the shipped transfers that the customer confirmed to have (F15).

        Here: signed on the transfer. Extend with ``super()``, and call ``_flow_changed`` of the orders
        when the answer changes.
        """
        signatures = self.env["ir.attachment"].sudo()
        domain = [
            ("res_model", "=", "stock.picking"),
            ("res_field", "=", "signature"),
            ("res_id", "in", self.ids),
        ]
        return self.browse(signatures.search(domain).mapped("res_id")) if self else self

    def _check_release(self):
        """Refuse before any wizard opens (F10); batch transfers come through here as well."""
        if not self.env["res.company"]._order_flow_company_ids():
            return
        leaving = {}
        for picking in self:
            moves = picking.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
            moves = moves.filtered("picked") or moves
            leaving.update({move.id: move.quantity for move in moves})
        self.env["stock.move"].browse(leaving)._check_release(leaving)
