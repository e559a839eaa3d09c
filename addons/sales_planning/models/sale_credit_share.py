from odoo import api, fields, models
from odoo.exceptions import UserError


class SaleCreditShare(models.Model):
    """Whose an order is, for targets and commission, when it is not the salesperson's alone (P7)."""

    _name = "sale.credit.share"
    _description = "Credit Share"
    _inherit = ["planning.whole.part"]
    _order = "order_id, id"
    _rec_name = "user_id"
    _whole = "order_id"

    order_id = fields.Many2one("sale.order", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="order_id.company_id", store=True)
    user_id = fields.Many2one(
        "res.users", required=True, index=True, string="Person", domain="[('share', '=', False)]"
    )

    _once = models.UniqueIndex(
        "(order_id, user_id)", "A person has one share of an order: add the shares up."
    )

    @api.constrains("user_id", "order_id")
    def _check_works_here(self):
        for share in self:
            if not share.user_id._works_in(share.order_id.company_id):
                raise UserError(
                    self.env._(
                        "%(person)s is no employee of %(company)s and has no share of %(order)s.",
                        person=share.user_id.name,
                        company=share.order_id.company_id.name,
                        order=share.order_id.name,
                    )
                )
