from odoo import api, models

LINE_COLUMNS = ("product_id", "quantity", "product_uom_id", "date_needed")


class StockingRequest(models.Model):
    """Requests out of a spreadsheet, and lines of one into it (S1)."""

    _name = "stocking.request"
    _inherit = ["stocking.request", "stocking.import.template"]

    _import_template_columns = (
        "reason",
        "purpose",
        "date_needed",
        "partner_id",
        *(f"line_ids/{name}" for name in LINE_COLUMNS),
    )

    def action_import_lines(self):
        """Open Odoo's import for further lines of this request (S1).

        :return: client action
        """
        self.ensure_one()
        self.check_access("write")
        return {
            "type": "ir.actions.client",
            "tag": "import",
            "name": self.env._("Import Lines of %s", self.name),
            "params": {
                "model": self.line_ids._name,
                "context": {"default_request_id": self.id},
            },
        }


class StockingRequestLine(models.Model):
    _name = "stocking.request.line"
    _inherit = ["stocking.request.line", "stocking.import.template"]

    _import_template_columns = LINE_COLUMNS

    @api.model_create_multi
    def create(self, vals_list):
        # an empty cell of a spreadsheet: the unit of the product
        for vals in vals_list:
            if not vals.get("product_uom_id", True):
                del vals["product_uom_id"]
        return super().create(vals_list)
