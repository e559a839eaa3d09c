from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    """How fast cases are to be done, and whether customers are asked (F19, F22)."""

    _inherit = "res.company"

    satisfaction_survey = fields.Boolean(
        help="Customers are asked by mail when an order was received and when a case is closed.",
    )
    case_hours_normal = fields.Float(
        string="Hours for a Normal Case",
        default=24.0,
        help="Working hours by the calendar of the company.",
    )
    case_hours_high = fields.Float(string="Hours for an Important Case", default=8.0)
    case_hours_urgent = fields.Float(string="Hours for an Urgent Case", default=4.0)

    _case_hours_positive = models.Constraint(
        "CHECK (case_hours_normal > 0 AND case_hours_high > 0 AND case_hours_urgent > 0)",
        "The hours for a case are more than zero.",
    )

    def _case_hours(self):
        """Working hours for each priority.

        :return: ``{priority: hours}``
        """
        self.ensure_one()
        return {
            "0": self.case_hours_normal,
            "1": self.case_hours_high,
            "2": self.case_hours_urgent,
        }

    def _set_up_rulebook(self):
        result = super()._set_up_rulebook()
        known = (
            self.env["approval.chain"]
            .with_context(active_test=False)
            .search_count([("company_id", "=", self.id), ("model", "=", "order.case")], limit=1)
        )
        self._rulebook_chain(
            "order.case",
            _lt("Technical support"),
            [(_lt("Department head decides"), "decide", "department_head")],
            operation="support",
            sequence=10,
            domain="[('kind', '=', 'technical')]",
        )
        self._rulebook_chain(
            "order.case",
            _lt("Advertising support"),
            [
                (_lt("Department head's opinion"), "opinion", "department_head"),
                (_lt("VP Marketing decides"), "decide", "vp_marketing"),
            ],
            operation="support",
            sequence=20,
            domain="[('kind', '=', 'advertising')]",
        )
        if not known:
            self.satisfaction_survey = True
        return result


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    satisfaction_survey = fields.Boolean(related="company_id.satisfaction_survey", readonly=False)
    case_hours_normal = fields.Float(related="company_id.case_hours_normal", readonly=False)
    case_hours_high = fields.Float(related="company_id.case_hours_high", readonly=False)
    case_hours_urgent = fields.Float(related="company_id.case_hours_urgent", readonly=False)
