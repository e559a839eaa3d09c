from odoo import fields, models

DELIVERED = frozenset({"done", "received", "invoiced", "settled", "archived"})


class SaleOrder(models.Model):
    """Services that confirmation would buy or plan wait for the assistant, as goods do (F11).

    Goods are started with the delivery notice or by *Start Production*, and the services of their
    order with them; an order of services alone is started by the assistant.
    """

    _inherit = "sale.order"

    services_wait = fields.Boolean(
        compute="_compute_services_wait", groups="sale_order_flow.group_flow_user"
    )

    def _compute_services_wait(self):
        for order in self:
            lines = order._origin._waiting_services()
            # the services of an order with goods are started with these
            apart = order.supply_started_at or not order._start_lines()
            order.services_wait = bool(lines and apart)

    def _waiting_services(self):
        """The services of confirmed orders that were neither bought nor planned yet."""
        lines = self.sudo().order_line.filtered(
            lambda line: line.state == "sale" and line.product_id.type == "service"
        )
        lines = lines.filtered(lambda line: not line.is_expense and line.order_id._is_in_flow())
        return lines.filtered(lambda line: line._service_waits())

    def _supply_started(self, user):
        result = super()._supply_started(user)
        self._waiting_services()._start_services()
        return result

    def action_start_services(self):
        """Let the services of the order be bought and planned (F11).

        :raise AccessError: for anybody but a sales assistant of the company
        :raise UserError: while the deposit is missing or the order is on hold
        :return: True
        """
        self._flow_check_role("sales_assistant")
        self._check_may_start()
        for order in self.sudo():
            order._supply_started(self.env.user)
            order._flow_changed()
        return True

    # ------------------------------------------------------------------ stages

    def _flow_stage_confirmed(self):
        """Where nothing but services is left, these are what the order waits for."""
        stages = super()._flow_stage_confirmed()
        only = self.filtered(
            lambda order: stages.get(order.id) in DELIVERED and order._waiting_services()
        )
        missing = only._deposit_missing() if only else {}
        decided = only._deposit_decided(missing)
        for order in only:
            if order.id not in missing or order.id in decided:
                stages[order.id] = "start"
            else:
                submitted = "submitted" in order.delivery_application_ids.mapped("state")
                stages[order.id] = "verify" if submitted else "deposit"
        return stages

    def _desk_method(self, stage):
        if stage == "start" and not self._start_lines():
            return "action_start_services", self.env._("Start Services")
        return super()._desk_method(stage)


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _service_waits(self):
        """Hook: whether the service is bought or planned by starting it, and was not yet."""
        self.ensure_one()
        return False

    def _start_services(self):
        """Hook: buy and plan the services of these lines, as confirmation does in Odoo."""

    def _held_services(self):
        """Those of the lines whose services may not be bought or planned now.

        Zero queries where no company follows the order flow.
        """
        asked = self.filtered(lambda line: line.order_id._is_in_flow())
        closed = asked.order_id._start_reasons() if asked else {}
        return asked.filtered(
            lambda line: not line.order_id.sudo().supply_started_at or line.order_id.id in closed
        )
