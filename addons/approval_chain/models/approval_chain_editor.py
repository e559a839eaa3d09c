from odoo import api, fields, models


def count_by(rows, name, records):
    """``{id of the record: how many of the rows name it}``, in one query.

    :param rows: empty recordset of the model that is counted
    """
    groups = rows._read_group([(name, "in", records._origin.ids)], [name], ["__count"])
    return {record.id: count for record, count in groups}


class ApprovalChainEditor(models.Model):
    """What the form of a chain offers besides its fields: shadow records, versions, trying it."""

    _inherit = "approval.chain"

    shadow_count = fields.Integer(compute="_compute_shadow_count")
    version_count = fields.Integer(compute="_compute_version_count")

    def _compute_shadow_count(self):
        # a number on a button that is shown to administrators only
        counts = count_by(self.env["approval.shadow.hit"].sudo(), "chain_id", self)
        for chain in self:
            chain.shadow_count = counts.get(chain._origin.id, 0)

    @api.depends("version_ids")
    def _compute_version_count(self):
        counts = count_by(self.env["approval.chain.version"], "chain_id", self)
        for chain in self:
            chain.version_count = counts.get(chain._origin.id, 0)

    def action_view_shadow_hits(self):
        """Open what the chain would have stopped (A16)."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "approval_chain.action_approval_shadow_hit"
        )
        return {
            **action,
            "domain": [("chain_id", "in", self.ids)],
            "context": {"search_default_recent": 0},
        }

    def action_try(self):
        """Open the dialog that tries the chain on one document (A1)."""
        self.ensure_one()
        return self._dialog("approval.try", self.env._("Try “%s”", self.name))

    def action_replay(self):
        """Open the dialog that tries the chain on the documents of the last quarter (A17)."""
        self.ensure_one()
        return {
            **self._dialog("approval.replay", self.env._("Replay “%s”", self.name)),
            "target": "current",
        }

    def _dialog(self, model_name, title):
        return {
            "type": "ir.actions.act_window",
            "name": title,
            "res_model": model_name,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_chain_id": self.id},
        }


class ApprovalChainVersionRequests(models.Model):
    _inherit = "approval.chain.version"

    request_count = fields.Integer(compute="_compute_request_count", string="Requests")

    def _compute_request_count(self):
        counts = count_by(self.env["approval.request"], "version_id", self)
        for version in self:
            version.request_count = counts.get(version.id, 0)

    def action_view_requests(self):
        """Open the requests that were submitted under this version."""
        self.check_access("read")
        action = self.env["ir.actions.actions"]._for_xml_id(
            "approval_chain.action_approval_request_all"
        )
        return {**action, "domain": [("version_id", "in", self.ids)]}
