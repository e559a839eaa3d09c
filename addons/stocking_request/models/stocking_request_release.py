from odoo import models
from odoo.exceptions import UserError


class StockingRequest(models.Model):
    """Taking a request back: what is not done is released (S3)."""

    _inherit = "stocking.request"

    def action_cancel(self):
        """Cancel requests; their approval is cancelled with them, and what was ordered but not
        done is released: open transfers, shortages, quotations. Held goods go back to the stock.

        :raise AccessError: when something was ordered, for anybody but a sales assistant
        :raise UserError: for requests that are done or cancelled already
        :return: True
        """
        if over := self.filtered(lambda request: request.state == "cancelled"):
            raise UserError(self.env._("%s is cancelled already.", over[0].name))
        ordered = self.filtered("line_ids.allocation_ids")
        if ordered:
            ordered._flow_check_role("sales_assistant")
        self._stamp({"state": "cancelled"})
        for request in ordered:
            request._release_orders()
        return True

    def _release_orders(self):
        """Take back whatever of the orders given is not done."""
        self.ensure_one()
        rows = self.sudo().line_ids.allocation_ids
        notices = rows.notice_line_id.notice_id
        self.sudo().message_post(
            body=self.env._(
                "Cancelled by %(user)s: %(documents)s taken back as far as they were not done.",
                user=self.env.user.name,
                documents=", ".join(filter(None, rows.mapped("document_name"))) or "-",
            )
        )
        rows._return_held()
        rows.filtered(lambda row: not row.notice_line_id and not row.done)._release()
        for notice in notices.with_env(self.env):
            notice._cut_to_shipped()

    # ------------------------------------------------------------------ held goods

    def _holds_for(self, order):
        """Whether the goods put aside for this request serve ``order``.

        For the linked order alone; else for the customer; else for the people of the department
        (or of the company, where none is named).
        """
        self.ensure_one()
        if self.sale_order_id:
            return self.sale_order_id == order
        if self.partner_id:
            return self.partner_id.commercial_partner_id == order.partner_id.commercial_partner_id
        seller = order.user_id.with_company(order.company_id).sudo()
        if not self.department_id or self.user_id == order.user_id:
            return True
        path = (seller.employee_id.department_id.parent_path or "").split("/")
        return str(self.department_id.id) in path
