from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SaleOrderRequest(models.AbstractModel):
    """What requests about a confirmed order share: who asks, for which order, and what then stands.

    A kind of request declares ``_asked``, the states ``draft`` and ``cancelled``, and a sequence with
    the name of its model.
    """

    _name = "sale.order.request"
    _description = "Request About an Order"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"

    # fields that whoever asks fills in, while the request is a draft
    _asked = frozenset({"order_id", "kind", "reason", "line_ids"})

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('state', '=', 'sale'), ('order_flow', '=', True)]",
    )
    company_id = fields.Many2one(related="order_id.company_id", store=True, index=True)
    partner_id = fields.Many2one(related="order_id.partner_id", store=True, string="Customer")
    user_id = fields.Many2one(related="order_id.user_id", store=True, string="Salesperson")
    currency_id = fields.Many2one(related="order_id.currency_id", store=True)
    reason = fields.Text(required=True)
    may_request = fields.Boolean(compute="_compute_may_request")

    @api.depends("order_id")
    @api.depends_context("uid")
    def _compute_may_request(self):
        for request in self:
            request.may_request = bool(
                request.order_id and request.order_id._may_apply_for_delivery()
            )

    def _problems(self):
        """Hook: why the request cannot be submitted or carried out, as full sentences."""
        self.ensure_one()
        return []

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for request in self:
            if problems := request._problems():
                missing.setdefault(request.id, []).extend(problems)
        return missing

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests._check_may_request()
        for request in requests:
            sequence = self.env["ir.sequence"].with_company(request.company_id)
            request._stamp({"name": sequence.next_by_code(self._name) or "/"})
        return requests

    def write(self, vals):
        if not self._asked.isdisjoint(vals):
            self._check_may_request()
            self._check_draft()
        if "order_id" in vals:
            raise UserError(
                self.env._(
                    "%s: the order stands as it was asked for. Make another request.",
                    self[:1].name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_unasked(self):
        self._check_may_request()
        if asked := self.filtered(
            lambda request: request.state != "draft" or request.approval_request_id
        ):
            raise UserError(
                self.env._("%s was asked for: it stays. Give it up instead.", asked[0].name)
            )

    def _check_draft(self):
        if settled := self.filtered(lambda request: request.state != "draft"):
            raise UserError(
                self.env._(
                    "%s was carried out, approved or given up: it stands as it is. Make another request.",
                    settled[0].name,
                )
            )

    def _check_may_request(self):
        """:raise AccessError: for whoever neither sells the order nor assists or leads its sale"""
        for request in self:
            request.order_id.check_access("read")
            if not (self.env.su or request.order_id._may_apply_for_delivery()):
                raise AccessError(
                    self.env._(
                        "%(order)s: its salesperson (%(salesperson)s), a sales assistant or a sales "
                        "manager asks for changes and returns.",
                        order=request.order_id.name,
                        salesperson=request.order_id.sudo().user_id.name or "-",
                    )
                )


class SaleOrderRequestLine(models.AbstractModel):
    """A line of a request: entered by whoever may ask, while the request is a draft.

    What follows from the entered values decides who is asked, so nobody enters that (A10).
    """

    _name = "sale.order.request.line"
    _description = "Line of a Request About an Order"
    _inherit = ["approval.stamped", "approval.line.mixin"]
    _order = "request_id, id"
    _approval_parent = "request_id"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_may_enter()
        return lines

    def write(self, vals):
        self._check_may_enter()
        result = super().write(vals)
        # the request it was moved to, too
        self._check_may_enter()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_may_enter()

    def _check_may_enter(self):
        self.request_id._check_may_request()
        self.request_id._check_draft()
        for line in self:
            order = line.request_id.order_id
            # what an order says is read through its own requests alone (F21)
            if line.order_line_id and line.order_line_id.sudo().order_id != order.sudo():
                raise UserError(
                    self.env._(
                        "%(request)s: this is no line of %(order)s. Choose one of its lines.",
                        request=line.request_id.name,
                        order=order.name,
                    )
                )
