from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class InstallProject(models.Model):
    """Accepted in parts or at once; with the last part the warranty begins (I6, I8)."""

    _inherit = "install.project"

    acceptance_ids = fields.One2many("install.acceptance", "project_id", string="Acceptances")
    acceptance_count = fields.Integer(compute="_compute_acceptance_count")
    accepted_on = fields.Date(readonly=True, copy=False, tracking=True)
    warranty_until = fields.Date(readonly=True, copy=False)

    @api.depends("acceptance_ids")
    def _compute_acceptance_count(self):
        for project in self:
            project.acceptance_count = len(project.acceptance_ids)

    def action_view_acceptances(self):
        """Open the acceptances of the project (I6)."""
        self.ensure_one()
        return self.acceptance_ids._get_records_action(name=self.env._("Acceptances"))

    def _order_goods(self):
        """The lines of the order with goods that were shipped."""
        self.ensure_one()
        lines = self.sudo().order_id.order_line
        return lines.filtered(lambda line: line._needs_delivery() and line.qty_delivered > 0)

    def action_prepare_acceptance(self):
        """Prepare the acceptance of what was shipped and is not accepted yet, with its checklist (I6).

        :raise AccessError: for anybody but the person responsible and project directors
        :raise UserError: when it is not being installed, or nothing is left to accept
        :return: window action
        """
        self.ensure_one()
        self._check_leads()
        self._check_state("installing")
        going = self.acceptance_ids.filtered(lambda one: one.state in ("draft", "ready"))
        if going:
            return going._get_records_action()
        goods = self._order_goods()
        left = self.env["install.acceptance.line"]._open_quantities(goods)
        goods = goods.filtered(lambda line: line.product_uom_id.compare(left[line], 0.0) > 0)
        lots = self.env["install.acceptance.line"]._lots_to_accept(goods)
        if not goods:
            raise UserError(
                self.env._("%s: everything that was shipped is accepted already.", self.name)
            )
        acceptance = self.env["install.acceptance"].sudo().create({})
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        acceptance._stamp(
            {
                "name": sequence.sudo().next_by_code("install.acceptance") or "/",
                "project_id": self.id,
            }
        )
        self.env["install.acceptance.line"].sudo().create(
            [
                {
                    "acceptance_id": acceptance.id,
                    "order_line_id": line.id,
                    "product_id": line.product_id.id,
                    "uom_id": line.product_uom_id.id,
                    "open_quantity": left[line],
                    "quantity": left[line],
                    "lot_ids": [Command.set(lots[line].ids)],
                }
                for line in goods
            ]
        )
        self.env["install.acceptance.check"].sudo().create(
            self._prepare_checks(acceptance, goods.product_id)
        )
        return acceptance.with_env(self.env)._get_records_action()

    def _prepare_checks(self, acceptance, products):
        """The values of the checklist: each point once for each product it is for."""
        points = self.env["goods.inspection.point"]._in_force("installation", self.company_id)
        copied = ("name", "instruction", "kind", "minimum", "maximum", "unit", "photo_needed")
        asked = dict.fromkeys(
            (point, product if not point._is_for_all() else products.browse())
            for product in products
            for point in points._for_goods(product, self.partner_id)
        )
        return [
            {
                "acceptance_id": acceptance.id,
                "sequence": number,
                "product_id": product.id,
                **{name: point[name] for name in copied},
            }
            for number, (point, product) in enumerate(asked)
        ]

    def _on_accepted(self):
        """A part was accepted; with the last the project is, and the warranty begins."""
        self.ensure_one()
        goods = self._order_goods()
        left = self.env["install.acceptance.line"]._open_quantities(goods)
        if any(line.product_uom_id.compare(left[line], 0.0) > 0 for line in goods):
            return
        if not self.sudo().order_id._all_shipped():
            return
        day = self.company_id._approval_today()
        months = relativedelta(months=self.company_id.install_warranty_months)
        self._stamp({"state": "accepted", "accepted_on": day, "warranty_until": day + months})
