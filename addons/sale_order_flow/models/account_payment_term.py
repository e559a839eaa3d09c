from odoo import api, fields, models
from odoo.fields import Domain


class AccountPaymentTerm(models.Model):
    """What a payment term means for deliveries: how much is paid before goods leave."""

    _inherit = "account.payment.term"

    release_basis = fields.Selection(
        [("company", "As Everywhere in the Company"), ("share", "A Share of the Total")],
        string="Payment Before Delivery",
        required=True,
        default="company",
    )
    release_percent = fields.Float(
        string="Share Paid Before Delivery (%)",
        digits=(16, 2),
        help="Share of the order total that finance must have verified before a delivery notice.",
    )

    _release_percent_range = models.Constraint(
        "CHECK (release_percent >= 0 AND release_percent <= 100)",
        "The share paid before delivery is a percentage between 0 and 100.",
    )

    @api.model
    def _release_fields(self):
        return {"release_basis", "release_percent"}

    def write(self, vals):
        result = super().write(vals)
        enabled = self.env["res.company"]._order_flow_company_ids()
        if enabled and not self._release_fields().isdisjoint(vals):
            self.env["sale.order"].sudo().search(
                Domain("payment_term_id", "in", self.ids)
                & Domain("company_id", "in", sorted(enabled))
                & Domain("desk_open", "=", True)
            )._flow_changed()
        return result
