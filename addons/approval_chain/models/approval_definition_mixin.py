from odoo import api, models

_CHANGED = "approval_definitions_changed"


def changed_in(cr):
    """Whether definitions were changed in the transaction of this cursor."""
    return getattr(cr, _CHANGED, False)


class ApprovalDefinitionMixin(models.AbstractModel):
    """Something that says who decides: what was cached of it is forgotten when it changes."""

    _name = "approval.definition.mixin"
    _description = "Approval Definition"

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        self._definitions_changed()
        return records

    def write(self, vals):
        result = super().write(vals)
        self._definitions_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._definitions_changed()
        return result

    def _translate_name(self, name):
        """Store a lazily translated name in every installed language."""
        self.update_field_translations(
            "name",
            {
                lang: self.with_context(lang=lang).env._(name)
                for lang, _label in self.env["res.lang"].get_installed()
            },
        )

    @api.model
    def _definitions_changed(self):
        """Forget what was cached, and cache nothing in this transaction until it ends.

        What is not committed must neither be cached for others nor be missed here.
        """
        registry, cr = self.env.registry, self.env.cr
        registry.clear_cache()
        if changed_in(cr):
            return
        setattr(cr, _CHANGED, True)

        def forget():
            setattr(cr, _CHANGED, False)
            registry.clear_cache()

        cr.postcommit.add(forget)
        cr.postrollback.add(forget)
