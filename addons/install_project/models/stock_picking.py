from odoo import fields, models
from odoo.exceptions import UserError


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

    def write(self, vals):
        if "install_project_id" in vals:
            self._check_material_stays(vals["install_project_id"])
        return super().write(vals)

    def _check_material_stays(self, project_id):
        """:raise UserError: when material went to another install project (I3, I9)"""
        # sudo: people of the warehouse read no install projects
        for picking in self.sudo():
            if picking.state == "done" and picking.install_project_id.id != (project_id or False):
                raise UserError(
                    self.env._(
                        "%(picking)s is done: what it took stays with %(project)s. Return the material, "
                        "and move it again for the other install project.",
                        picking=picking.name,
                        project=picking.install_project_id.name or "-",
                    )
                )

    def _action_done(self):
        result = super()._action_done()
        if shipped := self._shipped_in_flow():
            self.env["install.project"]._open_for(shipped.sale_id)
        return result
