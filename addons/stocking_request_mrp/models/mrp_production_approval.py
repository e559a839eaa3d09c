from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, float_compare

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)

_STARTED = ("confirmed", "progress", "to_close", "done")


class MrpProduction(models.Model):
    """Productions are decided on before they are confirmed, where a company has a chain (S8).

    What is split off an approved production belongs to it: all of them together make no more than
    was approved.
    """

    _name = "mrp.production"
    _inherit = ["mrp.production", "approval.mixin"]

    review_currency_id = fields.Many2one(related="company_id.currency_id", string="Own Currency")
    production_value = fields.Monetary(
        compute="_compute_production_value",
        compute_sudo=True,
        string="Value",
        currency_field="review_currency_id",
        help="What is produced, at cost, in company currency.",
    )

    @api.depends("product_id", "product_uom_id", "product_qty", "company_id")
    def _compute_production_value(self):
        for production in self:
            product = production.product_id.with_company(production.company_id)
            production.production_value = (
                production._produced_quantity() * product.standard_price
                if product and production.product_uom_id
                else 0.0
            )

    def _produced_quantity(self):
        """In the unit of the product."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(
            self.product_qty, self.product_id.uom_id, round=False
        )

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "confirm": Operation(
                label=_lt("Confirm the production"),
                executed=Domain("state", "in", _STARTED),
                inputs={"mrp.production": ("state",)},
                watch=("product_id", "product_qty", "product_uom_id", "bom_id"),
                amount="production_value",
                currency="review_currency_id",
                run="_confirm_approved",
                dead=Domain("state", "=", "cancel"),
            ),
        }

    def _confirm_approved(self):
        self.filtered(lambda production: production.state == "draft").action_confirm()

    def _approval_sheet(self, code):
        """Approvers see what it takes as well."""
        sheet = super()._approval_sheet(code)
        components = self.move_raw_ids.filtered(lambda move: move.state != "cancel")
        sheet["notes"] += [
            {
                "level": "info",
                "text": self.env._(
                    "Takes %(quantity)s %(unit)s of %(product)s.",
                    quantity=move.product_uom_qty,
                    unit=move.product_uom.name,
                    product=move.product_id.display_name,
                ),
            }
            for move in components
        ]
        return sheet

    # ------------------------------------------------------------------ split and lowered productions

    def _approval_claim(self, code):
        return super(MrpProduction, self - self._covered_by_group(code))._approval_claim(code)

    def _covered_by_group(self, code):
        """Those split off an approved production: with the others they make no more than it was."""
        covered = self.browse()
        for group, productions in (
            self.filtered("production_group_id").grouped("production_group_id").items()
        ):
            family = group.sudo().production_ids
            latest = self.env["approval.request"]._latest(family - productions.sudo(), code)
            approved = [
                request.sudo().watched["fields"]
                for request in latest.values()
                if request.state == "executed"
            ]
            alike = family.filtered(lambda production: production.state != "cancel")
            if not approved or len(alike.product_id) > 1 or len(alike.product_uom_id) > 1:
                continue
            allowed = max(
                (
                    float(values["product_qty"])
                    for values in approved
                    if values["product_id"] == alike.product_id.id
                    and values["product_uom_id"] == alike.product_uom_id.id
                ),
                default=0.0,
            )
            if alike.product_uom_id.compare(sum(alike.mapped("product_qty")), allowed) <= 0:
                covered |= productions
        return covered

    def _approval_refuse_changed(self, code):
        """An approved production may be made smaller, as when a part of it is split off."""
        latest = self.env["approval.request"]._latest(self, code) if self else {}
        values = self._approval_values(code)
        worse = self.filtered(
            lambda production: (
                not _only_smaller(latest.get(production.id), values[production.id]["fields"])
            )
        )
        worse -= worse._covered_by_group(code)
        return super(MrpProduction, worse)._approval_refuse_changed(code)


def _only_smaller(request, now):
    """Whether the values are those approved, but for a smaller quantity."""
    if not request or request.state != "executed":
        return False
    approved = request.sudo().watched["fields"]
    same = all(approved[name] == now[name] for name in now if name != "product_qty")
    smaller = float_compare(
        float(now["product_qty"]), float(approved["product_qty"]), precision_digits=6
    )
    return same and smaller <= 0
