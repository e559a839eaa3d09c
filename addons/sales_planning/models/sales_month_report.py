from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

REPORT = "sales_planning.action_report_sales_month"
ACTIVITY = "sales_planning.activity_month_report"
MANAGEMENT = ("vp_marketing", "general_manager", "president")


class SalesMonthReport(models.Model):
    """What the management reads of a month: figures as they were when it was issued (P10, D5 5).

    ==================  ===========================================
    action              who
    ==================  ===========================================
    make, write, issue  planners
    read                planners, and whoever it was sent to
    ==================  ===========================================
    """

    _name = "sales.month.report"
    _description = "Monthly Sales Report"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "month desc, id desc"
    _check_company_auto = True

    _stamped = frozenset({"state", "figures", "issued_at", "issued_by_id"})

    name = fields.Char(compute="_compute_name", store=True, string="Report")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    month = fields.Date(
        required=True,
        index=True,
        default=lambda self: self._last_month(self.env.company),
        help="Any day of the month that is told of.",
    )
    state = fields.Selection(
        [("draft", "Draft"), ("issued", "Issued")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    summary = fields.Html(help="What the figures mean, and what is done about them.")
    recipient_ids = fields.Many2many(
        "res.users",
        string="Sent To",
        domain="[('share', '=', False)]",
        compute="_compute_recipient_ids",
        store=True,
        readonly=False,
        precompute=True,
        help="At first the VP of marketing, the general manager and the president.",
    )
    figures = fields.Json(readonly=True, copy=False)
    preview = fields.Html(compute="_compute_preview", sanitize=False, string="Figures")
    issued_at = fields.Datetime(readonly=True, copy=False, string="Issued On")
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)

    _once = models.UniqueIndex(
        "(company_id, date_trunc('month', month::timestamp))",
        "There is a report of this month and company already.",
    )

    # ------------------------------------------------------------------ computes

    @api.model
    def _last_month(self, company):
        """The first day of the month that is over where the company works."""
        return company._approval_today().replace(day=1) - relativedelta(months=1)

    @api.depends("month")
    def _compute_name(self):
        for report in self:
            report.name = report.month and f"{report.month:%Y-%m}"

    @api.depends("company_id")
    def _compute_recipient_ids(self):
        roles = self.env["approval.role"]
        for report in self:
            report.recipient_ids = self.env["res.users"].union(
                *(roles._people(code, report.company_id) for code in MANAGEMENT)
            )

    @api.depends("month", "company_id", "figures", "state")
    @api.depends_context("lang", "uid", "allowed_company_ids")
    def _compute_preview(self):
        for report in self:
            # figures are collected as superuser: never those of a company that a form only names
            known = report.month and report.company_id._origin in self.env.companies
            report.preview = known and self.env["ir.qweb"]._render(
                "sales_planning.sales_month_figures",
                {"report": report, "sections": report._sections()},
            )

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        given = self.default_get(["month"])
        reports = super().create([self._by_month({**given, **vals}) for vals in vals_list])
        reports._check_month()
        return reports

    def write(self, vals):
        if not {"month", "company_id", "summary", "recipient_ids"}.isdisjoint(vals):
            self._check_draft()
        result = super().write(self._by_month(vals))
        if "month" in vals:
            self._check_month()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    @api.model
    def _by_month(self, vals):
        """A month is kept as its first day."""
        month = fields.Date.to_date(vals.get("month"))
        return {**vals, "month": month.replace(day=1)} if month else vals

    def _check_draft(self):
        for report in self:
            if report.state != "draft":
                raise UserError(
                    self.env._("The report of %s was issued: it stands as it is.", report.name)
                )

    def _check_month(self):
        for report in self:
            if report.month > report.company_id._approval_today():
                raise UserError(
                    self.env._(
                        "The month %s has not begun yet: nothing can be reported of it.",
                        report.name,
                    )
                )

    # ------------------------------------------------------------------ actions

    def action_issue(self):
        """Keep the figures as they are now and send the report to the management (P10).

        Everybody receives the PDF in their language.

        :raise UserError: when it was issued, its month is not over, or nobody would receive it
        :return: True
        """
        self.check_access("write")
        self._check_draft()
        for report in self:
            if report._month_end() >= report.company_id._approval_today():
                raise UserError(
                    self.env._("The month %s is not over yet: issue its report then.", report.name)
                )
            if not report.recipient_ids:
                raise UserError(
                    self.env._("Enter in “Sent To” who receives the report of %s.", report.name)
                )
            report._stamp(
                {
                    "figures": report._collect(),
                    "state": "issued",
                    "issued_at": fields.Datetime.now(),
                    "issued_by_id": self.env.uid,
                }
            )
            report._send()
            report.sudo().activity_unlink([ACTIVITY])
        return True

    def _month_end(self):
        self.ensure_one()
        return self.month + relativedelta(months=1, days=-1)

    def _send(self):
        """Mail the PDF, once for each language."""
        self.ensure_one()
        for lang, users in self.recipient_ids.grouped("lang").items():
            report = self.with_context(lang=lang)
            content, _kind = (
                self.env["ir.actions.report"]
                .sudo()
                .with_context(lang=lang)
                ._render_qweb_pdf(REPORT, self.ids)
            )
            report.message_post(
                subject=report.env._("Monthly sales report %s", self.name),
                body=report.env._("The sales report of %s is attached.", self.name),
                attachments=[(f"{self.company_id.name} {self.name}.pdf", content)],
                partner_ids=users.partner_id.ids,
                subtype_xmlid="mail.mt_note",
            )

    def action_print(self):
        """Print it in the language of whoever reads it.

        :return: report action
        """
        self.ensure_one()
        return self.env.ref(REPORT).report_action(self)

    # ------------------------------------------------------------------ every month

    @api.model
    def _cron_prepare(self):
        """Make the draft of the month that is over, and a to-do for a planner (P10)."""
        companies = self.env["res.company"].search(
            [("planning_enabled", "=", True), ("month_report_day", ">", 0)]
        )
        for company in companies:
            if company._approval_today().day >= company.month_report_day:
                self._prepare_month(company)

    @api.model
    def _prepare_month(self, company):
        month = self._last_month(company)
        if self.search_count([("company_id", "=", company.id), ("month", "=", month)], limit=1):
            return
        report = self.create({"company_id": company.id, "month": month})
        if user := company.month_report_user_id.filtered("active"):
            report.with_context(lang=user.lang).activity_schedule(ACTIVITY, user_id=user.id)
