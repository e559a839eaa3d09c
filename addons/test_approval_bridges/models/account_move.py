from odoo import models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class AccountMove(models.Model):
    """Vendor bills need approval; other entries are none of these documents.

    Posting a bill drags exchange, cash-basis and payment entries along: they are out of scope.
    """

    _name = "account.move"
    _inherit = ["account.move", "approval.mixin"]

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "post": Operation(
                label=_lt("Post the bill"),
                scope=Domain("move_type", "in", ("in_invoice", "in_refund")),
                executed=Domain("state", "=", "posted"),
                inputs={"account.move": ("state",)},
                # tax lines of a bill are typed in by hand, so the total is decided on, too
                watch=(
                    "move_type",
                    "partner_id",
                    "invoice_date",
                    "invoice_payment_term_id",
                    "partner_bank_id",
                    "currency_id",
                    "amount_total",
                ),
                lines={
                    "invoice_line_ids": (
                        Domain("display_type", "=", "product"),
                        (
                            "product_id",
                            "quantity",
                            "product_uom_id",
                            "price_unit",
                            "discount",
                            "account_id",
                        ),
                    )
                },
                amount="amount_total",
                date="invoice_date",
                run="action_post",
                dead=Domain("state", "=", "cancel"),
            ),
        }

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for bill in self.filtered(lambda bill: not bill.invoice_date):
            missing.setdefault(bill.id, []).append(
                self.env._("%s: enter the date of the bill first.", bill.display_name)
            )
        return missing
