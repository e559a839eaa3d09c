from odoo import api, models
from odoo.exceptions import UserError

# another content, or a file that becomes or stops being the copy of a document
WATCHED = frozenset(
    {"datas", "raw", "db_datas", "store_fname", "checksum", "res_model", "res_id", "res_field"}
)


class IrAttachment(models.Model):
    """The copy of a verified or signed document cannot be exchanged behind its back (F2, F8, F9)."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._qualifications_changed()
        attachments._refuse_frozen()
        return attachments

    def write(self, vals):
        if WATCHED.isdisjoint(vals):
            return super().write(vals)
        self._qualifications_changed()
        self._refuse_frozen()
        result = super().write(vals)
        self._qualifications_changed()
        self._refuse_frozen()
        return result

    def unlink(self):
        self._qualifications_changed()
        self._refuse_frozen()
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

    def _refuse_frozen(self):
        """The file of a signed document is the evidence: nobody exchanges or removes it.

        :raise UserError: naming the document
        """
        if not self.env["res.company"]._order_flow_company_ids():
            return
        kept = self.sudo().filtered("res_id")
        for model, files in kept.grouped("res_model").items():
            if model not in self.env or not hasattr(self.env[model], "_flow_frozen_files"):
                continue
            documents = self.env[model].sudo().browse(files.mapped("res_id")).exists()
            names = set(filter(None, files.mapped("res_field")))
            frozen = documents._flow_frozen_files(names) if names else documents.browse()
            frozen |= documents.filtered(
                lambda document, files=files: document._flow_frozen_evidence() & files
            )
            if frozen:
                raise UserError(
                    self.env._(
                        "%s is signed: its file is kept as it was signed and cannot be changed or "
                        "removed.",
                        frozen[0].display_name,
                    )
                )
