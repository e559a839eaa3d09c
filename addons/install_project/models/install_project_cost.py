from odoo import api, fields, models


class InstallProject(models.Model):
    """What the installation of an order costs, and what is left of the order (I9).

    Hours, bills of partner companies and expenses are booked on the analytic account of Odoo's
    project; here their sum stands beside the income of the order and the value of the goods and
    material that left for it.
    """

    _inherit = "install.project"

    currency_id = fields.Many2one(related="company_id.currency_id")
    cost = fields.Monetary(
        compute="_compute_cost",
        groups="install_project.group_install_director,sale_order_flow.group_flow_finance",
        help="Booked on the analytic account of the project: hours, bills and expenses.",
    )
    income = fields.Monetary(
        compute="_compute_cost",
        groups="install_project.group_install_director,sale_order_flow.group_flow_finance",
        help="The order without taxes.",
    )
    goods_cost = fields.Monetary(
        compute="_compute_cost",
        groups="install_project.group_install_director,sale_order_flow.group_flow_finance",
        string="Cost of Goods",
        help="Value of the goods of the order and the material for the site that left, less what came "
        "back.",
    )
    margin = fields.Monetary(
        compute="_compute_cost",
        groups="install_project.group_install_director,sale_order_flow.group_flow_finance",
        help="Income less cost and cost of goods.",
    )

    @api.depends("project_id.account_id", "order_id.amount_untaxed")
    def _compute_cost(self):
        spent, moved = self._amounts_booked(), self._amounts_moved()
        for project in self:
            account = project.sudo().project_id.account_id
            project.cost = -spent.get(account.id, 0.0)
            project.goods_cost = moved.get(project.id, 0.0)
            project.income = project._order_income()
            project.margin = project.income - project.cost - project.goods_cost

    def _amounts_booked(self):
        """``{analytic account id: sum of its costs, in the currency of the company}``."""
        accounts = self.sudo().project_id.account_id
        lines = self.env["account.analytic.line"].sudo()
        groups = lines._read_group(
            [("account_id", "in", accounts.ids), ("amount", "<", 0)],
            ["account_id"],
            ["amount:sum"],
        )
        return {account.id: amount for account, amount in groups}

    def _amounts_moved(self):
        """``{project id: value of what left for it, in the currency of the company}``."""
        done = self.sudo()._site_pickings().move_ids.filtered(lambda move: move.state == "done")
        moved = {}
        for project in self:
            moves = done & project.sudo()._site_pickings().move_ids
            moved[project.id] = sum(
                move.value if move.is_out else -move.value
                for move in moves
                if move.is_out or move.is_in
            )
        return moved

    def _order_income(self):
        """The order without taxes, in the currency of the company."""
        self.ensure_one()
        order = self.sudo().order_id
        return order.currency_id._convert(
            order.amount_untaxed,
            self.company_id.currency_id,
            self.company_id,
            order.date_order or fields.Date.today(),
        )

    def action_view_costs(self):
        """Open what is booked on the project (I9)."""
        self.ensure_one()
        account = self.sudo().project_id.account_id
        action = self.env["ir.actions.actions"]._for_xml_id(
            "analytic.account_analytic_line_action_entries"
        )
        return {**action, "domain": [("account_id", "=", account.id)], "context": {}}
