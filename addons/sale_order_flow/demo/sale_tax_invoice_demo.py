from datetime import timedelta

from odoo import api, fields, models

from .sale_order_flow_demo import VOUCHER


class SaleOrderFlowDemo(models.AbstractModel):
    """Tax invoices in every stage, walked by salesperson and finance (F24)."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load(self):
        result = super()._load()
        if not self.env.ref("sale_order_flow.demo_tax_invoice_received", raise_if_not_found=False):
            self._make_tax_invoices()
        return result

    def _make_tax_invoices(self):
        self._ask_invoice("draft", "confirmed", request=False)
        self._ask_invoice("cancelled", "verified").action_cancel()
        self._ask_invoice("requested", "verified", days=5)
        self._ask_invoice("late", "noticed", days=-2)
        returned = self._as(self._ask_invoice("returned", "short"), "finance")
        returned.finance_note = "开户行与税号不符，请与客户核对。"
        returned.action_return()
        self._issue_invoice(self._ask_invoice("issued", "applied", share=0.4), 1)
        sent = self._ask_invoice("sent", "shipped", share=0.5)
        self._issue_invoice(sent, 2)
        self._send_invoice(sent, "SF1020304050")
        received = self._ask_invoice("received", "told", share=0.5)
        self._issue_invoice(received, 3)
        self._send_invoice(received, "SF1020304051")
        received.action_receive()
        wrong = self._ask_invoice("corrected", "shipped")
        self._issue_invoice(wrong, 4)
        self._correct_invoice(wrong, 5)

    def _ask_invoice(self, name, order, days=3, share=1, request=True):
        order = self._as(self._ref(f"order_{order}"), "sales")
        opened = order.action_request_tax_invoice()
        asked = self._as(self.env["sale.tax.invoice.request"].browse(opened["res_id"]), "sales")
        asked.write(
            {
                "tax_number": "91510100MA61XC123X",
                "kind": "electronic",
                "needed_by": fields.Date.today() + timedelta(days=days),
            }
        )
        for line in asked.line_ids if share != 1 else ():
            line.quantity = round(line.quantity * share) or 1
        self._name_invoice(asked, name)
        if request:
            asked.action_request()
        return asked

    def _name_invoice(self, asked, name):
        self.env["ir.model.data"]._update_xmlids(
            [
                {
                    "xml_id": f"sale_order_flow.demo_tax_invoice_{name}",
                    "record": asked,
                    "noupdate": True,
                }
            ]
        )

    def _issue_invoice(self, asked, number):
        asked = self._as(asked, "finance")
        asked.write(
            {
                "invoice_number": f"2651200000012345678{number}",
                "invoice_date": fields.Date.context_today(asked),
                "invoice_file_ids": [(0, 0, {"name": "电子发票.png", "raw": VOUCHER})],
            }
        )
        asked.action_issue()

    def _send_invoice(self, asked, tracking_number):
        asked = self._as(asked, "finance")
        asked.write(
            {"sent_way": "courier", "carrier": "顺丰速运", "tracking_number": tracking_number}
        )
        asked.action_send()

    def _correct_invoice(self, asked, number):
        red = asked.browse(asked.action_correct()["res_id"])
        red.write({"correction_reason": "抬头有误，重新开具。", "needed_by": fields.Date.today()})
        self._name_invoice(red, "red")
        red.action_request()
        self._issue_invoice(red, number)
