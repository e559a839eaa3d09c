from odoo import api, fields, models, tools


class ResCompany(models.Model):
    """Whether salespeople see their own customers only (F21): off until somebody switches it on."""

    _inherit = "res.company"

    own_customers_only = fields.Boolean(
        string="Salespeople See Their Own Customers Only",
        help="Who has the right “Own Documents Only” in Sales sees customers and deliveries of their "
        "own and those without salesperson; leaders of a sales team or department see those of their "
        "people too.",
    )

    @api.model
    @tools.ormcache()
    def _own_customers_company_ids(self):
        """Companies that switched it on; empty means that no record rule says anything."""
        return frozenset(self.sudo().search([("own_customers_only", "=", True)])._ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any("own_customers_only" in vals for vals in vals_list):
            self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "own_customers_only" in vals:
            # the domains of record rules are kept per user: forget them now
            self.env.registry.clear_cache()
        return result

    @api.model
    def _own_customers_forget(self):
        """Who leads whom has changed: record rules are asked anew, where they say anything."""
        if self._own_customers_company_ids():
            self.env.registry.clear_cache()
