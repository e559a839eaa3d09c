from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.approval_chain.values import lock_rows

# of a point, what stays with the inspection as it was asked
_ASKED = ("name", "instruction", "kind", "minimum", "maximum", "unit", "photo_needed")


class GoodsInspection(models.Model):
    """Goods looked at point by point, and how many of them were accepted (F13, S10).

    Decided once, by the quality role. What was not accepted is worked over and inspected again,
    or scrapped with Odoo's own document.
    """

    _name = "goods.inspection"
    _description = "Goods Inspection"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "direction",
            "company_id",
            "product_id",
            "quantity",
            "lot_id",
            "partner_id",
            "order_line_id",
            "order_id",
            "picking_id",
            "rejected_quantity",
            "is_concession",
            "inspector_id",
            "inspected_at",
            "scrap_ids",
            "return_request_id",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    # what is inspected is stamped right after the record is made, so nothing here is required
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    direction = fields.Selection("_selection_direction", readonly=True, string="When")
    state = fields.Selection(
        [
            ("todo", "To Inspect"),
            ("accepted", "Accepted"),
            ("partly", "Partly Rejected"),
            ("rejected", "Rejected"),
            ("cancelled", "Cancelled"),
        ],
        default="todo",
        string="Status",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )
    product_id = fields.Many2one("product.product", readonly=True, index=True)
    product_uom_id = fields.Many2one(related="product_id.uom_id", string="Unit")
    lot_id = fields.Many2one("stock.lot", readonly=True, string="Lot/Serial Number")
    partner_id = fields.Many2one(
        "res.partner", readonly=True, index=True, string="Customer or Vendor"
    )
    picking_id = fields.Many2one("stock.picking", readonly=True, index=True, string="Transfer")
    order_line_id = fields.Many2one("sale.order.line", readonly=True, index=True)
    order_id = fields.Many2one(
        related="order_line_id.order_id", store=True, index=True, string="Sales Order"
    )
    quantity = fields.Float(readonly=True, digits="Product Unit", string="To Inspect")
    sample_quantity = fields.Float(
        digits="Product Unit",
        string="Sample",
        help="How many of the goods were looked at. Empty: all of them.",
    )
    accepted_quantity = fields.Float(digits="Product Unit", string="Accepted")
    rejected_quantity = fields.Float(
        compute="_compute_rejected_quantity", store=True, digits="Product Unit", string="Rejected"
    )
    result_ids = fields.One2many("goods.inspection.result", "inspection_id", string="Results")
    remark = fields.Text(
        help="Needed when goods are rejected, or accepted although a point failed.",
    )
    disposal = fields.Selection(
        "_selection_disposal",
        string="Rejected Goods",
        help="What happens with what was not accepted.",
    )
    is_concession = fields.Boolean(
        readonly=True, string="Concession", help="Accepted although a point failed."
    )
    inspector_id = fields.Many2one("res.users", readonly=True, copy=False)
    inspected_at = fields.Datetime(readonly=True, copy=False, string="Inspected On")
    scrap_ids = fields.One2many(
        "stock.scrap", "goods_inspection_id", readonly=True, groups="stock.group_stock_user"
    )
    may_inspect = fields.Boolean(compute="_compute_may_inspect")

    _open = models.Index("(order_line_id, product_id) WHERE state = 'todo'")

    # ------------------------------------------------------------------ fields

    @api.model
    def _selection_direction(self):
        return self.env["goods.inspection.point"]._selection_direction()

    @api.model
    def _selection_disposal(self):
        """Hook: what may happen with rejected goods, as ``(code, label)``.

        Whoever appends one extends :meth:`_dispose`.
        """
        return [
            ("rework", self.env._("Rework and Inspect Again")),
            ("scrap", self.env._("Scrap")),
        ]

    @api.depends("state", "quantity", "accepted_quantity")
    def _compute_rejected_quantity(self):
        for inspection in self:
            decided = inspection.state not in ("todo", "cancelled")
            inspection.rejected_quantity = decided and (
                inspection.quantity - inspection.accepted_quantity
            )

    @api.depends("company_id", "state")
    @api.depends_context("uid")
    def _compute_may_inspect(self):
        for inspection in self:
            inspection.may_inspect = inspection.state == "todo" and self.env.user._holds_role(
                "quality", inspection.company_id
            )

    def write(self, vals):
        answers = {"accepted_quantity", "sample_quantity", "remark", "disposal"}
        if not answers.isdisjoint(vals):
            for inspection in self:
                if inspection.state != "todo":
                    raise UserError(
                        self.env._(
                            "%s was decided: its results stand. Inspect the goods again instead.",
                            inspection.name,
                        )
                    )
            self._flow_check_role("quality")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Inspections stay: they tell why goods could leave."))

    # ------------------------------------------------------------------ making them

    @api.model
    def _make(self, wanted):
        """Make inspections with the questions of their points.

        :param wanted: list of ``(values of the fields that say what is inspected, points)``
        """
        inspections = self.sudo().create([{} for _row in wanted])
        results = []
        for inspection, (values, points) in zip(inspections, wanted, strict=True):
            company = self.env["res.company"].browse(values["company_id"])
            sequence = self.env["ir.sequence"].with_company(company)
            inspection._stamp(
                {
                    "accepted_quantity": values["quantity"],
                    **values,
                    "name": sequence.next_by_code("goods.inspection") or "/",
                }
            )
            results += [
                {
                    "inspection_id": inspection.id,
                    "point_id": point.id,
                    "sequence": number,
                    **{name: point[name] for name in _ASKED},
                }
                for number, point in enumerate(points)
            ]
        self.env["goods.inspection.result"].sudo().create(results)
        return inspections

    @api.model
    def _ensure_outgoing(self, moves):
        """Ask for the inspection of what is about to leave and is not inspected yet (F13).

        :param moves: ``stock.move`` of orders in the flow
        :return: the new inspections
        """
        wanted = []
        for company, group in moves.grouped("company_id").items():
            points = self.env["goods.inspection.point"]._in_force("outgoing", company)
            pickings = {(move.sale_line_id, move.product_id): move.picking_id.id for move in group}
            for (line, product), missing in group._uninspected(points).items() if points else ():
                partner = line.order_id.partner_id
                values = {
                    "direction": "outgoing",
                    "company_id": company.id,
                    "product_id": product.id,
                    "partner_id": partner.id,
                    "order_line_id": line.id,
                    "picking_id": pickings[line, product],
                    "quantity": missing,
                }
                wanted.append((values, points._for_goods(product, partner)))
        return self._make(wanted)

    # ------------------------------------------------------------------ deciding

    def action_record(self):
        """Record the results: what was accepted may go on, the rest is disposed of (F13, S10).

        :raise AccessError: for anybody but the quality role of the company
        :raise UserError: when it was decided, results are missing, more is accepted than was there,
            or goods are rejected without remark or without saying what happens with them
        :return: True
        """
        self._flow_check_role("quality")
        lock_rows(self.sudo())
        for inspection in self:
            inspection._check_complete()
            inspection._record()
        return True

    def _check_complete(self):
        self.ensure_one()
        if self.state != "todo":
            raise UserError(self.env._("%s was decided already.", self.name))
        if missing := [text for result in self.result_ids if (text := result._missing())]:
            raise UserError("\n".join([self.name, *missing]))
        unit = self.product_uom_id
        for quantity, label in (
            (self.accepted_quantity, self.env._("Accepted")),
            (self.sample_quantity, self.env._("Sample")),
        ):
            if unit.compare(quantity, 0.0) < 0 or unit.compare(quantity, self.quantity) > 0:
                raise UserError(
                    self.env._(
                        "%(inspection)s: “%(field)s” is %(quantity)s; it is between 0 and %(limit)s "
                        "%(unit)s.",
                        inspection=self.name,
                        field=label,
                        quantity=quantity,
                        limit=self.quantity,
                        unit=unit.name,
                    )
                )
        rejected = unit.compare(self.accepted_quantity, self.quantity) < 0
        failed = "no" in self.result_ids.mapped("verdict")
        if (rejected or failed) and not (self.remark or "").strip():
            raise UserError(
                self.env._(
                    "%s: write in the remark why goods are rejected, or why they are accepted although "
                    "a point failed.",
                    self.name,
                )
            )
        if rejected and not self.disposal:
            raise UserError(
                self.env._(
                    "%s: choose what happens with the rejected goods.",
                    self.name,
                )
            )

    def _record(self):
        unit = self.product_uom_id
        rejected = unit.compare(self.accepted_quantity, self.quantity) < 0
        none = unit.is_zero(self.accepted_quantity)
        self._stamp(
            {
                "state": "rejected" if none else "partly" if rejected else "accepted",
                "is_concession": not rejected and "no" in self.result_ids.mapped("verdict"),
                "inspector_id": self.env.uid,
                "inspected_at": fields.Datetime.now(),
            }
        )
        if rejected:
            self._dispose()
        self._tell()

    def _dispose(self):
        """Hook: carry out what was chosen for the rejected goods, with Odoo's documents."""
        self.ensure_one()
        if self.disposal == "scrap":
            self._scrap()
        if self.direction == "outgoing":
            self.sudo()._ensure_outgoing(self._moves_waiting())

    def _scrap(self):
        """Scrap the rejected goods from where they are."""
        scrap = (
            self.env["stock.scrap"]
            .sudo()
            .create(
                {
                    "product_id": self.product_id.id,
                    "product_uom_id": self.product_uom_id.id,
                    "scrap_qty": self.rejected_quantity,
                    "lot_id": self.lot_id.id,
                    "location_id": self._location_of_goods().id,
                    "company_id": self.company_id.id,
                    "origin": self.name,
                    "goods_inspection_id": self.id,
                }
            )
        )
        self._carry_out_scrap(scrap)

    def _carry_out_scrap(self, scrap):
        """Hook: validate the scrap order, unless somebody else decides on it.

        :param scrap: draft ``stock.scrap`` as superuser
        :raise UserError: when fewer goods are left than are to be scrapped
        """
        if scrap.action_validate() is not True:
            raise UserError(
                self.env._(
                    "%(inspection)s: %(quantity)s %(unit)s of %(product)s cannot be scrapped, as there "
                    "are less in %(location)s. Count the goods first, or choose rework.",
                    inspection=self.name,
                    quantity=self.rejected_quantity,
                    unit=self.product_uom_id.name,
                    product=self.product_id.display_name,
                    location=scrap.location_id.display_name,
                )
            )

    def _location_of_goods(self):
        """Hook: where the inspected goods are."""
        self.ensure_one()
        return self.sudo().picking_id.location_id

    def _tell(self):
        """Those who wait for the goods learn what was rejected (F13)."""
        self.ensure_one()
        if not self.order_id or self.state == "accepted":
            return
        order = self.order_id.sudo()
        assistants = self.env["approval.role"]._people("sales_assistant", self.company_id)
        order.message_post(
            body=self.env._(
                "%(inspection)s: %(rejected)s %(unit)s of %(product)s were rejected before shipping. "
                "%(remark)s",
                inspection=self.name,
                rejected=self.rejected_quantity,
                unit=self.product_uom_id.name,
                product=self.product_id.display_name,
                remark=self.remark or "",
            ),
            partner_ids=(order.user_id | assistants).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def action_cancel(self):
        """Give up an inspection of goods that do not leave any more.

        :raise AccessError: for anybody but the quality role
        :raise UserError: when it was decided, or the goods are still about to leave
        :return: True
        """
        self._flow_check_role("quality")
        for inspection in self:
            if inspection.state != "todo" or inspection._is_needed():
                raise UserError(
                    self.env._(
                        "%s was decided already, or its goods still wait for it.", inspection.name
                    )
                )
        self._stamp({"state": "cancelled"})
        return True

    def _is_needed(self):
        """Hook: whether goods wait for the inspection."""
        self.ensure_one()
        return bool(self._moves_waiting())

    def _moves_waiting(self):
        """Moves that are to take the inspected goods to their customer, as superuser."""
        self.ensure_one()
        moves = self.order_line_id.sudo().move_ids
        return moves.filtered(lambda move: move.product_id == self.product_id)._waiting_to_leave()

    def action_open_order(self):
        """Open the sales order the goods belong to."""
        self.ensure_one()
        return self.order_id._get_records_action()
