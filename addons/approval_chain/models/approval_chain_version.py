import hashlib
import json

from odoo import api, fields, models

from ..values import plain

# What a request freezes of a chain, besides its steps: a change of one of these makes a new version.
CHAIN_FIELDS = (
    "name", "domain", "amount_min", "amount_max", "currency_id", "is_shadow", "empty_policy",
    "fallback_role_id", "self_policy", "repeat_policy", "resubmit_policy", "change_policy",
    "departed_policy", "terms_policy", "after_approval_days", "allow_break_glass",
)  # fmt: skip


class ApprovalChainVersion(models.Model):
    """How a chain stood when requests were submitted under it (A1).

    Written the first time a chain is used after it was edited: requests name their version, so that
    what was in force can be read years later, whatever became of the chain.
    """

    _name = "approval.chain.version"
    _description = "Approval Chain Version"
    _inherit = ["approval.engine.record"]
    _order = "chain_id, number desc"

    chain_id = fields.Many2one("approval.chain", required=True, index=True, ondelete="cascade")
    number = fields.Integer(required=True, aggregator=None)
    hash = fields.Char(required=True)
    definition = fields.Json(required=True, string="Definition Data")
    text = fields.Text(compute="_compute_text", string="Definition")
    company_id = fields.Many2one(related="chain_id.company_id")

    _number_unique = models.UniqueIndex("(chain_id, number)")

    @api.depends("definition")
    def _compute_text(self):
        for version in self:
            version.text = json.dumps(
                version.definition, ensure_ascii=False, indent=2, sort_keys=True
            )

    @api.depends("chain_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = f"{version.chain_id.name} v{version.number}"

    @api.model
    def _current(self, chains):
        """The version each chain stands in now; written for those that were edited since.

        :param chains: ``approval.chain`` as superuser in the language of the source
        :return: ``{chain id: id of the version}``
        """
        found, newest = self._in_force(chains), self._newest(chains)
        rows = []
        for chain in chains.filtered(lambda row: row.id not in found):
            definition = self._definition(chain)
            version = newest.get(chain.id)
            rows.append(
                {
                    "chain_id": chain.id,
                    "number": version.number + 1 if version else 1,
                    "hash": self._digest(definition),
                    "definition": definition,
                }
            )
        if rows:
            # cached for others only once they are committed
            self.env["approval.chain"]._definitions_changed()
        for version in self._engine_create(rows) if rows else ():
            found[version.chain_id.id] = version.id
        return found

    @api.model
    def _in_force(self, chains):
        """``{chain id: id of its newest version}``, of chains that stand as that version says."""
        return {
            chain_id: version.id
            for chain_id, version in self._newest(chains).items()
            if version.hash == self._digest(self._definition(version.chain_id.with_env(chains.env)))
        }

    @api.model
    def _newest(self, chains):
        versions = self.sudo().search([("chain_id", "in", chains.ids)], order="number")
        return {version.chain_id.id: version for version in versions}

    @staticmethod
    def _digest(definition):
        return hashlib.sha256(json.dumps(definition, sort_keys=True).encode()).hexdigest()

    @api.model
    def _definition(self, chain):
        return {
            **{name: plain(chain, name) for name in CHAIN_FIELDS},
            "steps": [
                {name: plain(step, name) for name in step._definition_fields()}
                | {"checklist": step._checklist(), **step._in_order()}
                for step in chain.step_ids
            ],
        }
