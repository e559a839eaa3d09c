from odoo import api, models


class LoyaltyTerms(models.AbstractModel):
    """Part of a promotion that is approved with it: whoever changes it changes what was approved."""

    _name = "loyalty.terms"
    _description = "Terms of a Promotion"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        records.program_id._terms_changed()
        return records

    def write(self, vals):
        programs = self.program_id
        result = super().write(vals)
        (programs | self.program_id)._terms_changed()
        return result

    def unlink(self):
        programs = self.program_id
        result = super().unlink()
        programs.exists()._terms_changed()
        return result
