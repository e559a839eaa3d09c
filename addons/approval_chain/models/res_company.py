from datetime import datetime

import pytz

from odoo import Command, api, models, tools
from odoo.exceptions import AccessError

from .approval_definition_mixin import changed_in


class ResCompany(models.Model):
    _inherit = "res.company"

    def action_set_up_rulebook(self):
        """Switch the rulebook on for these companies: chains, gates and limits (administrators).

        Running it again completes what is missing and changes nothing that was adjusted.

        :raise AccessError: for users who are not approval administrators
        :return: True
        """
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(
                self.env._(
                    "Only an approval administrator can set up the rulebook of a company.",
                )
            )
        for company in self:
            company.sudo()._set_up_rulebook()
        return True

    def _set_up_rulebook(self):
        """Hook: every addon adds its chains and switches its gates on, idempotently."""
        self.ensure_one()

    def _approval_today(self):
        """The day it is where the company works; the context of the caller does not matter."""
        return datetime.now(pytz.timezone(self._approval_tz())).date()

    def _approval_tz(self):
        """Name of the time zone the company works in, without a query."""
        self.ensure_one()
        if changed_in(self.env.cr):
            return self.sudo().resource_calendar_id.tz or "UTC"
        return self._approval_cached_tz(self.id)

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

    def _rulebook_chain(self, model_name, name, steps, **values):
        """Create a chain of the rulebook unless the company has one of that name already.

        :param model_name: guarded document
        :param name: name of the chain, lazily translated (``_lt``): it is stored in all languages
        :param steps: list of ``(lazily translated name, kind, role code)``, with a fourth item where a
            step has more values; its ``checklist`` is a list of lazily translated lines
        :param values: further values of the chain
        :return: the chain
        """
        chains = self.env["approval.chain"].with_context(active_test=False, lang="en_US")
        english = chains.env._
        chain = chains.search(
            [
                ("company_id", "=", self.id),
                ("model", "=", model_name),
                ("name", "=", english(name)),
            ],
            limit=1,
        )
        if chain:
            return chain
        roles = {role.code: role for role in self.env["approval.role"].search([])}
        specs = [(*spec, {})[:4] for spec in steps]
        chain = chains.create(
            {
                "name": english(name),
                "company_id": self.id,
                "model_id": self.env["ir.model"]._get_id(model_name),
                "step_ids": [
                    Command.create(
                        {
                            "name": english(step_name),
                            "kind": kind,
                            "approver": "role",
                            "role_id": roles[code].id,
                            "sequence": 10 * number,
                            **{key: extra[key] for key in extra if key != "checklist"},
                            "checklist_ids": [
                                Command.create({"name": english(line), "sequence": 10 * place})
                                for place, line in enumerate(extra.get("checklist", ()), start=1)
                            ],
                        }
                    )
                    for number, (step_name, kind, code, extra) in enumerate(specs, start=1)
                ],
                **values,
            }
        )
        chain._translate_name(name)
        for step, (step_name, _kind, _code, extra) in zip(chain.step_ids, specs, strict=True):
            step._translate_name(step_name)
            for check, line in zip(step.checklist_ids, extra.get("checklist", ()), strict=True):
                check._translate_name(line)
        return chain
