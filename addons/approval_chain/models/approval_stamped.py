from odoo import api, models, tools
from odoo.exceptions import AccessError

from ..values import without_defaults


class ApprovalStamped(models.AbstractModel):
    """Fields that the actions of a record set and nobody else: states, who and when; and whatever is
    stored and follows from other fields, such as sums.

    Whoever writes them in another way, by import, RPC, superuser code or a default in the context, is
    refused. The actions themselves call :meth:`_stamp`.
    """

    _name = "approval.stamped"
    _description = "Fields Set by Actions Only"

    _stamped = frozenset()
    # of a model of Odoo's own, which writes what it computes, only what is named is stamped
    _stamps_derived = True

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_stamped(vals)
        return super(ApprovalStamped, self._without_stamped_defaults()).create(vals_list)

    def write(self, vals):
        self._refuse_stamped(vals)
        return super().write(vals)

    # pylint: disable=super-method-mismatch
    @api.model
    def _record(self, vals_list):
        """Make records with stamped fields: for the system's own work only."""
        return super().create(vals_list)

    # pylint: disable=super-method-mismatch
    def _stamp(self, vals):
        """Write stamped fields: for the actions of the records only."""
        return super().write(vals)

    @api.model
    @tools.ormcache("self._name")
    def _stamped_names(self):
        """The stamped fields, and those that Odoo computes and would let anybody write by RPC."""
        if not self._stamps_derived:
            return self._stamped
        return self._stamped.union(
            name
            for name, field in self._fields.items()
            if field.store and field.compute and field.readonly and not field.inverse
        )

    def _refuse_stamped(self, vals):
        if touched := self._stamped_names().intersection(vals):
            labels = self.fields_get(sorted(touched), ["string"])
            raise AccessError(
                self.env._(
                    "%(fields)s of %(kind)s cannot be entered by hand: use the buttons of the document, "
                    "they record who did what and when.",
                    fields=", ".join(label["string"] for label in labels.values()),
                    kind=self.env["ir.model"]._get(self._name).name,
                )
            )

    def _frozen_files(self, files):
        """Hook: files that are evidence of what was decided, and stay as they are.

        :param files: attachments of these documents, in any of their fields or in none
        :return: those of them that nobody exchanges, moves or removes
        """
        return files.browse()

    def _without_stamped_defaults(self):
        return without_defaults(self, self._stamped_names())
