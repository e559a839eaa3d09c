from odoo import fields, models


class GoodsScope(models.AbstractModel):
    """A question asked about some goods: of products, of categories, or of all (F13, F14)."""

    _name = "goods.scope"
    _description = "Question for Some Goods"
    _order = "sequence, id"
    _check_company_auto = True

    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    product_ids = fields.Many2many("product.product", check_company=True, string="Products")
    category_ids = fields.Many2many("product.category", string="Product Categories")

    def _for_goods(self, product, partner):
        """Those of the questions that are asked for goods.

        :param product: ``product.product``
        :param partner: who the goods come from or go to; may be empty
        """
        categories = {
            int(category)
            for category in (product.categ_id.parent_path or "").split("/")
            if category
        }
        return self.filtered(lambda point: point._asks_for(product, categories, partner))

    def _asks_for(self, product, category_ids, partner):
        """Hook: whether the question is for these goods. One without any goods is for all."""
        self.ensure_one()
        return (
            self._is_for_all()
            or product in self.product_ids
            or not category_ids.isdisjoint(self.category_ids.ids)
        )

    def _is_for_all(self):
        self.ensure_one()
        return not (self.product_ids or self.category_ids)
