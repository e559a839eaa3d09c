from odoo import api, fields, models


class ResPartnerQualificationKind(models.Model):
    """A kind of document customers hand in (F2); each company says which ones orders need."""

    _name = "res.partner.qualification.kind"
    _description = "Kind of Qualification Document"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    expires = fields.Boolean(
        default=True,
        help="A document of this kind is entered with the day until which it is valid.",
    )
    is_required = fields.Boolean(
        company_dependent=True,
        string="Required for Orders",
        help="Orders of customers without a verified, valid document of this kind are reported by the "
        "check of the qualification, in the current company.",
    )

    _name_unique = models.Constraint("UNIQUE (name)", "This kind of document exists already.")

    @api.model
    def _required_kinds(self, companies):
        """``{company id: kinds that orders of the company need}``."""
        kinds = self.sudo().search([("active", "=", True)])
        return {
            company.id: kinds.filtered(
                lambda kind, company=company: kind.with_company(company).is_required
            )
            for company in companies
        }
