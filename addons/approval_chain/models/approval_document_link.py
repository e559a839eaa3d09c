from odoo import models


class ApprovalDocumentLink(models.AbstractModel):
    """A record that says of which document it speaks: ``res_model`` and ``res_id``."""

    _name = "approval.document.link"
    _description = "Record about a Document"

    def action_open_document(self):
        """Open the document with the user's own rights (A6).

        :raise AccessError: to whoever may not read this record
        :return: an action; whether the document itself may be read is looked at when it opens
        """
        self.ensure_one()
        self.check_access("read")
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
            "target": "current",
        }
