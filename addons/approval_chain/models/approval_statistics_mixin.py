from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL


class ApprovalStatisticsMixin(models.AbstractModel):
    """Figures of the requests, read from their rows when they are asked for; nothing is stored.

    For approval administrators, in the companies they have switched on.
    """

    _name = "approval.statistics.mixin"
    _description = "Approval Figures"
    _auto = False

    request_id = fields.Many2one("approval.request", readonly=True)
    document_name = fields.Char(string="Document", readonly=True)
    res_model = fields.Char(string="Document Model", readonly=True)
    # a text: groups are put in the order of its words, and ordinary rights suffice to read it
    kind_name = fields.Char(string="Kind of Document", readonly=True)
    operation = fields.Char(readonly=True)
    operation_label = fields.Char(related="request_id.operation_label", string="What Is Asked")
    chain_id = fields.Many2one("approval.chain", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)

    @api.model
    def _sql_kind(self):
        """Join of the kind of document to ``request``."""
        return SQL("LEFT JOIN ir_model kind ON kind.model = request.res_model")

    @api.model
    def _sql_kind_name(self):
        """What the kind of document is called in the language of the user."""
        lang = self.env.lang or "en_US"
        return SQL("COALESCE(kind.name->>%s, kind.name->>'en_US', request.res_model)", lang)

    @api.model
    def _sql_department(self):
        """Join of the department of whoever asked, of the company of the request if there is one."""
        return SQL(
            """
            LEFT JOIN LATERAL (
                SELECT version.department_id
                  FROM hr_employee employee
                  JOIN hr_version version ON version.id = employee.current_version_id
                 WHERE employee.user_id = request.requester_id
                 ORDER BY (employee.company_id = request.company_id) DESC, employee.id
                 LIMIT 1
            ) unit ON TRUE
            """
        )

    def action_open_request(self):
        """Open the request a row speaks of.

        :raise AccessError: for users who may not read the figures
        """
        self.ensure_one()
        self.check_access("read")
        if not self.request_id.has_access("read"):
            raise AccessError(self.env._("You cannot read the request behind this row."))
        return {
            "type": "ir.actions.act_window",
            "res_model": "approval.request",
            "res_id": self.request_id.id,
            "views": [(False, "form")],
            "target": "current",
        }
