from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows


class StockingSupply(models.TransientModel):
    """The assistant's proposal for an approved request: warehouse first, purchasing for the rest.

    The proposal is only a proposal: quantities are checked again, under lock, when it is carried
    out, and only a sales assistant of the company can carry it out (S3).
    """

    _name = "stocking.supply"
    _description = "Order the Goods of a Stocking Request"

    request_id = fields.Many2one("stocking.request", required=True, ondelete="cascade")
    sale_order_id = fields.Many2one(related="request_id.sale_order_id")
    line_ids = fields.One2many(
        "stocking.supply.line",
        "supply_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("request_id")
    def _compute_line_ids(self):
        for supply in self:
            supply.line_ids = [(5, 0, 0)] + [
                (0, 0, {"line_id": line.id, **supply._proposal(line)})
                for line in supply.request_id.line_ids
                if line._left(line.remaining_quantity)
            ]

    @api.model
    def _proposal(self, line):
        """Take what is free, order the rest; at most what remains to be ordered."""
        stock = min(max(line.free_quantity, 0.0), line.remaining_quantity)
        return {"from_stock": stock, "from_purchase": line.remaining_quantity - stock}

    def action_order(self):
        """Give the orders: to the warehouse what is there, to purchasing what is missing (S3).

        For a sales order the delivery notice covers the whole quantity, so that the warehouse
        ships the rest as soon as it arrives.

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: when quantities were ordered meanwhile, or nothing is asked
        :return: True
        """
        self.ensure_one()
        request = self.request_id
        request._flow_check_role("sales_assistant")
        lock_rows(request.line_ids)
        if request.state != "approved":
            raise UserError(self.env._("%s is not approved: nothing can be ordered.", request.name))
        lines = self.line_ids.filtered(lambda line: line.from_stock > 0 or line.from_purchase > 0)
        if not lines:
            raise UserError(self.env._("Enter at least one quantity for warehouse or purchasing."))
        lines._check_remaining()
        if request.sale_order_id:
            lines._order_for_customer()
        else:
            lines._order_for_stock()
        return True
