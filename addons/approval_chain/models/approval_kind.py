from odoo import api, fields, models
from odoo.tools import SQL


class ApprovalKind(models.Model):
    """A kind of document that has operations to approve, readable for everybody.

    Ordinary users may not read ``ir.model``; they read here the few of its rows that concern them.
    Ids are those of ``ir.model``.
    """

    _name = "approval.kind"
    _description = "Kind of Document"
    _auto = False
    _order = "name, id"

    name = fields.Char(translate=True, readonly=True)
    model = fields.Char(string="Technical Name", readonly=True)

    @property
    def _table_query(self):
        return SQL(
            "SELECT id, name, model FROM ir_model WHERE model IN %s",
            tuple(self._guarded_names()) or ("",),
        )

    @api.model
    def _guarded_names(self):
        """Names of the models that declare operations."""
        return [
            name
            for name, model in self.env.items()
            if not model._abstract and hasattr(model, "_approval_ops") and model._approval_ops()
        ]
