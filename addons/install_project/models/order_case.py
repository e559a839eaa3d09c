from odoo import api, fields, models


class OrderCase(models.Model):
    """Whether what a case is about is still under warranty (I8, F19)."""

    _inherit = "order.case"

    source = fields.Selection(selection_add=[("site", "Installation Site")])
    warranty_until = fields.Date(compute="_compute_warranty", groups="base.group_user")
    warranty = fields.Selection(
        [("running", "Under Warranty"), ("over", "Warranty Over")],
        compute="_compute_warranty",
        groups="base.group_user",
        help="By the acceptance of the order's installation, on the day the case was reported.",
    )

    @api.depends("order_id", "opened_at")
    def _compute_warranty(self):
        # sudo: the warranty is told to whoever works on the case
        projects = self.sudo().order_id.install_project_ids.filtered("warranty_until")
        by_order = projects.grouped("order_id")
        for case in self:
            accepted = by_order.get(case.sudo().order_id)
            case.warranty_until = accepted and max(accepted.mapped("warranty_until"))
            reported = case.opened_at or fields.Datetime.now()
            day = case.company_id and case.company_id._approval_local(reported).date()
            case.warranty = (
                accepted and day and ("running" if day <= case.warranty_until else "over")
            )
