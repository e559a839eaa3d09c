from odoo import models

# what is wrong decides how soon somebody has to look at it
URGENT = frozenset({"damaged", "wrong"})


class DeliveryReceipt(models.Model):
    """What did not arrive as it should becomes a complaint with an owner and a deadline (F15, F19)."""

    _inherit = "delivery.receipt"

    def _receipt_difference(self, lines):
        result = super()._receipt_difference(lines)
        said = lines.with_context(lang=self.company_id.partner_id.lang)
        self.env["order.case"]._open_case(
            {
                "kind": "complaint",
                "source": "receipt",
                "subject": said.env._("%s: the delivery is not in order", self.name),
                "description": "\n".join(line._difference_text() for line in said),
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "order_id": self.order_id.id,
                "product_id": lines.product_id.id if len(lines.product_id) == 1 else False,
                "priority": "2" if URGENT.intersection(lines.mapped("difference")) else "1",
            }
        )
        return result
