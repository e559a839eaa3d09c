from odoo import api, fields, models

from .desk_rows import STAGE_COLUMNS, row_index, stage_index, worry_index


class SaleFeasibilityReview(models.Model):
    """Feasibility reviews stand on the desk until the departments have agreed (F7, F11)."""

    _name = "sale.feasibility.review"
    _inherit = ["sale.feasibility.review", "order.desk.stage"]

    _desk_kind = 4
    _desk_stages = {
        "feasibility_ask": ("sales", "salesperson"),
        "feasibility_review": ("approval", "approver"),
    }
    # everybody fills in the part of their department before deciding
    _desk_decided_on_form = True
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    user_id = fields.Many2one(store=True)

    @api.depends("state", "order_id.state")
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        if self.state != "draft" or self.order_id.state not in ("draft", "sent"):
            return False
        return "feasibility_review" if self.approval_state == "pending" else "feasibility_ask"

    def _desk_method(self, stage):
        return "action_open_review", {
            "feasibility_ask": self.env._("Ask for the Review"),
            "feasibility_review": self.env._("Review"),
        }[stage]

    def action_open_review(self):
        """Open the review, where it is asked for, answered and decided."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"sale.feasibility.review": STAGE_COLUMNS}

    stage = fields.Selection(
        selection_add=[
            ("feasibility_ask", "Feasibility Review to Ask For"),
            ("feasibility_review", "Feasibility Under Review"),
        ]
    )

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "sale.feasibility.review"]
