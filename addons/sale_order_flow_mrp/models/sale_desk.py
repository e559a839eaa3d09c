from odoo import fields, models

from .sale_order import PRODUCING


class SaleDesk(models.Model):
    _inherit = "sale.desk"

    stage = fields.Selection(selection_add=PRODUCING)
