from odoo import models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """The last invoice waits for the acceptance, the retention money for the warranty's end (I8)."""

    _inherit = "sale.order"

    def _create_invoices(self, grouped=False, final=False, date=None):
        moves = super()._create_invoices(grouped=grouped, final=final, date=date)
        moves._check_installation()
        return moves

    def _installation_accepted(self):
        """Whether the customer has accepted all that is installed of the order."""
        self.ensure_one()
        order = self.sudo()
        states = set(order.install_project_ids.mapped("state")) - {"cancelled"}
        return bool(states) and states <= {"accepted", "closed"} and order._all_shipped()

    def _install_invoice_share(self):
        """What may be invoiced now of an order that is installed, and why no more.

        :return: (percent, sentence)
        """
        self.ensure_one()
        company = self.company_id
        shares = self._install_shares()
        kept = shares["install_retention_percent"]
        if not self._installation_accepted():
            share = min(shares["install_invoice_percent"], 100.0 - kept)
            return share, self.env._(
                "%s is installed, and the customer has not accepted everything yet. Have it accepted "
                "first.",
                self.name,
            )
        until = max(filter(None, self.sudo().install_project_ids.mapped("warranty_until")))
        if kept and company._approval_today() < until:
            return 100.0 - kept, self.env._(
                "%(order)s: the retention money (%(share)s %%) is invoiced when the warranty ends on "
                "%(day)s.",
                order=self.name,
                share=kept,
                day=until,
            )
        return 100.0, ""

    def _check_install_share(self, moves):
        """Refuse what would invoice more than may be.

        :param moves: ``account.move`` that count as if they were posted
        :raise UserError: naming order, shares and amounts
        """
        for order in self.sudo().filtered(lambda order: order._is_installed()):
            share, why = order._install_invoice_share()
            if share >= 100.0:
                continue
            invoiced = order._amount_invoiced_with(moves)
            allowed = order.currency_id.round(order.amount_total * share / 100.0)
            if order.currency_id.compare_amounts(invoiced, allowed) > 0:
                raise UserError(
                    self.env._(
                        "%(why)s\nUntil then no more than %(allowed)s of %(total)s is invoiced; this "
                        "would make it %(invoiced)s. Invoice a down payment of the rest instead.",
                        why=why,
                        allowed=order.currency_id.format(allowed),
                        total=order.currency_id.format(order.amount_total),
                        invoiced=order.currency_id.format(invoiced),
                    )
                )

    def _amount_invoiced_with(self, moves):
        """Posted invoices less credit notes, with ``moves``, in the currency of the order."""
        self.ensure_one()
        total = 0.0
        for line in self.order_line.invoice_lines:
            move = line.move_id
            if move in moves or move.state == "posted":
                sign = -1 if move.move_type == "out_refund" else 1
                total += sign * line.currency_id._convert(
                    line.price_total,
                    self.currency_id,
                    self.company_id,
                    move.invoice_date or self.company_id._approval_today(),
                )
        return self.currency_id.round(total)
