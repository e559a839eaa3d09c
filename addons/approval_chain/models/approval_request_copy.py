from odoo import api, fields, models


class ApprovalRequestCopy(models.Model):
    """A request sent to somebody to know of it, without being asked (抄送, A7)."""

    _name = "approval.request.copy"
    _description = "Approval Carbon Copy"
    _inherit = ["approval.engine.record"]
    _order = "id desc"
    _rec_name = "document_name"

    request_id = fields.Many2one("approval.request", required=True, index=True, ondelete="cascade")
    step_id = fields.Many2one("approval.request.step", ondelete="cascade")
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    by_id = fields.Many2one("res.users", string="Copied By", ondelete="set null")
    seen_at = fields.Datetime(string="Read On")
    document_name = fields.Char(related="request_id.document_name")
    operation_label = fields.Char(related="request_id.operation_label")
    requester_id = fields.Many2one(related="request_id.requester_id")
    state = fields.Selection(related="request_id.state")
    company_id = fields.Many2one(related="request_id.company_id")

    _once = models.UniqueIndex("(request_id, user_id)")

    @api.model
    def _add(self, rows, by=None):
        """Copy requests to people who have no copy yet.

        :param rows: list of ``(request, user, step or an empty recordset)``
        """
        if not rows:
            return self.browse()
        requests = self.env["approval.request"].union(*(request for request, _u, _s in rows))
        known = {
            (copy.request_id.id, copy.user_id.id)
            for copy in self.sudo().search([("request_id", "in", requests.ids)])
        }
        fresh = {}
        for request, user, step in rows:
            if (request.id, user.id) not in known:
                fresh[request.id, user.id] = {
                    "request_id": request.id,
                    "user_id": user.id,
                    "step_id": step.id if step else False,
                    "by_id": by.id if by else False,
                }
        return self._engine_create(list(fresh.values())) if fresh else self.browse()

    def action_open_request(self):
        """Open the request, and note that it was read."""
        self.ensure_one()
        self.check_access("read")
        if self.user_id == self.env.user and not self.seen_at:
            self._engine_write({"seen_at": fields.Datetime.now()})
        return {
            "type": "ir.actions.act_window",
            "res_model": "approval.request",
            "res_id": self.request_id.id,
            "views": [(False, "form")],
            "target": "current",
        }
