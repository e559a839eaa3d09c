from odoo import api, fields, models
from odoo.exceptions import AccessError

from .sale_order_check import DECISIVE, SPECIAL_LEVELS


class SaleOrderSpecial(models.Model):
    """Why an order needed special approval when it was submitted, reason by reason (F5, F20).

    Written by the submission; nobody else writes here. What became of it is the state of the
    request.
    """

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "sale.order.special"
    _description = "Reason of a Special Approval"
    _order = "id desc"
    _rec_name = "reason"
    _log_access = False

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    request_id = fields.Many2one(
        "approval.request", required=True, readonly=True, index=True, ondelete="cascade"
    )
    # as it was: who asked for it, and for whom
    company_id = fields.Many2one("res.company", readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    code = fields.Selection(
        selection=lambda self: self.env["sale.order.check.policy"]._select_code(),
        string="Check",
        readonly=True,
    )
    level = fields.Selection(
        [level for level in SPECIAL_LEVELS if level[0] != "none"],
        string="Decided By",
        readonly=True,
    )
    reason = fields.Text(readonly=True)
    submitted_at = fields.Datetime(readonly=True, index=True, string="Submitted On")
    orders = fields.Many2one(
        "sale.order",
        string="Number of Orders",
        readonly=True,
        ondelete="cascade",
        aggregator="count_distinct",
    )
    outcome = fields.Selection(related="request_id.state", string="Outcome")

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_orders()

    def write(self, vals):
        raise self._by_the_orders()

    def unlink(self):
        raise self._by_the_orders()

    def _by_the_orders(self):
        return AccessError(
            self.env._(
                "Why an order is special is found out when it is submitted: nobody enters, changes or "
                "deletes it.",
            )
        )

    @api.model
    def _note(self, order, request):
        """Write down what the checks found in an order that was just submitted."""
        values = [
            {
                "order_id": order.id,
                "orders": order.id,
                "request_id": request.id,
                "company_id": order.company_id.id,
                "partner_id": order.partner_id.id,
                "user_id": order.user_id.id,
                "team_id": order.team_id.id,
                "code": check["code"],
                "level": reason["state"],
                "reason": reason["text"],
                "submitted_at": fields.Datetime.now(),
            }
            for check in order.check_results or []
            for reason in check["reasons"]
            if reason["state"] in DECISIVE and reason["state"] != "stop"
        ]
        return super().create(values) if values else self

    def action_open_order(self):
        """The order that was special."""
        self.ensure_one()
        return self.order_id._get_records_action()


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        if event.verb == "submit" and event.request.operation == "confirm":
            self.env["sale.order.special"].sudo()._note(self, event.request)
        return result
