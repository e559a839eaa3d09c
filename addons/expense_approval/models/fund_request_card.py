from odoo import models
from odoo.fields import Domain


class FundRequest(models.Model):
    """A fund request is judged by what the company is bound to already, not by its employee (E11)."""

    _inherit = "fund.request"

    def _card_groups(self):
        return [self._card_funds()]

    def _card_funds(self):
        """What was approved this year of this kind and with this counterparty, by currency."""
        kind = dict(self._fields["kind"]._description_selection(self.env))[self.kind]
        scopes = (
            (self.env._("%s approved this year", kind), Domain("kind", "=", self.kind)),
            (
                self.env._("With %s this year", self.partner_id.name),
                Domain("partner_id", "=", self.partner_id.id),
            ),
        )
        return {
            "title": self.env._("Funds"),
            "facts": [
                self._card_fact(title, self._card_approved(scope)) for title, scope in scopes
            ],
        }

    def _card_approved(self, scope):
        rows = self._read_group(
            scope
            & self._card_this_year()
            & Domain("state", "in", ("approved", "closed"))
            & Domain("id", "!=", self.id),
            ["currency_id"],
            ["__count", "amount:sum", "open_amount:sum"],
        )
        return "; ".join(
            self.env._(
                "%(amount)s, open %(open)s, requests: %(count)s",
                count=count,
                amount=currency.format(amount),
                open=currency.format(rest),
            )
            for currency, count, amount, rest in rows
        ) or self.env._("None")
