from odoo import api, fields, models
from odoo.exceptions import ValidationError

SHARES = ("install_invoice_percent", "install_retention_percent")
AGREED = ("has_agreed_install_shares", *(f"agreed_{name}" for name in SHARES))


class SaleOrder(models.Model):
    """Which part of an order is paid at delivery, at acceptance and after the warranty (I8, F5).

    What was agreed for the order, else what the company says. Milestones that are better for the
    customer than the company's are a changed policy, which the president decides on.
    """

    _inherit = "sale.order"

    has_agreed_install_shares = fields.Boolean(groups="base.group_user")
    agreed_install_invoice_percent = fields.Float(groups="base.group_user")
    agreed_install_retention_percent = fields.Float(groups="base.group_user")
    install_invoice_percent = fields.Float(
        compute="_compute_install_shares",
        inverse="_inverse_install_shares",
        string="Invoiced Before Acceptance (%)",
        digits=(16, 2),
        groups="base.group_user",
        help="No more than this share of the order is invoiced before the customer has accepted the "
        "installation. Less than the company's share is a special approval.",
    )
    install_retention_percent = fields.Float(
        compute="_compute_install_shares",
        inverse="_inverse_install_shares",
        string="Retention Money (%)",
        digits=(16, 2),
        groups="base.group_user",
        help="This share of the order is invoiced when the warranty has ended. More than the company's "
        "share is a special approval.",
    )

    _agreed_install_shares_range = models.Constraint(
        "CHECK (agreed_install_invoice_percent BETWEEN 0 AND 100"
        " AND agreed_install_retention_percent BETWEEN 0 AND 100)",
        "Shares of an order lie between 0 and 100 percent.",
    )

    @api.depends(*AGREED, *(f"company_id.{name}" for name in SHARES))
    def _compute_install_shares(self):
        for order in self:
            shares = order._install_shares()
            for name in SHARES:
                order[name] = shares[name]

    def _inverse_install_shares(self):
        for order in self:
            shares = {name: order[name] for name in SHARES}
            if not all(0 <= share <= 100 for share in shares.values()):
                raise ValidationError(
                    self.env._(
                        "%s: shares of an order lie between 0 and 100 percent.", order.display_name
                    )
                )
            agreed = {f"agreed_{name}": share for name, share in shares.items()}
            order.write({"has_agreed_install_shares": True, **agreed})

    def _install_shares(self):
        """What was agreed for the order, else what is usual: percent of the total by name (I8)."""
        self.ensure_one()
        order = self.sudo()
        if not order.has_agreed_install_shares:
            return order._usual_install_shares()
        return {name: order[f"agreed_{name}"] for name in SHARES}

    def _usual_install_shares(self):
        company = self.sudo().company_id
        return {name: company[name] for name in SHARES}

    def write(self, vals):
        if not set(AGREED) & set(vals):
            return super().write(vals)
        # not the fields themselves, which hold the new numbers already
        before = {order: order._install_shares() for order in self}
        result = super().write(vals)
        changed = {order: order._install_shares() for order in self}
        for name in SHARES:
            moved = self.filtered(
                lambda order, name=name: changed[order][name] != before[order][name]
            )
            # installation is switched on by itself: invoices follow these shares there, too
            self._check_before_approval(moved, name, everywhere=True)
        return result

    def _special_findings(self):
        """Money that comes later than usual is a changed policy (F5)."""
        findings = super()._special_findings()
        for order in self:
            if not (order._is_installed() and order.sudo().has_agreed_install_shares):
                continue
            agreed, usual = order._install_shares(), order._usual_install_shares()
            if agreed["install_invoice_percent"] < usual["install_invoice_percent"]:
                text = self.env._(
                    "%(percent)s %% invoiced before the acceptance instead of %(usual)s %%.",
                    percent=f"{agreed['install_invoice_percent']:g}",
                    usual=f"{usual['install_invoice_percent']:g}",
                )
                findings[order].append(("president", text))
            if agreed["install_retention_percent"] > usual["install_retention_percent"]:
                text = self.env._(
                    "%(percent)s %% retention money instead of %(usual)s %%.",
                    percent=f"{agreed['install_retention_percent']:g}",
                    usual=f"{usual['install_retention_percent']:g}",
                )
                findings[order].append(("president", text))
        return findings
