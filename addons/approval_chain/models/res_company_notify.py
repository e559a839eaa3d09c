from odoo import api, fields, models, tools


class ResCompanyNotify(models.Model):
    _inherit = "res.company"

    # three values: the rulebook switches on what nobody has set, and leaves what somebody switched off
    approval_mail_mode = fields.Selection([("on", "On"), ("off", "Off")])
    approval_mails = fields.Boolean(
        string="Approval E-mails",
        compute="_compute_approval_mails",
        inverse="_inverse_approval_mails",
        help="E-mails to whoever's turn it is, and to the requester when it is decided.",
    )

    @api.depends("approval_mail_mode")
    def _compute_approval_mails(self):
        for company in self:
            company.approval_mails = company.approval_mail_mode == "on"

    def _inverse_approval_mails(self):
        for company in self:
            company.approval_mail_mode = "on" if company.approval_mails else "off"

    @api.model
    @tools.ormcache()
    def _approval_mail_companies(self):
        """Ids of the companies that use e-mails; kept in memory."""
        return frozenset(self.sudo().search([("approval_mail_mode", "=", "on")])._ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        if any(companies.mapped("approval_mail_mode")):
            self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "approval_mail_mode" in vals:
            self.env.registry.clear_cache()
        return result

    def _set_up_rulebook(self):
        result = super()._set_up_rulebook()
        if not self.approval_mail_mode:
            self.approval_mail_mode = "on"
        return result


class ResConfigSettingsNotify(models.TransientModel):
    _inherit = "res.config.settings"

    approval_mails = fields.Boolean(related="company_id.approval_mails", readonly=False)
