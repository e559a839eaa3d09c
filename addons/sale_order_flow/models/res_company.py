from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    order_flow_enabled = fields.Boolean(
        string="Order Flow",
        help="Confirmed orders start nothing and ship nothing until payment or permission, and the "
             "delivery notice of the sales assistant, are there. Orders confirmed before are not "
             "touched.",
    )
    head_discount_limit = fields.Float(
        string="Concession of the Department Head (%)",
        help="Up to this many percent below the pricelist the department head decides alone. "
             "Zero: every concession goes to the president (F5, F6).",
    )
    release_payment_percent = fields.Float(
        string="Payment Before Delivery (%)", default=100.0,
        help="Share of the order total that finance has to verify before goods are released (F10).",
    )

    _head_discount_limit_range = models.Constraint(
        "CHECK (head_discount_limit >= 0 AND head_discount_limit <= 100)",
        "The concession of the department head is a percentage between 0 and 100.",
    )
    _release_payment_percent_range = models.Constraint(
        "CHECK (release_payment_percent >= 0 AND release_payment_percent <= 100)",
        "The payment before delivery is a percentage between 0 and 100.",
    )

    def _set_up_rulebook(self):
        """D9, D15, D11: special approval, concession of the head, review by the sales manager."""
        result = super()._set_up_rulebook()
        self._rulebook_chain("sale.order", "Special approval", [
            ("VP Marketing's opinion", "opinion", "vp_marketing"),
            ("Finance director's opinion", "opinion", "finance_director"),
            ("President decides", "decide", "president"),
        ], operation="confirm", sequence=10, domain="[('special_level', '=', 'president')]")
        self._rulebook_chain("sale.order", "Price concession", [
            ("Department head decides", "decide", "department_head"),
        ], operation="confirm", sequence=20, domain="[('special_level', '=', 'head')]")
        self._rulebook_chain("sale.order", "Order review", [
            ("Sales manager reviews", "decide", "sales_manager"),
        ], operation="confirm", sequence=30)
        if not self.order_flow_enabled:
            self.order_flow_enabled = True
            self.head_discount_limit = self.head_discount_limit or 5.0
        return result
