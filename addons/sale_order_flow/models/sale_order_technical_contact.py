from odoo import fields, models


class SaleOrder(models.Model):
    """After signing, technical matters pass to who owns the production of the product (F7)."""

    _inherit = "sale.order"

    def _action_confirm(self):
        result = super()._action_confirm()
        self.filtered(
            lambda order: order.order_kind == "non_standard" and order._is_in_flow()
        ).sudo()._pass_technical_contact()
        return result

    def _pass_technical_contact(self):
        """Name the technical contact of each line, tell them, and say so in the chatter."""
        roles = self.env["approval.role"]
        for order in self:
            head = roles._people("vp_production", order.company_id)[:1]
            for line in order._feasibility_lines():
                product = line.product_id.with_company(order.company_id)
                owner = product.production_owner_id or head
                line._stamp({"technical_contact_id": owner.id})
            for owner, lines in order.order_line.grouped("technical_contact_id").items():
                if owner:
                    order._tell_technical_contact(owner, lines)

    def _tell_technical_contact(self, owner, lines):
        self.ensure_one()
        products = ", ".join(lines.product_id.mapped("display_name"))
        self.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=owner.id,
            summary=self.env._(
                "Technical contact of %(order)s: %(products)s", order=self.name, products=products
            ),
            note=self.env._(
                "The order is signed. Talk to %(contact)s about technical matters from now on.",
                contact=self.contact_id.display_name or self.partner_id.display_name,
            ),
        )
        self.message_post(
            body=self.env._(
                "%(user)s is the technical contact for %(products)s from now on.",
                user=owner.name,
                products=products,
            )
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    technical_contact_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        groups="base.group_user",
        help="Talks to the customer about technical matters since the order was signed.",
    )
