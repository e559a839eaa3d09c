from odoo import api, fields, models
from odoo.exceptions import AccessError


class SaleOrderPromise(models.Model):
    """A date promised to the customer instead of the one before, and why (F12).

    Expected dates follow from the documents; what was promised is only changed by somebody who
    says so. Every promise is news that the sales assistant passes on.
    """

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "sale.order.promise"
    _description = "Delivery Promise"
    _order = "id desc"
    _rec_name = "order_id"

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    line_id = fields.Many2one(
        "sale.order.line",
        readonly=True,
        index="btree_not_null",
        ondelete="cascade",
        string="Order Line",
        help="Empty when all of the order was promised anew.",
    )
    old_date = fields.Datetime(readonly=True, string="Promised Before")
    new_date = fields.Datetime(readonly=True, required=True, string="Promised Now")
    reason = fields.Text(required=True, readonly=True)
    user_id = fields.Many2one("res.users", required=True, readonly=True, string="Promised By")
    promised_at = fields.Datetime(required=True, readonly=True)
    feedback_id = fields.Many2one("sale.order.feedback", readonly=True)
    told_at = fields.Datetime(related="feedback_id.sent_at", string="Told On")
    told_by_id = fields.Many2one(related="feedback_id.sent_by_id", string="Told By")
    told_partner_ids = fields.Many2many(related="feedback_id.told_partner_ids", string="Told To")

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_button()

    def write(self, vals):
        raise self._by_the_button()

    def unlink(self):
        raise self._by_the_button()

    def _by_the_button(self):
        return AccessError(
            self.env._(
                "Promises are made with “Promise Another Date” on the order, and stand as they were "
                "made.",
            )
        )

    @api.model
    def _promise(self, order, lines, new_date, reason, old_date=False):
        """Write promises down, for lines or with none for the whole order, with the news of them.

        :param old_date: what was promised before, by default what stands now
        """
        targets = lines or [lines]
        before = {
            line: old_date or line.promised_date or order.flow_promised_date for line in targets
        }
        news = self.env["sale.order.feedback"]._note(
            [
                {
                    "order_id": order.id,
                    "kind": "promise",
                    "document_name": line.product_id.display_name or order.name,
                    "date": new_date,
                    "previous_date": before[line],
                }
                for line in targets
            ]
        )
        return super(SaleOrderPromise, self.sudo()).create(
            [
                {
                    "order_id": order.id,
                    "line_id": line.id,
                    "old_date": before[line],
                    "new_date": new_date,
                    "reason": reason,
                    "user_id": self.env.uid,
                    "promised_at": fields.Datetime.now(),
                    "feedback_id": row.id,
                }
                for line, row in zip(targets, news, strict=True)
            ]
        )


class SaleOrder(models.Model):
    _inherit = "sale.order"

    promise_ids = fields.One2many(
        "sale.order.promise",
        "order_id",
        string="Promises",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )

    def write(self, vals):
        if "commitment_date" not in vals:
            return super().write(vals)
        confirmed = self.filtered(lambda order: order.state == "sale" and order._is_in_flow())
        before = {order: order.flow_promised_date for order in confirmed}
        result = super().write(vals)
        for order, old_date in before.items():
            if order.commitment_date and order.commitment_date != old_date:
                # an approved change of a confirmed order is a promise like any other
                self.env["sale.order.promise"]._promise(
                    order,
                    order.order_line.browse(),
                    order.commitment_date,
                    self.env._("The delivery date of the order was changed."),
                    old_date,
                )
        return result

    def action_promise_date(self):
        """Open the form to promise the customer another date (F12).

        :raise AccessError: for anybody but a sales assistant of the company
        """
        self.ensure_one()
        self._flow_check_role("sales_assistant")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Promise Another Date"),
            "res_model": "sale.order.promise.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_order_id": self.id},
        }
