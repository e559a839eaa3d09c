from odoo import api, fields, models
from odoo.exceptions import AccessError

from odoo.addons.approval_chain.values import lock_rows


class PurchaseOrderLine(models.Model):
    """What stands behind a line that is bought: purchase requests, shortages, procurements (S6)."""

    _inherit = "purchase.order.line"

    allocation_ids = fields.One2many(
        "stocking.purchase.allocation",
        "purchase_line_id",
        string="Purchase Requests",
        groups="purchase.group_purchase_user",
    )
    procured_quantity = fields.Float(
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="How much of the line replenishment rules and orders asked for, in the unit of the product.",
    )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                self._refuse_procured(vals)
                # nor by a default in the context of the caller
                vals["procured_quantity"] = 0.0
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            self._refuse_procured(vals)
        if "product_id" in vals:
            other = self.filtered(lambda line: line.product_id.id != vals["product_id"])
            # nobody asked for the new product
            other.filtered("procured_quantity").sudo().procured_quantity = 0.0
        result = super().write(vals)
        if not {"product_qty", "product_uom_id", "product_id", "order_id"}.isdisjoint(vals):
            self.filtered(lambda line: line.order_id.state == "purchase")._settle_requests()
        return result

    def _refuse_procured(self, vals):
        if vals.get("procured_quantity"):
            raise AccessError(
                self.env._(
                    "How much was procured is recorded by replenishment itself and cannot be entered."
                )
            )

    # ------------------------------------------------------------------ settling what is ordered

    def _settle_requests(self):
        """Order for the purchase requests what these lines buy: never more than they lack (S6).

        First each request gets what was asked for it, then what is bought beyond that goes to those
        that still lack something; the rest was asked for by nobody. Under lock: two orders confirmed
        at once cannot both bring the same goods.
        """
        rows = self.sudo().allocation_ids
        if not rows:
            return
        lock_rows(rows.line_id)
        rows.invalidate_recordset(["quantity"])
        # what the same requests have elsewhere, read for all of them at once
        rows.line_id.mapped("allocation_ids.quantity")
        for line, own in rows.grouped("purchase_line_id").items():
            left = line.product_qty if line.order_id.state == "purchase" else 0.0
            own.quantity = 0.0
            for surplus in (False, True):
                for row in own.sorted("id"):
                    offered = line.product_uom_id._compute_quantity(
                        max(left, 0.0), row.product_uom_id, round=False
                    )
                    wanted = row._open_quantity()
                    if not surplus:
                        wanted = min(wanted, row.asked_quantity)
                    more = min(wanted - row.quantity, offered)
                    if row.line_id._left(more):
                        row.quantity += more
                        left -= row._in_order_unit(more)

    def _merge_po_line(self, rfq_line):
        """Of two requests for quotation that are merged, the first answers for both (S6)."""
        result = super()._merge_po_line(rfq_line)
        line_sudo, other_sudo = self.sudo(), rfq_line.sudo()
        line_sudo.procured_quantity += other_sudo.procured_quantity
        own = line_sudo.allocation_ids.grouped("line_id")
        for row in other_sudo.allocation_ids:
            if row.line_id in own:
                own[row.line_id].asked_quantity += row.asked_quantity
                row.unlink()
            else:
                row.purchase_line_id = self
        return result

    @api.model
    def _prepare_purchase_order_line_from_procurement(
        self, product_id, product_qty, product_uom, *args, **kwargs
    ):
        values = super()._prepare_purchase_order_line_from_procurement(
            product_id, product_qty, product_uom, *args, **kwargs
        )
        procured = product_uom._compute_quantity(product_qty, product_id.uom_id)
        return {**values, "procured_quantity": procured}

    # ------------------------------------------------------------------ money of the line

    def _unit_cost(self):
        """What one unit of the line costs, in company currency, without taxes."""
        self.ensure_one()
        if not self.product_qty:
            return 0.0
        return self.price_subtotal / self.product_qty / (self.order_id.currency_rate or 1.0)

    def _cost_of_product(self):
        """What one unit of the product costs on this line, in company currency, without taxes."""
        self.ensure_one()
        if not self.product_id:
            return 0.0
        return self.product_uom_id._compute_price(self._unit_cost(), self.product_id.uom_id)

    def _billed(self):
        """What posted bills say of the line, refunds deducted.

        :return: (quantity in the unit of the line, amount, paid of it), amounts in company currency
            without taxes
        """
        self.ensure_one()
        quantity = amount = paid = 0.0
        for bill_line in self.invoice_lines.filtered(lambda line: line.parent_state == "posted"):
            bill = bill_line.move_id
            sign = -1 if bill.move_type == "in_refund" else 1
            unit = bill_line.product_uom_id or self.product_uom_id
            quantity += sign * unit._compute_quantity(
                bill_line.quantity, self.product_uom_id, round=False
            )
            amount += bill_line.balance
            open_share = bill.amount_residual / bill.amount_total if bill.amount_total else 0.0
            paid += bill_line.balance * (1 - open_share)
        return quantity, amount, paid

    # ------------------------------------------------------------------ what was planned

    def _planned_quantities(self):
        """How much of each line somebody asked for: request, shortage, or replenishment (S6).

        :return: ``{line: quantity in its unit}``
        """
        planned = self._procured_quantities()
        for line in self:
            for row in line.allocation_ids:
                planned[line] += row._in_order_unit(row._open_quantity())
        return planned

    def _procured_quantities(self):
        """Hook: what was asked for besides purchase requests.

        :return: ``{line: quantity in its unit}``
        """
        shortages = self.env["supply.shortage"].search([("purchase_line_id", "in", self.ids)])
        by_line = shortages.grouped("purchase_line_id")
        return {
            line: line.product_id.uom_id._compute_quantity(
                line.procured_quantity, line.product_uom_id, round=False
            )
            + sum(
                shortage.product_uom_id._compute_quantity(
                    shortage.quantity, line.product_uom_id, round=False
                )
                for shortage in by_line.get(line, shortages.browse())
                if shortage.product_id == line.product_id
            )
            for line in self
        }
