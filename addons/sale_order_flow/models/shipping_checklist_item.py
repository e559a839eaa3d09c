from odoo import api, fields, models
from odoo.exceptions import UserError

PACKER = "warehouse"


class ShippingChecklistItem(models.Model):
    """One thing to be packed or enclosed with a transfer, ticked by the warehouse (F14)."""

    _name = "shipping.checklist.item"
    _description = "Packing and Accessories Item"
    _inherit = ["order.flow.document"]
    _order = "picking_id, sequence, id"

    _stamped = frozenset(
        {
            "picking_id",
            "point_id",
            "product_id",
            "sequence",
            "name",
            "kind",
            "instruction",
            "is_required",
            "is_ticked",
            "ticked_by_id",
            "ticked_at",
        }
    )

    # stamped right after the record is made, so nothing here is required
    picking_id = fields.Many2one(
        "stock.picking", readonly=True, index=True, ondelete="cascade", string="Transfer"
    )
    arrangement_id = fields.Many2one(
        related="picking_id.shipping_arrangement_id", store=True, index=True
    )
    company_id = fields.Many2one(related="picking_id.company_id", store=True)
    point_id = fields.Many2one("shipping.checklist.point", readonly=True, ondelete="set null")
    product_id = fields.Many2one("product.product", readonly=True)
    sequence = fields.Integer(readonly=True)
    name = fields.Char(readonly=True, string="What Is Packed")
    kind = fields.Selection(
        [("packing", "Packing"), ("accessory", "Accessory"), ("paper", "Enclosed Paper")],
        readonly=True,
    )
    instruction = fields.Text(readonly=True, string="How")
    is_required = fields.Boolean(readonly=True, string="Must Be Packed")
    is_ticked = fields.Boolean(readonly=True, string="Packed")
    ticked_by_id = fields.Many2one("res.users", readonly=True, string="Packed By")
    ticked_at = fields.Datetime(readonly=True, string="Packed On")

    @api.model
    def _ensure(self, moves):
        """Make what the points ask for and is not there yet, for transfers about to leave.

        :param moves: ``stock.move`` of orders in the flow
        """
        values = []
        for company, group in moves.grouped("company_id").items():
            points = self.env["shipping.checklist.point"]._in_force(company)
            if not points:
                continue
            there = {
                (item.picking_id, item.point_id, item.product_id)
                for item in self.sudo().search([("picking_id", "in", group.picking_id.ids)])
            }
            values += [
                {
                    "picking_id": picking.id,
                    "point_id": point.id,
                    "product_id": product.id,
                    "sequence": number,
                    "name": point.name,
                    "kind": point.kind,
                    "instruction": point.instruction,
                    "is_required": point.is_required,
                }
                for picking, asked in points._wanted(group).items()
                for number, (point, product) in enumerate(asked)
                if (picking, point, product) not in there
            ]
        items = self.sudo().create([{} for _row in values])
        for item, row in zip(items, values, strict=True):
            item._stamp(row)
        return items

    def action_tick(self):
        """The warehouse has packed it; pressed once more, it has not (F14).

        :raise AccessError: for anybody but the warehouse role of the company
        :raise UserError: when the goods have left, or do not leave any more
        :return: True
        """
        self._flow_check_role(PACKER)
        for item in self:
            picking = item.picking_id.sudo()
            if picking.state in ("done", "cancel"):
                raise UserError(
                    self.env._(
                        "%s was shipped or cancelled: what was packed with it stays as it was ticked.",
                        picking.name,
                    )
                )
            ticked = not item.is_ticked
            item._stamp(
                {
                    "is_ticked": ticked,
                    "ticked_by_id": ticked and self.env.uid,
                    "ticked_at": ticked and fields.Datetime.now(),
                }
            )
        self.picking_id.sudo().sale_id.invalidate_recordset(["release_checklist"])
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        if self.picking_id.exists():
            raise UserError(self.env._("What is packed comes from the points of the goods."))
