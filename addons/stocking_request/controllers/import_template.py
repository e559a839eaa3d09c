from werkzeug.exceptions import NotFound

from odoo.http import Controller, content_disposition, request, route

from ..models.stocking_import_template import PATH

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class ImportTemplate(Controller):
    """The spreadsheet that the import dialogue offers, in the language of the user (S1)."""

    @route(f"{PATH}/<string:model>", type="http", auth="user", methods=["GET"], readonly=True)
    def download(self, model):
        """The empty spreadsheet of a kind of document.

        :raise NotFound: for other models, and those the user creates nothing of
        """
        documents = request.env.get(model)
        columns = getattr(documents, "_import_template_columns", ())
        if not columns or not documents.has_access("create"):
            raise NotFound()
        name = request.env["ir.model"]._get(model).name
        return request.make_response(
            documents._import_template_file(),
            headers=[
                ("Content-Type", XLSX),
                ("Content-Disposition", content_disposition(f"{name}.xlsx")),
            ],
        )
