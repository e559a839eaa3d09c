from ast import literal_eval

from odoo import fields, models


class OrderCaseMailbox(models.Model):
    """An address whose mails open cases of a kind in a company (F19)."""

    _name = "order.case.mailbox"
    _description = "Mailbox of Cases"
    _inherit = ["mail.alias.mixin"]
    _order = "company_id, name"

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    kind = fields.Selection(
        selection=lambda self: self.env["order.case"]._fields["kind"].selection,
        required=True,
        default="complaint",
    )

    def _alias_get_creation_values(self):
        values = super()._alias_get_creation_values()
        values["alias_model_id"] = self.env["ir.model"]._get_id("order.case")
        if self.id:
            defaults = literal_eval(self.alias_defaults or "{}")
            values["alias_defaults"] = {
                **defaults,
                "company_id": self.company_id.id,
                "kind": self.kind,
            }
        return values

    def write(self, vals):
        result = super().write(vals)
        if not {"company_id", "kind"}.isdisjoint(vals):
            for mailbox in self:
                mailbox.alias_defaults = mailbox._alias_get_creation_values()["alias_defaults"]
        return result
