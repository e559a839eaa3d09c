from odoo import api, fields, models


class PurchaseOrder(models.Model):
    _inherit = "purchase.order"

    shortage_ids = fields.One2many(
        "supply.shortage",
        "purchase_order_id",
        string="Shortages Covered",
        groups="base.group_user",
    )

    @api.model
    def _for_shortages(self, company, warehouse, vendor):
        """The request for quotation that new shortages of a vendor join (S4).

        :return: an open request for quotation made from shortages, or a new one
        """
        order = self.search(
            [
                ("company_id", "=", company.id),
                ("partner_id", "=", vendor.id),
                ("state", "=", "draft"),
                ("picking_type_id", "=", warehouse.in_type_id.id),
                ("shortage_ids", "!=", False),
            ],
            limit=1,
        )
        return order or self.with_company(company).create(
            {
                "partner_id": vendor.id,
                "company_id": company.id,
                "user_id": self.env.uid,
                "picking_type_id": warehouse.in_type_id.id,
            }
        )

    def write(self, vals):
        if vals.get("state") == "purchase":
            # nothing is bought for an order on hold, or whose deposit was taken back meanwhile (F7)
            begun = self.filtered(lambda order: order.state != "purchase")
            begun.sudo().shortage_ids.sale_order_id._check_may_start()
        result = super().write(vals)
        if vals.get("state") == "purchase":
            self.order_line._pass_on_dates()
        return result
