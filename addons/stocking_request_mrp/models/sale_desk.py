from odoo import fields, models

from .sale_order import PRODUCTION_STAGES


class SaleDesk(models.Model):
    _inherit = "sale.desk"

    stage = fields.Selection(selection_add=PRODUCTION_STAGES)
