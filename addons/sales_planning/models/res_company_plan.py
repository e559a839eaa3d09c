from odoo import models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _set_up_rulebook(self):
        """P1, D5: the sales plan goes from the sales manager up to the president."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "sales.plan",
            _lt("Sales plan"),
            [
                (_lt("Sales manager decides"), "decide", "sales_manager"),
                (_lt("VP Marketing decides"), "decide", "vp_marketing"),
                (_lt("General manager decides"), "decide", "general_manager"),
                (_lt("President decides"), "decide", "president"),
            ],
            operation="plan",
        )
        return result
