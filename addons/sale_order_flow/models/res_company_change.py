from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """Who decides on changes of confirmed orders, and whether they are cancelled by request (F18)."""

    _inherit = "res.company"

    cancel_needs_request = fields.Boolean(
        string="Cancel Orders by Request",
        help="A confirmed order is cancelled by an approved change request only.",
    )

    def _set_up_rulebook(self):
        new = not self.order_flow_enabled
        result = super()._set_up_rulebook()
        if new:
            self.cancel_needs_request = True
        self._set_up_changes()
        return result

    def _set_up_changes(self):
        """A cheaper price is a special approval like any other (D9); the rest is decided once."""
        apply = {"operation": "apply"}
        self._rulebook_chain(
            "sale.change.request",
            _lt("Change with a lower price"),
            [
                (_lt("VP Marketing's opinion"), "opinion", "vp_marketing"),
                (_lt("Finance director's opinion"), "opinion", "finance_director"),
                (_lt("President decides"), "decide", "president"),
            ],
            sequence=10,
            domain="[('lowers_price', '=', True)]",
            **apply,
        )
        self._rulebook_chain(
            "sale.change.request",
            _lt("Cancellation of an order"),
            [
                (_lt("Finance's opinion"), "opinion", "finance"),
                (_lt("Sales manager decides"), "decide", "sales_manager"),
            ],
            sequence=20,
            domain="[('kind', '=', 'cancel')]",
            **apply,
        )
        self._rulebook_chain(
            "sale.change.request",
            _lt("Change of an order"),
            [(_lt("Sales manager decides"), "decide", "sales_manager")],
            sequence=30,
            **apply,
        )
