from datetime import datetime, time

from odoo import api, fields, models

# whose turn it is in each stage; "applicant" and "approver" are persons, the rest are roles
STAGE_OWNERS = {
    "draft": "salesperson",
    "assistant": "sales_assistant",
    "review": "approver",
    "supply": "sales_assistant",
    "ordered": "purchasing",
}
STAGE_TEAMS = {
    "draft": "sales",
    "assistant": "assistant",
    "review": "approval",
    "supply": "assistant",
    "ordered": "purchase",
}


class StockingRequestDesk(models.Model):
    """The next step of a stocking request, as the desk shows and does it (F11, S2)."""

    _inherit = "stocking.request"

    currency_id = fields.Many2one(store=True)
    promised_date = fields.Datetime(
        compute="_compute_promised_date",
        store=True,
        string="Needed By (Time)",
        help="Midday of the day the goods are needed by, in UTC: that day nearly everywhere.",
    )
    desk_open = fields.Boolean(
        compute="_compute_desk_open", store=True, help="Whether the request stands on the desk."
    )
    desk_worry_date = fields.Datetime(
        compute="_compute_desk_worry_date",
        store=True,
        help="Since when, or from when on, somebody has to worry: the day the goods are needed "
        "by, or the moment it was found out that they are expected later.",
    )

    # as the arm of sale.desk reads them
    _desk_worry_idx = models.Index("(desk_worry_date, (id::bigint * 8 + 1)) WHERE desk_open")
    _desk_stage_idx = models.Index(
        "(stage, desk_worry_date, (id::bigint * 8 + 1)) INCLUDE (company_id) WHERE desk_open"
    )

    @api.depends("date_needed")
    def _compute_promised_date(self):
        for request in self:
            day = request.date_needed
            request.promised_date = day and datetime.combine(day, time(12))

    @api.depends("stage")
    def _compute_desk_open(self):
        for request in self:
            request.desk_open = request.stage not in ("done", "cancelled")

    @api.depends("desk_open", "promised_date", "expected_date")
    def _compute_desk_worry_date(self):
        now = fields.Datetime.now()
        for request in self:
            needed, before = request.promised_date, request._origin.desk_worry_date
            if not request.desk_open or not needed:
                request.desk_worry_date = False
            elif not request.expected_date or request.expected_date <= needed:
                request.desk_worry_date = needed
            else:
                # found out now, unless it was before
                request.desk_worry_date = min(filter(None, (needed, before, now)))

    @api.depends("stage")
    def _compute_desk_user_id(self):
        return super()._compute_desk_user_id()

    def _desk_role(self):
        return STAGE_OWNERS.get(self.stage)

    def _desk_next_action(self):
        """THE next step of each request: the one oracle of the desk's button, owner and refusal.

        :return: ``{request id: {"method", "label", "role", "owner" (names), "mine" (bool)}}``
        """
        roles = self.env["sale.order"]._desk_my_roles()
        methods = {
            "draft": ("action_send", self.env._("Hand to the Assistant")),
            "assistant": ("action_submit", self.env._("Submit for Approval")),
            "review": ("action_open_approval", self.env._("Decide")),
            "supply": ("action_supply", self.env._("Order the Goods")),
            "ordered": ("action_purchasing_step", self.env._("Ask Vendors")),
        }
        names = self.env["approval.role.holder"]._names_by_role(self.sudo().company_id)
        steps = {}
        for request in self.filtered(lambda request: request.stage in STAGE_OWNERS):
            role = STAGE_OWNERS[request.stage]
            method, label = methods[request.stage]
            steps[request.id] = {
                "method": method,
                "label": label,
                "role": role,
                "owner": request._desk_owner(role, names[request.company_id.id]),
                "mine": request._desk_is_mine(role, roles),
            }
        return steps

    def action_purchasing_step(self):
        """Purchasing asks the vendors for what is missing, or opens what was asked (S3)."""
        shortages = self._shortages()
        if waiting := shortages.filtered(lambda shortage: shortage.state == "open"):
            return waiting.action_order_and_open()
        return shortages.purchase_order_id._get_records_action(name=self.env._("Purchases"))

    @api.model
    def _desk_kind(self):
        """Number of this kind of document in the ids of the desk."""
        return 1
