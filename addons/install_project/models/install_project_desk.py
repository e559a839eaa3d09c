from odoo import api, fields, models

from odoo.addons.sale_order_flow.models.desk_rows import (
    STAGE_COLUMNS,
    row_index,
    stage_index,
    worry_index,
)

from .install_project import ASSISTANT, DIRECTOR

DESK_STAGES = {"waiting": "install_announce", "assign": "install_assign"}
SIGNATURES = ("survey_assistant_at", "survey_director_at")


class InstallProject(models.Model):
    """Projects to be announced, assigned and surveyed stand on the desk (I1, I2, F11)."""

    _name = "install.project"
    _inherit = ["install.project", "order.desk.stage"]

    _desk_kind = 40
    _desk_stages = {
        "install_announce": ("assistant", ASSISTANT),
        "install_assign": ("project", DIRECTOR),
        "install_survey": ("assistant", ASSISTANT),
        "install_survey_sign": ("project", DIRECTOR),
    }
    _desk_row_idx = row_index(_desk_kind)
    _desk_worry_idx = worry_index(_desk_kind)
    _desk_stage_idx = stage_index(_desk_kind)

    @api.depends("state", "order_id.install_wished_date", *SIGNATURES)
    def _compute_desk_stage(self):
        return super()._compute_desk_stage()

    def _desk_stage_now(self):
        if self.state == "accepted":
            return "install_survey_sign" if self.survey_assistant_at else "install_survey"
        return DESK_STAGES.get(self.state, False)

    def _desk_worry(self):
        """From the day on that the customer wants it installed."""
        return fields.Datetime.to_datetime(self.order_id.install_wished_date)

    def _desk_method(self, stage):
        return {
            "install_announce": ("action_announce", self.env._("Tell the Project Director")),
            "install_assign": ("action_open_install", self.env._("Assign the Team")),
            "install_survey": ("action_open_install", self.env._("Survey the Customer")),
            "install_survey_sign": ("action_open_install", self.env._("Sign the Survey")),
        }[stage]

    def action_open_install(self):
        """Open the project, where its next step is done."""
        return self._desk_open_document()


class SaleDesk(models.Model):
    _inherit = "sale.desk"
    _depends = {"install.project": STAGE_COLUMNS}

    stage = fields.Selection(
        selection_add=[
            ("install_announce", "Installation to Announce"),
            ("install_assign", "Installation to Assign"),
            ("install_survey", "Installation: Survey"),
            ("install_survey_sign", "Installation: Survey to Sign"),
        ]
    )
    waits_for = fields.Selection(selection_add=[("project", "Project Director")])

    @api.model
    def _desk_models(self):
        return [*super()._desk_models(), "install.project"]
