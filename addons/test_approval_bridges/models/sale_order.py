from odoo import models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class SaleOrder(models.Model):
    """Confirming an order needs approval, in the plainest form.

    An addon that says itself what confirming means is left its own declaration, whichever of the
    two is installed first: two operations for one decision would have to be approved both.
    """

    _name = "sale.order"
    _inherit = ["sale.order", "approval.mixin"]

    def _approval_operations(self):
        demanded = Domain("display_type", "=", False) & Domain("product_uom_qty", "!=", 0)
        plain = Operation(
            label=_lt("Confirm the order"),
            executed=Domain("state", "=", "sale"),
            inputs={"sale.order": ("state",)},
            watch=("partner_id", "commitment_date", "payment_term_id", "currency_id"),
            lines={
                "order_line": (
                    demanded,
                    ("product_id", "product_uom_qty", "product_uom_id", "price_unit", "discount"),
                )
            },
            amount="amount_total",
            date="date_order",
            run="action_confirm",
            dead=Domain("state", "=", "cancel"),
        )
        return {"confirm": plain, **super()._approval_operations()}
