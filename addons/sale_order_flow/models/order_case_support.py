from odoo import models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import label

from .order_case import SUPPORT

_lt = LazyTranslate(__name__)


class OrderCase(models.Model):
    """Technical and advertising support is approved before anybody starts (F22)."""

    _inherit = "order.case"

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "support": Operation(
                label=_lt("Give support"),
                executed=Domain("state", "in", ("progress", "waiting", "done")),
                inputs={"order.case": ("state",)},
                scope=Domain("kind", "in", SUPPORT),
                watch=("kind", "partner_id", "order_id", "product_id", "amount", "description"),
                amount="amount",
                run="_do_start",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for case in self:
            for name in case._missing_to_ask():
                missing.setdefault(case.id, []).append(
                    self.env._(
                        "%(case)s: fill in “%(field)s” before you submit it.",
                        case=case.display_name,
                        field=label(case, name),
                    )
                )
        return missing

    def _missing_to_ask(self):
        self.ensure_one()
        names = ["partner_id", "description"]
        if self.kind == "advertising":
            names.append("amount")
        return [name for name in names if not self._filled(name)]

    def _do_start(self):
        """What was approved is for the department to begin with; its owner is named by taking it."""
        for case in self:
            case._move("progress")
