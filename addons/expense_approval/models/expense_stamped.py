from odoo import api, models
from odoo.exceptions import AccessError


class ExpenseStamped(models.AbstractModel):
    """Fields that the actions of a record set and nobody else: states, who and when.

    Whoever writes them in another way, by import, RPC, superuser code or a default in the context, is
    refused. The actions themselves call :meth:`_stamp`.
    """

    _name = "expense.stamped"
    _description = "Fields Set by Actions Only"

    _stamped = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_stamped(vals)
        return super(ExpenseStamped, self._without_stamped_defaults()).create(vals_list)

    def write(self, vals):
        self._refuse_stamped(vals)
        return super().write(vals)

    # pylint: disable=super-method-mismatch
    def _stamp(self, vals):
        """Write stamped fields: for the actions of the records only."""
        return super().write(vals)

    def _refuse_stamped(self, vals):
        if touched := self._stamped.intersection(vals):
            labels = self.fields_get(sorted(touched), ["string"])
            raise AccessError(
                self.env._(
                    "%(fields)s of %(kind)s cannot be entered by hand: use the buttons of the document, "
                    "they record who did what and when.",
                    fields=", ".join(label["string"] for label in labels.values()),
                    kind=self.env["ir.model"]._get(self._name).name,
                )
            )

    def _without_stamped_defaults(self):
        stamped = {f"default_{name}" for name in self._stamped}
        context = self.env.context
        if stamped.isdisjoint(context):
            return self
        kept = {key: value for key, value in context.items() if key not in stamped}
        return self.with_env(self.env(context=kept))
