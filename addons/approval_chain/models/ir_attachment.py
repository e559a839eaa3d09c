from odoo import fields, models


class IrAttachment(models.Model):
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
