from datetime import datetime

import pytz

from odoo import Command, api, models, tools
from odoo.exceptions import AccessError

from .approval_definition_mixin import changed_in

# what the rulebook says of a step in words that are no fields of it
_STEP_WORDS = ("role", "limit_step", "checklist")


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
        :param steps: list of ``(lazily translated name, kind, who)``: the code of a role, or a dict of
            values of the step; there ``limit_step`` is the position (from 0) of the earlier step over
            whose limit it is asked, and ``checklist`` a list of lazily translated names
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
                            "sequence": 10 * number,
                            **_step_values(who, roles, english),
                        }
                    )
                    for number, (step_name, kind, who) in enumerate(steps, start=1)
                ],
                **values,
            }
        )
        chain._translate_name(name)
        for step, (step_name, _kind, who) in zip(chain.step_ids, steps, strict=True):
            step._translate_name(step_name)
            if isinstance(who, dict):
                if "limit_step" in who:
                    step.limit_step_id = chain.step_ids[who["limit_step"]]
                checks = who.get("checklist", ())
                for check, check_name in zip(step.checklist_ids, checks, strict=True):
                    check._translate_name(check_name)
        return chain


def _step_values(who, roles, english):
    """Values of a step of the rulebook that say who is asked."""
    if isinstance(who, str):
        return {"approver": "role", "role_id": roles[who].id}
    values = {name: value for name, value in who.items() if name not in _STEP_WORDS}
    if "role" in who:
        values.update(approver="role", role_id=roles[who["role"]].id)
    values["checklist_ids"] = [
        Command.create({"name": english(check), "sequence": 10 * number})
        for number, check in enumerate(who.get("checklist", ()), start=1)
    ]
    return values
