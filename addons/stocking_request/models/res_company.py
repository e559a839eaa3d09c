from odoo import models


class ResCompany(models.Model):
    _inherit = "res.company"

    def _set_up_rulebook(self):
        """D9 2: unpaid and stocking goods: VP marketing, finance, then the president decides."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "stocking.request",
            "Stocking without payment",
            [
                ("VP Marketing's opinion", "opinion", "vp_marketing"),
                ("Finance director's opinion", "opinion", "finance_director"),
                ("President decides", "decide", "president"),
            ],
            operation="approve",
        )
        return result
