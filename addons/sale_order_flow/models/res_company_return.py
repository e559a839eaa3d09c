from odoo import fields, models
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

POLICY_NAME = _lt("Thirty days, unused or unpacked")


class ResCompany(models.Model):
    """Who decides on returns, and by which policy goods come back (F17)."""

    _inherit = "res.company"

    return_needs_request = fields.Boolean(
        string="Returns by Request",
        help="The warehouse takes goods of orders back only when an approved return request asks for "
        "them.",
    )

    def _set_up_rulebook(self):
        new = not self.order_flow_enabled
        result = super()._set_up_rulebook()
        self._set_up_returns()
        if new:
            self.return_needs_request = True
        return result

    def _set_up_returns(self):
        """The sales manager decides; what is outside the policy goes one up (D15, D19)."""
        self._rulebook_chain(
            "sale.return.request",
            _lt("Return of goods"),
            [
                (_lt("Sales manager decides"), "decide", "sales_manager"),
                (
                    _lt("Department head decides on the exception"),
                    "decide",
                    {"role": "department_head", "domain": "[('outside_policy', '=', True)]"},
                ),
            ],
            operation="accept",
        )
        policies = self.env["sale.return.policy"].with_context(active_test=False)
        if not policies.search_count([("company_id", "=", self.id)], limit=1):
            policy = policies.create(
                {
                    "name": policies.with_context(lang="en_US").env._(POLICY_NAME),
                    "company_id": self.id,
                }
            )
            policy.update_field_translations(
                "name",
                {
                    code: self.with_context(lang=code).env._(POLICY_NAME)
                    for code, _label in self.env["res.lang"].get_installed()
                },
            )
