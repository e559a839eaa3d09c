from odoo import models


class SaleOrder(models.Model):
    """Orders are opened by people who do not sell (finance, warehouse, production), too."""

    _inherit = "sale.order"

    def _compute_project_ids(self):
        """Odoo asks for a field of projects that only salespeople may read, and refuses the form."""
        if self.env.su or self.env.user.has_group("sales_team.group_sale_salesman"):
            return super()._compute_project_ids()
        orders_sudo = self.sudo()
        super(SaleOrder, orders_sudo)._compute_project_ids()
        for order, order_sudo in zip(self, orders_sudo, strict=True):
            projects = order_sudo.project_ids.with_env(self.env)._filtered_access("read")
            order.project_ids = projects
            order.project_count = len(projects.filtered("active"))
        return None
