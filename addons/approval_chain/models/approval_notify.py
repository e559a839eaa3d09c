from odoo import SUPERUSER_ID, api, models
from odoo.tools import formataddr

_PENDING = "approval_chain.notices"
_WRITTEN = "approval_chain.mails"
SHOWN = 20
# what the requester is told of, unless they did it themselves
TO_REQUESTER = {
    "return",
    "refuse",
    "complete",
    "execute",
    "confirm",
    "fail",
    "propose",
    "void",
}
# what is said besides to those whose turn it becomes
TO_ASKED = {"add_approver", "hand_over", "replace", "escalate", "hand_on", "send_back", "reopen"}
TO_ALL_ASKED = {"urge", "remind"}


class ApprovalNotice(models.AbstractModel):
    """Who is told by e-mail of what, once a transaction (A13).

    What happens is only noted; right before the transaction is committed one e-mail is written for
    each person, however many documents it is about. Odoo's own mail queue sends it, or nobody if the
    transaction fails. The e-mail opens the request and decides nothing. For a company that does not
    use e-mails, nothing is noted and no query is made.
    """

    _name = "approval.notice"
    _description = "Approval E-mails"

    # ------------------------------------------------------------------ noting

    @api.model
    def _is_used(self):
        return bool(self.env["res.company"]._approval_mail_companies())

    @api.model
    def _told(self, records):
        """Those of the records whose company uses e-mails."""
        companies = self.env["res.company"]._approval_mail_companies()
        return records.filtered(lambda record: record.company_id.id in companies)

    @api.model
    def _note(self, kind, notes):
        """Remember until the end of the transaction.

        :param kind: ``slots`` (ids of places that opened), ``events`` or ``copies``
        """
        pending = self.env.cr.precommit.data.get(_PENDING)
        if pending is None:
            pending = {"slots": [], "events": [], "copies": []}
            self.env.cr.precommit.data[_PENDING] = pending
            engine = self.with_env(self.env(user=SUPERUSER_ID, su=True, context={}))
            self.env.cr.precommit.add(engine._write_mails)
        pending[kind] += notes

    # ------------------------------------------------------------------ at the end

    @api.model
    def _write_mails(self):
        """One e-mail for each person who is to be told of something."""
        pending = self.env.cr.precommit.data.pop(_PENDING, None)
        if not pending:
            return
        told = {}
        self._add_turns(told, pending["slots"])
        self._add_copies(told, pending["copies"])
        self._add_events(told, pending["events"])
        on = self.env["res.company"]._approval_mail_companies()
        by_user = {}
        for (user, request), item in told.items():
            if request.company_id.id in on and user._wants_approval_mails():
                by_user.setdefault(user, {})[request.id] = item
        self._put_mails(by_user)

    @api.model
    def _add_turns(self, told, slot_ids):
        slots = self.env["approval.request.slot"].browse(dict.fromkeys(slot_ids)).exists()
        slots = slots.filtered(
            lambda slot: slot.state == "open" and slot.request_id.state == "pending"
        )
        for slot, people in slots._notified().items():
            for user in people:
                told[user, slot.request_id] = {"verb": f"turn_{slot.kind}", "step": slot.step_name}

    @api.model
    def _add_copies(self, told, copy_ids):
        for copy in self.env["approval.request.copy"].browse(copy_ids).exists():
            told.setdefault((copy.user_id, copy.request_id), {"verb": "copy"})

    @api.model
    def _add_events(self, told, events):
        users, requests = self.env["res.users"], self.env["approval.request"]
        asked = requests.browse(
            dict.fromkeys(event["request"] for event in events if event["verb"] in TO_ALL_ASKED)
        ).slot_ids.filtered(lambda slot: slot.state == "open")
        people = asked._notified()
        managers = {}
        for event in events:
            request, actor = requests.browse(event["request"]), users.browse(event["actor"])
            item = {"verb": event["verb"], "opinion": event["opinion"], "actor": actor.name}
            verb, receivers = event["verb"], users
            if verb in TO_REQUESTER:
                receivers = request.requester_id - actor
                # the operation runs as the requester, who was told of the decision just before
                if verb == "execute" and self._is_told(told, request.requester_id, request):
                    receivers = request.requester_id
            elif verb in TO_ALL_ASKED:
                slots = asked.filtered(lambda slot, request=request: slot.request_id == request)
                receivers = users.union(*(people[slot] for slot in slots))
            elif verb in TO_ASKED:
                receivers = users.union(
                    *(user for user, about in told if about == request and user != actor)
                )
            elif verb == "copy":
                receivers = users.browse(event["to"])
            if event["managers"]:
                company = request.company_id
                if company not in managers:
                    managers[company] = request._approval_managers()
                receivers |= managers[company]
            for user in receivers:
                told[user, request] = {**told.get((user, request), {}), **item}

    @api.model
    def _is_told(self, told, user, request):
        """Whether this transaction tells the user of the request already."""
        written = self.env.cr.postcommit.data.get(_WRITTEN, {}).get(user.id, {})
        return (user, request) in told or request.id in written.get("items", ())

    # ------------------------------------------------------------------ the e-mails

    @api.model
    def _put_mails(self, by_user):
        """Write the e-mails; those this transaction wrote before are completed."""
        written, fresh = self.env.cr.postcommit.data.setdefault(_WRITTEN, {}), []
        for user, items in by_user.items():
            entry = written.get(user.id)
            mail = self.env["mail.mail"].browse(entry["mail"] if entry else ()).exists()
            if not mail or mail.body_html != entry["body"]:
                # none yet, or it was written in a part that was taken back
                fresh.append((user, items))
                continue
            entry["items"].update(items)
            values = self._mail_values(user, entry["items"])
            mail.write({"subject": values["subject"], "body_html": values["body_html"]})
            mail.flush_recordset()
            mail.mail_message_id.flush_recordset()
            entry["body"] = mail.body_html
        mails = self.env["mail.mail"].create(
            [self._mail_values(user, items) for user, items in fresh]
        )
        for mail, (user, items) in zip(mails, fresh, strict=True):
            written[user.id] = {"mail": mail.id, "body": mail.body_html, "items": items}

    @api.model
    def _mail_values(self, user, items):
        notice = self.with_context(lang=user.lang or None)
        requests = notice.env["approval.request"].browse(items)
        company = requests[:1].company_id
        sender = company.email_formatted or self.env.user.email_formatted
        rows = [notice._mail_row(request, items[request.id]) for request in requests[:SHOWN]]
        body = notice.env["ir.qweb"]._render(
            "approval_chain.approval_mail",
            {
                "name": user.name,
                "rows": rows,
                "more": len(requests) - len(rows),
                "company": company,
                "inbox": f"{self.get_base_url()}/odoo/action-approval_chain.action_approval_inbox",
            },
            lang=user.lang,
        )
        return {
            "subject": notice._mail_subject(rows, len(requests)),
            "body_html": body,
            "email_to": formataddr((user.name, user.email)),
            "email_from": sender,
            "reply_to": sender,
            "author_id": self.env.user.partner_id.id,
            "auto_delete": True,
            "headers": repr({"Auto-Submitted": "auto-generated"}),
        }

    @api.model
    def _mail_subject(self, rows, count):
        if count == 1:
            return f"{rows[0]['what']}: {rows[0]['document']}"
        if all(row["turn"] for row in rows):
            return self.env._("%s documents wait for you", count)
        return self.env._("News about %s approvals", count)

    @api.model
    def _mail_row(self, request, item):
        opinion, verb = item.get("opinion") or "", item["verb"]
        if verb == "complete" and request.state == "approved":
            opinion = opinion or request.failure or ""
        return {
            "what": self._mail_sentences().get(verb) or request._verb_labels()[verb],
            "turn": verb.startswith("turn_"),
            "document": request.document_name or request.name,
            "operation": request.operation_label,
            "number": request.name,
            "step": item.get("step") or "",
            "amount": request.currency_id.format(request.amount) if request.currency_id else "",
            "requester": request.requester_id.name or "",
            "actor": item.get("actor") or "",
            "opinion": opinion,
            "url": f"{self.get_base_url()}/odoo/approval.request/{request.id}",
        }

    @api.model
    def _mail_sentences(self):
        return {
            "turn_decide": self.env._("Waits for your approval"),
            "turn_opinion": self.env._("Waits for your opinion"),
            "turn_handle": self.env._("Waits for you to handle it"),
            "propose": self.env._("Other terms were proposed to you"),
            "complete": self.env._("Approved, not carried out yet"),
            "execute": self.env._("Approved and carried out"),
            "fail": self.env._("Approved, but could not be carried out"),
            "copy": self.env._("Copied to you"),
            "urge": self.env._("You are asked to hurry"),
            "remind": self.env._("Overdue"),
            "add_approver": self.env._("You were added as an approver"),
            "hand_over": self.env._("Handed over to you"),
            "replace": self.env._("You are asked instead of somebody else"),
            "escalate": self.env._("Overdue: you are asked as well"),
            "hand_on": self.env._("Handed on to you"),
        }
