from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """How long things may take in reviews and improvements, and who approves reviews (P7, P11)."""

    _inherit = "res.company"

    performance_self_days = fields.Integer(
        string="Days for Self-Assessment",
        default=5,
        help="Salespeople are asked to assess themselves within so many days.",
    )
    improvement_escalate_days = fields.Integer(
        string="Days until Overdue Actions Are Escalated",
        default=3,
        help="The manager of the owner is told when an improvement action is overdue for so many days.",
    )

    _performance_days_positive = models.Constraint(
        "CHECK (performance_self_days >= 0 AND improvement_escalate_days >= 0)",
        "Days of reviews and improvements cannot be negative.",
    )

    def _set_up_rulebook(self):
        result = super()._set_up_rulebook()
        self._set_up_performance_chain()
        return result

    def _set_up_performance_chain(self):
        """P7: who scored is the manager; above decide marketing and the general manager."""
        self._rulebook_chain(
            "performance.review",
            _lt("Performance review"),
            [
                (_lt("VP marketing: is it fair"), "decide", "vp_marketing"),
                (_lt("General manager decides"), "decide", "general_manager"),
            ],
            operation="review",
        )
