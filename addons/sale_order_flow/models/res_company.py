from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from .sale_order_stage import CLOSED_STAGES, STAGE_FIELDS

_lt = LazyTranslate(__name__)

DELIVERED_STAGES = tuple(stage for stage in CLOSED_STAGES if stage != "cancelled")


class ResCompany(models.Model):
    _inherit = "res.company"

    order_flow_enabled = fields.Boolean(
        string="Order Flow",
        help="Orders need complete data, deliveries wait for verified payment and a delivery notice.",
    )
    head_discount_limit = fields.Float(
        string="Discount Limit of the Department Head (%)",
        digits=(16, 2),
        help="Price concessions up to this percentage are decided by the department head. Beyond it, "
        "or when it is zero, they go to the president.",
    )
    release_payment_percent = fields.Float(
        string="Payment Before Delivery (%)",
        digits=(16, 2),
        default=100.0,
        help="Share of the order total that finance must have verified before a delivery notice.",
    )
    delivery_needs_order = fields.Boolean(
        string="Deliveries Need a Sales Order",
        help="Transfers to customers that belong to no sales order cannot be validated.",
    )

    deposit_percent = fields.Float(
        string="Deposit of Non-Standard Orders (%)",
        digits=(16, 2),
        help="Share of the total of a non-standard order that finance must have verified before "
        "production or purchase starts.",
    )
    feasibility_review_needed = fields.Boolean(
        string="Feasibility Before Price",
        help="Non-standard products are found feasible before a price is offered to the customer.",
    )

    _deposit_percent_range = models.Constraint(
        "CHECK (deposit_percent >= 0 AND deposit_percent <= 100)",
        "The deposit is a percentage between 0 and 100.",
    )
    _release_payment_percent_range = models.Constraint(
        "CHECK (release_payment_percent >= 0 AND release_payment_percent <= 100)",
        "The payment needed before delivery is a percentage between 0 and 100.",
    )
    _head_discount_limit_range = models.Constraint(
        "CHECK (head_discount_limit >= 0 AND head_discount_limit <= 100)",
        "The discount limit is a percentage between 0 and 100.",
    )

    @api.model
    @tools.ormcache()
    def _order_flow_company_ids(self):
        """Companies that follow the order flow; empty means that no gate costs a query."""
        return frozenset(self.sudo().search([("order_flow_enabled", "=", True)])._ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any("order_flow_enabled" in vals for vals in vals_list):
            self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "order_flow_enabled" in vals:
            self.env.registry.clear_cache()
        if not {"order_flow_enabled", "release_payment_percent", "deposit_percent"}.isdisjoint(
            vals
        ):
            self._order_flow_refresh()
        return result

    def _order_flow_refresh(self):
        """Derive the stages of open orders anew, after a setting they depend on was changed."""
        orders = (
            self.env["sale.order"]
            .sudo()
            .with_context(active_test=False)
            .search(
                Domain("company_id", "in", self.ids)
                & (
                    Domain("state", "in", ("draft", "sent"))
                    | Domain("flow_stage", "not in", (False, *DELIVERED_STAGES))
                )
            )
        )
        for name in ("order_flow", *STAGE_FIELDS, "flow_promised_date", "flow_expected_date"):
            self.env.add_to_compute(orders._fields[name], orders)
        for name in ("promised_date", "planned_date"):
            self.env.add_to_compute(orders.order_line._fields[name], orders.order_line)

    def _set_up_rulebook(self):
        """Chains for orders (F5, F6, F3), gates on, five percent for the department head."""
        result = super()._set_up_rulebook()
        confirm = {"operation": "confirm"}
        self._rulebook_chain(
            "sale.order",
            _lt("Special approval"),
            [
                (_lt("VP Marketing's opinion"), "opinion", "vp_marketing"),
                (_lt("Finance director's opinion"), "opinion", "finance_director"),
                (_lt("President decides"), "decide", "president"),
            ],
            sequence=10,
            domain="[('special_level', '=', 'president')]",
            **confirm,
        )
        self._rulebook_chain(
            "sale.order",
            _lt("Price concession"),
            [
                (_lt("Department head decides"), "decide", "department_head"),
            ],
            sequence=20,
            domain="[('special_level', '=', 'head')]",
            **confirm,
        )
        self._rulebook_chain(
            "sale.order",
            _lt("Order review"),
            [
                (_lt("Sales manager decides"), "decide", "sales_manager"),
            ],
            sequence=30,
            **confirm,
        )
        self._set_up_contract_review()
        self._set_up_non_standard()
        self._rulebook_chain(
            "sale.gate.override",
            _lt("Gate opened by decision"),
            [(_lt("Finance director decides"), "decide", "finance_director")],
            operation="open",
        )
        self._set_up_order_checks()
        if not self.order_flow_enabled:
            self.write(
                {
                    "order_flow_enabled": True,
                    "delivery_needs_order": True,
                    "own_customers_only": True,
                    "letter_evidence_needed": True,
                    "shipping_arranged": True,
                    "receipt_needed": True,
                    "head_discount_limit": self.head_discount_limit or 5.0,
                }
            )
        return result

    def _set_up_order_checks(self):
        """D9's list: changed price and changed policy go to the president; the rest is told."""
        new = self.env["sale.order.check.policy"]._complete(self)
        licence = self.env.ref("sale_order_flow.qualification_licence", raise_if_not_found=False)
        if licence and "qualification" in new.mapped("code"):
            licence.with_company(self).is_required = True

    def _set_up_non_standard(self):
        """D11 2: technical department and production find it feasible, the head sums it up."""
        known = (
            self.env["approval.chain"]
            .with_context(active_test=False)
            .search_count(
                [("company_id", "=", self.id), ("model", "=", "sale.feasibility.review")], limit=1
            )
        )
        self._rulebook_chain(
            "sale.feasibility.review",
            _lt("Feasibility review"),
            [
                (_lt("Feasibility and technical review"), "decide", "technical"),
                (_lt("Production review"), "decide", "vp_production"),
                (_lt("Department head sums up"), "decide", "department_head"),
            ],
            operation="release",
        )
        if not known:
            self.write(
                {
                    "feasibility_review_needed": True,
                    "deposit_percent": self.deposit_percent or 30.0,
                }
            )
