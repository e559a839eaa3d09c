from odoo import api, fields, models
from odoo.exceptions import UserError

STAGES = [
    ("quotation", "Quotation"),
    ("review", "In Review"),
    ("customer", "With the Customer"),
    ("apply", "Delivery to Apply For"),
    ("verify", "Payment to Verify"),
    ("notice", "Delivery Notice to Issue"),
    ("ship", "To Ship"),
    ("feedback", "News to Pass On"),
    ("shipped", "Shipped"),
    ("cancel", "Cancelled"),
]
# who has it at each stage: a role of the company, or the salesperson of the order
OWNERS = {
    "quotation": "salesperson", "customer": "salesperson", "apply": "salesperson",
    "verify": "finance", "notice": "sales_assistant", "feedback": "sales_assistant",
    "ship": "warehouse",
}


class SaleOrderStage(models.Model):
    """Where an order stands, who has it, and the one next step (F11): derived, never typed."""

    _inherit = "sale.order"

    flow_stage = fields.Selection(
        selection=STAGES, compute="_compute_flow_stage", store=True, index=True, string="Flow Stage",
    )
    flow_since = fields.Datetime(compute="_compute_flow_stage", store=True, string="Since")
    flow_expected_date = fields.Datetime(
        compute="_compute_flow_expected_date", store=True, string="Expected Shipping",
        help="When the last open delivery is planned, from the real transfers.",
    )
    feedback_ids = fields.One2many("sale.order.feedback", "order_id", groups="base.group_user")

    # ------------------------------------------------------------------ computes

    @api.depends(
        "state", "in_order_flow", "order_line.product_uom_qty", "order_line.qty_delivered",
        "delivery_application_ids.state", "delivery_notice_ids.stage",
        "order_line.delivery_notice_line_ids.quantity",
        "order_line.delivery_notice_line_ids.notice_id.state", "feedback_ids.sent_at",
    )
    def _compute_flow_stage(self):
        unpaid = self._origin._ships_without_payment()
        for order in self:
            order.flow_stage, order.flow_since = order._flow_stage_of(unpaid)

    def _flow_stage_of(self, unpaid):
        """Hook: the stage of one order, and since when.

        :param unpaid: result of ``_ships_without_payment``
        :return: ``(stage, datetime)``
        """
        self.ensure_one()
        if self.state == "cancel":
            return "cancel", self.write_date
        if self.state != "sale":
            return self._flow_stage_before_confirmation()
        if not self.in_order_flow:
            return False, False
        notices = self.delivery_notice_ids.filtered(lambda notice: notice.state == "issued")
        unsent = self.sudo().feedback_ids.filtered(lambda row: not row.sent_at)
        if unsent:
            return "feedback", unsent[0].date
        if to_ship := notices.filtered(lambda notice: notice.stage in ("issued", "partial")):
            return "ship", to_ship[0].issued_at
        lines = self.order_line._needs_delivery()
        if all(line.product_uom_id.compare(line.qty_delivered, line.product_uom_qty) >= 0 for line in lines):
            return "shipped", self.effective_date or self.date_order
        return self._flow_stage_before_notice(self._origin.id in unpaid)

    def _flow_stage_before_confirmation(self):
        request = self._origin.sudo().approval_request_id
        if request.state == "pending":
            return "review", request.submitted_at
        if request.state == "approved":
            return "customer", request.decided_at
        return "quotation", request.closed_at or self.create_date

    def _flow_stage_before_notice(self, unpaid):
        applications = self.delivery_application_ids.sorted("id")
        if verified := applications.filtered(lambda row: row.state == "verified")[-1:]:
            return "notice", verified.verified_at
        if unpaid:
            return "notice", self.date_order
        if submitted := applications.filtered(lambda row: row.state == "submitted"):
            return "verify", submitted[0].submitted_at
        return "apply", self.date_order

    @api.depends("picking_ids.state", "picking_ids.scheduled_date", "picking_ids.picking_type_code")
    def _compute_flow_expected_date(self):
        for order in self:
            dates = [
                picking.scheduled_date for picking in order.picking_ids
                if picking.picking_type_code == "outgoing" and picking.state not in ("done", "cancel")
            ]
            order.flow_expected_date = max(filter(None, dates), default=False)

    def _on_approval_event(self, event):
        super()._on_approval_event(event)
        for name in ("flow_stage", "flow_since"):
            self.env.add_to_compute(self._fields[name], self)

    # ------------------------------------------------------------------ the next step

    def _desk_owner(self):
        """Who has the order now: ``(role code or "salesperson" or "approvers", names)``."""
        self.ensure_one()
        code = OWNERS.get(self.flow_stage, "")
        if self.flow_stage == "review":
            slots = self.sudo().approval_request_id.slot_ids.filtered(lambda slot: slot.state == "open")
            return "approvers", ", ".join(slots.mapped("waits_for"))
        if code == "salesperson":
            return code, self.user_id.name or ""
        return code, self.sudo()._role_holders(code) if code else ""

    def _desk_steps(self):
        """Hook: ``{stage: (method, label)}``, the one executable step of each stage."""
        _ = self.env._
        return {
            "quotation": ("_desk_quotation", _("Submit")),
            "review": ("_desk_review", _("Decide")),
            "customer": ("_desk_confirm", _("Confirm")),
            "apply": ("_desk_apply", _("Apply for Delivery")),
            "verify": ("_desk_verify", _("Verify Payment")),
            "notice": ("_desk_notice", _("Issue Delivery Notice")),
            "ship": ("_desk_ship", _("Ship")),
            "feedback": ("_desk_feedback", _("Pass On News")),
        }

    def _desk_is_mine(self):
        """Whether the current user can take the next step."""
        self.ensure_one()
        if self.flow_stage == "review":
            return any(self.sudo().approval_request_id.slot_ids.with_env(self.env).sudo().mapped("is_mine"))
        code = OWNERS.get(self.flow_stage)
        if code == "salesperson":
            return self.user_id == self.env.user
        return bool(code) and self.env.user._holds_role(code, self.company_id)

    def action_desk_next(self):
        """Take the next step of this order, or open exactly the form it is taken in (F11).

        :raise UserError: when there is no next step
        :return: action of the web client, or True
        """
        self.ensure_one()
        step = self._desk_steps().get(self.flow_stage)
        if not step:
            raise UserError(self.env._("%s needs nothing more.", self.name))
        return getattr(self, step[0])()

    def _desk_quotation(self):
        if not self.approval_required:
            return self._desk_confirm()
        blockers = self._approval_plan("confirm")[1][self.id]
        return self._desk_open() if blockers else self.action_approval_submit("confirm")

    def _desk_review(self):
        return self.sudo().approval_request_id.with_env(self.env).get_formview_action()

    def _desk_confirm(self):
        return self.action_confirm()

    def _desk_apply(self):
        """Open the application under way, or a new one."""
        application = self.delivery_application_ids.filtered(
            lambda row: row.state in ("draft", "returned"))[:1]
        return {
            "type": "ir.actions.act_window", "res_model": "sale.delivery.application",
            "name": self.env._("Apply for Delivery"), "views": [(False, "form")],
            "res_id": application.id, "context": {"default_order_id": self.id},
        }

    def _desk_verify(self):
        application = self.delivery_application_ids.filtered(lambda row: row.state == "submitted")[:1]
        return application.get_formview_action()

    def _desk_notice(self):
        self.action_issue_delivery_notice()
        return True

    def _desk_ship(self):
        pickings = self.picking_ids.filtered(lambda picking: (
            picking.state not in ("done", "cancel") and picking.picking_type_code == "outgoing"
        ))
        return pickings[:1].get_formview_action() if pickings else self._desk_open()

    def _desk_feedback(self):
        """The assistant tells salesperson and customer what is new (F12)."""
        self._check_role("sales_assistant")
        self.sudo().feedback_ids.filtered(lambda row: not row.sent_at).with_env(
            self.env(su=True))._send()
        return True

    def _desk_open(self):
        return self.get_formview_action()

    def action_apply_for_delivery(self):
        """Open the delivery application of this order (F10)."""
        self.ensure_one()
        return self._desk_apply()

    def action_view_delivery_applications(self):
        """Open the delivery applications of these orders."""
        action = self.env["ir.actions.actions"]._for_xml_id("sale_order_flow.action_delivery_application")
        return {**action, "domain": [("order_id", "in", self.ids)], "context": {"default_order_id": self[:1].id}}

    def action_view_delivery_notices(self):
        """Open the delivery notices of these orders."""
        action = self.env["ir.actions.actions"]._for_xml_id("sale_order_flow.action_delivery_notice")
        return {**action, "domain": [("order_id", "in", self.ids)]}
