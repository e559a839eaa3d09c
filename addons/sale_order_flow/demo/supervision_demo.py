from odoo import api, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Orders that are checked: to do, in order, with findings in every state, and a penalty (F23)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_supervision(self):
        if self.env["supervision.check"].sudo().search_count([], limit=1):
            return
        supervisor = self._ref("user_supervisor")
        company = self.env.ref("approval_chain.demo_company")
        sample = self._ref("supervision_rule_sample")
        sample._draw_month(company._approval_today())
        self._ref("supervision_rule_large")._check_every()
        checks = self.env["supervision.check"].search(
            [("rule_id", "=", self._ref("supervision_rule_large").id)], order="id"
        )
        checks = checks.with_user(supervisor).with_context(lang="zh_CN")
        for check, note in zip(
            checks,
            (
                "",
                "交期推迟三天，没有告知客户。",
                "客户来电询问，业务员未回复交期。",
                "特批补签日期晚于发货通知。",
            ),
            strict=False,
        ):
            check.action_all_hold()
            if note:
                answers = check.answer_ids
                wrong = answers[1] if "特批" in note else answers[2]
                wrong.write({"verdict": "no", "note": note})
            check.action_record()
        findings = checks.finding_ids.sorted("id")
        for finding in findings[:2]:
            own = finding.with_user(finding.responsible_id)
            own.write({"cause": "工作交接遗漏。", "correction": "已电话告知客户，并设置交期提醒。"})
            own.action_correct()
        if findings:
            findings[0].action_verify()
        if len(findings) > 1:
            measure = self.env["supervision.measure"].with_user(supervisor)
            measure = measure.with_context(lang="zh_CN").create(
                {
                    "company_id": company.id,
                    "kind": "penalty",
                    "user_id": findings[1].responsible_id.id,
                    "amount": 200,
                    "reason": "一个月内两次未及时告知客户交期变动。",
                    "finding_ids": findings.filtered(
                        lambda finding: finding.responsible_id == findings[1].responsible_id
                    ).ids,
                }
            )
            measure.action_approval_submit()
