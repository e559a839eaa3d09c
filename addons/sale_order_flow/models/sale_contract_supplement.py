from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


class SaleContract(models.Model):
    """Supplementary agreements: what changes of a signed contract, its end included (F9).

    A signed contract stays as it is. An order that says something else afterwards asks for a
    supplementary agreement; so does a contract that ends early, even in the archive.
    """

    _inherit = "sale.contract"

    parent_id = fields.Many2one(
        "sale.contract",
        string="Supplements",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        tracking=True,
        domain="[('partner_id', '=', partner_id), ('state', 'in', ('signed', 'archived')), ('parent_id', '=', False)]",
        help="The signed contract that this supplementary agreement changes.",
    )
    child_ids = fields.One2many("sale.contract", "parent_id", string="Supplementary Agreements")
    child_count = fields.Integer(compute="_compute_child_count")
    agreed_amounts = fields.Json(
        compute="_compute_agreed_amounts",
        store=True,
        groups="base.group_user",
        help="The total of each order, as it was when it was added, sent out or signed.",
    )
    ends_parent_on = fields.Date(
        string="Contract Ends On",
        copy=False,
        tracking=True,
        help="The day the supplemented contract ends early, as both sides agree.",
    )
    end_reason = fields.Char(string="Reason of the End", copy=False, tracking=True)
    ended_on = fields.Date(
        compute="_compute_ended_on",
        store=True,
        string="Ended Early On",
        help="By a signed supplementary agreement.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("child_ids")
    def _compute_child_count(self):
        groups = self._read_group([("parent_id", "in", self.ids)], ["parent_id"], ["__count"])
        counts = {parent.id: count for parent, count in groups}
        for contract in self:
            contract.child_count = counts.get(contract._origin.id, 0)

    @api.depends("child_ids.state", "child_ids.ends_parent_on")
    def _compute_ended_on(self):
        for contract in self:
            ends = [
                child.ends_parent_on
                for child in contract.sudo().child_ids
                if child.ends_parent_on and child.state in ("signed", "archived")
            ]
            contract.ended_on = min(ends, default=False)

    @api.depends("order_ids", "sent_at", "signed_at")
    def _compute_agreed_amounts(self):
        """Not on the orders' totals, as the total of the contract."""
        for contract in self:
            contract.agreed_amounts = {
                str(order.id): order.amount_total for order in contract.order_ids.sudo()._origin
            }

    @api.depends("parent_id")
    def _compute_content(self):
        """A supplementary agreement counts what it adds or takes away: sums count nothing twice."""
        result = super()._compute_content()
        for contract in self.filtered("parent_id"):
            before = contract._agreed_before()
            contract.amount_total -= sum(
                before.get(order_id, 0.0) for order_id in contract.order_ids._origin.ids
            )
        return result

    def _agreed_before(self):
        """What the contract and its other supplements say of their orders, the newest last.

        :return: ``{order id: total in the currency of the contract}``
        """
        self.ensure_one()
        parent = self.parent_id.sudo()
        family = (parent | parent.child_ids - self._origin).filtered(
            lambda contract: (
                contract.signed_at
                and not contract.cancelled_at
                and (not self.signed_at or contract.signed_at <= self.signed_at)
            )
        )
        agreed = {}
        for contract in family.sorted(lambda contract: (contract.signed_at, contract.id)):
            agreed.update(contract._agreed())
        return agreed

    def _agreed(self):
        """``{order id: total}`` as the contract says."""
        self.ensure_one()
        agreed = self.sudo().agreed_amounts or {}
        return {int(order_id): amount for order_id, amount in agreed.items()}

    def _holds_on(self, day):
        """A contract that ended early holds no more, and neither do its supplements."""
        if self.ends_parent_on or not super()._holds_on(day):
            return False
        ended = (self.parent_id.sudo() or self).ended_on
        return not (ended and ended < day)

    # ------------------------------------------------------------------ constraints

    @api.constrains("parent_id", "partner_id", "company_id", "kind", "ends_parent_on", "end_reason")
    def _check_supplement(self):
        for contract in self:
            parent = contract.parent_id.sudo()
            if not parent:
                if contract.ends_parent_on:
                    raise ValidationError(
                        self.env._(
                            "%s ends no contract: choose in “Supplements” which one it ends.",
                            contract.display_name,
                        )
                    )
                continue
            if contract.kind != "supplement":
                raise ValidationError(
                    self.env._(
                        "%(contract)s supplements %(parent)s: its kind is “Supplementary Agreement”.",
                        contract=contract.display_name,
                        parent=parent.display_name,
                    )
                )
            if parent.parent_id or parent.state not in ("signed", "archived"):
                raise ValidationError(
                    self.env._(
                        "%(parent)s cannot be supplemented: choose the signed contract itself, not a "
                        "draft, a cancelled one or another supplementary agreement.",
                        parent=parent.display_name,
                    )
                )
            if parent.partner_id.commercial_partner_id != contract.partner_id.commercial_partner_id:
                raise ValidationError(
                    self.env._(
                        "%(contract)s supplements %(parent)s, which is a contract with %(customer)s: "
                        "both are with the same customer.",
                        contract=contract.display_name,
                        parent=parent.display_name,
                        customer=parent.partner_id.display_name,
                    )
                )
            if contract.ends_parent_on and not contract.end_reason:
                raise ValidationError(
                    self.env._(
                        "%(contract)s ends %(parent)s early: say why in “Reason of the End”.",
                        contract=contract.display_name,
                        parent=parent.display_name,
                    )
                )

    # ------------------------------------------------------------------ signing

    def _needs_orders(self):
        return super()._needs_orders() and not self.ends_parent_on

    def _signing_problems(self):
        problems = super()._signing_problems()
        if self.parent_id.sudo().state == "cancelled":
            problems.append(
                self.env._(
                    "%s is cancelled: there is nothing to supplement.",
                    self.parent_id.sudo().display_name,
                )
            )
        return problems

    def _record_signatures(self, user_id=False):
        result = super()._record_signatures(user_id)
        self.order_ids.sudo()._contracts_compared()
        return result

    def action_cancel(self):
        """A contract in the archive is kept; one that others supplement is ended by them."""
        if archived := self.filtered("archived_at"):
            raise UserError(
                self.env._(
                    "%s is in the archive and is kept. If it ends early, make a supplementary "
                    "agreement that says when and why.",
                    archived[0].display_name,
                )
            )
        for contract in self:
            kept = contract.sudo().child_ids.filtered(
                lambda child: child.state in ("signed", "archived")
            )
            if kept:
                raise UserError(
                    self.env._(
                        "%(contract)s is supplemented by %(supplement)s and is not cancelled. If it "
                        "ends early, make a supplementary agreement that says when and why.",
                        contract=contract.display_name,
                        supplement=kept[0].display_name,
                    )
                )
        return super().action_cancel()

    # ------------------------------------------------------------------ actions

    def action_new_supplement(self):
        """Open a new supplementary agreement about the orders that changed (F9).

        :raise UserError: unless the contract is signed
        :return: window action of the agreement to be filled in
        """
        self.ensure_one()
        contract = self.parent_id or self
        contract._check_state("signed", "archived")
        differing = contract.order_ids.filtered(
            lambda order: order.id in order._contract_differences()
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Supplementary Agreement"),
            "res_model": self._name,
            "views": [(False, "form")],
            "target": "current",
            "context": {
                "default_kind": "supplement",
                "default_parent_id": contract.id,
                "default_partner_id": contract.partner_id.id,
                "default_company_id": contract.company_id.id,
                "default_order_ids": differing.ids,
                "default_user_id": contract.user_id.id,
            },
        }

    def action_view_supplements(self):
        """Open the supplementary agreements of this contract."""
        return self.child_ids._get_records_action(name=self.env._("Supplementary Agreements"))
