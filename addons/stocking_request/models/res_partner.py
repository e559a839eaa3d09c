from odoo import api, fields, models


class ResPartner(models.Model):
    """How much of what a vendor delivered was accepted (S10); Odoo counts what came on time."""

    _inherit = "res.partner"

    inspected_share = fields.Float(
        compute="_compute_inspected_share",
        string="Accepted at Inspection (%)",
        groups="purchase.group_purchase_user,sale_order_flow.group_flow_user",
        help="Accepted of the received goods that were inspected, in percent; -1 without any.",
    )
    goods_inspection_count = fields.Integer(
        compute="_compute_inspected_share",
        groups="purchase.group_purchase_user,sale_order_flow.group_flow_user",
    )

    @api.depends_context("allowed_company_ids")
    def _compute_inspected_share(self):
        rows = (
            self.env["goods.inspection"]
            .sudo()
            ._read_group(
                [
                    ("direction", "=", "incoming"),
                    ("company_id", "in", self.env.companies.ids),
                    ("partner_id", "child_of", self.ids),
                    ("state", "in", ("accepted", "partly", "rejected")),
                ],
                ["partner_id"],
                ["quantity:sum", "accepted_quantity:sum", "__count"],
            )
        )
        for partner in self:
            own = [row for row in rows if row[0].commercial_partner_id == partner]
            own += [row for row in rows if row[0] == partner and row not in own]
            total = sum(row[1] for row in own)
            partner.inspected_share = 100 * sum(row[2] for row in own) / total if total else -1
            partner.goods_inspection_count = sum(row[3] for row in own)

    def action_open_vendor_inspections(self):
        """Open the inspections of what this vendor delivered."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Inspections"),
            "res_model": "goods.inspection",
            "domain": [("direction", "=", "incoming"), ("partner_id", "child_of", self.id)],
            "views": [(False, "list"), (False, "pivot"), (False, "form")],
        }
