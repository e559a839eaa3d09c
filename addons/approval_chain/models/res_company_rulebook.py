import json

from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResCompanyRulebook(models.Model):
    """The rulebook of a company: what addons deliver ready, completed whenever it is set up again."""

    _inherit = "res.company"

    approval_rulebook_versions = fields.Char(
        readonly=True,
        copy=False,
        help="The addons whose rulebook the company has, with their versions.",
    )

    def action_set_up_rulebook(self):
        """Switch the rulebook on for these companies: chains, gates and limits (administrators).

        Running it again completes what is missing and changes nothing that was adjusted: what was
        renamed keeps its name, and a step that was taken out of a chain stays out.

        :raise AccessError: for users who are not approval administrators
        :return: notification that says what was added
        """
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(
                self.env._(
                    "Only an approval administrator can set up the rulebook of a company.",
                )
            )
        added = [text for company in self for text in company.sudo()._complete_rulebook()]
        if added:
            message = self.env._("Added: %s.", ", ".join(added))
        else:
            message = self.env._("The rulebook was complete already; nothing was changed.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if added else "info",
                "message": message,
                "sticky": bool(added),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _complete_rulebook(self):
        """Set the rulebook up.

        :return: what was added, in words
        """
        before = self._rulebook_parts()
        self._set_up_rulebook()
        self.approval_rulebook_versions = self._rulebook_versions()
        after = self._rulebook_parts()
        return [after[part][0] for part in after if after[part] != before.get(part)]

    def _set_up_rulebook(self):
        """Hook: every addon adds its chains and switches its gates on, idempotently."""
        self.ensure_one()

    # ------------------------------------------------------------------ what there is

    def _rulebook_parts(self):
        """Chains, steps and settings of the company: ``{key: (words, value)}``."""
        chains = (
            self.env["approval.chain"]
            .with_context(active_test=False)
            .search([("company_id", "=", self.id)])
        )
        parts = {chain: (self.env._("chain “%s”", chain.name), True) for chain in chains}
        for step in chains.step_ids:
            words = self.env._(
                "step “%(step)s” of “%(chain)s”", step=step.name, chain=step.chain_id.name
            )
            parts[step] = (words, True)
        for name, field in self._fields.items():
            if (
                not field.store
                or field.compute
                or field.type in ("binary", "one2many", "many2many")
            ):
                continue
            if name not in (*models.MAGIC_COLUMNS, "approval_rulebook_versions"):
                words = self.env._("setting “%s”", field._description_string(self.env))
                parts[name] = (words, self[name])
        return parts

    @api.model
    def _rulebook_versions(self):
        """The addons that add something to the rulebook, with their versions, as text."""
        names = {
            parent._module
            for parent in type(self).mro()
            if "_set_up_rulebook" in vars(parent) and getattr(parent, "_module", None)
        }
        addons = self.env["ir.module.module"].sudo().search([("name", "in", sorted(names))])
        return json.dumps({addon.name: addon.latest_version for addon in addons.sorted("name")})

    def _has_older_rulebook(self):
        """Whether the rulebook was set up here before the addons were upgraded."""
        self.ensure_one()
        if self.approval_rulebook_versions:
            return self.approval_rulebook_versions != self._rulebook_versions()
        # set up before versions were kept
        chains = self.env["approval.chain"].sudo().with_context(active_test=False)
        return bool(chains.search_count([("company_id", "=", self.id)], limit=1))

    # ------------------------------------------------------------------ chains

    def _rulebook_chain(self, model_name, name, steps, **values):
        """Create a chain of the rulebook, or complete the one that the company has.

        :param model_name: guarded document
        :param name: name of the chain, lazily translated (``_lt``): it is stored in all languages
        :param steps: list of ``(lazily translated name, kind, who)``: the code of a role, or a dict of
            values of the step; there ``limit_step`` is the position (from 0) of the earlier step over
            whose limit it is asked, and ``checklist`` a list of lazily translated names
        :param values: further values of a new chain
        :return: the chain
        """
        chains = self.env["approval.chain"].with_context(active_test=False, lang="en_US")
        english = chains.env._
        key = english(name)
        chain = chains.search(
            [
                ("company_id", "=", self.id),
                ("model", "=", model_name),
                "|",
                ("rulebook_name", "=", key),
                "&",
                ("rulebook_name", "=", False),
                ("name", "=", key),
            ],
            limit=1,
        )
        if not chain:
            chain = chains.create(
                {
                    "name": key,
                    "rulebook_name": key,
                    "company_id": self.id,
                    "model_id": self.env["ir.model"]._get_id(model_name),
                    **values,
                }
            )
            chain._translate_name(name)
        elif not chain.rulebook_name:
            chain._rulebook_adopt(key, steps)
        chain._rulebook_add(steps)
        return chain
