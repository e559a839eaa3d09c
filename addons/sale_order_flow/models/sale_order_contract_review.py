from odoo import api, fields, models


class SaleOrder(models.Model):
    """Which orders need a contract review by the departments (F3)."""

    _inherit = "sale.order"

    needs_contract_review = fields.Boolean(
        compute="_compute_needs_contract_review",
        compute_sudo=True,
        groups="base.group_user",
        help="Finance, purchasing and production review this order side by side before it is decided.",
    )

    @api.depends("amount_total", "currency_id", "company_id", "date_order")
    def _compute_needs_contract_review(self):
        for order in self:
            order.needs_contract_review = order._needs_contract_review()

    def _needs_contract_review(self):
        """Hook: whether the departments review this order before it is decided (F3).

        Extend with ``super()`` for orders that need it whatever their total, non-standard ones for
        instance, and add what it depends on to ``_compute_needs_contract_review``.

        :return: bool; by the total of the order, in the currency of its company
        """
        self.ensure_one()
        return self._reaches_company_amount(self.company_id.contract_review_amount)

    def _reaches_company_amount(self, amount):
        """Whether the order total reaches ``amount``, given in the currency of its company.

        :param amount: zero means that no order does
        """
        self.ensure_one()
        currency = self.company_id.currency_id
        if not amount or not self.currency_id:
            return False
        total = self.currency_id._convert(
            self.amount_total,
            currency,
            self.company_id,
            fields.Date.to_date(self.date_order) or fields.Date.today(),
        )
        return currency.compare_amounts(total, amount) >= 0

    def _approval_sheet_notes(self, code):
        """Approvers read why the departments were asked."""
        notes = super()._approval_sheet_notes(code)
        for order in self.filtered("needs_contract_review"):
            notes.setdefault(order.id, []).append(
                {
                    "level": "info",
                    "text": self.env._(
                        "Contract review: finance, purchasing and production give their opinions first."
                    ),
                }
            )
        return notes
