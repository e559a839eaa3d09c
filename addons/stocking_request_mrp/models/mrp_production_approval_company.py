from odoo import models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _set_up_rulebook(self):
        """S8: large productions are decided by the vice president production."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "mrp.production",
            _lt("Large production"),
            [(_lt("VP Production decides"), "decide", "vp_production")],
            operation="confirm",
            amount_min=20000,
        )
        return result
