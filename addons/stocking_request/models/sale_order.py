from odoo import api, fields, models

SUPPLY_STAGES = [
    ("stocking", "Stocking Request Under Way"),
    ("shortage", "Missing Goods to Order"),
    ("purchase", "Purchase to Confirm"),
    ("arrival", "Goods to Receive"),
]


class SaleOrder(models.Model):
    """What a stocking request permits, and where missing goods stand (S3, S4, S5)."""

    _inherit = "sale.order"

    stocking_request_ids = fields.One2many(
        "stocking.request",
        "sale_order_id",
        groups="stocking_request.group_stocking_user",
    )
    stocking_request_count = fields.Integer(
        compute="_compute_stocking_request_count", compute_sudo=True
    )
    shortage_ids = fields.One2many("supply.shortage", "sale_order_id", groups="base.group_user")
    supply_date = fields.Datetime(
        compute="_compute_supply_date",
        string="Missing Goods Expected",
        help="When the last of the missing goods arrives, from the purchase orders.",
    )
    flow_stage = fields.Selection(
        selection_add=SUPPLY_STAGES,
        ondelete={stage: "set null" for stage, _label in SUPPLY_STAGES},
    )

    @api.depends("stocking_request_ids")
    def _compute_stocking_request_count(self):
        for order in self:
            order.stocking_request_count = len(order.stocking_request_ids)

    @api.depends("shortage_ids.expected_date", "shortage_ids.state")
    def _compute_supply_date(self):
        for order in self:
            coming = order.sudo().shortage_ids.filtered(
                lambda shortage: shortage.state != "arrived"
            )
            order.supply_date = max(filter(None, coming.mapped("expected_date")), default=False)

    # ------------------------------------------------------------------ shipping without payment

    def _approved_stocking_requests(self):
        return self.sudo().stocking_request_ids.filtered(
            lambda request: request.state == "approved"
        )

    def _ships_without_payment(self):
        """D9 2: the president's decision on the stocking request lets the goods go unpaid."""
        permitted = super()._ships_without_payment()
        for order, requests in self._approved_stocking_requests().grouped("sale_order_id").items():
            permitted.setdefault(
                order.id,
                self.env._(
                    "Stocking request %s was approved.",
                    ", ".join(requests.mapped("name")),
                ),
            )
        return permitted

    # ------------------------------------------------------------------ stage

    @api.depends("stocking_request_ids.stage", "shortage_ids.state")
    def _compute_flow_stage(self):
        return super()._compute_flow_stage()

    def _flow_stage_of(self):
        stages = super()._flow_stage_of()
        for order in self:
            stage = stages.get(order.id)
            if stage in ("apply", "notice") and order._open_stocking_request():
                stages[order.id] = "stocking"
            elif stage in ("supplying", "ship") and (missing := order._supply_stage()):
                stages[order.id] = missing
        return stages

    def _open_stocking_request(self):
        """The request that decides whether this order ships unpaid, until its goods are ordered."""
        return self.sudo().stocking_request_ids.filtered(
            lambda request: request.stage in ("assistant", "review", "supply")
        )[:1]

    def _supply_stage(self):
        """What the missing goods wait for; empty when nothing is missing."""
        states = set(self.sudo().shortage_ids.mapped("state"))
        for state, stage in (("open", "shortage"), ("rfq", "purchase"), ("ordered", "arrival")):
            if state in states:
                return stage
        return ""

    # ------------------------------------------------------------------ the next step

    @api.model
    def _desk_stage_owners(self):
        return {
            **super()._desk_stage_owners(),
            "shortage": "purchasing",
            "purchase": "purchasing",
            "arrival": "warehouse",
        }

    @api.model
    def _desk_stage_teams(self):
        return {
            **super()._desk_stage_teams(),
            "stocking": "assistant",
            "shortage": "purchase",
            "purchase": "purchase",
            "arrival": "purchase",
        }

    def _desk_method(self, stage):
        own = {
            "shortage": ("action_order_missing", self.env._("Ask Vendors")),
            "purchase": ("action_open_missing_purchase", self.env._("Confirm the Purchase")),
            "arrival": ("action_open_receipts", self.env._("Receive the Goods")),
        }
        return own.get(stage) or super()._desk_method(stage)

    def action_make_stocking_request(self):
        """Open a new stocking request for everything this order still has to ship (S1).

        :return: window action of the request
        """
        self.ensure_one()
        left = self.order_line._unnoticed_quantities()
        request = self.env["stocking.request"].create(
            {
                "reason": "unpaid_order",
                "sale_order_id": self.id,
                "company_id": self.company_id.id,
                "date_needed": max(self._promised_day(), self.company_id._approval_today()),
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "product_id": line.product_id.id,
                            "quantity": left[line.id],
                            "product_uom_id": line.product_uom_id.id,
                            "sale_line_id": line.id,
                        },
                    )
                    for line in self.order_line
                    if left.get(line.id)
                ],
            }
        )
        return request.get_formview_action()

    def action_view_stocking_requests(self):
        """Open the stocking requests of these orders."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "stocking_request.action_stocking_request"
        )
        return {**action, "domain": [("sale_order_id", "in", self.ids)], "context": {}}

    def action_order_missing(self):
        """Purchasing asks the vendors for everything that is missing for this order (S4)."""
        open_shortages = self.shortage_ids.filtered(lambda shortage: shortage.state == "open")
        return open_shortages.action_order_and_open()

    def action_open_missing_purchase(self):
        """Open the requests for quotation of the missing goods."""
        return self.shortage_ids.purchase_order_id._get_records_action(
            name=self.env._("Requests for Quotation")
        )

    def action_open_receipts(self):
        """Open the receipts that bring the missing goods."""
        pickings = self.shortage_ids.purchase_order_id.picking_ids.filtered(
            lambda picking: picking.state not in ("done", "cancel")
        )
        return pickings._get_records_action(name=self.env._("Receipts"))
