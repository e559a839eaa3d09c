from odoo import api, fields, models
from odoo.tools import SQL

# state of the request: stage on the desk, whose turn it is
DESK_STAGES = {
    "draft": ("tax_return", "salesperson"),
    "requested": ("tax_issue", "finance"),
    "issued": ("tax_send", "finance"),
    "sent": ("tax_receive", "salesperson"),
}


class SaleTaxInvoiceRequest(models.Model):
    """Tax invoices stand on the desk with whoever has the next step (F11, F24)."""

    _inherit = "sale.tax.invoice.request"

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
        return self.state in DESK_STAGES and (self.state != "draft" or self.returned_at)

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
            "state",
            "needed_by",
            "requested_at",
            "returned_at",
            "issued_at",
            "sent_at",
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
        stages = SQL(" ").join(
            SQL("WHEN %s THEN %s", state, stage) for state, (stage, _role) in DESK_STAGES.items()
        )
        roles = SQL(" ").join(
            SQL("WHEN %s THEN %s", state, role) for state, (_stage, role) in DESK_STAGES.items()
        )
        return [
            *super()._desk_queries(),
            SQL(
                """SELECT t.id::bigint * 8 + %(kind)s AS id, 'sale.tax.invoice.request' AS res_model,
                      t.id AS res_id, t.name, t.partner_id, t.company_id, t.user_id,
                      CASE t.state %(stages)s END AS stage, CASE t.state %(roles)s END AS owner_role,
                      t.needed_by::timestamp AS promised_date, NULL::timestamp AS expected_date,
                      COALESCE(t.sent_at, t.issued_at, t.requested_at, t.returned_at) AS since,
                      COALESCE(t.state = 'requested'
                               AND t.needed_by < (now() AT TIME ZONE 'UTC')::date, FALSE) AS is_late,
                      t.amount_total, t.currency_id
                 FROM sale_tax_invoice_request t
                WHERE t.state IN ('requested', 'issued', 'sent')
                   OR (t.state = 'draft' AND t.returned_at IS NOT NULL)""",
                kind=self.env["sale.tax.invoice.request"]._desk_kind(),
                stages=stages,
                roles=roles,
            ),
        ]
