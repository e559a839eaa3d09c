from odoo import api, fields, models


class StockingCountLine(models.Model):
    """One stock line of a count: what the books said and what was there (S8)."""

    _name = "stocking.count.line"
    _description = "Inventory Count Line"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _check_company_auto = True

    _approval_parent = "count_id"

    count_id = fields.Many2one("stocking.count", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="count_id.company_id", store=True)
    quant_id = fields.Many2one(
        "stock.quant",
        string="Stock Line",
        index="btree_not_null",
        check_company=True,
        domain="[('location_id.usage', 'in', ('internal', 'transit')), ('company_id', '=', company_id)]",
        help="It may be gone by the time the count is read.",
    )
    # kept here: Odoo merges and deletes its stock lines
    product_id = fields.Many2one(
        "product.product", compute="_compute_quant", store=True, precompute=True, required=True
    )
    location_id = fields.Many2one(
        "stock.location", compute="_compute_quant", store=True, precompute=True, required=True
    )
    lot_id = fields.Many2one("stock.lot", compute="_compute_quant", store=True, precompute=True)
    package_id = fields.Many2one(
        "stock.package", compute="_compute_quant", store=True, precompute=True
    )
    owner_id = fields.Many2one("res.partner", compute="_compute_quant", store=True, precompute=True)
    quantity = fields.Float(
        compute="_compute_quant",
        store=True,
        precompute=True,
        digits="Product Unit",
        string="In the Books",
        help="In the unit of the product, when it was counted.",
    )
    counted_quantity = fields.Float(required=True, digits="Product Unit", string="Counted")
    difference = fields.Float(compute="_compute_difference", store=True, digits="Product Unit")
    currency_id = fields.Many2one(related="count_id.currency_id")
    value = fields.Monetary(
        compute="_compute_difference", store=True, string="Gain or Loss", help="At cost."
    )
    move_ids = fields.One2many("stock.move", "count_line_id", string="Stock Moves", readonly=True)

    _once = models.UniqueIndex(
        "(count_id, quant_id) WHERE quant_id IS NOT NULL",
        "A stock line is counted once in a count.",
    )

    @api.depends("quant_id")
    def _compute_quant(self):
        for line in self:
            quant = line.quant_id.sudo()
            if not quant and line._origin:
                continue
            for name in ("product_id", "location_id", "lot_id", "package_id", "owner_id"):
                line[name] = quant[name]
            line.quantity = quant.quantity

    @api.depends("quantity", "counted_quantity", "product_id")
    def _compute_difference(self):
        for line in self:
            product_sudo = line.product_id.with_company(line.company_id).sudo()
            line.difference = line.counted_quantity - line.quantity
            line.value = line.difference * product_sudo.standard_price

    def _moved_meanwhile(self):
        """What moved since it was counted, so that the difference is no longer the one decided on.

        :return: list of sentences
        """
        return [
            self.env._(
                "%(product)s in %(location)s moved since it was counted. Count it again.",
                product=line.product_id.display_name,
                location=line.location_id.display_name,
            )
            for line in self
            if not line.quant_id.exists()
            or line.product_id.uom_id.compare(line.quant_id.sudo().quantity, line.quantity)
        ]

    def _apply(self):
        """Have Odoo adjust the stock lines; each move names the line that it applies."""
        changed = self.filtered(lambda line: not line.product_id.uom_id.is_zero(line.difference))
        for line in changed:
            # whoever counts may set quantities, Odoo asks for more to apply them
            quant_sudo = line.quant_id.sudo().with_context(
                inventory_mode=True, stocking_count_line_id=line.id
            )
            quant_sudo.inventory_quantity = line.counted_quantity
            quant_sudo._apply_inventory()
