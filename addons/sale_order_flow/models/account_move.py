from odoo import fields, models


class AccountMove(models.Model):
    _inherit = "account.move"

    tax_invoice_count = fields.Integer(compute="_compute_tax_invoice_count")

    def _compute_tax_invoice_count(self):
        Request = self.env["sale.tax.invoice.request"].sudo()
        groups = Request._read_group(
            [("move_id", "in", self._origin.ids)], ["move_id"], ["__count"]
        )
        counts = {move.id: count for move, count in groups}
        for move in self:
            move.tax_invoice_count = counts.get(move._origin.id, 0)

    def action_view_tax_invoices(self):
        """Open the tax invoices recorded for these entries (F24)."""
        requests = self.env["sale.tax.invoice.request"].search([("move_id", "in", self.ids)])
        return requests._get_records_action(name=self.env._("Tax Invoices"))

    def _stands_for_orders(self):
        """Whether the entry is posted and was not reversed."""
        self.ensure_one()
        return self.state == "posted" and "posted" not in self.reversal_move_ids.mapped("state")
