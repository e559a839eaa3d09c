from odoo import api, fields, models
from odoo.exceptions import UserError

# what must be known before goods that are installed may leave, in the order of the form (I1)
NEED_FIELDS = (
    "install_site_id",
    "install_contact_id",
    "install_wished_date",
    "install_requirements",
)


class SaleOrder(models.Model):
    """The installation need, with the order from the start (I1, D9 3)."""

    _inherit = "sale.order"

    needs_installation = fields.Boolean(
        compute="_compute_needs_installation",
        store=True,
        readonly=False,
        precompute=True,
        tracking=True,
        help="By its products, or set by hand for this order.",
    )
    install_enabled = fields.Boolean(related="company_id.install_enabled")
    install_site_id = fields.Many2one(
        "res.partner",
        string="Site",
        compute="_compute_install_site_id",
        store=True,
        readonly=False,
        check_company=True,
        help="Address at which the goods are installed.",
    )
    install_contact_id = fields.Many2one(
        "res.partner", string="Site Contact", copy=False, check_company=True, tracking=True
    )
    install_wished_date = fields.Date(
        string="Installation Wanted", copy=False, tracking=True, help="Asked for by the customer."
    )
    install_requirements = fields.Text(
        string="Requirements",
        copy=False,
        help="Power, lifting gear, working hours, permits: whatever the installers have to know.",
    )
    install_project_ids = fields.One2many(
        "install.project",
        "order_id",
        string="Install Projects",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )
    install_project_count = fields.Integer(compute="_compute_install_project_count")

    # ------------------------------------------------------------------ computes

    @api.depends("order_line.product_id", "company_id")
    def _compute_needs_installation(self):
        for order in self:
            needed = order.needs_installation or order._origin.needs_installation
            if order.company_id.install_enabled and not needed:
                needed = bool(order.order_line.product_id._is_installed())
            order.needs_installation = needed

    @api.depends("needs_installation", "partner_shipping_id")
    def _compute_install_site_id(self):
        for order in self:
            if order.needs_installation and not order.install_site_id:
                order.install_site_id = order.partner_shipping_id

    @api.depends("install_project_ids")
    def _compute_install_project_count(self):
        counts = self._flow_count_of("install.project")
        for order in self:
            order.install_project_count = counts.get(order._origin.id, 0)

    # ------------------------------------------------------------------ the need

    def write(self, vals):
        if not vals.get("needs_installation", True):
            self._check_not_installed()
            # what was agreed to be installed is invoiced as such
            needed = self.filtered("needs_installation")
            needed._check_before_approval(needed, "needs_installation", everywhere=True)
        result = super().write(vals)
        if not self.env.su and not {*NEED_FIELDS}.isdisjoint(vals):
            self._tell_need_changed()
        return result

    def _check_not_installed(self):
        """:raise UserError: for an order that has an install project under way"""
        for project in self.sudo().install_project_ids:
            if project.state != "cancelled":
                raise UserError(
                    self.env._(
                        "%(order)s is installed by %(project)s: it needs installation. Have the project "
                        "cancelled first.",
                        order=project.order_id.name,
                        project=project.name,
                    )
                )

    def _tell_need_changed(self):
        """Those who install learn what the salesperson changed in the need."""
        running = self.sudo().install_project_ids._running()
        for project in running.filtered(lambda project: project.state != "waiting"):
            project._tell(
                project._crew(),
                project.env._("The installation need of %s was changed.", project.order_id.name),
            )

    def _is_installed(self):
        """Whether the order is one that the company installs."""
        self.ensure_one()
        order = self.sudo()
        return order.company_id.install_enabled and order.needs_installation

    def _all_shipped(self):
        """Whether all goods ordered have left, not only those that were noticed."""
        self.ensure_one()
        return all(
            line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) >= 0
            for line in self.sudo().order_line
            if line._needs_delivery()
        )

    def _install_problems(self):
        """What is missing in the installation need, as full sentences (I1)."""
        self.ensure_one()
        if not self._is_installed():
            return []
        labels = self.fields_get(NEED_FIELDS, ["string"])
        return [
            self.env._(
                "%(order)s needs installation, but “%(field)s” is empty. Fill it in on the page "
                "“Installation” of the order.",
                order=self.name,
                field=labels[name]["string"],
            )
            for name in NEED_FIELDS
            if not self[name]
        ]

    def action_view_install_projects(self):
        """Open the install projects of the order (I1)."""
        self.ensure_one()
        projects = self.env["install.project"].search([("order_id", "=", self.id)])
        return projects._get_records_action(name=self.env._("Install Projects"))

    def _action_cancel(self):
        result = super()._action_cancel()
        self.sudo().install_project_ids._order_cancelled()
        return result
