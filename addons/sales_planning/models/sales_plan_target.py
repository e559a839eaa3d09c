from odoo import api, fields, models
from odoo.fields import Domain

DIMENSIONS = [
    ("company", "Company"),
    ("team", "Sales Team"),
    ("person", "Salesperson"),
    ("category", "Product Category"),
    ("segment", "Customer Segment"),
]
# the field that holds the value of a dimension, and where order lines have it
FIELDS = {
    "team": "team_id",
    "person": "user_id",
    "category": "categ_id",
    "segment": "industry_id",
}
PATHS = {
    "team_id": "order_id.team_id",
    "user_id": "salesman_id",
    "categ_id": "product_id.categ_id",
    "industry_id": "order_id.partner_id.industry_id",
}


class SalesPlanTarget(models.Model):
    """A row of the plan: whose or what targets it holds (P1).

    The rows below a row share one dimension and partition it: one row a team, and one for all other
    teams. Team, person, category and segment hold the whole way from the company to the row, so that
    nobody has to walk up; ``dimension`` says which of them is the row's own. Rows are made and removed
    by the grid of their plan alone.
    """

    _name = "sales.plan.target"
    _description = "Sales Target"
    _inherit = ["approval.line.mixin"]
    _order = "plan_id, depth, sequence, id"
    _approval_parent = "plan_id"

    plan_id = fields.Many2one("sales.plan", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="plan_id.currency_id")
    year = fields.Integer(related="plan_id.year", store=True, aggregator=None)
    state = fields.Selection(related="plan_id.state", store=True, string="Status")
    parent_id = fields.Many2one(
        "sales.plan.target", string="Part Of", index=True, ondelete="cascade"
    )
    child_ids = fields.One2many("sales.plan.target", "parent_id", string="Rows Below")
    dimension = fields.Selection(DIMENSIONS, required=True, string="Planned By")
    is_rest = fields.Boolean(string="All Others")
    # a row without its value would be that of somebody else
    team_id = fields.Many2one(
        "crm.team", string="Sales Team", index="btree_not_null", ondelete="restrict"
    )
    user_id = fields.Many2one(
        "res.users", string="Salesperson", index="btree_not_null", ondelete="restrict"
    )
    categ_id = fields.Many2one("product.category", string="Product Category", ondelete="restrict")
    industry_id = fields.Many2one(
        "res.partner.industry", string="Customer Segment", ondelete="restrict"
    )
    sequence = fields.Integer(default=10)
    depth = fields.Integer(aggregator=None)
    key = fields.Char(help="The way to the row, the same in every revision of the plan.")
    cell_ids = fields.One2many("sales.plan.cell", "target_id", string="Months")
    amount_total = fields.Monetary(string="Target (Untaxed)", compute="_compute_totals", store=True)
    quantity_total = fields.Float(
        string="Target Quantity", compute="_compute_totals", store=True, digits="Product Unit"
    )

    _one_a_value = models.UniqueIndex("(plan_id, key)", "The plan has such a row already.")

    # ------------------------------------------------------------------ computes

    @api.depends("cell_ids.amount", "cell_ids.quantity")
    def _compute_totals(self):
        sums = {
            target.id: (amount, quantity)
            for target, amount, quantity in self.env["sales.plan.cell"]
            .sudo()
            ._read_group(
                [("target_id", "in", self.ids)], ["target_id"], ["amount:sum", "quantity:sum"]
            )
        }
        for target in self:
            target.amount_total, target.quantity_total = sums.get(target._origin.id, (0.0, 0.0))

    @api.depends("dimension", "is_rest", "team_id", "user_id", "categ_id", "industry_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        others = {
            "team": self.env._("Other Teams"),
            "person": self.env._("Other Salespeople"),
            "category": self.env._("Other Categories"),
            "segment": self.env._("Other Segments"),
        }
        for target in self:
            if target.is_rest:
                target.display_name = others[target.dimension]
            else:
                # a name is no secret: whoever reads the row reads whose it is
                value = target.sudo()._value() or target.sudo().company_id
                target.display_name = value.display_name

    def _value(self):
        """The record the row is about: team, person, category or segment; empty for all others."""
        self.ensure_one()
        if self.dimension == "company":
            return self.company_id
        value = self[FIELDS[self.dimension]]
        return value.browse() if self.is_rest else value

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        """Rows inherit from the row above what they are part of."""
        parents = self.browse([vals["parent_id"] for vals in vals_list if vals.get("parent_id")])
        parents.fetch(["key", "depth", *FIELDS.values()])
        for vals in vals_list:
            parent = self.browse(vals.get("parent_id"))
            for name in FIELDS.values():
                vals.setdefault(name, parent[name].id)
            own = "rest" if vals.get("is_rest") else vals.get(FIELDS.get(vals["dimension"]), "")
            vals["key"] = f"{parent.key or ''}/{vals['dimension']}:{own}"
            vals["depth"] = parent.depth + 1 if parent else 0
        targets = super().create(vals_list)
        targets.plan_id._check_may_change()
        return targets

    def write(self, vals):
        self.plan_id._check_may_change()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_while_planned(self):
        self.plan_id._check_may_change()

    # ------------------------------------------------------------------ what stands against it

    def _gone_problems(self):
        """Targets of people and teams that are not there any more, as full sentences."""
        problems = []
        for target in self:
            user, team = target.user_id, target.team_id
            if target.dimension == "person" and not target.is_rest:
                if not user.active or target.company_id not in user.company_ids:
                    problems.append(
                        self.env._(
                            "%s has left the company: move the targets to somebody else.", user.name
                        )
                    )
            if target.dimension == "team" and not target.is_rest and not team.active:
                problems.append(
                    self.env._(
                        "The team %s is archived: move its targets to another team.", team.name
                    )
                )
        return problems

    # ------------------------------------------------------------------ its sales

    def _sales_domain(self):
        """The confirmed order lines that count for the row, of all times.

        :return: :class:`Domain` over ``sale.order.line``
        """
        self.ensure_one()
        domain = Domain(
            [
                ("company_id", "=", self.company_id.id),
                ("state", "=", "sale"),
                ("display_type", "=", False),
                ("is_downpayment", "=", False),
            ]
        )
        target = self.sudo()
        while target.parent_id:
            name = FIELDS[target.dimension]
            operator = "child_of" if name == "categ_id" else "in"
            if target.is_rest:
                siblings = target.parent_id.child_ids - target
                for value in siblings.mapped(name):
                    domain &= ~Domain(PATHS[name], operator, value.ids)
            else:
                domain &= Domain(PATHS[name], operator, target[name].ids)
                if nearer := target._categories_beside_below():
                    domain &= ~Domain(PATHS[name], operator, nearer.ids)
            target = target.parent_id
        return domain

    def _categories_beside_below(self):
        """Categories with a row beside this one that came to lie below its own since."""
        self.ensure_one()
        whole = self.categ_id
        beside = (self.parent_id.child_ids - self).categ_id - whole
        if self.dimension != "category":
            return beside.browse()
        return beside.filtered(lambda one: one.parent_path.startswith(whole.parent_path))
