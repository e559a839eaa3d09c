from odoo import api, fields, models
from odoo.exceptions import UserError


class ExpenseApplicationAdvance(models.Model):
    """The advance wanted in an application is asked for from there (E1, E9)."""

    _inherit = "expense.application"

    advance_ids = fields.One2many("expense.advance", "application_id", string="Advances")
    advance_count = fields.Integer(compute="_compute_advance_count", compute_sudo=True)

    @api.depends("advance_ids")
    def _compute_advance_count(self):
        rows = self.env["expense.advance"]._read_group(
            [("application_id", "in", self.ids)], ["application_id"], ["__count"]
        )
        counts = {application.id: count for application, count in rows}
        for application in self:
            application.advance_count = counts.get(application._origin.id, 0)

    def action_ask_advance(self):
        """Open a new advance with what the application says of it.

        :raise UserError: when the application is not approved
        :return: window action of the form
        """
        self.ensure_one()
        self.check_access("write")
        if self.state != "approved":
            raise UserError(
                self.env._(
                    "%(application)s is “%(state)s”: an advance is asked for once it is approved.",
                    application=self.name,
                    state=self._state_label(),
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Advance for %s", self.name),
            "res_model": "expense.advance",
            "views": [(False, "form")],
            "context": {
                "default_application_id": self.id,
                "default_employee_id": self.employee_id.id,
                "default_company_id": self.company_id.id,
                "default_purpose": self.purpose,
                "default_amount": self.advance_amount,
                "default_settle_by": fields.Date.to_string(self.valid_until),
            },
        }

    def action_view_advances(self):
        """Open the advances asked for under this application.

        :return: window action
        """
        return self.advance_ids._get_records_action(name=self.env._("Advances"))
