from odoo import models


class ApprovalChainTrial(models.Model):
    """A chain tried on documents: who would be asked. Nothing is written (A1, A17)."""

    _inherit = "approval.chain"

    def _why_not(self, document):
        """Why the chain does not apply to a document.

        :param document: the document as superuser
        :return: a sentence, or an empty string when it applies
        """
        operation = self._document_operations()[self.operation]
        document = document._approval_neutral()
        name, company = document.display_name, document[operation.company]
        if not document._approval_in_scope(self.operation):
            return self.env._("%s is not a document that this operation is about.", name)
        if company and self.company_id not in company.parent_ids:
            return self.env._(
                "%(document)s belongs to %(company)s; the chain is for %(other)s and its branches.",
                document=name,
                company=company.name,
                other=self.company_id.name,
            )
        if not document.filtered_domain(self._parsed_domain()):
            return self.env._("%s does not match the conditions of the chain.", name)
        if not self._matching(document, operation):
            amount = document._approval_amount_in(document, operation, self.currency_id)
            return self.env._(
                "%(document)s is about %(amount)s, outside the amounts of the chain.",
                document=name,
                amount=self.currency_id.format(abs(amount)),
            )
        return ""

    def _comes_before(self, other):
        """Whether the chain is tried before another one."""
        return (self.sequence, self.id) < (other.sequence, other.id)

    def _try_freeze(self, document, requester):
        """As :meth:`_freeze`, with everybody chosen among whom the requester may choose."""
        chosen = {
            step.id: step._choices(document, requester).ids
            for step in self.step_ids
            if step.approver == "chosen"
        }
        return self._freeze(document, requester, chosen)

    def _trial(self, document, requester):
        """The picture of the chain for one document, and what is in the way.

        :param document: the document as superuser
        :param requester: the ``res.users`` who would ask
        :return: ``(picture as drawn by the widget, [sentences])``
        """
        rows, gaps = self._try_freeze(document, requester)
        boxes, deciders = [], []
        for step, row in zip(self.step_ids, rows, strict=True):
            notes = [row.values.get("note"), step._limit_note(document, boxes)]
            notes.append(step._repeat_note(row, deciders))
            boxes.append((step, {**step._picture(), **_outcome(self.env, row, notes)}))
            if row.values["state"] == "waiting" and row.values["kind"] == "decide":
                deciders.append((row.values["stage"], row.people))
        return self._picture(boxes), gaps


class ApprovalStepTrial(models.Model):
    _inherit = "approval.step"

    def _limit_note(self, document, boxes):
        """Whose decision on the earlier step would make this one superfluous (A3)."""
        if not self.limit_step_id:
            return ""
        asked = {step: box["user_ids"] for step, box in boxes}
        people = self.env["res.users"].browse(asked.get(self.limit_step_id, []))
        chain = self.chain_id
        operation = document._approval_ops()[chain.operation]
        if not (operation.amount and people):
            return ""
        date = operation.date and document[operation.date]
        covered = self.env["approval.limit"]._covered(
            people,
            document[operation.amount],
            document[operation.currency] or chain.company_id.currency_id,
            document._name,
            chain.operation,
            chain.company_id,
            date or chain.company_id._approval_today(),
        )
        if covered:
            names = ", ".join(covered.sudo().mapped("name"))
            return self.env._("Passed if %s decides: the amount is within the limit.", names)
        return self.env._("Asked: the amount is over the limit of everybody who may decide before.")

    def _repeat_note(self, row, deciders):
        """Who would not be asked again, as the chain says (A11)."""
        policy = self.chain_id.repeat_policy
        stage = row.values["stage"]
        if policy == "never" or row.values["kind"] != "decide" or not row.people:
            return ""
        earlier = [(at, people) for at, people in deciders if at < stage]
        if policy == "consecutive" and earlier:
            last = max(at for at, _people in earlier)
            earlier = [(at, people) for at, people in earlier if at == last]
        again = row.people.filtered(
            lambda user: any(user in people for _at, people in earlier)
        ).sudo()
        if not again:
            return ""
        return self.env._(
            "%s is not asked again after approving the earlier step.",
            ", ".join(again.mapped("name")),
        )


def _outcome(env, row, notes):
    """What becomes of a step: asked, skipped, passed or nobody there."""
    people = row.people if row.people is not None else env["res.users"]
    if row.values["state"] == "skipped":
        state = "passed" if row.values.get("passed") else "skipped"
    else:
        state = "asked" if row.seats else "nobody"
    labels = {
        "asked": env._("Is asked"),
        "passed": env._("Passed"),
        "skipped": env._("Skipped"),
        "nobody": env._("Nobody to ask"),
    }
    return {
        "state": state,
        "state_label": labels[state],
        "user_ids": people.ids,
        # administrators see here who would be asked, whatever users they may read
        "people": people.sudo().mapped("name") if state == "asked" else [],
        "notes": [note for note in notes if note],
    }
