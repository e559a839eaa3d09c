from odoo import fields, models


class Contract(models.Model):
    _inherit = "test.approval.contract"

    history = fields.Text(readonly=True, copy=False)

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for contract in self.filtered(lambda contract: not contract.partner_id):
            missing.setdefault(contract.id, []).append(
                self.env._("%s: choose the customer before you submit it.", contract.name)
            )
        return missing

    def _approval_sheet_notes(self, code):
        notes = super()._approval_sheet_notes(code)
        for contract in self.filtered(lambda contract: not contract.date_end):
            notes.setdefault(contract.id, []).append(
                {"level": "warning", "text": self.env._("The contract never ends.")}
            )
        return notes

    def _approval_may_execute(self, code):
        waiting = super()._approval_may_execute(code)
        for contract in self.filtered(lambda contract: contract.partner_id.is_company):
            waiting[contract.id] = self.env._("The customer signs first.")
        return waiting

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        for contract in self:
            line = f"{event.verb}: {event.actor.login} ({event.before} > {event.after})"
            contract.history = "\n".join(filter(None, [contract.history, line]))
        return result
