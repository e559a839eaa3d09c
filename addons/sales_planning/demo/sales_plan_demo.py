from odoo import Command, api, models

# how much of a year is sold in its months, in percent
SEASON = (6, 5, 8, 8, 9, 9, 8, 8, 10, 10, 10, 9)


class SaleOrderFlowDemo(models.AbstractModel):
    """Sales plans: in force, revised, in approval, planned and given up, by planner and approvers (P1)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_sales_plan(self):
        if self.env.ref("sales_planning.demo_plan_this_year", raise_if_not_found=False):
            return
        company = self.env.ref("approval_chain.demo_company")
        self._prepare_plan_chain(company)
        year = company._approval_today().year
        plan = self._make_sales_plan("this_year", year, 750000)
        self._decide_sales_plan(plan)
        revision = plan.browse(plan.action_revise()["res_id"])
        self._name_sales_plan("revision", revision)
        self._enter_sales_plan(revision, 825000)
        given_up = self._make_sales_plan("given_up", year + 1, 625000)
        given_up.action_cancel("市场目标调整，重新编制。")
        pending = self._make_sales_plan("pending", year + 1, 900000)
        pending.action_approval_submit("plan")
        self._decide_once(pending, "目标可行，注意新产品进度。")
        last = self._make_sales_plan("planned", year + 2, 1000000)
        last.growth_percent = 8

    def _planning(self, records):
        """The records as the planner sees them."""
        return records.with_user(self.env.ref("sales_planning.demo_user_planner")).with_context(
            allowed_company_ids=self.env.ref("approval_chain.demo_company").ids,
            lang="zh_CN",
            tz="Asia/Shanghai",
        )

    def _name_sales_plan(self, name, plan):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sales_planning.demo_plan_{name}",
                    "record": plan.with_user(self.env.user),
                    "noupdate": True,
                }
            ]
        )

    def _make_sales_plan(self, name, year, amount):
        """A plan by team and person, and of the first one by category."""
        company = self.env.ref("approval_chain.demo_company")
        plan = self._planning(self.env["sales.plan"]).create(
            {
                "company_id": company.id,
                "year": year,
                "growth_percent": 5,
                "market_share": 12,
                "strategy": "<p>巩固华东大客户，开发华南经销商；以节能泵带动成套控制柜销售。</p>",
                "channels": "直销为主，经销商覆盖华南、西南，线上商城供应配件。",
                "people": "新增大客户经理一名，全员参加新产品培训。",
                "budget_ids": [
                    Command.create({"kind": kind, "amount": cost, "note": note})
                    for kind, cost, note in (
                        ("people", 60000, "销售团队工资与提成"),
                        ("travel", 15000, "客户拜访与招待"),
                        ("exhibition", 10000, "上海流体机械展"),
                        ("advertising", 8000, "行业媒体与官网"),
                    )
                ],
            }
        )
        self._name_sales_plan(name, plan)
        team = self.env.ref("sales_planning.demo_team_key")
        plan.plan_grid_add(plan.target_ids.id, "team", team.ids)
        row = plan.target_ids.filtered(lambda target: target.team_id and not target.is_rest)
        people = self._user("sales") | self._user("sales2")
        plan.plan_grid_add(row.id, "person", people.ids)
        self._enter_sales_plan(plan, amount)
        return plan

    def _enter_sales_plan(self, plan, amount):
        """The months of the company, four fifths of them for the team, the rest for all others."""
        closed = plan._closed_months()
        open_months = [month for month in plan._months() if month not in closed]
        changes = []
        for month in open_months:
            total = round(amount * SEASON[month.month - 1] / 100)
            team = round(total * 0.8)
            for target in plan.target_ids:
                figure = total
                if target.dimension == "team":
                    figure = total - team if target.is_rest else team
                elif target.dimension == "person":
                    figure = 0 if target.is_rest else team / 2
                changes.append(
                    {
                        "target_id": target.id,
                        "month": str(month),
                        "amount": figure,
                        # a piece of goods is sold at 1,000 on average
                        "quantity": figure / 1000,
                    }
                )
        plan.plan_grid_save(changes)

    def _prepare_plan_chain(self, company):
        """The chain of the rulebook, and somebody who is asked as general manager."""
        company.action_set_up_rulebook()
        roles = self.env["approval.role"]
        if not roles._people("general_manager", company):
            self.env["approval.role.holder"].create(
                {
                    "role_id": roles._id_with_code("general_manager"),
                    "user_id": self._user("president").id,
                    "company_id": company.id,
                }
            )

    def _decide_sales_plan(self, plan):
        plan.action_approval_submit("plan")
        while plan.sudo().approval_request_id.state == "pending":
            self._decide_once(plan, "同意。")

    def _decide_once(self, plan, opinion):
        """Whoever is asked next approves."""
        request = plan.sudo().approval_request_id
        slot = request.slot_ids.filtered(lambda slot: slot.state == "open")[:1]
        request.with_user(slot._people()[:1]).with_context(
            allowed_company_ids=plan.company_id.ids, lang="zh_CN", tz="Asia/Shanghai"
        ).action_decide("approve", opinion)
        plan.invalidate_recordset()
