from odoo import fields, models


class MarketingWorkBudget(models.Model):
    """What a marketing work may cost, by kind of cost (P8)."""

    _name = "marketing.work.budget"
    _description = "Marketing Budget Line"
    _inherit = ["marketing.work.part", "approval.line.mixin"]
    _order = "work_id, sequence, id"
    _approval_parent = "work_id"
    _entered_while = ("draft",)

    sequence = fields.Integer(default=10)
    kind = fields.Selection(
        [
            ("media", "Media"),
            ("production", "Production of Material"),
            ("event", "Fairs and Events"),
            ("travel", "Travel"),
            ("gifts", "Gifts"),
            ("survey", "Survey"),
            ("other", "Other"),
        ],
        string="Kind of Cost",
        required=True,
        default="media",
    )
    name = fields.Char(string="Description")
    amount = fields.Monetary(string="Planned Amount", required=True)

    _not_negative = models.Constraint(
        "CHECK (amount >= 0)", "A budget cannot be negative. Enter what the work may cost."
    )
