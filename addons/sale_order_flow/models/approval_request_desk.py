from odoo import models


class ApprovalRequest(models.Model):
    """What a decision changes on the desk: no field of a document tells of it (F11)."""

    _inherit = "approval.request"

    def _tell_documents(self, verb, before, slots, opinion):
        result = super()._tell_documents(verb, before, slots, opinion)
        for model_name, requests in self.grouped("res_model").items():
            documents = self.env[model_name].sudo()
            if isinstance(documents, self.env.registry["order.desk.stage"]):
                documents = documents.browse(requests.mapped("res_id")).exists()
                documents.invalidate_recordset(documents._approval_computed_fields(), flush=False)
                documents._desk_moved()
        return result
