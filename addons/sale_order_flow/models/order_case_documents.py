from odoo import api, fields, models


class SaleOrder(models.Model):
    """The cases of an order, and opening one from it (F19, F22)."""

    _inherit = "sale.order"

    case_count = fields.Integer(
        compute="_compute_case_count", groups="sale_order_flow.group_flow_user"
    )

    def _compute_case_count(self):
        groups = self.env["order.case"]._read_group(
            [("order_id", "in", self.ids)], ["order_id"], ["__count"]
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.case_count = counts.get(order._origin.id, 0)

    def action_view_cases(self):
        """Open the cases of this order, where another one is opened.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale_order_flow.action_order_case")
        return {
            **action,
            "domain": [("order_id", "=", self.id)],
            "context": {
                "default_order_id": self.id,
                "default_partner_id": self.partner_id.id,
                "default_company_id": self.company_id.id,
            },
        }


class ResPartner(models.Model):
    _inherit = "res.partner"

    case_count = fields.Integer(
        compute="_compute_case_figures", groups="sale_order_flow.group_flow_user"
    )
    satisfaction_score = fields.Float(
        compute="_compute_case_figures",
        digits=(16, 1),
        groups="sale_order_flow.group_flow_user",
        help="Average of what the customer answered, from 1 (unhappy) to 5 (happy).",
    )

    @api.depends("commercial_partner_id")
    def _compute_case_figures(self):
        customers = self.commercial_partner_id.ids
        cases = self.env["order.case"]._read_group(
            [("partner_id", "child_of", customers)], ["partner_id"], ["__count"]
        )
        counts = {}
        for partner, count in cases:
            customer = partner.commercial_partner_id.id
            counts[customer] = counts.get(customer, 0) + count
        scores = dict(
            self.env["order.satisfaction"]._read_group(
                [("partner_id", "in", customers), ("answered_at", "!=", False)],
                ["partner_id"],
                ["score:avg"],
            )
        )
        scores = {customer.id: score for customer, score in scores.items()}
        for partner in self:
            customer = partner.commercial_partner_id._origin.id
            partner.case_count = counts.get(customer, 0)
            partner.satisfaction_score = scores.get(customer, 0.0)

    def action_view_cases(self):
        """Open the cases of this customer and its contacts.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("sale_order_flow.action_order_case")
        return {
            **action,
            "domain": [("partner_id", "child_of", self.commercial_partner_id.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_view_satisfaction(self):
        """Open what this customer was asked and answered.

        :return: window action
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sale_order_flow.action_order_satisfaction"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.commercial_partner_id.id)],
            "context": {},
        }
