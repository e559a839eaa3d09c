from odoo import fields, models


class SaleDeliveryNoticeLine(models.Model):
    _inherit = "sale.delivery.notice.line"

    shortage_ids = fields.One2many("supply.shortage", "notice_line_id", string="Shortages")
