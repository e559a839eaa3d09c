from odoo import api, models

CUSTOMER_FIELDS = ("partner_id", "partner_invoice_id", "partner_shipping_id", "contact_id")


class SaleOrder(models.Model):
    """Nobody gets to see a customer by putting their number on an order (F21)."""

    _inherit = "sale.order"

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_customers(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        self._check_own_customers([vals])
        return super().write(vals)

    def _check_own_customers(self, vals_list):
        if self.env.su or not self.env["res.company"]._own_customers_company_ids():
            return
        ids = {vals[name] for vals in vals_list for name in CUSTOMER_FIELDS if vals.get(name)}
        if ids and self.env.user._own_customers_companies(self.env.companies.ids):
            self.env["res.partner"].browse(ids).check_access("read")
