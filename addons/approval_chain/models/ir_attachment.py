from odoo import api, fields, models
from odoo.exceptions import UserError

# another content, or a file that becomes or stops being that of a document
CONTENT = frozenset(
    {
        "datas",
        "raw",
        "db_datas",
        "store_fname",
        "checksum",
        "type",
        "url",
        "res_model",
        "res_id",
        "res_field",
    }
)


class IrAttachment(models.Model):
    """Files of documents; what was decided or signed on cannot be exchanged behind their back."""

    _inherit = "ir.attachment"

    def _approval_file(self):
        """A file as panel and sheet list it."""
        return {
            "id": self.id,
            "name": self.name,
            "mimetype": self.mimetype or "",
            "checksum": self.checksum or "",
            "type": self.type,
            "url": self.url or "",
            "by": self.create_uid.name or "",
            "at": fields.Datetime.to_string(self.create_date) or False,
        }

    # ------------------------------------------------------------------ evidence

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        # one more file beside the others changes none of them, one more in a field does
        attachments.filtered("res_field")._refuse_frozen()
        return attachments

    def write(self, vals):
        if CONTENT.isdisjoint(vals):
            return super().write(vals)
        self._refuse_frozen()
        result = super().write(vals)
        if not {"res_model", "res_id", "res_field"}.isdisjoint(vals):
            self.filtered("res_field")._refuse_frozen()
        return result

    def unlink(self):
        self._refuse_frozen()
        return super().unlink()

    def _refuse_frozen(self):
        """Nobody exchanges or removes files that are evidence.

        :raise UserError: naming file and document
        """
        for model, files in self.sudo().filtered("res_id").grouped("res_model").items():
            if not hasattr(self.env.get(model), "_frozen_files"):
                continue
            # files of a document that is being deleted go with it
            documents = self.env[model].sudo().browse(set(files.mapped("res_id"))).exists()
            if documents and (frozen := documents._frozen_files(files)):
                raise UserError(
                    self.env._(
                        "%(file)s is kept with %(document)s as it was submitted or signed, and cannot "
                        "be changed or removed.",
                        file=frozen[0]._label_of(documents),
                        document=documents.browse(frozen[0].res_id).display_name,
                    )
                )

    def _label_of(self, documents):
        """What people call this file of one of some documents."""
        if not self.res_field:
            return self.name
        return documents._fields[self.res_field]._description_string(self.env)
