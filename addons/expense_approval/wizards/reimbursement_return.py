from odoo import api, fields, models


class ReimbursementReturn(models.TransientModel):
    """Returns a claim with the lines to correct marked; the claim itself checks who may."""

    _name = "reimbursement.return"
    _description = "Return a Claim with Marked Lines"

    claim_id = fields.Many2one("reimbursement.claim", required=True, ondelete="cascade")
    opinion = fields.Text(required=True, string="Why It Is Returned")
    line_ids = fields.One2many(
        "reimbursement.return.line",
        "return_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
        string="Lines to Correct",
    )

    @api.depends("claim_id")
    def _compute_line_ids(self):
        # stored, so computed as superuser
        self.sudo(False).claim_id.check_access("read")
        for wizard in self:
            wizard.line_ids = [fields.Command.clear()] + [
                fields.Command.create({"expense_id": expense.id})
                for expense in wizard.claim_id.expense_ids
            ]

    def action_return(self):
        """Return the claim with what was entered.

        :return: True
        """
        self.ensure_one()
        marks = {line.expense_id.id: line.reason for line in self.line_ids if line.reason}
        return self.claim_id.action_return(self.opinion, marks)
