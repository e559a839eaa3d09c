from odoo import api, fields, models
from odoo.exceptions import UserError


class SalesTool(models.Model):
    """Something salespeople take to customers: demo equipment comes back, material is used (P12)."""

    _name = "sales.tool"
    _description = "Sales Tool"
    _inherit = ["mail.thread"]
    _order = "kind, name, id"
    _check_company_auto = True

    name = fields.Char(required=True, tracking=True)
    reference = fields.Char(string="Inventory Number")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("equipment", "Demo Equipment"), ("material", "Material")],
        required=True,
        default="equipment",
        index=True,
        help="Equipment is returned, material stays with the customer.",
    )
    product_id = fields.Many2one("product.product", check_company=True, ondelete="restrict")
    keeper_id = fields.Many2one(
        "res.users",
        string="Kept By",
        required=True,
        index=True,
        check_company=True,
        tracking=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Who hands it out and takes it back.",
    )
    quantity = fields.Integer(
        string="Owned", default=1, required=True, tracking=True, help="Pieces, with those lent."
    )
    lent_quantity = fields.Integer(compute="_compute_quantities", string="Lent")
    available_quantity = fields.Integer(compute="_compute_quantities", string="Available")
    loan_days = fields.Integer(
        string="Lent For (Days)", default=14, help="How long it is lent when nobody says otherwise."
    )
    loan_ids = fields.One2many("sales.tool.loan", "tool_id", string="Loans")
    image_128 = fields.Image(max_width=128, max_height=128)
    note = fields.Text()
    active = fields.Boolean(default=True)

    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "How many are owned cannot be negative."
    )
    _days_positive = models.Constraint(
        "CHECK (loan_days > 0)", "A tool is lent for one day at least."
    )

    @api.depends("quantity", "kind", "loan_ids.state", "loan_ids.quantity")
    def _compute_quantities(self):
        groups = (
            self.env["sales.tool.loan"]
            .sudo()
            ._read_group(
                [("tool_id", "in", self.ids), ("state", "=", "lent")], ["tool_id"], ["quantity:sum"]
            )
        )
        lent = {tool.id: quantity for tool, quantity in groups}
        for tool in self:
            tool.lent_quantity = lent.get(tool._origin.id, 0)
            tool.available_quantity = tool.quantity - tool.lent_quantity

    @api.constrains("quantity")
    def _check_lent(self):
        for tool in self:
            if tool.quantity < tool.lent_quantity:
                raise UserError(
                    self.env._(
                        "%(tool)s: %(lent)s are lent, so at least as many are owned.",
                        tool=tool.name,
                        lent=tool.lent_quantity,
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never_lent(self):
        if seen := self.filtered("loan_ids"):
            raise UserError(
                self.env._("%s was lent: archive it instead of removing it.", seen[0].name)
            )

    def action_view_loans(self):
        """Open who had it, and who has it (P12)."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("sales_planning.action_tool_loan")
        return {
            **action,
            "domain": [("tool_id", "=", self.id)],
            "context": {"default_tool_id": self.id},
        }
