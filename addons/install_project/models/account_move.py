from odoo import api, models


class AccountMove(models.Model):
    """No invoice goes beyond what the acceptance and the warranty allow (I8)."""

    _inherit = "account.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        # down payments come in without the order's own way of invoicing
        moves._check_installation()
        return moves

    def _post(self, soft=True):
        self._check_installation()
        return super()._post(soft=soft)

    def button_draft(self):
        result = super().button_draft()
        # without a credit note the invoices beside it may be too much
        refunds = self.sudo().filtered(lambda move: move.move_type == "out_refund")
        orders = refunds.invoice_line_ids.sale_line_ids.order_id
        orders.with_env(self.env)._check_install_share(self.browse())
        return result

    def _check_installation(self):
        """:raise UserError: when an order that is installed would be invoiced beyond its share"""
        moves = self.sudo().filtered(
            lambda move: (
                move.move_type in ("out_invoice", "out_receipt") and move.company_id.install_enabled
            )
        )
        if moves:
            orders = moves.invoice_line_ids.sale_line_ids.order_id
            orders.with_env(self.env)._check_install_share(moves)
