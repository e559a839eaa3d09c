from odoo import fields, models
from odoo.exceptions import UserError


class GoodsInspectionResult(models.Model):
    """An answer of the inspection before goods leave or when they arrive (F13)."""

    _name = "goods.inspection.result"
    _description = "Inspection Result"
    _inherit = ["goods.inspection.answer"]

    inspection_id = fields.Many2one(
        "goods.inspection", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="inspection_id.company_id", store=True)
    state = fields.Selection(related="inspection_id.state", string="Status of the Inspection")
    point_id = fields.Many2one("goods.inspection.point", readonly=True, ondelete="set null")

    def _check_may_answer(self):
        self._check_is_open()
        if not self.env.su:
            self.inspection_id._flow_check_role("quality")

    def _check_is_open(self):
        for inspection in self.inspection_id.sudo():
            if inspection.state != "todo":
                raise UserError(
                    self.env._(
                        "%s was decided: its results stand. Inspect the goods again instead.",
                        inspection.name,
                    )
                )
