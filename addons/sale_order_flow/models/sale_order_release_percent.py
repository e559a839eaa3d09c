from odoo import api, fields, models
from odoo.exceptions import ValidationError


class SaleOrder(models.Model):
    """How much of an order is paid before it leaves, agreed order by order."""

    _inherit = "sale.order"

    has_agreed_release = fields.Boolean(copy=False, groups="base.group_user")
    agreed_release_percent = fields.Float(copy=False, groups="base.group_user")
    release_payment_percent = fields.Float(
        compute="_compute_release_payment_percent",
        inverse="_inverse_release_payment_percent",
        string="Payment Before Delivery (%)",
        digits=(16, 2),
        groups="base.group_user",
        help="Share of the total that finance must have verified before a delivery notice: what was "
        "agreed for this order, else what its payment term says, else what the company says. Less "
        "than these is a special approval.",
    )

    _agreed_release_percent_range = models.Constraint(
        "CHECK (agreed_release_percent >= 0 AND agreed_release_percent <= 100)",
        "The payment needed before delivery is a percentage between 0 and 100.",
    )

    @api.depends(
        "has_agreed_release",
        "agreed_release_percent",
        "payment_term_id.release_basis",
        "payment_term_id.release_percent",
        "company_id.release_payment_percent",
    )
    def _compute_release_payment_percent(self):
        for order in self:
            order.release_payment_percent = order._needed_release_percent()

    def _inverse_release_payment_percent(self):
        for order in self:
            percent = order.release_payment_percent
            if not 0 <= percent <= 100:
                raise ValidationError(
                    self.env._(
                        "%(order)s: the payment before delivery is a percentage between 0 and 100, not "
                        "%(percent)s.",
                        order=order.name,
                        percent=percent,
                    )
                )
            order.write({"has_agreed_release": True, "agreed_release_percent": percent})

    def _needed_release_percent(self):
        """What was agreed, else what is usual: percent of the total."""
        self.ensure_one()
        order = self.sudo()
        if order.has_agreed_release:
            return order.agreed_release_percent
        return order._usual_release_percent()

    def _usual_release_percent(self):
        """What the payment term says, else the company: percent of the total."""
        self.ensure_one()
        term = self.payment_term_id
        if term.release_basis == "share":
            return term.release_percent
        return self.company_id.release_payment_percent

    def write(self, vals):
        agreed = {"has_agreed_release", "agreed_release_percent"}
        if agreed.isdisjoint(vals):
            return super().write(vals)
        # not the field itself, which holds the new number already
        before = {order: order._needed_release_percent() for order in self}
        result = super().write(vals)
        self._check_before_approval(
            self.filtered(lambda order: order._needed_release_percent() < before[order]),
            "release_payment_percent",
        )
        self._flow_changed()
        return result

    def _special_findings(self):
        """Goods that leave for less money than usual are a changed policy (F5)."""
        findings = super()._special_findings()
        for order in self:
            usual = order._usual_release_percent()
            if order.release_payment_percent < usual:
                findings[order].append(
                    (
                        "president",
                        self.env._(
                            "%(percent)s %% paid before delivery instead of %(usual)s %%.",
                            percent=f"{order.release_payment_percent:g}",
                            usual=f"{usual:g}",
                        ),
                    )
                )
        return findings
