from odoo import fields, models

from ..proof import close_table


class ApprovalLogSealLine(models.Model):
    """Where the log of one request stood when it was sealed (A12)."""

    _name = "approval.log.seal.line"
    _description = "Sealed Request"
    _inherit = ["approval.engine.record"]
    _order = "seal_id desc, request_ref"
    _log_access = False
    _rec_name = "request_ref"

    seal_id = fields.Many2one("approval.log.seal", required=True, index=True, ondelete="restrict")
    # a plain id: what was sealed must outlive what it seals
    request_ref = fields.Integer(required=True, string="Request ID", aggregator=None)
    seq = fields.Integer(required=True, string="Entries", aggregator=None)
    head = fields.Char(required=True, string="Newest Hash")

    _position = models.UniqueIndex("(request_ref, seq)")
    # the code printed on an approval sheet is the beginning of a hash
    _code = models.Index('("left"(head, 16))')

    def init(self):
        """Close the table in the database itself."""
        close_table(self.env.cr, self._table)
