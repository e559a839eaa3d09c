from odoo import api, fields, models
from odoo.exceptions import ValidationError


class StockingAssistantRule(models.Model):
    """Which sales assistant gets which stocking requests; the first rule that fits decides (S2).

    A condition that is left empty fits every request. Without a fitting rule the request is
    everybody's who holds the role Sales Assistant.
    """

    _name = "stocking.assistant.rule"
    _description = "Stocking Request Routing Rule"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    department_ids = fields.Many2many(
        "hr.department",
        string="Departments",
        check_company=True,
        help="Departments below these count as well.",
    )
    warehouse_ids = fields.Many2many("stock.warehouse", string="Warehouses", check_company=True)
    categ_ids = fields.Many2many(
        "product.category",
        string="Product Categories",
        help="One line of these categories, or of a category below them, is enough.",
    )
    partner_ids = fields.Many2many("res.partner", string="Customers", check_company=True)
    user_id = fields.Many2one(
        "res.users", string="Assistant", required=True, domain="[('share', '=', False)]"
    )

    @api.constrains("user_id", "company_id")
    def _check_user_is_assistant(self):
        for rule in self:
            if not rule.user_id._holds_role("sales_assistant", rule.company_id):
                raise ValidationError(
                    self.env._(
                        "%(rule)s: %(user)s does not hold the role Sales Assistant in %(company)s. "
                        "Choose one who does.",
                        rule=rule.name,
                        user=rule.user_id.name,
                        company=rule.company_id.name,
                    )
                )

    def _fits(self, request):
        """Whether this rule decides on ``request``; one whose assistant left the role does not."""
        self.ensure_one()
        return (
            self.company_id == request.company_id
            and self._within(self.department_ids, request.department_id)
            and (not self.warehouse_ids or request.warehouse_id in self.warehouse_ids)
            and (
                not self.partner_ids
                or request.partner_id.commercial_partner_id
                in self.partner_ids.commercial_partner_id
            )
            and any(
                self._within(self.categ_ids, category)
                for category in request.line_ids.product_id.categ_id or [self.categ_ids.browse()]
            )
            and self.user_id._holds_role("sales_assistant", self.company_id)
        )

    @api.model
    def _within(self, wanted, record):
        """Whether ``record`` is one of ``wanted`` or below one of them; any where none is wanted."""
        if not wanted:
            return True
        path = {int(step) for step in (record.parent_path or "").split("/") if step}
        return not path.isdisjoint(wanted.ids)
