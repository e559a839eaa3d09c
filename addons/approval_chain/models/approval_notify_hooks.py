from odoo import api, models


class ApprovalNotifySlot(models.Model):
    _inherit = "approval.request.slot"

    def _engine_write(self, vals):
        result = super()._engine_write(vals)
        if vals.get("state") == "open":
            self._note_opened()
        return result

    @api.model
    def _engine_create(self, vals_list):
        slots = super()._engine_create(vals_list)
        slots.filtered(lambda slot: slot.state == "open")._note_opened()
        return slots

    def _note_opened(self):
        notice = self.env["approval.notice"]
        if told := notice._told(self):
            notice._note("slots", told.ids)


class ApprovalNotifyCopy(models.Model):
    _inherit = "approval.request.copy"

    @api.model
    def _engine_create(self, vals_list):
        copies = super()._engine_create(vals_list)
        notice = self.env["approval.notice"]
        if notice._is_used():
            notice._note("copies", copies.ids)
        return copies


class ApprovalNotifyRequest(models.Model):
    _inherit = "approval.request"

    def _transition(self, verb, slots=None, opinion="", vals=None, facts=None):
        result = super()._transition(verb, slots, opinion, vals, facts)
        notice = self.env["approval.notice"]
        if told := notice._told(self):
            facts = facts or {}
            notice._note(
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
                    for request in told
                ],
            )
        return result
