from odoo import api, models


class ExpenseStandardDemo(models.AbstractModel):
    """Demo claims over the standard and with invoices."""

    _inherit = "expense.approval.demo"

    @api.model
    def _load_standards(self):
        """One claim over the standard that is in approval, one that the claimant still writes."""
        if self.env.ref("expense_approval.demo_claim_over_standard", raise_if_not_found=False):
            return
        submitted = self._stay("over_standard", "北京酒店两晚", 1272, "26112000000012720001", 9)
        submitted.action_approval_submit()
        self._stay("over_standard_draft", "北京酒店", 680, "26112000000006800002", 5)

    def _stay(self, name, label, amount, number, days):
        claim = self._claim(name, [(label, "hotel", amount)], days=days)
        expense = claim.expense_ids
        expense.write(
            {
                "city_id": self.env.ref("expense_approval.city_beijing").id,
                "unit_count": 2 if amount > 1000 else 1,
                "over_standard_reason": "展会期间附近酒店已满",
            }
        )
        day = expense.date.strftime("%Y%m%d")
        expense.tax_invoice_ids.create(
            {
                "expense_id": expense.id,
                "qr_text": f"01,32,,{number},{amount}.00,{day},,7A3C,",
                "buyer_name": expense.company_id.name,
                "buyer_vat": expense.company_id.vat,
            }
        )
        return claim
