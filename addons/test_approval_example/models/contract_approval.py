from odoo import models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class Contract(models.Model):
    _name = "test.approval.contract"
    _inherit = ["test.approval.contract", "approval.mixin"]

    def _approval_operations(self):
        sign = Operation(
            label=_lt("Sign the contract"),
            executed=Domain("state", "=", "signed"),
            inputs={"test.approval.contract": ("state",)},
            watch=("partner_id", "date_end"),
            lines={"line_ids": (Domain.TRUE, ("name", "quantity", "price"))},
            amount="amount_total",
            run="action_sign",
            dead=Domain("state", "=", "cancel"),
        )
        return {**super()._approval_operations(), "sign": sign}


class ContractLine(models.Model):
    _name = "test.approval.contract.line"
    _inherit = ["test.approval.contract.line", "approval.line.mixin"]
    _approval_parent = "contract_id"
