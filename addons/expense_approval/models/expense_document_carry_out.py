from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ExpenseDocumentCarryOut(models.AbstractModel):
    """What was approved after whoever asked for it had left (E6, A15).

    The engine carries out in the name of the requester, which it cannot do for who is archived. The
    money may be owed all the same, so finance does it; the approval is used up as ever.
    """

    _inherit = "expense.document"

    may_carry_out = fields.Boolean(compute="_compute_may_carry_out")

    @api.depends("state", "approval_request_id")
    @api.depends_context("uid")
    def _compute_may_carry_out(self):
        finance = self._is_finance()
        for document in self:
            document.may_carry_out = finance and document._waits_to_be_carried_out()

    def _waits_to_be_carried_out(self):
        request_sudo = self.sudo().approval_request_id
        return self.state == "submitted" and request_sudo.state == "approved"

    def action_carry_out(self):
        """Finance carries out what was approved and could not be carried out by who asked for it.

        :raise AccessError: for anybody but finance
        :raise UserError: when it is not approved, or carried out already
        :return: True
        """
        self.check_access("read")
        for document in self:
            if not self._is_finance():
                raise AccessError(
                    self.env._(
                        "Only finance carries out %s, which was approved after its requester had left.",
                        document.name,
                    )
                )
            if not document._waits_to_be_carried_out():
                raise UserError(
                    self.env._(
                        "%(document)s is not approved and waiting to be carried out: it is “%(state)s”.",
                        document=document.name,
                        state=document._state_label(),
                    )
                )
            operation = document._approval_ops()[document.sudo().approval_request_id.operation]
            # finance does not write what others ask for; the guard checks the approval
            getattr(document.sudo(), operation.run)()
        return True
