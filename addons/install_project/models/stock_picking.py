from odoo import fields, models


class StockPicking(models.Model):
    """Goods and material for the site; with the goods the install project is opened (I1, I3)."""

    _inherit = "stock.picking"

    install_project_id = fields.Many2one(
        "install.project",
        index="btree_not_null",
        check_company=True,
        copy=False,
        ondelete="set null",
        help="The install project that material goes to.",
    )

    def _action_done(self):
        result = super()._action_done()
        if shipped := self._shipped_in_flow():
            self.env["install.project"]._open_for(shipped.sale_id)
        return result
