from odoo import api, fields, models

from .purchase_order_review import TAKES_MORE


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    shortage_ids = fields.One2many(
        "supply.shortage",
        "purchase_order_id",
        string="Shortages Covered",
        groups="base.group_user",
    )

    @api.model
    def _for_shortages(self, keys):
        """The requests for quotation that new shortages join (S4): open ones made from shortages,
        else new ones.

        :param keys: set of ``(company, warehouse, vendor)``
        :return: ``{(company, warehouse, vendor): purchase.order}``
        """
        companies, warehouses, vendors = (
            self.env[model].union(*records)
            for model, records in zip(
                ("res.company", "stock.warehouse", "res.partner"),
                zip(*keys, strict=True),
                strict=True,
            )
        )
        known = self.search(
            [
                ("company_id", "in", companies.ids),
                ("partner_id", "in", vendors.ids),
                ("state", "=", "draft"),
                ("picking_type_id", "in", warehouses.in_type_id.ids),
                TAKES_MORE,
                ("shortage_ids", "!=", False),
            ],
            order="id desc",
        )
        found = {
            (order.company_id, order.picking_type_id.warehouse_id, order.partner_id): order
            for order in known
        }
        orders = {key: found[key] for key in keys if key in found}
        missing = sorted(keys - orders.keys(), key=lambda key: [record.id for record in key])
        new = self.create([self._prepare_shortage_order_vals(*key) for key in missing])
        return orders | dict(zip(missing, new, strict=True))

    @api.model
    def _prepare_shortage_order_vals(self, company, warehouse, vendor):
        return {
            "partner_id": vendor.id,
            "company_id": company.id,
            "user_id": self._buyer_of(company, vendor).id,
            "picking_type_id": warehouse.in_type_id.id,
        }

    @api.model
    def _buyer_of(self, company, vendor):
        """Who follows a purchase: the vendor's buyer, whoever orders, else somebody of purchasing."""
        buyer = vendor.with_company(company).buyer_id
        if buyer or self.env.user._holds_role("purchasing", company):
            return buyer or self.env.user
        return self._purchasing_holders(company)[:1] or self.env.user

    @api.model
    def _purchasing_holders(self, company):
        return self.env["approval.role"]._people("purchasing", company)

    def _shortage_buyer(self):
        """Who is asked about this purchase."""
        self.ensure_one()
        return self.user_id or self._purchasing_holders(self.company_id)[:1] or self.env.user

    def write(self, vals):
        if vals.get("state") != "purchase":
            return super().write(vals)
        # nothing is bought for an order on hold, or whose deposit was taken back meanwhile (F7)
        begun = self.filtered(lambda order: order.state != "purchase")
        begun.sudo().shortage_ids.sale_order_id._check_may_start()
        result = super().write(vals)
        begun.sudo().shortage_ids._pass_on_dates()
        return result
