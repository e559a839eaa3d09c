from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """The contracts an order is under, and the gate that waits for a signed one (F9)."""

    _inherit = "sale.order"

    # the relation of sale.contract.order_ids: orders are put under a contract there
    contract_ids = fields.Many2many(
        "sale.contract",
        "sale_contract_order_rel",
        "order_id",
        "contract_id",
        string="Contracts",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )
    contract_count = fields.Integer(
        compute="_compute_contract_count", groups="sale_order_flow.group_flow_user"
    )

    @api.depends("contract_ids")
    def _compute_contract_count(self):
        for order in self:
            order.contract_count = len(order.contract_ids)

    def _is_archived(self):
        """Whether everything that was signed for this order is in the archive (F9).

        :return: bool; False where there is no contract at all
        """
        self.ensure_one()
        contracts = self.sudo().contract_ids.filtered(
            lambda contract: contract.state != "cancelled"
        )
        return bool(contracts) and all(contract.state == "archived" for contract in contracts)

    def write(self, vals):
        result = super().write(vals)
        if "partner_id" in vals and self.env["res.company"]._order_flow_company_ids():
            self.sudo().contract_ids._check_orders()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_without_contract(self):
        for order in self.sudo():
            kept = order.contract_ids.filtered(
                lambda contract: contract.state in ("out", "signed", "archived")
            )
            if kept:
                raise UserError(
                    self.env._(
                        "%(order)s is under the contract %(contract)s and is kept: cancel it instead.",
                        order=order.name,
                        contract=kept[0].display_name,
                    )
                )

    # ------------------------------------------------------------------ the gate

    def _needing_contract(self):
        """Orders that leave only under a signed contract, as superuser."""
        return self.sudo().filtered(
            lambda order: order._reaches_company_amount(order.company_id.contract_needed_amount)
        )

    def _contract_reasons(self):
        """Why orders that need a signed contract may not leave.

        :return: ``{order id: sentence}``; orders left out need none, or have it
        """
        reasons = {}
        for order in self._needing_contract():
            company = order.company_id
            today = company._approval_today()
            if not any(contract._holds_on(today) for contract in order.contract_ids):
                reasons[order.id] = self.env._(
                    "%(order)s: orders from %(amount)s on leave only under a signed contract that is "
                    "still valid. Record the signatures of its contract first.",
                    order=order.name,
                    amount=company.currency_id.format(company.contract_needed_amount),
                )
        return reasons

    def _release_gates(self):
        result = super()._release_gates()
        orders = self._origin.filtered(lambda order: order.id in result).sudo()
        needing = orders._needing_contract()
        missing = needing._contract_reasons()
        label = self.env._("Contract")
        for order in needing:
            if order.id in missing:
                waits = "out" in order.contract_ids.mapped("state")
                state, reason = ("waiting" if waits else "closed"), missing[order.id]
                gate = self._gate("contract", label, state, reason, order.user_id.name)
            else:
                gate = self._gate("contract", label, "done", self.env._("The contract is signed."))
            result[order.id].insert(1, gate)
        return result

    def _notice_basis(self, notice):
        if missing := self._contract_reasons().get(self.id):
            raise UserError(missing)
        return super()._notice_basis(notice)

    # ------------------------------------------------------------------ actions

    def action_new_contract(self):
        """Open a new contract for these orders (F9).

        :raise UserError: when they are not of one customer and company
        :return: window action of the contract to be filled in
        """
        customers = self.partner_id.commercial_partner_id
        if len(customers) != 1 or len(self.company_id) != 1:
            raise UserError(
                self.env._(
                    "A contract is with one customer: choose orders of one customer and company."
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Contract"),
            "res_model": "sale.contract",
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_partner_id": customers.id,
                "default_company_id": self.company_id.id,
                "default_order_ids": self.ids,
                "default_user_id": self.user_id[:1].id or self.env.uid,
            },
        }

    def action_view_contracts(self):
        """Open the contracts of this order."""
        return self.contract_ids._get_records_action(name=self.env._("Contracts"))
