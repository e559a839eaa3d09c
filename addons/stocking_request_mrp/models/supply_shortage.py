from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError


class SupplyShortage(models.Model):
    """Missing goods that are produced: a real production, its state and its date (S3, S5)."""

    _inherit = "supply.shortage"

    source = fields.Selection(
        selection_add=[("production", "Production")], ondelete={"production": "set default"}
    )
    production_id = fields.Many2one(
        "mrp.production",
        string="Manufacturing Order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    state = fields.Selection(
        selection_add=[("planned", "Production Planned"), ("ordered",)],
        ondelete={"planned": "set null"},
    )

    def _is_coming(self):
        self.ensure_one()
        return self.state not in (False, "arrived")

    @api.depends(
        "source", "production_id.state", "production_id.production_group_id.production_ids.state"
    )
    def _compute_state(self):
        made = self.filtered(lambda shortage: shortage.source == "production")
        for shortage in made:
            states = set(shortage.production_id._covering().mapped("state")) - {"cancel"}
            if not states:
                shortage.state = "open"
            elif states == {"draft"}:
                shortage.state = "planned"
            else:
                shortage.state = "arrived" if states == {"done"} else "ordered"
        return super(SupplyShortage, self - made)._compute_state()

    @api.depends(
        "source",
        "production_id.date_finished",
        "production_id.state",
        "production_id.production_group_id.production_ids.date_finished",
        "production_id.production_group_id.production_ids.state",
    )
    def _compute_expected_date(self):
        made = self.filtered(lambda shortage: shortage.source == "production")
        for shortage in made:
            coming = shortage.production_id._covering().filtered(
                lambda production: production.state not in ("done", "cancel")
            )
            shortage.expected_date = max(
                filter(None, coming.mapped("date_finished")), default=False
            )
        return super(SupplyShortage, self - made)._compute_expected_date()

    @api.depends("production_id.name")
    def _compute_document_name(self):
        made = self.filtered("production_id")
        for shortage in made:
            shortage.document_name = shortage.sudo().production_id.name
        return super(SupplyShortage, self - made)._compute_document_name()

    # ------------------------------------------------------------------ ordering

    def action_order(self):
        """What we make ourselves is produced, the rest is bought (S3, S4).

        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: for a product that nobody sells or makes, or a shortage ordered already
        :return: the ``purchase.order`` records
        """
        made = self._made_by_us()
        if made:
            made._check_purchasing()
            made._lock_open()
            made.sudo()._make_productions()
        bought = self - made
        return super(SupplyShortage, bought).action_order() if bought else self.purchase_order_id

    def action_order_and_open(self):
        """Make the requests for quotation and productions, and open them."""
        if self._made_by_us() == self:
            self.action_order()
            return self.action_open_production()
        return super().action_order_and_open()

    def action_open_production(self):
        """Open the productions that make these goods."""
        productions = self.production_id._covering()
        return productions._get_records_action(name=self.env._("Manufacturing Orders"))

    def _made_by_us(self):
        """What was given to production, and what nobody sells but we make."""
        made = self.browse()
        for company, shortages in self.grouped("company_id").items():
            boms = shortages.product_id.sudo()._stocking_boms(company)
            made |= shortages.filtered(
                lambda shortage, boms=boms, company=company: (
                    boms.get(shortage.product_id)
                    and (
                        shortage.source == "production"
                        or not shortage.product_id.with_company(company).sudo()._prepare_sellers()
                    )
                )
            )
        return made

    def _make_productions(self):
        """One production for each; what waits for the goods gets them and nobody else does.

        :raise UserError: for a product without a bill of materials
        :return: the ``mrp.production`` records, to be confirmed by production
        """
        self.write({"source": "production"})
        self.env["stocking.allocation"].search([("shortage_id", "in", self.ids)]).write(
            {"source": "production"}
        )
        self._bind_transfers()
        productions = self.env["mrp.production"].create(
            [
                vals
                for company, shortages in self.grouped("company_id").items()
                for vals in shortages._prepare_productions_vals(company)
            ]
        )
        ordered = self.browse().union(*self.grouped("company_id").values())
        for shortage, production in zip(ordered, productions, strict=True):
            shortage.production_id = production
        return productions

    def _prepare_productions_vals(self, company):
        boms = self.product_id._stocking_boms(company)
        return [
            shortage._prepare_production_vals(boms.get(shortage.product_id)) for shortage in self
        ]

    def _prepare_production_vals(self, bom):
        """Hook: values of the production that makes the goods.

        :raise UserError: without a bill of materials
        """
        self.ensure_one()
        if not bom:
            raise UserError(
                self.env._(
                    "%s has no bill of materials: add one, or let purchasing bring it.",
                    self.product_id.display_name,
                )
            )
        kind = bom.picking_type_id or self.warehouse_id.manu_type_id
        return {
            "product_id": self.product_id.id,
            "product_qty": self.quantity,
            "product_uom_id": self.product_uom_id.id,
            "bom_id": bom.id,
            "picking_type_id": kind.id,
            "company_id": self.company_id.id,
            "origin": self.request_id.name or self.sale_order_id.name,
            "date_deadline": self.date_needed,
            "user_id": False,
            "move_dest_ids": [Command.link(move.id) for move in self._open_transfers()],
        }

    def _ask_vendors(self, vendors):
        """Purchasing buys what was to be made."""
        made = self.browse().union(*vendors).sudo()
        made = made.filtered(lambda shortage: shortage.source == "production")
        if made:
            made.write({"source": "purchase"})
            self.env["stocking.allocation"].sudo().search([("shortage_id", "in", made.ids)]).write(
                {"source": "purchase"}
            )
        return super()._ask_vendors(vendors)

    # ------------------------------------------------------------------ dates, taking back

    def _move_date(self, new_date, reason):
        made = self.filtered("production_id")
        for company in made.company_id:
            if not self.env.user._holds_role("production_dispatch", company):
                raise AccessError(
                    self.env._(
                        "%s is produced: its date is moved by Production Dispatch.",
                        made[0].display_name,
                    )
                )
        made.sudo()._set_arrival(new_date, reason)
        return super(SupplyShortage, self - made)._move_date(new_date, reason)

    def _set_arrival(self, new_date, reason):
        made = self.filtered("production_id")
        open_ones = made.production_id._covering().filtered(
            lambda production: production.state not in ("done", "cancel")
        )
        open_ones.with_context(supply_date_reason=reason).write({"date_finished": new_date})
        return super(SupplyShortage, self - made)._set_arrival(new_date, reason)

    def _withdraw_orders(self):
        """Productions that nobody has begun are cancelled; of the others production learns it."""
        for shortage in self.filtered("production_id"):
            text = self.env._(
                "%(shortage)s is not needed any more (%(request)s, taken back by %(user)s).",
                shortage=shortage.display_name,
                request=shortage.request_id.name or shortage.sale_order_id.name or "-",
                user=self.env.user.name,
            )
            for production in shortage.production_id._covering():
                production.message_post(body=text)
                if production.state in ("draft", "confirmed"):
                    production.action_cancel()
        return super()._withdraw_orders()
