from odoo import api, models
from odoo.exceptions import AccessError


class OrderFlowDocument(models.AbstractModel):
    """What the documents of the order flow share: stamped fields and the check of roles.

    Stamped fields (states, who and when) are set by the actions of the document alone. Whoever
    writes them in another way, by import, RPC or a default in the context, is refused.
    """

    _name = "order.flow.document"
    _description = "Order Flow Document"

    _flow_stamped = frozenset()

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._flow_refuse_stamped(vals)
        return super(OrderFlowDocument, self._flow_without_defaults()).create(vals_list)

    def write(self, vals):
        self._flow_refuse_stamped(vals)
        return super().write(vals)

    # pylint: disable=super-method-mismatch
    def _flow_write(self, vals):
        """Write stamped fields: for the actions of the documents only."""
        return super().write(vals)

    def _flow_refuse_stamped(self, vals):
        if touched := self._flow_stamped.intersection(vals):
            labels = self.fields_get(sorted(touched), ["string"])
            raise AccessError(
                self.env._(
                    "%(fields)s of %(kind)s cannot be entered by hand: use the buttons of the document, "
                    "they record who did what and when.",
                    fields=", ".join(label["string"] for label in labels.values()),
                    kind=self.env["ir.model"]._get(self._name).name,
                )
            )

    def _flow_without_defaults(self):
        stamped = {f"default_{name}" for name in self._flow_stamped}
        if stamped.isdisjoint(self.env.context):
            return self
        return self.with_env(
            self.env(
                context={
                    key: value for key, value in self.env.context.items() if key not in stamped
                }
            )
        )

    def _flow_frozen_files(self, names):
        """Hook: of these documents, those whose files in the fields ``names`` stay as they are.

        :param names: set of names of binary fields
        """
        return self.browse()

    def _flow_frozen_evidence(self):
        """Hook: attachments of these documents that stay as they are."""
        return self.env["ir.attachment"]

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
        role = self.env["approval.role"].sudo().search([("code", "=", code)], limit=1)
        people = ", ".join(role._holders(company.sudo().parent_ids).mapped("name"))
        return f"{role.name} ({people})" if people else role.name or code
