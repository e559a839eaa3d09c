from odoo import models


class MrpWorkorder(models.Model):
    _inherit = "mrp.workorder"

    def button_start(self, raise_on_invalid_state=False):
        self.production_id._check_may_begin()
        return super().button_start(raise_on_invalid_state=raise_on_invalid_state)
