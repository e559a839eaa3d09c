from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SaleReturnPolicy(models.Model):
    """Until when, in which condition and at whose cost goods come back (F17, D19 return policy).

    The policy of the nearest category of a product holds, else the one without a category. Where
    none is for a product, nothing is against its return.
    """

    _name = "sale.return.policy"
    _description = "Return Policy"
    _order = "company_id, category_id, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    category_id = fields.Many2one(
        "product.category",
        string="Product Category",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: for all products that no other policy is for.",
    )
    days = fields.Integer(
        string="Days to Return",
        required=True,
        default=30,
        help="Counted from the day the goods left. Zero: these goods are not taken back.",
    )
    condition = fields.Selection(
        [("unused", "Unused, in Its Packing"), ("opened", "Unpacked, Not Used"), ("any", "Any")],
        required=True,
        default="opened",
        string="Condition Needed",
        help="Goods that are defective or were sent by mistake are taken back in any condition.",
    )
    freight_payer = fields.Selection(
        [("customer", "Customer"), ("company", "Our Company")],
        required=True,
        default="customer",
        string="Freight Paid By",
        help="For goods that are defective or were sent by mistake, the company pays.",
    )
    inspect = fields.Boolean(
        string="Inspect What Comes Back",
        default=True,
        help="The quality role looks at the goods before they are refunded or replaced.",
    )

    _category_once = models.UniqueIndex(
        "(company_id, COALESCE(category_id, 0)) WHERE active",
        "The company has a return policy for this product category already: change that one.",
    )

    @api.constrains("days")
    def _check_days(self):
        for policy in self:
            if policy.days < 0:
                raise ValidationError(
                    self.env._(
                        "%s: “Days to Return” cannot be negative. Enter 0 for goods that are not taken "
                        "back.",
                        policy.name,
                    )
                )

    @api.model
    def _of_products(self, products, company):
        """The policy that holds for each product.

        :return: ``{product.product: sale.return.policy as superuser, empty for none}``
        """
        policies = self.sudo().search([("company_id", "=", company.id)])
        by_category = {policy.category_id.id: policy for policy in policies}
        found = {}
        for product in products:
            path = [int(part) for part in (product.categ_id.parent_path or "").split("/") if part]
            nearest = next((by_category[id_] for id_ in reversed(path) if id_ in by_category), None)
            found[product] = nearest or by_category.get(False, policies.browse())
        return found
