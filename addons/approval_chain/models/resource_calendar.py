from odoo import models


class ResourceCalendar(models.Model):
    _inherit = "resource.calendar"

    def write(self, vals):
        """What day it is where a company works is kept in memory."""
        result = super().write(vals)
        if "tz" in vals:
            self.env["approval.definition.mixin"]._definitions_changed()
        return result
