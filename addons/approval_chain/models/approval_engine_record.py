from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools.misc import clean_context


class ApprovalEngineRecord(models.AbstractModel):
    """A record that only the engine writes: the ordinary doors refuse everybody, sudo included."""

    _name = "approval.engine.record"
    _description = "Record Written by the Approval Engine Only"
    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch

    @api.model_create_multi
    def create(self, vals_list):
        raise self._engine_only()

    def write(self, vals):
        raise self._engine_only()

    def unlink(self):
        raise self._engine_only()

    def _engine_only(self):
        return AccessError(
            self.env._(
                "%(kind)s cannot be created, changed or deleted by hand. Submit the document for "
                "approval, or decide on the request.",
                kind=self.env["ir.model"]._get(self._name).name,
            )
        )

    @api.model
    def _engine_create(self, vals_list):
        # default_* keys of the caller must not fill in decisions
        clean = self.with_env(self.env(su=True, context=clean_context(self.env.context)))
        return super(ApprovalEngineRecord, clean).create(vals_list)

    def _engine_write(self, vals):
        return super(ApprovalEngineRecord, self.sudo()).write(vals)
