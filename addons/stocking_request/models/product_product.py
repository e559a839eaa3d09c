from odoo import models
from odoo.tools import SQL


class ProductProduct(models.Model):
    _inherit = "product.product"

    def _stocking_seller(self, quantity):
        """The vendor price to order by: Odoo's choice, else the first one there is.

        :param quantity: in the unit of the product
        :return: ``product.supplierinfo``, empty when nobody sells the product
        """
        self.ensure_one()
        return self._select_seller(quantity=quantity) or self._prepare_sellers()[:1]

    def _last_purchase_prices(self, company, besides=None):
        """What these products cost when they were ordered last (S6).

        :param company: the ``res.company`` that bought
        :param besides: ``purchase.order`` records that do not count
        :return: ``{product id: price per unit of the product, in company currency without taxes}``
        """
        if not self.ids:
            return {}
        lines = self.env["purchase.order.line"].sudo()
        lines.flush_model(["product_id", "order_id", "product_qty"])
        lines.order_id.flush_model(["state", "company_id", "date_approve"])
        self.env.cr.execute(
            SQL(
                """
                SELECT DISTINCT ON (line.product_id) line.id
                  FROM purchase_order_line line
                  JOIN purchase_order bought ON bought.id = line.order_id
                 WHERE line.product_id IN %(products)s
                   AND bought.state = 'purchase'
                   AND bought.company_id = %(company)s
                   AND bought.id NOT IN %(besides)s
                   AND line.product_qty > 0
                 ORDER BY line.product_id, bought.date_approve DESC NULLS LAST, line.id DESC
                """,
                products=tuple(self.ids),
                company=company.id,
                besides=tuple(besides.ids) if besides and besides.ids else (0,),
            )
        )
        last = lines.browse(row[0] for row in self.env.cr.fetchall())
        return {line.product_id.id: line._cost_of_product() for line in last}
