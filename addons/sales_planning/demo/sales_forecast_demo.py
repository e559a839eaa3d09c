from datetime import datetime, time

from dateutil.relativedelta import relativedelta

from odoo import Command, api, models

# services, because they leave no transfers behind; sold by month, the newest last
SEASON = (14, 8, 18, 20, 24, 28, 30, 29, 25, 22, 20, 17)


class SaleOrderFlowDemo(models.AbstractModel):
    """Three years of sales, and forecasts in every state made of them by the planner (P2, X5)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_forecast(self):
        if self.env.ref("sales_planning.demo_forecast_draft", raise_if_not_found=False):
            return
        # what the log of the forecasts says is kept in words: those are loaded after the demo data
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        self.env["ir.module.module"]._load_module_terms(["sales_planning"], langs)
        company = self.env.ref("approval_chain.demo_company")
        if not company.country_id:
            company.country_id = self.env.ref("base.cn")
        month = company._approval_today().replace(day=1)
        products = self._forecast_products()
        self._forecast_history(company, month, products)
        self._forecast_opportunity(company, month, products)
        self._forecast_documents(month, products)

    def _forecast_name(self, name, record):
        self.env["ir.model.data"]._update_xmlids(
            [{"xml_id": f"sales_planning.demo_{name}", "record": record, "noupdate": True}]
        )
        return record

    def _forecast_products(self):
        category = self._forecast_name(
            "category_service", self.env["product.category"].create({"name": "运维服务"})
        )
        products = {}
        for name, label, price in (
            ("season", "泵站保养套餐", 1800),
            ("steady", "远程监测服务", 600),
            ("rare", "应急抢修服务", 5200),
            ("new", "能效诊断服务", 3500),
            ("unsold", "水质检测服务", 900),
        ):
            products[name] = self._forecast_name(
                f"product_{name}",
                self.env["product.product"].create(
                    {
                        "name": label,
                        "type": "service",
                        "categ_id": category.id,
                        "list_price": price,
                        "invoice_policy": "delivery",
                        "taxes_id": [Command.clear()],
                    }
                ),
            )
        return products

    def _forecast_history(self, company, month, products):
        """One order a month, from before the company began with the order flow and its chains."""
        chains = self.env["approval.chain"].search(
            [("model", "=", "sale.order"), ("company_id", "in", (company.id, False))]
        )
        chains.active = False
        partner = self._ref("partner_huaxin")
        for age in range(40, 0, -1):
            begin = month - relativedelta(months=age)
            sold = {
                "season": SEASON[begin.month - 1] + (40 - age) // 6,
                "steady": 9 + age % 3,
                "rare": 1 if age % 5 == 0 else 0,
                "new": 6 - age if age <= 5 else 0,
            }
            order = self._as(self.env["sale.order"], "sales").create(
                {
                    "partner_id": partner.id,
                    "user_id": self._user("sales").id,
                    "order_line": [
                        Command.create(
                            {"product_id": products[name].id, "product_uom_qty": quantity}
                        )
                        for name, quantity in sold.items()
                        if quantity
                    ],
                }
            )
            # without the switch of the company: it derives the stages of all its orders anew
            order.sudo()._stamp({"order_flow": False})
            order.action_confirm()
            order.sudo().date_order = datetime.combine(begin + relativedelta(days=14), time(4))
        chains.active = True

    def _forecast_opportunity(self, company, month, products):
        """A large one with its quotation, to be closed next month."""
        lead = self._forecast_name(
            "opportunity_service",
            self._as(self.env["crm.lead"], "sales").create(
                {
                    "name": "城北水厂年度运维",
                    "type": "opportunity",
                    "partner_id": self._ref("partner_nanfang").id,
                    "user_id": self._user("sales").id,
                    "company_id": company.id,
                    "expected_revenue": 126000,
                    "probability": 60,
                    "date_deadline": month + relativedelta(months=1, days=19),
                }
            ),
        )
        self._as(self.env["sale.order"], "sales").create(
            {
                "partner_id": lead.partner_id.id,
                "user_id": self._user("sales").id,
                "opportunity_id": lead.id,
                "order_line": [
                    Command.create({"product_id": products["season"].id, "product_uom_qty": 70})
                ],
            }
        )

    def _forecast_documents(self, month, products):
        planner = self.env.ref("sales_planning.demo_user_planner")
        Forecast = self.env["sales.forecast"].with_user(planner)
        Forecast = Forecast.with_context(
            allowed_company_ids=planner.company_id.ids, lang="zh_CN", tz="Asia/Shanghai"
        )
        released = Forecast.create({"month": month - relativedelta(months=4)})
        released.action_calculate()
        released.action_release()
        released.action_measure()
        calculated = Forecast.create(
            {
                "month": month,
                "product_ids": [Command.set(products["unsold"].ids)],
                "note": "<p>三月起泵站保养套餐提价百分之五，已与销售经理核对。</p>",
            }
        )
        calculated.action_calculate()
        unsold = calculated.line_ids.filtered(lambda line: line.product_id == products["unsold"])
        unsold[:3].write(
            {"override_quantity": 4, "override_reason": "新服务，已有三家老客户口头约定。"}
        )
        draft = Forecast.create({"month": month + relativedelta(months=1), "level": "category"})
        for name, forecast in (
            ("released", released),
            ("calculated", calculated),
            ("draft", draft),
        ):
            self._forecast_name(f"forecast_{name}", forecast)
