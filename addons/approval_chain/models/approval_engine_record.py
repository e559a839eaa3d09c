from contextlib import suppress

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

    def _write_multi(self, vals_list):
        """One UPDATE for rows of which different columns changed: the others keep what they hold."""
        return super()._write_multi(self._same_columns(vals_list))

    def _same_columns(self, vals_list):
        """The values of all rows with the columns of each of them, where they are known."""
        if len(self) > 1:
            names = set().union(*vals_list)
            # what is not known is not worth reading
            with suppress(KeyError):
                return [
                    {**record._columns(names.difference(vals)), **vals}
                    for record, vals in zip(self, vals_list, strict=True)
                ]
        return vals_list

    def _columns(self, names):
        """What the columns hold, for writing them again."""
        return {name: self._fields[name].get_column_update(self) for name in names}
