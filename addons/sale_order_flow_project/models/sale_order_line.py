from odoo import models

PLANNED = ("task_global_project", "task_in_project", "project_only")


class SaleOrderLine(models.Model):
    """Tasks and projects of an order wait until it is started (F11)."""

    _inherit = "sale.order.line"

    def _timesheet_service_generation(self):
        held = self._held_services()
        return super(SaleOrderLine, self - held)._timesheet_service_generation()

    def _service_waits(self):
        tracking = self.product_id.service_tracking
        planned = self.project_id if tracking == "project_only" else self.task_id
        optional = self._is_line_optional() and not self.product_uom_qty
        waits = tracking in PLANNED and not planned and not optional
        return waits or super()._service_waits()

    def _start_services(self):
        for company, lines in self.grouped("company_id").items():
            lines.sudo().with_company(company)._timesheet_service_generation()
        return super()._start_services()
