from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.fields import Domain


class SupervisionMonth(models.TransientModel):
    """Which month the supervision report is printed for (F23)."""

    _name = "supervision.month"
    _description = "Monthly Supervision Report"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        required=True,
        default=lambda self: self.env.company._approval_today() - relativedelta(months=1),
        help="Any day of the month.",
    )

    def action_print(self):
        """The report as PDF."""
        return self.env.ref("sale_order_flow.action_report_supervision").report_action(self)

    @api.depends("month")
    @api.depends_context("lang")
    def _compute_display_name(self):
        kind = self.env["ir.model"]._get(self._name).name
        for wizard in self:
            wizard.display_name = f"{kind} {wizard.month:%Y-%m}" if wizard.month else kind

    def _in_month(self, model, name):
        """Which records of a model and the company have the date ``name`` in the month."""
        begin = self.month.replace(day=1)
        end = begin + relativedelta(months=1)
        if model._fields[name].type == "datetime":
            begin, end = map(self.company_id._approval_midnight, (begin, end))
        return (
            Domain("company_id", "=", self.company_id.id)
            & Domain(name, ">=", begin)
            & Domain(name, "<", end)
        )

    def _figures(self):
        """What the report prints: checks, findings of the month, what is overdue, what was decided."""
        self.ensure_one()
        Check, Finding, Measure = (
            self.env[f"supervision.{name}"] for name in ("check", "finding", "measure")
        )
        checks = Check.search(self._in_month(Check, "checked_at"))
        findings = Finding.search(
            self._in_month(Finding, "found_on") & Domain("state", "!=", "withdrawn"),
            order="found_on, id",
        )
        by_person = sorted(
            findings.grouped("responsible_id").items(), key=lambda row: len(row[1]), reverse=True
        )
        return {
            "checks": checks,
            "passed": checks.filtered(lambda check: check.state == "passed"),
            "findings": findings,
            "by_kind": findings.grouped("kind_id").items(),
            "by_person": by_person,
            "overdue": Finding.search(
                Domain("company_id", "=", self.company_id.id) & Domain("is_overdue", "=", True)
            ),
            "measures": Measure.search(
                self._in_month(Measure, "decided_on") & Domain("state", "=", "approved")
            ),
        }
