from odoo import api, fields, models, tools
from odoo.fields import Domain
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

_SWITCHES = {"count": "stock_count_review", "transfer": "stock_transfer_review"}


class ResCompany(models.Model):
    """What a company has decided before goods are adjusted, scrapped or moved away (S8)."""

    _inherit = "res.company"

    stock_count_review = fields.Boolean(
        string="Inventory Counts Are Approved",
        help="Differences worth more than the limit go through an inventory count.",
    )
    stock_count_amount = fields.Monetary(
        string="Adjustments Up To",
        help="What is adjusted at once and is worth no more than this, at cost, needs no count.",
    )
    stock_transfer_review = fields.Boolean(
        string="Transfers between Warehouses Are Approved",
        help="Goods leave a warehouse for another one, or another company, as approved.",
    )

    _stock_count_amount_positive = models.Constraint(
        "CHECK (stock_count_amount >= 0)", "The limit of adjustments cannot be negative."
    )

    @api.model
    @tools.ormcache("kind")
    def _stock_review_ids(self, kind=None):
        """Companies that have adjustments or transfers decided on; empty: no door costs a query.

        :param kind: ``count`` or ``transfer``; by default those that have either
        """
        names = [_SWITCHES[kind]] if kind else _SWITCHES.values()
        switched_on = Domain.OR(Domain(name, "=", True) for name in names)
        return frozenset(self.sudo().search(switched_on)._ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(name in vals for vals in vals_list for name in _SWITCHES.values()):
            self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if not set(_SWITCHES.values()).isdisjoint(vals):
            self.env.registry.clear_cache()
        return result

    def _set_up_rulebook(self):
        """S8: scrap, counts and transfers between warehouses."""
        result = super()._set_up_rulebook()
        known = (
            self.env["approval.chain"]
            .with_context(active_test=False)
            .search_count([("company_id", "=", self.id), ("model", "=", "stocking.count")], limit=1)
        )
        by_value = [
            (_lt("Finance decides"), "decide", "finance"),
            (
                _lt("General manager, over the limit of finance"),
                "decide",
                {"role": "general_manager", "limit_step": 0},
            ),
        ]
        self._rulebook_chain(
            "stock.scrap", _lt("Scrap"), by_value, operation="scrap", amount_min=500
        )
        self._rulebook_chain("stocking.count", _lt("Inventory count"), by_value, operation="apply")
        self._rulebook_chain(
            "stocking.transfer",
            _lt("Transfer to another warehouse"),
            [(_lt("Department head decides"), "decide", "department_head")],
            operation="approve",
        )
        if not known:
            self.write(
                {
                    "stock_count_review": True,
                    "stock_count_amount": self.stock_count_amount or 500,
                    "stock_transfer_review": True,
                }
            )
        return result
