from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError


class InstallAcceptanceLine(models.Model):
    """How much of one product of the order is accepted (I6): part now, the rest later."""

    _name = "install.acceptance.line"
    _description = "Goods of an Acceptance"
    _order = "acceptance_id, id"

    acceptance_id = fields.Many2one(
        "install.acceptance", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="acceptance_id.company_id", store=True)
    order_line_id = fields.Many2one("sale.order.line", required=True, readonly=True, index=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True)
    uom_id = fields.Many2one("uom.uom", required=True, readonly=True, string="Unit")
    open_quantity = fields.Float(
        readonly=True,
        digits="Product Unit",
        string="To Accept",
        help="Shipped and not accepted yet, when the acceptance was prepared.",
    )
    quantity = fields.Float(digits="Product Unit", string="Accepted")
    shipped_lot_ids = fields.Many2many(
        "stock.lot", compute="_compute_shipped_lot_ids", string="Shipped Serial Numbers"
    )
    lot_ids = fields.Many2many(
        "stock.lot",
        string="Serial Numbers",
        domain="[('id', 'in', shipped_lot_ids)]",
        help="Those that stand on site; at first all that were shipped and are not accepted yet.",
    )
    serials = fields.Char(compute="_compute_serials", string="Serial Numbers Accepted")

    @api.depends("order_line_id.move_ids.move_line_ids.lot_id")
    def _compute_shipped_lot_ids(self):
        # sudo: who installs has no rights in the warehouse
        lots = self._lots_to_accept(self.sudo().order_line_id)
        for line in self.sudo():
            line.shipped_lot_ids = lots.get(line.order_line_id)

    @api.depends("lot_ids")
    def _compute_serials(self):
        for line in self.sudo():
            line.serials = ", ".join(line.lot_ids.mapped("name"))

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise self._from_the_order()
        return super().create(vals_list)

    def write(self, vals):
        self.acceptance_id._check_editable()
        if not self.env.su and not vals.keys() <= {"quantity", "lot_ids"}:
            raise self._from_the_order()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._from_the_order()

    def _from_the_order(self):
        return UserError(
            self.env._("The goods of an acceptance are those that were shipped: enter how many.")
        )

    def _problem(self):
        """Why it cannot be accepted as it stands; empty when it can."""
        self.ensure_one()
        left = self._open_quantities(self.order_line_id)[self.order_line_id]
        if self.uom_id.compare(self.quantity, 0.0) < 0 or (
            self.uom_id.compare(self.quantity, left) > 0
        ):
            return self.env._(
                "%(product)s: %(left)s %(unit)s were shipped and are not accepted yet; enter between 0 "
                "and that, not %(quantity)s.",
                product=self.product_id.display_name,
                left=left,
                unit=self.uom_id.name,
                quantity=self.quantity,
            )
        return self._serial_problem()

    def _serial_problem(self):
        """Whether the serial numbers are those that were shipped, one for each piece."""
        line = self.sudo()
        if wrong := line.lot_ids - line.shipped_lot_ids:
            return self.env._(
                "%(product)s: %(serials)s was not shipped with this order, or is accepted already. Read "
                "the plate again.",
                product=self.product_id.display_name,
                serials=", ".join(wrong.mapped("name")),
            )
        pieces = self.uom_id._compute_quantity(self.quantity, self.product_id.uom_id)
        tracked = line.product_id.tracking == "serial" and line.shipped_lot_ids
        if tracked and self.product_id.uom_id.compare(pieces, len(line.lot_ids)) != 0:
            return self.env._(
                "%(product)s: %(quantity)s %(unit)s are accepted, but %(serials)s serial numbers are "
                "entered. Enter those that stand on site.",
                product=self.product_id.display_name,
                quantity=pieces,
                unit=self.product_id.uom_id.name,
                serials=len(line.lot_ids),
            )
        return ""

    def _fingerprint(self):
        return [self.id, self.quantity, self.serials or ""]

    @api.model
    def _open_quantities(self, order_lines):
        """What of order lines was shipped and is in no signed acceptance.

        :return: ``{sale.order.line: quantity in its unit}``
        """
        groups = self.sudo()._read_group(
            [("order_line_id", "in", order_lines.ids), ("acceptance_id.state", "=", "signed")],
            ["order_line_id"],
            ["quantity:sum"],
        )
        accepted = {line.id: quantity for line, quantity in groups}
        return {
            line: line.qty_delivered - accepted.get(line.id, 0.0) for line in order_lines.sudo()
        }

    @api.model
    def _lots_to_accept(self, order_lines):
        """Lots of order lines that are at the customer's and in no signed acceptance.

        :return: ``{sale.order.line: stock.lot}``, as superuser; a lot number that is not unique to a
            piece stays to be accepted
        """
        signed = self.sudo().search(
            [("order_line_id", "in", order_lines.ids), ("acceptance_id.state", "=", "signed")]
        )
        # read for all of them at once
        signed.mapped("lot_ids")
        accepted, moved = signed.grouped("order_line_id"), self._moved_lots(order_lines)
        result = {}
        for line in order_lines.sudo():
            sent, back = moved[line.id]
            serial = line.product_id.tracking == "serial"
            # what came back and was shipped again stands on site again
            lots = self.env["stock.lot"].sudo().browse(sent - back if serial else sent)
            if serial and line in accepted:
                lots -= accepted[line].lot_ids
            result[line] = lots
        return result

    @api.model
    def _moved_lots(self, order_lines):
        """How often each lot went to the customer of order lines, and came back.

        :return: ``{order line id: (Counter of lot ids sent, Counter of lot ids returned)}``
        """
        moved = {line_id: (Counter(), Counter()) for line_id in order_lines.ids}
        rows = (
            self.env["stock.move.line"]
            .sudo()
            .search(
                [
                    ("move_id.sale_line_id", "in", order_lines.ids),
                    ("move_id.state", "=", "done"),
                    ("lot_id", "!=", False),
                ],
                order="id",
            )
        )
        for row in rows:
            sent, back = moved[row.move_id.sale_line_id.id]
            if row.move_id.location_dest_id.usage == "customer":
                sent[row.lot_id.id] += 1
            elif row.move_id.location_id.usage == "customer":
                back[row.lot_id.id] += 1
        return moved
