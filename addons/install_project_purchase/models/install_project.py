from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows

# while the work may still be given to the partner company
ASKED_IN = ("assign", "planning", "installing")


class InstallProject(models.Model):
    """The partner company's work is asked for and ordered; its bills are costs of the project (I2, I9)."""

    _inherit = "install.project"

    purchase_ids = fields.One2many(
        "purchase.order", "install_project_id", groups="purchase.group_purchase_user"
    )
    purchase_count = fields.Integer(
        compute="_compute_purchase_count", string="Purchases", compute_sudo=True
    )
    may_request_quotation = fields.Boolean(compute="_compute_may_request_quotation")

    @api.depends("purchase_ids")
    def _compute_purchase_count(self):
        for project in self:
            project.purchase_count = len(project.purchase_ids)

    @api.depends("may_direct", "state", "team", "contractor_id", "purchase_ids.state")
    @api.depends_context("uid")
    def _compute_may_request_quotation(self):
        for project in self:
            project.may_request_quotation = (
                project.may_direct
                and project.state in ASKED_IN
                and project.team == "partner"
                and bool(project.contractor_id)
                and not project._open_purchases()
            )

    def _open_purchases(self):
        """What is asked of or ordered from the partner company as it is now, as superuser."""
        return self.sudo().purchase_ids.filtered(
            lambda order: order.state != "cancel" and order.partner_id == self.contractor_id
        )

    def action_request_quotation(self):
        """Ask the partner company for its price: a request for quotation, told to purchasing (I2).

        What it is billed for is a cost of the project.

        :raise AccessError: for anybody but a project director
        :raise UserError: without partner company or installation service, or when it was asked already
        :return: True
        """
        self._check_directs()
        # of two who ask at once the second sees what the first one asked
        lock_rows(self.sudo())
        self._check_state(*ASKED_IN)
        for project in self:
            project._check_can_be_ordered()
            # sudo: the director asks, purchasing people order
            orders = self.env["purchase.order"].sudo().with_company(project.company_id)
            order = orders.create(project._prepare_purchase())
            order._stamp({"install_project_id": project.id})
            buyers = self.env["approval.role"]._people("purchasing", project.company_id)
            project._tell(
                buyers,
                self.env._(
                    "%(order)s to %(partner)s was made for %(project)s: ask for the price and order it.",
                    order=order.name,
                    partner=project.contractor_id.name,
                    project=project.name,
                ),
            )
        return True

    def _check_can_be_ordered(self):
        self.ensure_one()
        if self.team != "partner" or not self.contractor_id:
            raise UserError(
                self.env._("%s: choose the Partner Company that installs it.", self.name)
            )
        if not self.company_id.sudo().install_service_id:
            raise UserError(
                self.env._(
                    "Choose the Installation Service of %s in the settings of the order flow first.",
                    self.company_id.name,
                )
            )
        if open_orders := self._open_purchases():
            raise UserError(
                self.env._(
                    "%(project)s: %(order)s was made for %(partner)s already.",
                    project=self.name,
                    order=open_orders[0].name,
                    partner=self.contractor_id.name,
                )
            )

    def _prepare_purchase(self):
        """The request for quotation: the service once, by the first day of the work."""
        self.ensure_one()
        project = self.sudo().with_company(self.company_id)
        position = self.env["account.fiscal.position"].sudo().with_company(self.company_id)
        account = project.project_id.account_id
        line = {
            "product_id": project.company_id.install_service_id.id,
            "product_qty": 1,
            "analytic_distribution": account and {str(account.id): 100},
        }
        return {
            "partner_id": project.contractor_id.id,
            "company_id": project.company_id.id,
            "origin": project.name,
            "payment_term_id": project.contractor_id.property_supplier_payment_term_id.id,
            "fiscal_position_id": position._get_fiscal_position(project.contractor_id).id,
            "order_line": [Command.create(line)],
        }

    def action_view_purchases(self):
        """Open what was ordered from partner companies for the project (I2)."""
        self.ensure_one()
        return self.purchase_ids._get_records_action(name=self.env._("Purchases"))
