from collections import defaultdict

from odoo import fields, models
from odoo.exceptions import UserError


class StockPicking(models.Model):
    """Transfers between warehouses, where they are decided on (S8)."""

    _inherit = "stock.picking"

    transfer_application_ids = fields.One2many(
        "stocking.transfer",
        "picking_id",
        string="Transfer Applications",
        copy=False,
        groups="stock.group_stock_user",
    )
    needs_transfer_application = fields.Boolean(compute="_compute_needs_transfer_application")

    def _compute_needs_transfer_application(self):
        reasons = self.sudo().move_ids._transfer_reasons(planned=True)
        lacking = {move.picking_id for move, _sentence in reasons}
        for picking in self:
            picking.needs_transfer_application = picking.sudo() in lacking

    def action_apply_for_transfer(self):
        """Open the application for what this transfer takes to another warehouse (S8).

        :raise UserError: when it needs none
        :return: window action
        """
        self.ensure_one()
        self.check_access("write")
        open_ones = self.transfer_application_ids.filtered(lambda row: row.state == "draft")
        if not open_ones and not self.needs_transfer_application:
            raise UserError(
                self.env._("%s stays in its warehouse, or is approved already.", self.name)
            )
        application = open_ones[:1] or self.env["stocking.transfer"]._apply_for(self)
        return application._get_records_action(name=self.env._("Transfer Application"))

    def _transfer_family(self):
        """The transfer with all that were split from it, or it from: they share what was approved."""
        root = self
        while root.backorder_id - root:
            root = root.backorder_id
        family, newest = root, root
        while newest := newest.backorder_ids - family:
            family |= newest
        return family

    def _approved_transfers(self):
        """``{product: quantity in its unit}`` that applications for these transfers allow."""
        allowed = defaultdict(float)
        rows = (
            self.env["stocking.transfer.line"]
            .sudo()
            ._read_group(
                [
                    ("transfer_id.picking_id", "in", self.ids),
                    ("transfer_id.state", "=", "approved"),
                ],
                ["product_id"],
                ["quantity:sum"],
            )
        )
        for product, quantity in rows:
            allowed[product] += quantity
        return allowed

    def _crossed(self, leaving, planned):
        """``{product: quantity in its unit}`` that left the warehouse with this transfer's family.

        :param leaving: moves about to be done
        :param planned: count what is still to be done as well
        """
        total = defaultdict(float)
        for move in self._transfer_family().sudo().move_ids:
            if move.state == "cancel" or not move._leaves_warehouse():
                continue
            if move.state == "done" or move in leaving:
                total[move.product_id] += move._moved_quantity()
            elif planned:
                total[move.product_id] += move.product_uom._compute_quantity(
                    move.product_uom_qty, move.product_id.uom_id
                )
        return total
