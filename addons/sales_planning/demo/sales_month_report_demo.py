from dateutil.relativedelta import relativedelta

from odoo import api, models


class SaleOrderFlowDemo(models.AbstractModel):
    """The report of the month before last was issued, that of last month is a draft (P10)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_month_report(self):
        if self.env.ref("sales_planning.demo_month_report_draft", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        planner = self.env.ref("sales_planning.demo_user_planner")
        reports = (
            self.env["sales.month.report"]
            .with_user(planner)
            .with_context(allowed_company_ids=company.ids, lang="zh_CN")
        )
        last = reports._last_month(company)
        for name, month in (("issued", last - relativedelta(months=1)), ("draft", last)):
            report = reports.create(
                {
                    "company_id": company.id,
                    "month": month,
                    "summary": "<p>销售按计划推进，重点跟进大客户与逾期货款。</p>",
                }
            )
            self.env["ir.model.data"]._update_xmlids(
                [
                    {
                        "xml_id": f"sales_planning.demo_month_report_{name}",
                        "record": report,
                        "noupdate": True,
                    }
                ]
            )
            if name == "issued":
                report.action_issue()
