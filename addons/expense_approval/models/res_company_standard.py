from odoo import fields, models


class ResCompanyStandard(models.Model):
    _inherit = "res.company"

    over_standard_policy = fields.Selection(
        [
            ("warn", "Is shown to those who decide"),
            ("step", "Needs a reason and the extra step of the chain"),
            ("cut", "Is cut to the standard"),
            ("stop", "Is refused"),
        ],
        string="Over the Expense Standard",
        required=True,
        default="step",
        help="What happens to expenses over the standard. What the company paid itself cannot be cut: it "
        "needs a reason and the extra step.",
    )
