from odoo import fields, models


class ResCompany(models.Model):
    """What is ordered from partner companies that install (I2)."""

    _inherit = "res.company"

    install_service_id = fields.Many2one(
        "product.product",
        string="Installation Service",
        domain="[('type', '=', 'service'), ('purchase_ok', '=', True)]",
        check_company=True,
        help="The service on requests for quotation to partner companies.",
    )
