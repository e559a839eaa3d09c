from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError


class OrderDeskHandover(models.TransientModel):
    """Name who does the part of a role on documents of the desk: to dispatch, to hand over (F11)."""

    _name = "order.desk.handover"
    _description = "Hand Over on the Order Desk"

    documents = fields.Json(required=True, help="Pairs of model and id.")
    document_names = fields.Char(compute="_compute_document_names", string="Documents")
    role_id = fields.Many2one(
        "approval.role",
        compute="_compute_role_id",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Whose part it is: by default of whoever's turn it is now.",
    )
    candidate_ids = fields.Many2many("res.users", compute="_compute_candidate_ids")
    user_id = fields.Many2one(
        "res.users",
        string="Person",
        required=True,
        domain="[('id', 'in', candidate_ids)]",
    )
    reason = fields.Text(required=True)

    @api.depends("documents")
    def _compute_document_names(self):
        for handover in self:
            handover.document_names = ", ".join(
                name for records in handover._records() for name in records.mapped("display_name")
            )

    @api.depends("documents")
    def _compute_role_id(self):
        for handover in self:
            turns = {record._desk_role() for records in handover._records() for record in records}
            role = self.env["approval.role"].sudo().search([("code", "in", [*filter(None, turns)])])
            # rows of different teams, or a person's turn: the assistant's part is handed over
            if len(turns) != 1 or not role:
                role = role.search([("code", "=", "sales_assistant")], limit=1)
            handover.role_id = role

    @api.depends("documents", "role_id")
    def _compute_candidate_ids(self):
        for handover in self:
            companies = self.env["res.company"].union(
                *(records.company_id for records in handover._records())
            )
            people = self.env["res.users"].sudo()
            held = [
                handover.role_id.sudo()._holders(company.sudo().parent_ids) for company in companies
            ]
            handover.candidate_ids = (
                people.browse(set.intersection(*(set(users.ids) for users in held)))
                if held and handover.role_id
                else people
            )

    def _records(self):
        """The documents, one recordset a model, as far as they exist.

        :raise UserError: for what does not stand on the desk
        """
        self.ensure_one()
        ids = defaultdict(list)
        kinds = self.env["sale.desk"]._desk_models()
        for model, document_id in self.documents or ():
            if model not in kinds or not isinstance(document_id, int):
                raise UserError(
                    self.env._("Choose documents on the desk and hand them over there.")
                )
            ids[model].append(document_id)
        return [self.env[model].browse(found).exists() for model, found in ids.items()]

    def action_hand_over(self):
        """Name the person on all the documents, or on none.

        :raise UserError: when nothing is left to hand over
        :return: True
        """
        self.ensure_one()
        records = [*filter(None, self._records())]
        if not records:
            raise UserError(self.env._("The documents do not exist any more. Reload the desk."))
        if not self.reason.strip():
            raise UserError(
                self.env._("%s: “Reason” is empty. Say why it is handed over.", self.document_names)
            )
        for documents in records:
            documents._desk_hand_over(self.role_id, self.user_id, self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
