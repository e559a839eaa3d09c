from odoo import models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)


class ResCompany(models.Model):
    _inherit = "res.company"

    def _set_up_rulebook(self):
        """D9 2: unpaid and stocking goods: VP marketing, finance, then the president decides."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "stocking.request",
            _lt("Stocking without payment"),
            [
                (_lt("VP Marketing's opinion"), "opinion", "vp_marketing"),
                (_lt("Finance director's opinion"), "opinion", "finance_director"),
                (_lt("President decides"), "decide", "president"),
            ],
            operation="approve",
        )
        return result
