from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

SUPERVISORS = "sale_order_flow.group_flow_supervision"


class SaleOrder(models.Model):
    """What checks found in an order (F23)."""

    _inherit = "sale.order"

    supervision_check_ids = fields.One2many(
        "supervision.check", "order_id", copy=False, groups=SUPERVISORS
    )
    supervision_finding_count = fields.Integer(
        compute="_compute_supervision_finding_count", groups=SUPERVISORS
    )

    @api.depends("supervision_check_ids.finding_ids")
    def _compute_supervision_finding_count(self):
        counts = dict(
            self.env["supervision.finding"]._read_group(
                [("order_id", "in", self.ids)], ["order_id"], ["__count"]
            )
        )
        for order in self:
            order.supervision_finding_count = counts.get(order, 0)

    def action_view_findings(self):
        """What was found in these orders (F23)."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sale_order_flow.action_supervision_finding"
        )
        return {**action, "domain": [("order_id", "in", self.ids)], "context": {}}


class ResUsers(models.Model):
    _inherit = "res.users"

    def _works_in(self, company):
        """Whether this is one of our people, who works in a company."""
        self.ensure_one()
        return not self.share and company in self.sudo().company_ids

    def _check_may_correct(self, company):
        """:raise UserError: for whoever cannot see the finding"""
        if self and not self._works_in(company):
            raise UserError(
                self.env._(
                    "%(person)s cannot correct it, being no employee of %(company)s. Choose somebody "
                    "who is.",
                    person=self.name,
                    company=company.name,
                )
            )


class ResCompany(models.Model):
    _inherit = "res.company"

    def _set_up_rulebook(self):
        """The president decides on rewards and penalties (F23)."""
        result = super()._set_up_rulebook()
        self._rulebook_chain(
            "supervision.measure",
            _lt("Reward or penalty"),
            [(_lt("President decides"), "decide", "president")],
            operation="approve",
        )
        return result
