from odoo import fields, models


class ProductCategory(models.Model):
    _inherit = "product.category"

    tracker_id = fields.Many2one(
        "res.users",
        company_dependent=True,
        domain="[('share', '=', False)]",
        help="Follows order lines of these products until they are delivered. Left empty, the "
        "tracker of the category above.",
    )

    def _tracker(self, company):
        """Who tracks the products of this category in a company, or of the nearest one above (F12).

        :return: ``res.users``, may be empty
        """
        category = self.sudo().with_company(company)
        while category and not category.tracker_id:
            category = category.parent_id
        return category.tracker_id.with_env(self.env)
