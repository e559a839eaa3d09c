from odoo import models


class ApprovalStatistics(models.Model):
    """Where claims wait, for finance (A14)."""

    _inherit = "approval.statistics"

    def action_open_expense_document(self):
        """Open the document a row speaks of: finance reads it, though not what was said of it.

        :return: window action, with the rights of who opens it
        """
        self.ensure_one()
        self.check_access("read")
        document = self.request_id.sudo()._document()
        return document.sudo(False)._get_records_action()
