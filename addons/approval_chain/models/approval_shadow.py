from odoo import fields, models


class ApprovalShadowHit(models.Model):
    """What a chain in shadow mode would have stopped (A16)."""

    _name = "approval.shadow.hit"
    _description = "Approval Shadow Record"
    _inherit = ["approval.engine.record", "approval.document.link"]
    _order = "id desc"
    _rec_name = "document_name"

    chain_id = fields.Many2one("approval.chain", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one("res.company", ondelete="cascade")
    res_model = fields.Char(required=True, string="Document Model")
    res_id = fields.Many2oneReference(model_field="res_model", string="Document ID")
    document_name = fields.Char(string="Document")
    user_id = fields.Many2one("res.users", string="Carried Out By", ondelete="set null")
    at = fields.Datetime(default=fields.Datetime.now, string="When")
    amount = fields.Monetary()
    currency_id = fields.Many2one("res.currency")
    asked = fields.Text(string="Would Have Been Asked")
    gaps = fields.Text(help="Steps that nobody could have answered.")


class ApprovalGuardShadow(models.AbstractModel):
    _inherit = "approval.guard"

    def _approval_note_shadows(self, code):
        """Record executed documents that a chain in shadow mode would have stopped (A16).

        A chain in shadow mode counts where no real chain comes before it.
        """
        Chain = self.env["approval.chain"]._neutral()
        shadows = Chain.browse(Chain._shadow_ids(self._name, code)) if self else ()
        if not shadows:
            return
        operation, rows = self._approval_ops()[code], []
        real, rest = self._approval_chains(code), self._approval_neutral()
        for chain in shadows:
            of_company = rest.filtered(
                lambda document, chain=chain: (
                    not document[operation.company]
                    or chain.company_id in document[operation.company].parent_ids
                )
            )
            for document in chain._matching(of_company, operation):
                rest -= document
                before = real.get(document.id)
                if not before or (before.sequence, before.id) > (chain.sequence, chain.id):
                    rows.append(document._approval_shadow_vals(operation, chain))
        self.env["approval.shadow.hit"]._engine_create(rows)

    def _approval_shadow_vals(self, operation, chain):
        steps, gaps = chain._freeze(self.sudo(), self.env.user)
        asked = [
            f"{row.values['name']}: {', '.join(row.people.mapped('name')) or '-'}"
            for row in steps
            if row.values["state"] == "waiting"
        ]
        return {
            "chain_id": chain.id,
            "company_id": chain.company_id.id,
            "res_model": self._name,
            "res_id": self.id,
            "document_name": self.display_name,
            "user_id": self.env.uid,
            "amount": self[operation.amount] if operation.amount else 0.0,
            "currency_id": self[operation.currency].id if operation.amount else False,
            "asked": "\n".join(asked),
            "gaps": "\n".join(gaps),
        }
