from odoo import api, models, tools


class ApprovalLineMixin(models.AbstractModel):
    """Lines of a guarded document: changing them is changing the document (A9, A10).

    The line model names the many2one to its document in ``_approval_parent``.
    """

    _name = "approval.line.mixin"
    _description = "Approval Line"

    _approval_parent = None

    @api.model
    @tools.ormcache("self._name", cache="stable")
    def _approval_line_fields(self):
        """Fields of the line whose write must pass the door of the document."""
        parents = self.env[self._fields[self._approval_parent].comodel_name]
        names = {self._approval_parent}
        for operation in parents._approval_ops().values():
            names.update(operation.inputs.get(self._name, ()))
            for o2m in operation.lines:
                if parents._fields[o2m].comodel_name == self._name:
                    names |= operation.line_fields(o2m)
        return frozenset(names)

    def _approval_parents(self):
        return self.sudo()[self._approval_parent].with_env(self.env)

    @api.model_create_multi
    def create(self, vals_list):
        parents = self.env[self._fields[self._approval_parent].comodel_name].browse(
            {vals[self._approval_parent] for vals in vals_list if vals.get(self._approval_parent)}
        )
        with parents._approval_door():
            return super().create(vals_list)

    def write(self, vals):
        if self._approval_line_fields().isdisjoint(vals):
            return super().write(vals)
        parents = self._approval_parents()
        if moved_to := vals.get(self._approval_parent):
            parents |= parents.browse(moved_to)
        with parents._approval_door():
            return super().write(vals)

    def unlink(self):
        with self._approval_parents()._approval_door():
            return super().unlink()
