from odoo import api, fields, models
from odoo.tools import formatLang

SUPPLEMENT = "sale_order_flow.activity_supplement"


class SaleOrder(models.Model):
    """An order that says something else than its signed contract (F9)."""

    _inherit = "sale.order"

    contract_difference = fields.Char(
        compute="_compute_contract_difference",
        groups="sale_order_flow.group_flow_user",
        help="What the order says against what was signed.",
    )

    @api.depends("amount_total", "state", "contract_ids.state", "contract_ids.agreed_amounts")
    @api.depends_context("lang")
    def _compute_contract_difference(self):
        found = self._origin._contract_differences()
        for order in self:
            order.contract_difference = found.get(order._origin.id, False)

    def _agreed_contracts(self):
        """The contract signed last that says a total of each order, as superuser.

        :return: ``{order id: (contract, total)}``
        """
        agreed = {}
        contracts = self.sudo().contract_ids.filtered(
            lambda contract: contract.state in ("signed", "archived")
        )
        for contract in contracts.sorted(lambda contract: (contract.signed_at, contract.id)):
            for order_id, amount in contract._agreed().items():
                agreed[order_id] = contract, amount
        return {order_id: agreed[order_id] for order_id in self.ids if order_id in agreed}

    def _contract_differences(self):
        """Where orders say another total than was signed.

        :return: ``{order id: sentence}``; cancelled orders and those as signed are left out
        """
        differences = {}
        agreed = self._agreed_contracts()
        for order in self.sudo().filtered(lambda order: order.id in agreed):
            contract, amount = agreed[order.id]
            now = order.amount_total
            if order.state == "cancel" or not order.currency_id.compare_amounts(now, amount):
                continue
            differences[order.id] = self.env._(
                "%(order)s is %(now)s, but %(contract)s was signed for %(amount)s (%(change)s). Make a "
                "supplementary agreement.",
                order=order.name,
                now=order.currency_id.format(now),
                contract=contract.display_name,
                amount=order.currency_id.format(amount),
                change=f"{'+' if now > amount else ''}{formatLang(self.env, now - amount)}",
            )
        return differences

    def _terms_changed(self):
        result = super()._terms_changed()
        self._contracts_compared()
        return result

    def _contracts_compared(self):
        """Ask whoever handles the contract for a supplementary agreement, or no longer."""
        orders = self.sudo().filtered("contract_ids")
        differing = orders.browse(orders._contract_differences())
        (orders - differing).activity_unlink([SUPPLEMENT])
        for order in differing:
            contract, _amount = order._agreed_contracts()[order.id]
            if not order.activity_search([SUPPLEMENT]):
                order.activity_schedule(SUPPLEMENT, user_id=contract.user_id.id)

    def _approval_sheet_notes(self, code):
        """Approvers read that an order departs from what was signed."""
        notes = super()._approval_sheet_notes(code)
        for order_id, sentence in self._contract_differences().items():
            notes.setdefault(order_id, []).append({"level": "warning", "text": sentence})
        return notes

    def action_new_supplement(self):
        """Open a new supplementary agreement to the contract this order departs from (F9)."""
        self.ensure_one()
        contract, _amount = self._agreed_contracts().get(
            self.id, (self.env["sale.contract"].sudo(), 0.0)
        )
        # with the rights of whoever asks: contracts of others are not opened
        return contract.sudo(False).action_new_supplement()
