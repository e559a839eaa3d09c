from odoo import models


class ReimbursementClaim(models.Model):
    """Reinvoicing needs an analytic account, which finance may not create in Odoo (E7)."""

    _inherit = "reimbursement.claim"

    def action_post(self):
        self._check_finance()
        expenses_sudo = self.sudo().expense_ids.filtered(
            lambda row: row.sale_order_id and not row.analytic_distribution
        )
        approved_sudo = expenses_sudo.filtered(lambda row: row.claim_id.stage == "approved")
        for order_sudo, rows_sudo in approved_sudo.grouped("sale_order_id").items():
            if "project_id" in order_sudo._fields and order_sudo.project_id:
                # charged to its project, which Odoo sees to
                continue
            account_sudo = self.env["account.analytic.account"].sudo()
            account_sudo = account_sudo.create(order_sudo._prepare_analytic_account_data())
            rows_sudo.analytic_distribution = {account_sudo.id: 100}
        return super().action_post()
