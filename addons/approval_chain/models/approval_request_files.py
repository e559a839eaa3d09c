from odoo import api, models


class ApprovalDocumentFiles(models.AbstractModel):
    """The files of a document are submitted with it (A6, A22)."""

    _inherit = "approval.mixin"

    def _approval_drafts(self, code, plans, earlier, **values):
        drafts = super()._approval_drafts(code, plans, earlier, **values)
        # the requester submits what hangs on a document he may write
        files_sudo = (
            self.env["ir.attachment"]
            .sudo()
            .search([("res_model", "=", self._name), ("res_id", "in", self.ids)], order="id")
        )
        by_document = files_sudo.grouped("res_id")
        for vals, _steps in drafts:
            own = by_document.get(vals["res_id"], files_sudo.browse())
            vals["sheet"] = {
                **vals["sheet"],
                "files": [file._approval_file() for file in own],
            }
        return drafts


class ApprovalRequestFiles(models.Model):
    """A request keeps its own copies of the files, in the same place of the file store.

    Whoever reads the request reads them, without rights on the document; and what was decided on
    stays readable when the document's own file is replaced or deleted. Nobody but the engine writes a
    request, so nobody can change or delete its files.
    """

    _inherit = "approval.request"

    @api.model
    def _submit(self, drafts):
        requests = super()._submit(drafts)
        requests.filtered(lambda row: (row.sheet or {}).get("files"))._keep_document_files()
        return requests

    def _keep_document_files(self):
        rows = [(request, row) for request in self for row in request.sheet["files"]]
        originals_sudo = self.env["ir.attachment"].sudo().browse([row["id"] for _r, row in rows])
        vals_list = originals_sudo.copy_data({"res_model": self._name, "public": False})
        copies = originals_sudo.with_context(image_no_postprocess=True).create(
            [
                {**vals, "res_id": request.id}
                for vals, (request, _row) in zip(vals_list, rows, strict=True)
            ]
        )
        by_request = copies.grouped("res_id")
        for request in self:
            files = zip(request.sheet["files"], by_request[request.id], strict=True)
            request._engine_write(
                {
                    "sheet": {
                        **request.sheet,
                        "files": [{**row, "id": copy.id} for row, copy in files],
                    }
                }
            )

    def _log_facts(self, verb, slot, opinion):
        """The first entry of the log names the files and what they held (A12)."""
        facts = super()._log_facts(verb, slot, opinion)
        files = (self.sheet or {}).get("files")
        if files and not self.log_seq:
            facts["attachments"] = [
                {"name": file["name"], "checksum": file["checksum"]} for file in files
            ]
        return facts
