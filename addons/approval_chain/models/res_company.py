from datetime import datetime

import pytz

from odoo import api, models, tools

from .approval_definition_mixin import changed_in


class ResCompany(models.Model):
    _inherit = "res.company"

    def _approval_today(self):
        """The day it is where the company works; the context of the caller does not matter."""
        return datetime.now(pytz.timezone(self._approval_tz())).date()

    def _approval_tz(self):
        """Name of the time zone the company works in, without a query."""
        self.ensure_one()
        if changed_in(self.env.cr):
            return self.sudo().resource_calendar_id.tz or "UTC"
        return self._approval_cached_tz(self.id)

    def _approval_local(self, moment):
        """A moment as clocks show it where the company works.

        :param moment: naive UTC datetime
        """
        return pytz.utc.localize(moment).astimezone(pytz.timezone(self._approval_tz()))

    @api.model
    @tools.ormcache("company_id")
    def _approval_cached_tz(self, company_id):
        return self.sudo().browse(company_id).resource_calendar_id.tz or "UTC"

    @api.model
    @tools.ormcache("company_id", cache="stable")
    def _approval_lineage(self, company_id):
        """Ids of a company and those it is a branch of, without a query: Odoo never changes them."""
        return frozenset(self.sudo().browse(company_id).parent_ids._ids)

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env["approval.definition.mixin"]._definitions_changed()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "resource_calendar_id" in vals:
            self.env["approval.definition.mixin"]._definitions_changed()
        return result
