from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ResPartner(models.Model):
    """Customers somebody else looks after stay theirs, but for the orders one has with them (F21)."""

    _inherit = "res.partner"

    buys_from_me = fields.Boolean(
        compute="_compute_buys_from_me",
        search="_search_buys_from_me",
        help="Whether the current user, or somebody they lead, has an order of this customer.",
    )

    @api.depends_context("uid")
    def _compute_buys_from_me(self):
        buyers = self.sudo().search(
            Domain("id", "in", self._origin.ids) & self._domain_buys_from_me()
        )
        for partner in self:
            partner.buys_from_me = partner._origin.id in buyers._ids

    def _search_buys_from_me(self, operator, value):
        if operator != "in":
            return NotImplemented
        buys = self._domain_buys_from_me()
        return buys if True in value else ~buys

    @api.model
    def _domain_buys_from_me(self):
        """Customers, with their contacts, and the addresses of orders that are the user's own."""
        user = self.env.user
        own = Domain("user_id", "=", user.id)
        led = user._led_users()
        own |= Domain.FALSE if led.is_false() else Domain("user_id", "any", led)
        orders = self.env["sale.order"].sudo()._search(own, active_test=False)

        def of_orders(name):
            # the table is named: with a leader's people the query has joins
            return orders.subselect(SQL.identifier(orders.table, name))

        buyers = self.sudo()._search([("id", "in", of_orders("partner_id"))], active_test=False)
        return (
            Domain("commercial_partner_id", "in", buyers.subselect("commercial_partner_id"))
            | Domain("id", "in", of_orders("partner_invoice_id"))
            | Domain("id", "in", of_orders("partner_shipping_id"))
        )
