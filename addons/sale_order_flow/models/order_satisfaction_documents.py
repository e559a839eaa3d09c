from odoo import fields, models


class OrderSatisfactionMixin(models.AbstractModel):
    """A document whose customer is asked how it was; answered once (F19).

    ``mail.thread`` already knows ratings when ``rating`` is installed. What its mixin adds to that,
    stored averages and a write for each change, a table of orders does not need.
    """

    _name = "order.satisfaction.mixin"
    _description = "Document with a Satisfaction Survey"

    satisfaction_ids = fields.One2many("order.satisfaction", readonly=True)

    def _satisfaction_contact(self):
        """Hook: who is asked."""
        self.ensure_one()
        return self.partner_id

    def _satisfaction_categories(self):
        """Hook: product categories that the answer counts for."""
        raise NotImplementedError

    def _satisfaction_values(self, contact):
        """Values of the question, with a rating of its own."""
        self.ensure_one()
        rating = self.env["rating.rating"].create(
            {
                "partner_id": contact.id,
                "rated_partner_id": self._rating_get_operator().id,
                "res_model_id": self.env["ir.model"]._get_id(self._name),
                "res_id": self.id,
            }
        )
        return {
            "rating_id": rating.id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.commercial_partner_id.id,
            "contact_id": contact.id,
            "user_id": self.user_id.id,
            "asked_at": fields.Datetime.now(),
            "category_ids": [fields.Command.set(self._satisfaction_categories().ids)],
        }


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "order.satisfaction.mixin"]

    satisfaction_ids = fields.One2many(
        "order.satisfaction", "order_id", groups="sale_order_flow.group_flow_user"
    )

    def _satisfaction_contact(self):
        contact = super()._satisfaction_contact()
        return self.contact_id if self.contact_id.email_normalized else contact

    def _satisfaction_categories(self):
        return self.order_line.filtered(lambda line: not line.display_type).product_id.categ_id

    def _satisfaction_values(self, contact):
        return {
            **super()._satisfaction_values(contact),
            "kind": "receipt",
            "order_id": self.id,
        }


class OrderCase(models.Model):
    _name = "order.case"
    _inherit = ["order.case", "order.satisfaction.mixin"]

    satisfaction_ids = fields.One2many("order.satisfaction", "case_id", groups="base.group_user")

    def _satisfaction_categories(self):
        return self.categ_id or self.order_id._satisfaction_categories()

    def _satisfaction_values(self, contact):
        return {
            **super()._satisfaction_values(contact),
            "kind": "case",
            "case_id": self.id,
            "order_id": self.order_id.id,
            "owner_id": self.owner_id.id,
        }


class RatingRating(models.Model):
    _inherit = "rating.rating"

    # whoever knows it answers in the customer's place
    access_token = fields.Char(groups="base.group_system")


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def rating_apply(self, rate, token=None, rating=None, **kwargs):
        """As Odoo's; the answer to a survey is kept, and given once.

        :raise UserError: when it was answered already
        """
        asked = self.env["order.satisfaction"]
        if token:
            rating = self.env["rating.rating"].search([("access_token", "=", token)], limit=1)
        if rating:
            asked = asked._of_rating(rating)
        if asked:
            asked._check_open()
        result = super().rating_apply(rate, rating=rating, **kwargs)
        if asked:
            asked._take_answer(rate, kwargs.get("feedback"))
        return result
