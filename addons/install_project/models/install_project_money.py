from odoo import api, fields, models

MONEY = (
    "install_project.group_install_director,sale_order_flow.group_flow_finance,"
    "sales_team.group_sale_salesman"
)


class InstallProject(models.Model):
    """What of the order may be invoiced when: deposit, delivery, acceptance, retention money (I8)."""

    _inherit = "install.project"

    milestones = fields.Html(
        compute="_compute_milestones", sanitize=False, string="Payment Milestones", groups=MONEY
    )

    @api.depends(
        "state",
        "accepted_on",
        "warranty_until",
        "order_id.amount_total",
        "order_id.install_invoice_percent",
        "order_id.install_retention_percent",
    )
    @api.depends_context("lang", "uid")
    def _compute_milestones(self):
        for project in self:
            rows = project._milestones()
            project.milestones = rows and self.env["ir.qweb"]._render(
                "install_project.milestones",
                {"rows": rows, "currency": project.sudo().order_id.currency_id},
            )

    def _milestones(self):
        """The parts of the order in the order in which they become due (I8).

        The deposit is the prepayment of the order, the other shares are those agreed for it or the
        company's; shares of nothing are left out.

        :return: list of ``{"label", "share", "amount", "due_on", "reached"}``; amounts with taxes, in the
            currency of the order, of which the last takes what rounding leaves
        """
        self.ensure_one()
        project = self.sudo()
        order, company = project.order_id, project.company_id
        shares = order._install_shares()
        kept = shares["install_retention_percent"]
        before = min(shares["install_invoice_percent"], 100.0 - kept)
        deposit = min(order.prepayment_percent * 100.0 if order.require_payment else 0.0, before)
        ordered = order.date_order and company._approval_local(order.date_order).date()
        shipped = project._shipped_on()
        accepted = project.accepted_on
        ended = project.warranty_until
        today = company._approval_today()
        rows = [
            (deposit, ordered, bool(ordered), self.env._("Deposit")),
            (before - deposit, shipped, bool(shipped), self.env._("Delivery")),
            (100.0 - kept - before, accepted, bool(accepted), self.env._("Acceptance")),
            (kept, ended, bool(ended and ended <= today), self.env._("Retention Money")),
        ]
        found, left = [], order.amount_total
        due = [row for row in rows if row[0] > 0]
        for number, (share, day, reached, label) in enumerate(due, start=1):
            amount = order.currency_id.round(order.amount_total * share / 100.0)
            amount = left if number == len(due) else amount
            left = order.currency_id.round(left - amount)
            found.append(
                {
                    "share": share,
                    "amount": amount,
                    "due_on": day,
                    "reached": reached,
                    "label": label,
                }
            )
        return found
