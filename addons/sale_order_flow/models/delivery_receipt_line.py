from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import touch_rows

from ..photo import check_photo_size

ANSWERS = frozenset({"received_quantity", "condition", "affected_quantity", "note", "photo"})


class DeliveryReceiptLine(models.Model):
    """What arrived of one product, and in which condition (F15)."""

    _name = "delivery.receipt.line"
    _description = "Delivery Receipt Line"
    _order = "receipt_id, sequence, id"

    receipt_id = fields.Many2one(
        "delivery.receipt", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="receipt_id.company_id", store=True)
    partner_id = fields.Many2one(related="receipt_id.partner_id", store=True, string="Customer")
    state = fields.Selection(related="receipt_id.state", store=True, string="Status of the Receipt")
    sequence = fields.Integer(readonly=True)
    product_id = fields.Many2one("product.product", required=True, readonly=True, index=True)
    uom_id = fields.Many2one("uom.uom", required=True, readonly=True, string="Unit")
    order_line_id = fields.Many2one("sale.order.line", readonly=True, index="btree_not_null")
    shipped_quantity = fields.Float(readonly=True, digits="Product Unit", string="Shipped")
    received_quantity = fields.Float(digits="Product Unit", string="Received")
    condition = fields.Selection(
        [
            ("good", "In Good Order"),
            ("damaged", "Damaged"),
            ("wrong", "Wrong Goods"),
            ("other", "Otherwise Not in Order"),
        ],
        default="good",
        required=True,
        string="Condition of the Goods",
    )
    affected_quantity = fields.Float(
        digits="Product Unit",
        string="Of These Not in Order",
        help="How many of the received goods are damaged, wrong or otherwise not in order.",
    )
    difference = fields.Selection(
        [
            ("short", "Missing Goods"),
            ("damaged", "Damaged"),
            ("wrong", "Wrong Goods"),
            ("other", "Otherwise Not in Order"),
        ],
        compute="_compute_difference",
        store=True,
        index="btree_not_null",
    )
    short_quantity = fields.Float(compute="_compute_difference", store=True, digits="Product Unit")
    note = fields.Text(string="What Is Not in Order")
    photo = fields.Image(max_width=1920, max_height=1920)

    @api.depends("shipped_quantity", "received_quantity", "condition")
    def _compute_difference(self):
        for line in self:
            short = line.shipped_quantity - line.received_quantity
            is_short = line.uom_id.compare(short, 0.0) > 0
            line.short_quantity = short if is_short else 0.0
            line.difference = (
                line.condition if line.condition != "good" else "short" if is_short else False
            )

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise self._from_the_transfer()
        return super().create(vals_list)

    def write(self, vals):
        # whoever has the receipt confirmed meanwhile signs what is written here, or this is refused
        touch_rows(self.receipt_id.sudo())
        self.receipt_id._check_waiting()
        self.receipt_id._check_records()
        if not vals.keys() <= ANSWERS:
            raise self._from_the_transfer()
        check_photo_size(self.env, vals.get("photo"))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise self._from_the_transfer()

    def _from_the_transfer(self):
        return UserError(
            self.env._("The goods of a delivery receipt are those that were shipped: they stay.")
        )

    def _frozen_files(self, files):
        """Photos of signed receipts stay as they are."""
        signed = self.filtered(lambda line: line.state == "signed")
        return files.filtered(lambda file: file.res_id in signed.ids and file.res_field == "photo")

    # ------------------------------------------------------------------ what it says

    def _problem(self):
        """Why the receipt cannot be confirmed with this line; empty when it can."""
        self.ensure_one()
        unit, product = self.uom_id, self.product_id.sudo().display_name
        if (
            unit.compare(self.received_quantity, 0.0) < 0
            or unit.compare(self.received_quantity, self.shipped_quantity) > 0
        ):
            return self.env._(
                "%(product)s: %(shipped)s %(unit)s were shipped; what was received is between 0 and "
                "that, not %(received)s. Tell your contact about goods "
                "beyond that.",
                product=product,
                shipped=self.shipped_quantity,
                unit=unit.name,
                received=self.received_quantity,
            )
        if self.condition == "good":
            return ""
        if (
            unit.compare(self.affected_quantity, 0.0) <= 0
            or unit.compare(self.affected_quantity, self.received_quantity) > 0
        ):
            return self.env._(
                "%(product)s: enter how many of the %(received)s %(unit)s received are not in order.",
                product=product,
                received=self.received_quantity,
                unit=unit.name,
            )
        if not (self.note or "").strip():
            return self.env._("%s: describe what is not in order.", product)
        return ""

    def _fingerprints(self):
        """What the customer signs of these lines, comparable."""
        photos = self.env["ir.attachment"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("res_field", "=", "photo"),
            ]
        )
        checksums = {photo.res_id: photo.checksum for photo in photos}
        return [
            [
                line.id,
                line.shipped_quantity,
                line.received_quantity,
                line.condition,
                line.affected_quantity,
                line.note or "",
                checksums.get(line.id) or "",
            ]
            for line in self
        ]

    def _difference_text(self):
        """The difference in one sentence, in the language of the context."""
        self.ensure_one()
        labels = dict(self._fields["difference"]._description_selection(self.env))
        values = {
            "product": self.product_id.display_name,
            "received": self.received_quantity,
            "shipped": self.shipped_quantity,
            "unit": self.uom_id.name,
        }
        text = self.env._("%(product)s: %(received)s of %(shipped)s %(unit)s received", **values)
        if self.condition != "good":
            text = self.env._(
                "%(text)s, %(quantity)s of them: %(condition)s",
                text=text,
                quantity=self.affected_quantity,
                condition=labels[self.condition],
            )
        return f"{text}. {self.note or ''}".strip()
