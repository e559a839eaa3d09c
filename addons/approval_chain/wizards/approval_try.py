from odoo import api, fields, models


class ApprovalTry(models.TransientModel):
    """A chain tried on one document: who would be asked, in which order, and why (A1).

    For approval administrators, on documents they may read. Changes nothing.
    """

    _name = "approval.try"
    _description = "Try an Approval Chain"

    chain_id = fields.Many2one(
        "approval.chain", required=True, ondelete="cascade", context={"active_test": False}
    )
    res_model = fields.Char(related="chain_id.model", string="Document Model")
    res_id = fields.Many2oneReference(model_field="res_model", string="Document")
    requester_id = fields.Many2one(
        "res.users",
        string="Who Asks",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
    )
    matches = fields.Boolean(compute="_compute_result")
    verdict = fields.Text(compute="_compute_result", string="Does It Apply?")
    gaps = fields.Text(compute="_compute_result", string="In the Way")
    preview = fields.Json(compute="_compute_result")

    @api.depends("chain_id", "res_id", "requester_id")
    def _compute_result(self):
        for trial in self:
            document = trial._document()
            trial.update({"matches": False, "verdict": "", "gaps": "", "preview": False})
            if document and trial.requester_id:
                trial.update(trial._tried(document))

    def _document(self):
        """The document chosen, if the user may read it."""
        if not self.res_id or self.res_model not in self.env:
            return None
        document = self.env[self.res_model].browse(self.res_id).exists()
        return document if document and document.has_access("read") else None

    def _tried(self, document):
        chain = self.chain_id
        # may be read, as checked; people and conditions may look at what the user may not
        document_sudo = document.sudo()
        why_not = chain._why_not(document_sudo)
        if why_not:
            return {"verdict": "\n".join([why_not, *self._instead(document_sudo, why_not)])}
        picture, gaps = chain._trial(document_sudo, self.requester_id)
        return {
            "matches": True,
            "verdict": "\n".join(self._instead(document_sudo, "") or [self._applies(document)]),
            "gaps": "\n".join(gaps),
            "preview": picture,
        }

    def _applies(self, document):
        chain, name = self.chain_id, document.display_name
        if not chain.active:
            return self.env._("The chain would apply to %s, but it is archived.", name)
        if chain.is_shadow:
            return self.env._(
                "The chain would apply to %s; in shadow mode it only records that.", name
            )
        return self.env._("The chain applies to %s.", name)

    def _instead(self, document, why_not):
        """Which other chain the document goes through now."""
        chain = self.chain_id
        now = document._approval_chains(chain.operation).get(document.id)
        if not now or now == chain:
            return []
        name = document.display_name
        if why_not:
            return [self.env._("It goes through “%s”.", now.name)]
        if now._comes_before(chain):
            return [
                self.env._(
                    "The chain would apply to %(document)s, but “%(chain)s” comes before it and applies, "
                    "too: that one is used.",
                    document=name,
                    chain=now.name,
                )
            ]
        return [
            self._applies(document),
            self.env._("Until then it goes through “%s”.", now.name),
        ]
