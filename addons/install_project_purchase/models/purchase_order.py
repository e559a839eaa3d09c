from odoo import fields, models


class PurchaseOrder(models.Model):
    """Orders to partner companies know their install project, which they were made for (I2, I9)."""

    _name = "purchase.order"
    _inherit = ["purchase.order", "approval.stamped"]

    _stamped = frozenset({"install_project_id"})
    _stamps_derived = False

    install_project_id = fields.Many2one(
        "install.project",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
