from odoo import fields, models

KINDS = [
    ("attainment", "Target Attainment"),
    ("collection", "Collection of What Was Due"),
    ("satisfaction", "Satisfaction of Customers"),
    ("activity", "Visits, Demonstrations and Negotiations"),
    ("manual", "Judged by the Manager"),
]
FOLLOWS = [("linear", "In Proportion"), ("full", "All or Nothing")]


class PerformanceCriterion(models.Model):
    """One thing that salespeople are reviewed by, and how points follow from its figure (P7)."""

    _name = "performance.criterion"
    _description = "Review Criterion"
    _inherit = ["planning.whole.part"]
    _order = "sequence, id"
    _whole = "scheme_id"

    scheme_id = fields.Many2one("performance.scheme", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="scheme_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="manual")
    percent = fields.Float(string="Weight (%)")
    follows = fields.Selection(
        FOLLOWS,
        required=True,
        default="linear",
        string="Points",
        help="In proportion: 80 percent are 80 points. All or nothing: 100 points from 100 percent on, "
        "none below.",
    )
    wanted = fields.Float(
        digits=(16, 2),
        help="What counts as 100 percent: the average answer of customers (1 to 5), or the number of "
        "activities in a period, where none are planned.",
    )
    floor = fields.Float(digits=(16, 2), string="No Points Below (%)")
    cap = fields.Float(digits=(16, 2), default=100.0, string="Points at Most")

    _points_range = models.Constraint(
        "CHECK (floor >= 0 AND cap > 0 AND cap <= 200 AND floor <= cap)",
        "Points lie between the floor and at most 200.",
    )
    _wanted_given = models.Constraint(
        "CHECK (kind NOT IN ('satisfaction', 'activity') OR wanted > 0)",
        "Say in “Wanted” which average answer or how many activities count as 100 percent.",
    )
