from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ..values import integer_keys


class ApprovalEmergency(models.AbstractModel):
    """Break-glass: carry an operation out first, by right, and have it approved afterwards (A19)."""

    _inherit = "approval.mixin"

    def action_approval_break_glass(self, code, reason, chosen=None):
        """Carry the operation out now; the chain decides on it afterwards, with a deadline (A19).

        :param code: the operation
        :param reason: why it cannot wait; needed, and logged
        :param chosen: ``{step id: [user ids]}`` for steps whose approver the requester chooses, as for
            :meth:`action_approval_submit`: they approve it afterwards. Not the user: whoever releases
            never does
        :raise AccessError: the user has no right to release in an emergency
        :raise UserError: no reason, no chain, nobody chosen, nobody else to approve it afterwards, or
            the operation itself fails: then nothing is done
        :return: True
        """
        self.ensure_one()
        self.check_access("write")
        reason = (reason or "").strip()
        if not self.env.user.has_group("approval_chain.group_break_glass"):
            raise AccessError(
                self.env._(
                    "Only people with the right “Emergency release” can carry out %s without approval. "
                    "Submit it for approval, or ask one of them.",
                    self.display_name,
                )
            )
        if not reason:
            raise UserError(self.env._("Please write why this cannot wait for approval."))
        if code not in self._approval_ops():
            raise UserError(self.env._("There is no operation “%(code)s” to approve.", code=code))
        # whoever catches a failure must find nothing done
        with self.env.cr.savepoint():
            self._approval_release(code, reason, integer_keys(chosen))
        return True

    def _approval_release(self, code, reason, chosen):
        self._approval_end_live(code)
        earlier = self._approval_earlier(code)
        plans, blockers = self._approval_plan(code, chosen, earlier, is_after=True)
        if found := blockers.get(self.id):
            raise UserError("\n".join(found))
        chain = plans[self.id][0]
        if not chain.allow_break_glass:
            raise UserError(
                self.env._("“%s” allows no emergency release. Submit it for approval.", chain.name)
            )
        Request = self.env["approval.request"].sudo()
        drafts = self._approval_drafts(
            code, plans, earlier, is_emergency=True, resumed_from_id=False
        )
        first = Request._submit_emergency(drafts, reason)
        [(vals, steps)] = self._approval_drafts(
            code,
            plans,
            self._approval_earlier(code),
            is_emergency=True,
            after_of_id=first.id,
            policies=chain._policies_in_force(is_after=True),
            resumed_from_id=False,
        )
        due = self._approval_after_deadline(chain)
        Request._submit([({**vals, "due_at": due}, steps)])

    def _approval_end_live(self, code):
        """A request under way is overtaken by the emergency release."""
        for request in self.env["approval.request"]._live(self, code).values():
            if request.after_of_id:
                raise UserError(
                    self.env._(
                        "%(document)s was released in an emergency before, and %(request)s still has to "
                        "approve that. It cannot be released again until then.",
                        document=self.display_name,
                        request=request.name,
                    )
                )
            request._load()
            request._transition("cancel", opinion=self.env._("Overtaken by an emergency release."))

    def _approval_after_deadline(self, chain):
        days = max(chain.after_approval_days, 1)
        return chain.company_id._approval_deadline(fields.Datetime.now(), days=days)


class ApprovalRequestEmergency(models.Model):
    _inherit = "approval.request"

    def _submit_emergency(self, drafts, reason):
        """A request without steps, approved by right and carried out at once; or nothing at all."""
        # a round that is overtaken must be over in the table, too
        self.flush_model(["state"])
        names = self._next_numbers(len(drafts))
        request = self._engine_create(
            [{**vals, "name": name} for (vals, _steps), name in zip(drafts, names, strict=True)]
        )
        request._transition("submit", opinion=reason)
        request._transition("complete", vals={"decided_at": fields.Datetime.now()})
        request._transition("break_glass", opinion=reason)
        document = request._document().with_env(self.env(user=self.env.user, su=False))
        getattr(document, document._approval_ops()[request.operation].run)()
        # what is computed and stored is judged now, not when the transaction ends; and the request
        # that approves afterwards may only begin once this one is done in the database
        self.env.cr.flush()
        request.invalidate_recordset(["state"])
        if request.state != "executed":
            raise UserError(
                self.env._(
                    "%s asked a question instead of finishing: it cannot be released this way.",
                    request.document_name,
                )
            )
        # the request that approves it afterwards may be under way only when this one is over
        request.flush_recordset()
        return request
