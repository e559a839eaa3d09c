from odoo import api, models

# another content, or a file that becomes or stops being the copy of a document
WATCHED = frozenset(
    {"datas", "raw", "db_datas", "store_fname", "checksum", "res_model", "res_id", "res_field"}
)


class IrAttachment(models.Model):
    """The copy of a verified document cannot be exchanged behind its back (F2)."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._qualifications_changed()
        return attachments

    def write(self, vals):
        if WATCHED.isdisjoint(vals):
            return super().write(vals)
        self._qualifications_changed()
        result = super().write(vals)
        self._qualifications_changed()
        return result

    def unlink(self):
        self._qualifications_changed()
        return super().unlink()

    def _qualifications_changed(self):
        """Files of everything pass here: no query where no company follows the order flow."""
        if not self.env["res.company"]._order_flow_company_ids():
            return
        Qualification = self.env["res.partner.qualification"].sudo()
        ids = [
            attachment.res_id
            for attachment in self.sudo()
            if attachment.res_model == Qualification._name and attachment.res_field == "document"
        ]
        if ids:
            Qualification.browse(ids).exists()._withdraw_verification()
