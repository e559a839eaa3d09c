from odoo import fields, models
from odoo.exceptions import UserError


class SaleDeliveryNotice(models.Model):
    """The installation need is complete before the goods leave, and goes along with the notice (I1)."""

    _inherit = "sale.delivery.notice"

    needs_installation = fields.Boolean(related="order_id.needs_installation")
    install_site_id = fields.Many2one(related="order_id.install_site_id")
    install_contact_id = fields.Many2one(related="order_id.install_contact_id")
    install_wished_date = fields.Date(related="order_id.install_wished_date")
    install_requirements = fields.Text(related="order_id.install_requirements")

    def _check_lines(self):
        result = super()._check_lines()
        if problems := self.order_id._install_problems():
            raise UserError("\n".join([self.name, *problems]))
        return result
