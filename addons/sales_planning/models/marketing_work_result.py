from odoo import api, fields, models
from odoo.fields import Domain

from .marketing_work import OPEN

PLANNERS = "sales_planning.group_planning_planner"


class MarketingWork(models.Model):
    """What a marketing work cost and what came of it, every number with its documents (P8).

    Leads and orders are counted as far as the reader may see them, so that the number is always what
    opens; ratios over all of them are for planners.
    """

    _inherit = "marketing.work"

    lead_count = fields.Integer(compute="_compute_leads", string="Leads")
    opportunity_count = fields.Integer(compute="_compute_leads", string="Opportunities")
    order_count = fields.Integer(compute="_compute_orders", string="Orders")
    order_amount = fields.Monetary(
        compute="_compute_orders", help="Confirmed orders of the campaign without taxes."
    )
    cost = fields.Monetary(
        compute="_compute_cost",
        help="Booked on the analytic account: bills and expenses, less what vendors credited.",
    )
    budget_left = fields.Monetary(compute="_compute_cost", help="Budget less cost.")
    is_over_budget = fields.Boolean(compute="_compute_cost", string="Over Budget")
    cost_per_lead = fields.Monetary(compute="_compute_ratios", groups=PLANNERS)
    return_rate = fields.Float(
        string="Return on Cost",
        compute="_compute_ratios",
        groups=PLANNERS,
        help="Orders for each 1 of cost.",
    )
    warned_at = fields.Datetime(readonly=True, copy=False, string="Warned of Cost On")

    @api.depends("campaign_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_leads(self):
        found = self._campaign_leads()
        counts = {}
        for work, kind, number in found:
            counts[work, kind] = number
        for work in self:
            campaign = work.campaign_id
            work.opportunity_count = counts.get((campaign, "opportunity"), 0)
            work.lead_count = counts.get((campaign, "lead"), 0) + work.opportunity_count

    def _campaign_leads(self):
        """``(campaign, type, number)`` of the leads that the user may see, lost ones too."""
        leads = self.env["crm.lead"].with_context(active_test=False)
        if not self.campaign_id or not leads.has_access("read"):
            return []
        return leads._read_group(
            [("campaign_id", "in", self.campaign_id.ids)], ["campaign_id", "type"], ["__count"]
        )

    @api.depends("campaign_id")
    @api.depends_context("uid", "allowed_company_ids")
    def _compute_orders(self):
        orders = self.env["sale.order"]
        if self.campaign_id and orders.has_access("read"):
            orders = orders.search_fetch(
                self._order_domain(), ["campaign_id", "amount_untaxed", "currency_rate"]
            )
        by_campaign = orders.grouped("campaign_id")
        for work in self:
            mine = by_campaign.get(work.campaign_id, orders.browse())
            work.order_count = len(mine)
            # in the currency of the company, at the rate of each order
            work.order_amount = sum(
                order.amount_untaxed / (order.currency_rate or 1) for order in mine
            )

    def _order_domain(self):
        return [("campaign_id", "in", self.campaign_id.ids), ("state", "=", "sale")]

    @api.depends("account_id", "budget")
    def _compute_cost(self):
        # What is stored alone: a form may name accounts that its reader must not see. Sudo: who is
        # responsible for a budget knows what of it is used up, without the entries.
        stored = self._origin.sudo()
        spent = {}
        if stored.account_id:
            groups = stored.env["account.analytic.line"]._read_group(
                stored._cost_domain(), ["account_id"], ["amount:sum"]
            )
            spent = {account.id: -amount for account, amount in groups}
        for work in self:
            account = work._origin.sudo().account_id
            work.cost = spent.get(account.id, 0.0)
            work.budget_left = work.budget - work.cost
            currency = work.currency_id or self.env.company.currency_id
            work.is_over_budget = (
                bool(account) and currency.compare_amounts(work.cost, work.budget) > 0
            )

    def _cost_domain(self):
        """Entries that cost something, and what vendors gave back; what customers pay is none of it."""
        spent = Domain("amount", "<", 0) & ~Domain(
            "general_account_id.internal_group", "=", "income"
        )
        given_back = Domain("amount", ">", 0) & Domain(
            "general_account_id.internal_group", "=", "expense"
        )
        return Domain("account_id", "in", self.sudo().account_id.ids) & (spent | given_back)

    @api.depends("lead_count", "order_amount", "cost")
    def _compute_ratios(self):
        for work in self:
            work.cost_per_lead = work.cost / work.lead_count if work.lead_count else 0.0
            work.return_rate = work.order_amount / work.cost if work.cost else 0.0

    def _warn_over_budget(self):
        """Whoever is responsible is warned once for each approved budget that is exceeded (P8)."""
        for work in self.filtered(lambda one: one.state in OPEN and not one.warned_at):
            if not work.is_over_budget:
                continue
            work._stamp({"warned_at": fields.Datetime.now()})
            work.activity_schedule(
                "mail.mail_activity_data_warning",
                date_deadline=work.company_id._approval_today(),
                user_id=work.user_id.id,
                summary=self.env._("Over budget"),
                note=self.env._(
                    "%(cost)s were spent of a budget of %(budget)s. Have a higher budget approved "
                    "(Change the Plan), or stop spending.",
                    cost=work.currency_id.format(work.cost),
                    budget=work.currency_id.format(work.budget),
                ),
            )

    # ------------------------------------------------------------------ every number opens its documents

    def action_view_leads(self):
        """Open leads and opportunities of the campaign."""
        domain = [("campaign_id", "in", self.campaign_id.ids)]
        action = self.env["ir.actions.actions"]._for_xml_id("crm.crm_lead_all_leads")
        return {
            **action,
            "domain": domain,
            "context": {"active_test": False, "create": False},
            "name": self.env._("Leads"),
        }

    def action_view_orders(self):
        """Open the confirmed orders of the campaign."""
        action = self.env["ir.actions.actions"]._for_xml_id("sale.action_orders")
        return {**action, "domain": self._order_domain(), "context": {"create": False}}

    def action_view_costs(self):
        """Open what is booked on the work, as far as the user may see entries.

        :raise AccessError: for whoever may not read the work
        """
        self.check_access("read")
        # sudo: whoever reads entries need not read the accounts that tell costs from sales
        lines = self.env["account.analytic.line"].sudo().search(self._cost_domain())
        action = self.env["ir.actions.actions"]._for_xml_id(
            "analytic.account_analytic_line_action_entries"
        )
        return {
            **action,
            "domain": [("id", "in", lines.ids)],
            "context": {},
        }


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._warn_marketing()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if not {"amount", "account_id"}.isdisjoint(vals):
            self._warn_marketing()
        return result

    def _warn_marketing(self):
        """Warn of marketing work that costs more than its budget by these entries."""
        # sudo: who books need not read marketing work
        accounts = self.sudo().account_id
        if accounts:
            works = self.env["marketing.work"].sudo().search([("account_id", "in", accounts.ids)])
            works.invalidate_recordset(["cost", "budget_left", "is_over_budget"])
            works._warn_over_budget()
