from odoo import api, models
from odoo.exceptions import AccessError, UserError


class OrderFlowDocument(models.AbstractModel):
    """What the documents of the order flow share: stamped fields, checks of roles and of states."""

    _name = "order.flow.document"
    _description = "Order Flow Document"
    _inherit = ["approval.stamped"]

    def _check_state(self, *states):
        """Refuse documents that are not in one of these states.

        :param states: keys of the field ``state``
        :raise UserError: naming the document, how far it is, and when this is done
        """
        labels = dict(self._fields["state"]._description_selection(self.env))
        for document in self:
            if document.state not in states:
                raise UserError(
                    self.env._(
                        "%(document)s is “%(state)s”: this is done while it is %(wanted)s.",
                        document=document.display_name,
                        state=labels[document.state],
                        wanted=", ".join(f"“{labels[state]}”" for state in states),
                    )
                )

    def _flow_check_role(self, code):
        """Refuse whoever does not hold a role in the company of each document.

        :param code: code of the ``approval.role``
        :raise AccessError: naming the document, the role and its holders
        """
        for document in self:
            if not self.env.user._holds_role(code, document.company_id):
                raise AccessError(
                    self.env._(
                        "%(document)s: this is done by %(role)s.",
                        document=document.display_name,
                        role=self._flow_role_label(code, document.company_id),
                    )
                )

    @api.model
    def _flow_role_label(self, code, company):
        """The role with the people who hold it, as texts name it."""
        role = self.env["approval.role"]._with_code(code)
        people = ", ".join(role._holders(company.sudo().parent_ids).mapped("name"))
        return f"{role.name} ({people})" if people else role.name or code
