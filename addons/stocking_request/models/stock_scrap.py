from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class StockScrap(models.Model):
    """Scrapping is decided where the company has a chain for it (S8)."""

    _name = "stock.scrap"
    _inherit = ["stock.scrap", "approval.mixin"]

    review_currency_id = fields.Many2one(related="company_id.currency_id", string="Own Currency")
    scrap_value = fields.Monetary(
        compute="_compute_scrap_value",
        compute_sudo=True,
        string="Value",
        currency_field="review_currency_id",
        help="At cost, in company currency.",
    )

    @api.depends("product_id", "scrap_qty", "product_uom_id", "company_id")
    def _compute_scrap_value(self):
        for scrap in self:
            product = scrap.product_id.with_company(scrap.company_id)
            quantity = scrap.scrap_qty
            if product and scrap.product_uom_id:
                quantity = scrap.product_uom_id._compute_quantity(
                    quantity, product.uom_id, round=False
                )
            scrap.scrap_value = quantity * product.standard_price

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "scrap": Operation(
                label=_lt("Scrap the goods"),
                executed=Domain("state", "=", "done"),
                inputs={"stock.scrap": ("state",)},
                watch=(
                    "product_id",
                    "scrap_qty",
                    "product_uom_id",
                    "lot_id",
                    "owner_id",
                    "location_id",
                    "scrap_location_id",
                ),
                amount="scrap_value",
                currency="review_currency_id",
                run="_scrap_approved",
            ),
        }

    def _scrap_approved(self):
        """Scrap after the last decision; what is not there any more is said, not asked."""
        for scrap in self:
            if not scrap.check_available_qty():
                raise UserError(
                    self.env._(
                        "%(product)s: fewer than %(quantity)s %(unit)s are left in %(location)s. Count "
                        "the stock, then scrap what is there.",
                        product=scrap.product_id.display_name,
                        quantity=scrap.scrap_qty,
                        unit=scrap.product_uom_id.name,
                        location=scrap.location_id.display_name,
                    )
                )
        self.do_scrap()

    def _approval_sheet(self, code):
        """What approvers read includes why it is scrapped."""
        sheet = super()._approval_sheet(code)
        if tags := self.scrap_reason_tag_ids:
            sheet["notes"].append(
                {"level": "info", "text": self.env._("Reason: %s", ", ".join(tags.mapped("name")))}
            )
        return sheet
