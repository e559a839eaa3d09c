from odoo import Command, api, fields, models


class SaleOrderFlowDemo(models.AbstractModel):
    """Change requests (F18) and returns (F17) in several states."""

    _inherit = "sale.order.flow.demo"

    @api.model
    def _load_after_shipment(self):
        if self.env.ref("sale_order_flow.demo_order_change", raise_if_not_found=False):
            return
        self._changes()
        self._returns()

    # ------------------------------------------------------------------ changes

    def _changes(self):
        asked = self._change(
            self._confirmed("change", "huaxin", {"valve": 5}), 3, "客户工地面积缩小，少要两台。"
        )
        asked.action_approval_submit()
        done = self._change(
            self._confirmed("changed", "nanfang", {"valve": 2}), 4, "客户追加两台，同价。"
        )
        done.action_approval_submit()
        self._decide(done, "salesmgr")
        order = self._confirmed("cancel", "nanfang", {"valve": 1})
        cancellation = self._as(self.env["sale.change.request"], "sales").create(
            {"order_id": order.id, "kind": "cancel", "reason": "客户项目取消。"}
        )
        cancellation.action_approval_submit()

    def _change(self, order, quantity, reason):
        Request = self._as(self.env["sale.change.request"], "sales")
        commands = Request._line_commands(order)
        commands[0][2]["quantity"] = quantity
        return Request.create({"order_id": order.id, "reason": reason, "line_ids": commands})

    # ------------------------------------------------------------------ returns

    def _returns(self):
        self._return(
            "return_asked", "return", "unused", "客户多订了两台。"
        ).action_approval_submit()
        receiving = self._return("return_coming", "exchange", "defective", "阀体渗漏，要求换货。")
        inspecting = self._return("return_back", "return", "unused", "型号不符合现场管径。")
        for request in receiving | inspecting:
            request.action_approval_submit()
            self._decide(request, "salesmgr")
        pickings = self._as(inspecting.sudo().picking_ids, "warehouse")
        pickings.move_ids.picked = True
        pickings.button_validate()

    def _return(self, name, kind, condition, reason):
        order = self._confirmed(name, "huaxin", {"valve": 4})
        self._pay_and_verify(order)
        self._notice(order)
        self._ship(order)
        self._as(order, "assistant").action_pass_on_news()
        move = order.sudo()._create_invoices()
        move.invoice_date = fields.Date.context_today(move)
        move.action_post()
        return self._as(self.env["sale.return.request"], "sales").create(
            {
                "order_id": order.id,
                "kind": kind,
                "condition": condition,
                "reason": reason,
                "line_ids": [Command.create({"order_line_id": order.order_line.id, "quantity": 2})],
            }
        )
