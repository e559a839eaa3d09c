import base64
from datetime import timedelta

from odoo import api, fields, models

# the smallest picture there is, as the proof of payment of the demo orders
VOUCHER = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


class SaleOrderFlowDemo(models.AbstractModel):
    """Demo orders in every stage, each made through the public methods by the person whose turn it is."""

    _name = "sale.order.flow.demo"
    _description = "Demo Data of the Order Flow"

    @api.model
    def _load(self):
        """Set the demo company up and walk its orders through the flow."""
        company = self.env.ref("approval_chain.demo_company")
        self._load_words()
        self._prepare_accounting(company)
        self._prepare_stock(company)
        company.portal_confirmation_sign = False
        company.action_set_up_rulebook()
        self._ref("category_machines").with_company(company).tracker_id = self._user("head")
        if not self.env.ref("sale_order_flow.demo_order_quotation", raise_if_not_found=False):
            self._make_orders()

    def _load_words(self):
        """What documents say is kept in words: those of an addon are loaded after its demo data."""
        langs = [code for code, _name in self.env["res.lang"].get_installed()]
        self.env["ir.module.module"]._load_module_terms(["sale_order_flow"], langs)

    def _prepare_accounting(self, company):
        if company.chart_template:
            return
        codes = self.env["account.chart.template"]._get_chart_template_mapping()
        code = "cn" if "cn" in codes else "generic_coa"
        # not try_loading(): it warns of a registry that is still being loaded, as it is here
        self.env["account.chart.template"]._load(code, company, False)

    def _prepare_stock(self, company):
        Warehouse = self.env["stock.warehouse"].with_company(company)
        warehouse = Warehouse.search(
            [("company_id", "=", company.id)], limit=1
        ) or Warehouse.create(
            {
                "name": company.name,
                "code": "XC",
                "company_id": company.id,
            }
        )
        for xml_id, quantity in (("pump", 40), ("valve", 200), ("cabinet", 3)):
            self.env["stock.quant"].with_company(company)._update_available_quantity(
                self._ref(f"product_{xml_id}"),
                warehouse.lot_stock_id,
                quantity,
            )

    def _ref(self, name):
        return self.env.ref(f"sale_order_flow.demo_{name}")

    def _user(self, login):
        return self.env.ref(f"approval_chain.demo_user_{login}")

    def _as(self, records, login):
        """The records as that person sees them in the web client."""
        user = self._user(login)
        return records.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids,
            lang="zh_CN",
            tz="Asia/Shanghai",
        )

    # ------------------------------------------------------------------ the orders

    def _make_orders(self):
        self._make_order("quotation", "huaxin", {"pump": 2}, contact_id=False)
        special = self._make_order("special", "nanfang", {"pump": 5}, discount=12)
        self._submit(special)
        concession = self._make_order("concession", "huaxin", {"valve": 20}, discount=4)
        self._submit(concession)
        self._make_order(
            "review", "nanfang", {"cabinet": 1, "valve": 4}, login="sales2", submit=True
        )
        self._make_order("complete", "nanfang", {"pump": 1, "valve": 6}, login="sales2")
        self._with_the_president()
        self._sent_back()
        self._with_the_customer()
        self._confirmed("confirmed", "huaxin", {"pump": 1})
        applied = self._confirmed("applied", "nanfang", {"valve": 10})
        self._apply(applied)
        verified = self._confirmed("verified", "huaxin", {"pump": 3})
        self._pay_and_verify(verified)
        noticed = self._confirmed("noticed", "nanfang", {"valve": 30, "pump": 1}, days=-2)
        self._pay_and_verify(noticed)
        self._notice(noticed)
        short = self._confirmed("short", "huaxin", {"cabinet": 6})
        self._pay_and_verify(short)
        self._notice(short)
        self._late_and_handed_over()
        shipped = self._confirmed("shipped", "huaxin", {"valve": 12})
        self._pay_and_verify(shipped)
        self._notice(shipped)
        self._ship(shipped)
        told = self._confirmed("told", "nanfang", {"valve": 6}, days=3)
        self._pay_and_verify(told)
        self._notice(told)
        self._ship(told)
        self._as(told, "assistant").action_pass_on_news()
        self._invoiced_and_settled()

    def _late_and_handed_over(self):
        """No cabinet is left: another date is promised, and who provides the goods is named."""
        order = self._confirmed("supplying", "nanfang", {"cabinet": 1})
        self._pay_and_verify(order)
        self._notice(order)
        assistant = self._as(self.env["sale.order.promise.wizard"], "assistant")
        assistant.create(
            {
                "order_id": order.id,
                "new_date": order.commitment_date + timedelta(days=14),
                "reason": "控制柜缺货，供应商两周后到货。",
            }
        ).action_promise()
        self._as(order, "assistant").action_pass_on_news()
        self._as(self.env["order.desk.handover"], "assistant").create(
            {
                "documents": [["sale.order", order.id]],
                "user_id": self._user("warehouse").id,
                "reason": "请优先备货。",
            }
        ).action_hand_over()

    def _invoiced_and_settled(self):
        """Delivered, told and invoiced; one of them paid."""
        for name in ("invoiced", "settled"):
            order = self._confirmed(name, "huaxin", {"valve": 3})
            self._pay_and_verify(order)
            self._notice(order)
            self._ship(order)
            self._as(order, "assistant").action_pass_on_news()
            move = order.sudo()._create_invoices()
            move.invoice_date = fields.Date.context_today(move)
            move.action_post()
            if name == "settled":
                self.env["account.payment.register"].with_context(
                    active_model="account.move", active_ids=move.ids
                ).create({"journal_id": self._bank(order.company_id).id}).action_create_payments()

    def _with_the_president(self):
        """A longer payment term: both opinions are there, the president has it."""
        order = self._make_order(
            "terms",
            "nanfang",
            {"pump": 8, "cabinet": 2},
            submit=True,
            payment_term_id=self.env.ref("account.account_payment_term_30days").id,
        )
        self._decide(order, "vp", "opinion", "老客户，风险可控。")
        self._decide(order, "cfo", "opinion", "账期三十天，建议先收三成。")

    def _sent_back(self):
        """What was returned for correction, and what was refused."""
        returned = self._make_order("returned", "huaxin", {"valve": 15}, submit=True)
        self._decide(returned, "salesmgr", "return", "交货日期请与客户再确认。")
        refused = self._make_order(
            "refused", "nanfang", {"pump": 4}, discount=25, login="sales2", submit=True
        )
        self._decide(refused, "vp", "opinion", "折扣过大。")
        self._decide(refused, "cfo", "opinion", "低于成本线，不建议。")
        self._decide(refused, "president", "refuse", "不同意，请按价格表报价。")

    def _with_the_customer(self):
        """Approved; the customer is asked to sign in the portal (login ``customer``)."""
        order = self._make_order(
            "signature", "huaxin", {"pump": 2, "valve": 8}, require_signature=True
        )
        order.action_quotation_sent()
        self._submit(order)
        self._decide(order, "salesmgr")

    def _make_order(
        self, name, customer, quantities, login="sales", discount=0, days=10, submit=False, **values
    ):
        Order = self._as(self.env["sale.order"], login)
        order = Order.create(
            {
                "partner_id": self._ref(f"partner_{customer}").id,
                "contact_id": self._ref(f"contact_{customer}").id,
                "user_id": self._user(login).id,
                "order_channel": "phone",
                "delivery_way": "carrier",
                "payment_way": "transfer",
                "commitment_date": fields.Datetime.now() + timedelta(days=days),
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self._ref(f"product_{product}").id,
                            "product_uom_qty": quantity,
                            **({"discount": discount} if discount else {}),
                        },
                    )
                    for product, quantity in quantities.items()
                ],
                **values,
            }
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sale_order_flow.demo_order_{name}",
                    "record": order,
                    "noupdate": True,
                }
            ]
        )
        if submit:
            self._submit(order)
        return order

    def _submit(self, order):
        order.action_approval_submit("confirm")

    def _decide(self, order, login, verb="approve", opinion="同意。"):
        self._as(order.sudo().approval_request_id, login).action_decide(verb, opinion)

    def _confirmed(self, name, customer, quantities, days=10):
        order = self._make_order(name, customer, quantities, days=days, submit=True)
        self._decide(order, "salesmgr")
        return order

    def _apply(self, order, application=None):
        application = application or self.env["sale.delivery.application"].browse(
            order.action_apply_delivery()["res_id"],
        )
        application = self._as(application, "sales")
        voucher = self._as(self.env["ir.attachment"], "sales").create(
            {
                "name": "银行回单.png",
                # what stands behind the end of a picture is not shown: no slip is handed in twice
                "raw": VOUCHER + application.name.encode(),
                "res_model": application._name,
                "res_id": application.id,
            }
        )
        application.write({"voucher_ids": [(4, voucher.id)], "note": "客户要求尽快发货。"})
        application.action_submit()
        return application

    def _pay_and_verify(self, order, application=None):
        application = self._apply(order, application)
        payment = self._as(self.env["account.payment"], "finance").create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "amount": application.required_amount,
                "partner_id": order.partner_id.commercial_partner_id.id,
                "memo": order.name,
                "currency_id": order.currency_id.id,
                "journal_id": self._bank(order.company_id).id,
            }
        )
        payment.action_post()
        application = self._as(application, "finance")
        application.action_propose_payments()
        application.action_verify()

    def _bank(self, company):
        return self.env["account.journal"].search(
            [("company_id", "=", company.id), ("type", "=", "bank")],
            limit=1,
        )

    def _notice(self, order):
        order = self._as(order, "assistant")
        notice_id = order.action_prepare_delivery_notice()["res_id"]
        notice = self._as(self.env["sale.delivery.notice"].browse(notice_id), "assistant")
        notice.note = "请按装箱清单核对附件。"
        notice.action_issue()

    def _ship(self, order):
        pickings = self._as(order.sudo().picking_ids, "warehouse")
        for move in pickings.move_ids:
            move.quantity = move.product_uom_qty
        pickings.move_ids.picked = True
        pickings.button_validate()
