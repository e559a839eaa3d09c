from odoo import fields, models


class ApprovalStepCheck(models.Model):
    """A line of the checklist a step is answered with (A4)."""

    _name = "approval.step.check"
    _inherit = ["approval.definition.mixin"]
    _description = "Approval Step Check"
    _order = "step_id, sequence, id"

    step_id = fields.Many2one("approval.step", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer(default=10)
    name = fields.Char(required=True, translate=True, string="What Is Checked")
    required = fields.Boolean(
        default=True,
        help="The step cannot be approved or reported done before this is ticked.",
    )
