from odoo import models


class IrAttachment(models.Model):
    """The copy of a verified document cannot be exchanged behind its back (F2)."""

    _inherit = "ir.attachment"

    def write(self, vals):
        result = super().write(vals)
        if not {"datas", "raw", "db_datas", "store_fname", "checksum"}.isdisjoint(vals):
            self._qualifications_changed()
        return result

    def unlink(self):
        self._qualifications_changed()
        return super().unlink()

    def _qualifications_changed(self):
        ids = [
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == "res.partner.qualification"
            and attachment.res_field == "document"
        ]
        if ids:
            self.env["res.partner.qualification"].sudo().browse(
                ids
            ).exists()._withdraw_verification()
