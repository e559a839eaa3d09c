from odoo import fields, models


class StockPicking(models.Model):
    """What left for a customer gets its receipt (F15)."""

    _inherit = "stock.picking"

    delivery_receipt_ids = fields.One2many(
        "delivery.receipt",
        "picking_id",
        readonly=True,
        groups="stock.group_stock_user,sale_order_flow.group_flow_user",
    )

    def _action_done(self):
        result = super()._action_done()
        if shipped := self._shipped_in_flow():
            self.env["delivery.receipt"]._make(shipped)
        return result

    def write(self, vals):
        result = super().write(vals)
        if vals.get("signature"):
            self._receipt_signed_here()
        return result

    def _receipt_signed_here(self):
        """A transfer that the customer signs in Odoo's own way needs no other receipt."""
        receipts = self.sudo().delivery_receipt_ids
        for receipt in receipts.filtered(lambda receipt: receipt.state == "waiting"):
            company = receipt.company_id
            receipt._confirm(
                "transfer",
                signed_by=receipt.signed_by or receipt.partner_id.name,
                received_on=receipt.received_on or company._approval_today(),
            )

    def _received_by_customer(self):
        signed = super()._received_by_customer()
        receipts = (
            self.env["delivery.receipt"]
            .sudo()
            .search([("picking_id", "in", (self - signed).ids), ("state", "=", "signed")])
        )
        return signed | self.browse(receipts.picking_id.ids)

    def action_open_receipt(self):
        """Open the receipt of this transfer."""
        self.ensure_one()
        return self.delivery_receipt_ids[:1]._get_records_action()


class StockMove(models.Model):
    """What the customer confirmed to have has left: it is not counted back into the stock (F15)."""

    _inherit = "stock.move"

    def _correction_reasons(self):
        reasons = super()._correction_reasons()
        pickings = self.sudo()._leaving_customers().picking_id
        signed = pickings.delivery_receipt_ids.filtered(lambda row: row.state == "signed")
        for receipt in signed:
            left = {
                (row["product_id"], row["uom_id"], row["order_line_id"]): row["shipped_quantity"]
                for row in receipt._prepare_lines()
            }
            reasons += [
                self.env._(
                    "%(picking)s: the customer confirmed %(received)s %(unit)s of %(product)s "
                    "(%(receipt)s), so no fewer have left. Take goods back with a return request.",
                    picking=receipt.picking_id.name,
                    received=line.received_quantity,
                    unit=line.uom_id.name,
                    product=line.product_id.display_name,
                    receipt=receipt.name,
                )
                for line in receipt.line_ids
                if line.uom_id.compare(
                    left.get((line.product_id.id, line.uom_id.id, line.order_line_id.id), 0.0),
                    line.received_quantity,
                )
                < 0
            ]
        return reasons
