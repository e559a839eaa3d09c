from odoo import api, fields, models


class MarketingWorkPart(models.AbstractModel):
    """What belongs to a marketing work: entered by who leads it, while it is far enough."""

    _name = "marketing.work.part"
    _description = "Part of a Marketing Work"
    _inherit = ["order.flow.document"]
    _check_company_auto = True

    # states of the work in which the parts are entered
    _entered_while = ("draft", "approved", "running")

    work_id = fields.Many2one("marketing.work", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="work_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts._check_entered()
        return parts

    def write(self, vals):
        self._check_entered()
        result = super().write(vals)
        if "work_id" in vals:
            self._check_entered()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_while_entered(self):
        self._check_entered()

    def _check_entered(self):
        """:raise UserError: naming the work, when it is not entered by this person or not now"""
        if not self.env.su:
            self.work_id._check_leads()
            self.work_id._check_state(*self._entered_while)
