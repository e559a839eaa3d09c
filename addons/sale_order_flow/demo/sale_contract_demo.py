import base64
from datetime import timedelta

from odoo import Command, api, models

from .sale_order_flow_demo import VOUCHER

# every order of the demo that reaches this total leaves only under a signed contract
CONTRACT_NEEDED = 150000.0


class SaleContractDemo(models.AbstractModel):
    """A contract review under way, letters and contracts in every state, an overdue archive."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_contracts(self):
        """Big orders with their reviews, confirmation letters and contracts."""
        company = self.env.ref("approval_chain.demo_company")
        if self.env.ref("sale_order_flow.demo_order_contract_review", raise_if_not_found=False):
            return
        company.contract_needed_amount = company.contract_needed_amount or CONTRACT_NEEDED
        review = self._make_order("contract_review", "huaxin", {"pump": 20}, days=45, submit=True)
        self._review(review, "finance", "信用良好，建议预收三成。")
        signed = self._under_contract("contract_signed", "huaxin", {"pump": 18}, days=60)
        waiting = self._under_contract("contract_out", "nanfang", {"pump": 17}, days=50)
        today = company._approval_today()
        first = self._make_contract("signed", signed, today - timedelta(days=2))
        first.action_sign()
        self._make_contract(
            "out",
            waiting,
            False,
            signed_how="portal",
            company_signed_by_id=self._user("head").id,
            company_signed_on=today,
        )
        self._make_contract("draft", self._ref("order_confirmed"), False)
        last_month = (today.replace(day=1) - timedelta(days=1)).replace(day=20)
        before = (last_month.replace(day=1) - timedelta(days=1)).replace(day=15)
        archived = self._make_contract("archived", self._ref("order_told"), before)
        archived.action_sign()
        archive = self._as(archived.archive_id, "assistant")
        archive.write({"shelf": "A-1", "folder": before.strftime("%Y-%m")})
        archive.action_archive_contracts()
        self._make_contract("overdue", self._ref("order_shipped"), last_month).action_sign()

    def _user(self, login):
        return self._ref("user_production") if login == "production" else super()._user(login)

    def _review(self, order, login, opinion):
        """The opinion of a department, with its checklist ticked."""
        request = self._as(order.sudo().approval_request_id, login)
        lines = request._slot_for_me("opinion").step_id.checklist or []
        request.action_decide("opinion", opinion, checked=[row["name"] for row in lines])

    def _under_contract(self, name, customer, quantities, days):
        """A big order: reviewed by the departments, confirmed on the customer's word by fax."""
        order = self._make_order(
            name, customer, quantities, days=days, submit=True, require_signature=True
        )
        for login, opinion in (
            ("finance", "付款条件可以接受。"),
            ("purchasing", "电机交货四周，可以满足。"),
            ("production", "产能可以安排。"),
        ):
            self._review(order, login, opinion)
        self._decide(order, "salesmgr")
        letter = self._as(self.env["sale.confirmation.letter"], "sales").browse(
            order.action_confirmation_letter()["res_id"]
        )
        letter.action_mark_sent()
        letter.write(
            {
                "confirmed_how": "fax",
                "confirmed_by": order.contact_id.name,
                "confirmed_on": order.company_id._approval_today(),
                "evidence_ids": [Command.create({"name": "确认传真.png", "raw": VOUCHER})],
            }
        )
        letter.action_record()
        order.action_confirm()
        return order

    def _make_contract(self, name, order, signed_on, **values):
        """A contract of the salesperson; with ``signed_on``, everything for recording is there."""
        contract = self._as(self.env["sale.contract"], "sales").create(
            {
                "title": f"{order.partner_id.name} {order.order_line[:1].product_id.name}",
                "partner_id": order.partner_id.commercial_partner_id.id,
                "company_id": order.company_id.id,
                "order_ids": order.ids,
                **(
                    {
                        "document": base64.b64encode(VOUCHER),
                        "document_name": "合同扫描件.png",
                        "company_signed_by_id": self._user("head").id,
                        "company_signed_on": signed_on,
                        "customer_signed_by": order.contact_id.name,
                        "customer_signed_on": signed_on,
                    }
                    if signed_on
                    else {}
                ),
                **values,
            }
        )
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sale_order_flow.demo_contract_{name}",
                    "record": contract,
                    "noupdate": True,
                }
            ]
        )
        if name != "draft":
            contract.action_send()
        return contract
