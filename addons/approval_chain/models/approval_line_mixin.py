from odoo import api, models, tools

from ..values import forget_overtaken


class ApprovalLineMixin(models.AbstractModel):
    """Lines of a guarded document: changing them is changing the document (A9, A10).

    The line model names the many2one to its document in ``_approval_parent``.
    """

    _name = "approval.line.mixin"
    _description = "Approval Line"

    _approval_parent = None

    @api.model
    def _approval_documents(self):
        """The model of the documents these lines belong to."""
        return self.env[self._fields[self._approval_parent].comodel_name]

    @api.model
    @tools.ormcache("self._name", cache="stable")
    def _approval_line_fields(self):
        """Fields of the line whose write must pass the door of the document."""
        documents = self._approval_documents()
        names = {self._approval_parent, *([self._active_name] if self._active_name else [])}
        for operation in documents._approval_ops().values():
            names.update(operation.inputs.get(self._name, ()))
            for o2m in {*operation.lines, *operation.parts}:
                if documents._fields[o2m].comodel_name == self._name:
                    names |= operation.line_fields(o2m)
        return frozenset(names)

    def _approval_parents(self):
        return self.sudo()[self._approval_parent].with_env(self.env)

    # ------------------------------------------------------------------ early doors

    @api.model_create_multi
    def create(self, vals_list):
        documents = self._approval_documents()
        if not documents._approval_codes():
            return super().create(vals_list)
        default = self.default_get([self._approval_parent]).get(self._approval_parent)
        parents = documents.browse(
            {vals.get(self._approval_parent, default) for vals in vals_list} - {None, False}
        )
        with parents._approval_door():
            return super().create(vals_list)

    def write(self, vals):
        documents = self._approval_documents()
        if not documents._approval_codes() or self._approval_line_fields().isdisjoint(vals):
            return super().write(vals)
        parents = self._approval_parents()
        if moved_to := vals.get(self._approval_parent):
            parents |= documents.browse(moved_to)
        with parents._approval_door():
            return super().write(vals)

    def unlink(self):
        if not self._approval_documents()._approval_codes():
            return super().unlink()
        with self._approval_parents()._approval_door():
            return super().unlink()

    # ------------------------------------------------------------------ last doors

    @api.model
    def _create(self, data_list):
        documents = self._approval_documents()
        if documents._approval_codes():
            documents.browse(
                {data["stored"].get(self._approval_parent) for data in data_list} - {None, False}
            )._approval_enter_late()
        return super()._create(data_list)

    def _write_multi(self, vals_list):
        if not self._approval_documents()._approval_codes():
            return super()._write_multi(vals_list)
        line_fields = self._approval_line_fields()
        written = self.browse(
            id_
            for id_, vals in zip(self._ids, vals_list, strict=True)
            if not line_fields.isdisjoint(vals)
        )
        written._approval_parents()._approval_enter_late()
        result = super()._write_multi(vals_list)
        if written:
            forget_overtaken(self, vals_list, line_fields)
        return result
