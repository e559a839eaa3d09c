from datetime import datetime, time

from odoo import api, fields, models
from odoo.tools import SQL

# state of the request: stage on the desk, whose turn it is
DESK_STAGES = {
    "draft": ("tax_return", "salesperson"),
    "requested": ("tax_issue", "finance"),
    "issued": ("tax_send", "finance"),
    "sent": ("tax_receive", "salesperson"),
}
STAGE_OWNERS = dict(DESK_STAGES.values())
TEAMS = {"salesperson": "sales", "finance": "finance"}


class SaleTaxInvoiceRequest(models.Model):
    """Tax invoices stand on the desk with whoever has the next step (F11, F24)."""

    _inherit = "sale.tax.invoice.request"

    desk_stage = fields.Char(compute="_compute_desk_stage", store=True)
    desk_open = fields.Boolean(
        compute="_compute_desk_stage", store=True, help="Whether the request stands on the desk."
    )
    desk_worry_date = fields.Datetime(
        compute="_compute_desk_worry_date",
        store=True,
        help="Midday of the day the invoice is needed by, or when finance returned the request.",
    )

    # as the arm of sale.desk reads them
    _desk_worry_idx = models.Index("(desk_worry_date, (id::bigint * 8 + 5)) WHERE desk_open")
    _desk_stage_idx = models.Index(
        "(desk_stage, desk_worry_date, (id::bigint * 8 + 5)) INCLUDE (company_id) WHERE desk_open"
    )

    @api.depends("state", "returned_at")
    def _compute_desk_stage(self):
        for request in self:
            request.desk_open = request._is_on_desk()
            request.desk_stage = request.desk_open and DESK_STAGES[request.state][0]

    @api.depends("state", "returned_at", "needed_by")
    def _compute_desk_worry_date(self):
        for request in self:
            day = request.needed_by
            due = day and datetime.combine(day, time(12))
            request.desk_worry_date = {
                "draft": request.returned_at,
                "requested": due,
                "issued": due,
            }.get(request.state, False)

    @api.depends("state", "returned_at")
    def _compute_desk_user_id(self):
        return super()._compute_desk_user_id()

    def _desk_role(self):
        return STAGE_OWNERS.get(self.desk_stage)

    @api.model
    def _desk_kind(self):
        """Number of this kind of document in the ids of the desk."""
        return 5

    def _desk_next_action(self):
        steps = super()._desk_next_action()
        requests = self.sudo().filtered(lambda request: request._is_on_desk())
        names = self.env["approval.role.holder"]._names_by_role(requests.company_id)
        mine = self.env["sale.order"]._desk_my_roles()
        labels = {
            "draft": self.env._("Correct and Request Again"),
            "requested": self.env._("Issue Tax Invoice"),
            "issued": self.env._("Send Tax Invoice"),
            "sent": self.env._("Confirm Receipt of the Invoice"),
        }
        for request in requests:
            _stage, role = DESK_STAGES[request.state]
            steps[request.id] = {
                "method": "action_open_request",
                "label": labels[request.state],
                "role": role,
                "owner": request._desk_owner(role, names[request.company_id.id]),
                "mine": request._desk_is_mine(role, mine),
            }
        return steps

    def _is_on_desk(self):
        """A draft waits for nobody, unless finance returned it."""
        return self.state in DESK_STAGES and (self.state != "draft" or bool(self.returned_at))

    def action_open_request(self):
        """Open the request, where its next step is done."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "current",
        }


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {
        "sale.tax.invoice.request": [
            "name",
            "partner_id",
            "company_id",
            "user_id",
            "needed_by",
            "requested_at",
            "returned_at",
            "issued_at",
            "sent_at",
            "desk_stage",
            "desk_open",
            "desk_user_id",
            "desk_worry_date",
            "amount_total",
            "currency_id",
        ],
    }

    stage = fields.Selection(
        selection_add=[
            ("tax_return", "Tax Invoice to Request Again"),
            ("tax_issue", "Tax Invoice to Issue"),
            ("tax_send", "Tax Invoice to Send"),
            ("tax_receive", "Tax Invoice Under Way"),
        ]
    )

    @api.model
    def _desk_queries(self):
        teams = {stage: TEAMS[role] for stage, role in STAGE_OWNERS.items()}
        return [
            *super()._desk_queries(),
            SQL(
                """SELECT t.id::bigint * 8 + %(kind)s AS id, 'sale.tax.invoice.request' AS res_model,
                      t.id AS res_id, t.name, t.partner_id, t.company_id, t.user_id,
                      t.desk_stage AS stage, %(teams)s AS waits_for, %(roles)s AS owner_role,
                      t.desk_user_id AS assigned_id, t.needed_by::timestamp AS promised_date,
                      NULL::timestamp AS expected_date,
                      COALESCE(t.sent_at, t.issued_at, t.requested_at, t.returned_at) AS since,
                      t.desk_worry_date AS worry_date, t.desk_open AS is_open,
                      t.amount_total, t.currency_id
                 FROM sale_tax_invoice_request t""",
                kind=SQL(str(self.env["sale.tax.invoice.request"]._desk_kind())),
                teams=self._case("t.desk_stage", teams),
                roles=self._case("t.desk_stage", STAGE_OWNERS),
            ),
        ]

    @api.model
    def _desk_stage_roles(self):
        return {**super()._desk_stage_roles(), "sale.tax.invoice.request": STAGE_OWNERS}
