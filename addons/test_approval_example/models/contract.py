from odoo import api, fields, models


class Contract(models.Model):
    """The integrator's own model, before approval is added to it."""

    _name = "test.approval.contract"
    _description = "Example Contract"

    name = fields.Char(required=True)
    partner_id = fields.Many2one("res.partner")
    date_end = fields.Date()
    note = fields.Text()
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one("res.currency", related="company_id.currency_id")
    line_ids = fields.One2many("test.approval.contract.line", "contract_id")
    amount_total = fields.Monetary(compute="_compute_amount_total", store=True)
    state = fields.Selection(
        [("draft", "Draft"), ("signed", "Signed"), ("cancel", "Cancelled")], default="draft"
    )

    @api.depends("line_ids.quantity", "line_ids.price")
    def _compute_amount_total(self):
        for contract in self:
            contract.amount_total = sum(line.quantity * line.price for line in contract.line_ids)

    def action_sign(self):
        """Sign the contract."""
        self.state = "signed"
