from odoo import api, models


class ApprovalNotifySlot(models.Model):
    _inherit = "approval.request.slot"

    def _engine_write(self, vals):
        result = super()._engine_write(vals)
        if vals.get("state") == "open" and self.env["approval.notice"]._is_used():
            self.env["approval.notice"]._note("slots", self.ids)
        return result

    @api.model
    def _engine_create(self, vals_list):
        slots = super()._engine_create(vals_list)
        if self.env["approval.notice"]._is_used():
            opened = slots.filtered(lambda slot: slot.state == "open")
            self.env["approval.notice"]._note("slots", opened.ids)
        return slots


class ApprovalNotifyCopy(models.Model):
    _inherit = "approval.request.copy"

    @api.model
    def _engine_create(self, vals_list):
        copies = super()._engine_create(vals_list)
        if self.env["approval.notice"]._is_used():
            self.env["approval.notice"]._note("copies", copies.ids)
        return copies


class ApprovalNotifyRequest(models.Model):
    _inherit = "approval.request"

    def _transition(self, verb, slots=None, opinion="", vals=None, facts=None):
        result = super()._transition(verb, slots, opinion, vals, facts)
        if self.env["approval.notice"]._is_used():
            facts = facts or {}
            self.env["approval.notice"]._note(
                "events",
                [
                    {
                        "verb": verb,
                        "request": request.id,
                        "opinion": opinion or "",
                        "actor": self.env.uid,
                        "to": facts.get("to") or [],
                        "managers": bool(facts.get("managers")),
                    }
                    for request in self
                ],
            )
        return result
