from odoo import fields, models


class PurchaseOrder(models.Model):
    """Orders to partner companies know their install project (I2, I9)."""

    _inherit = "purchase.order"

    install_project_id = fields.Many2one(
        "install.project",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
