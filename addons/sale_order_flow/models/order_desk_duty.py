from odoo import api, fields, models
from odoo.exceptions import AccessError


class OrderDeskDuty(models.Model):
    """Who of the holders of a role does its part of one document (F11).

    Set by *Hand Over* of the desk alone, which says why in the chatter of the document. Whoever
    does not hold the role any more does not count: the turn is everybody's of the role again.
    """

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "order.desk.duty"
    _description = "Person for a Role on a Document"
    _order = "role_id, id"
    _rec_name = "user_id"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    role_id = fields.Many2one("approval.role", required=True, readonly=True, ondelete="cascade")
    user_id = fields.Many2one(
        "res.users", required=True, readonly=True, index=True, ondelete="cascade"
    )

    _once = models.UniqueIndex(
        "(res_model, res_id, role_id)", "The role has a person on this document already."
    )

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_handing_over()

    def write(self, vals):
        raise self._by_handing_over()

    def unlink(self):
        raise self._by_handing_over()

    def _by_handing_over(self):
        return AccessError(
            self.env._(
                "Who does a part of an order is named with “Hand Over” on the desk, with the reason.",
            )
        )

    @api.model
    def _assign(self, documents, role, user):
        """Name the person of a role on documents of one model."""
        known = self.sudo().search(
            [
                ("res_model", "=", documents._name),
                ("res_id", "in", documents.ids),
                ("role_id", "=", role.id),
            ]
        )
        super(OrderDeskDuty, known).write({"user_id": user.id})
        left = set(documents.ids) - set(known.mapped("res_id"))
        super(OrderDeskDuty, self.sudo()).create(
            [
                {
                    "res_model": documents._name,
                    "res_id": document_id,
                    "role_id": role.id,
                    "user_id": user.id,
                }
                for document_id in sorted(left)
            ]
        )

    @api.model
    def _forget(self, model_name, ids):
        """The documents are deleted: so is who was to do them."""
        gone = self.sudo().search([("res_model", "=", model_name), ("res_id", "in", ids)])
        super(OrderDeskDuty, gone).unlink()
