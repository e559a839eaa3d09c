from odoo import fields, models
from odoo.exceptions import MissingError, UserError

from .approval_guard_doors import CREATED, State


class ApprovalGuardJudge(models.AbstractModel):
    """What is said of a change: let through, refused, voiding or consuming an approval (A9, A15)."""

    _inherit = "approval.guard"

    def _approval_judge_left(self, code):
        """Judge those of the documents that were not deleted meanwhile."""
        try:
            self._approval_judge(code)
        except MissingError:
            self.exists()._approval_judge(code)

    def _approval_judge(self, code):
        """Compare what holds now with what held before; refuse, void, or consume an approval."""
        entries, guarded = self._approval_entries(code), self._approval_guarded(code)
        judged = self.filtered(lambda doc: doc in guarded or entries.get(doc.id, CREATED).guarded)
        executed, decided = judged._approval_executed(code), judged._approval_decided(code)
        dead, company = judged._approval_dead(code), self._approval_ops()[code].company
        now = {
            doc.id: State(
                doc in executed, decided[doc.id], True, doc in dead, doc.sudo()[company].id
            )
            for doc in judged
        }
        before = {doc.id: entries.get(doc.id, CREATED) for doc in judged}
        moved = judged.filtered(lambda doc: before[doc.id] != now[doc.id])
        done = moved.filtered(lambda doc: now[doc.id].executed)
        newly = done.filtered(lambda doc: before[doc.id].newly(now[doc.id]))
        (newly & guarded)._approval_claim(code)
        (done - newly).filtered(
            lambda doc: _differ(before[doc.id].decided, now[doc.id].decided)
        )._approval_refuse_changed(code)
        moved.filtered(lambda doc: not now[doc.id].executed)._approval_check_open(code, decided)
        entries.update(now)

    def _approval_refuse_changed(self, code):
        """Refuse a change of decided values after execution (A9)."""
        needed = self._approval_chains(code) if self else {}
        if not needed:
            return
        document = self.browse(next(iter(needed)))
        name = document.sudo().display_name
        request = self.env["approval.request"]._latest(document, code).get(document.id)
        if request and request.state == "executed":
            raise UserError(
                self.env._(
                    "%(document)s was carried out with the values approved in %(request)s: product, quantity, "
                    "price, terms and dates cannot be changed any more. Cancel it and submit it again with "
                    "the new values.",
                    document=name,
                    request=request.name,
                )
            )
        raise UserError(
            self.env._(
                "%(document)s was carried out before it needed approval; with these values it needs approval "
                "by “%(chain)s”. Cancel it and submit it with the new values.",
                document=name,
                chain=needed[document.id].name,
            )
        )

    def _approval_check_open(self, code, decided):
        """Lock decided values while pending; let a change after approval void it (A9)."""
        live = self.env["approval.request"]._live(self, code) if self else {}
        if not live:
            return
        documents = self.browse(live)
        dead = documents._approval_dead(code)
        for document in documents:
            request = live[document.id]
            if request.after_of_id:
                # it was carried out in an emergency: that is decided on, whatever becomes of it
                continue
            if document in dead:
                request._transition("cancel", opinion=self.env._("The document was cancelled."))
            elif decided[document.id][0] == request.fingerprint and request._still_applies(
                document
            ):
                continue
            elif request.state == "pending":
                raise UserError(
                    self.env._(
                        "%(document)s is in approval (%(request)s): product, quantity, price, terms and dates "
                        "are locked until it is decided. Withdraw the request to change them.",
                        document=document.sudo().display_name,
                        request=request.name,
                    )
                )
            elif document._approval_keeps(code, request):
                continue
            else:
                request._transition(
                    "void",
                    opinion=self.env._(
                        "Approved values were changed afterwards; the approval no longer holds.",
                    ),
                )

    def _approval_dead(self, code):
        """Documents that cannot be executed any more."""
        dead = self._approval_ops()[code].dead
        return (
            self.browse()
            if dead.is_false()
            else self.browse(self._approval_neutral().filtered_domain(dead)._ids)
        )

    # ------------------------------------------------------------------ the oracle and the claim

    def _approval_chains(self, code):
        """Which active chain each document has to go through now.

        :return: ``{document id: approval.chain}``; documents without a chain are left out
        """
        Chain = self.env["approval.chain"]._neutral()
        operation = self._approval_ops()[code]
        found, rest, lineage = (
            {},
            self._approval_neutral(),
            self.env["res.company"]._approval_lineage,
        )
        for chain in Chain._known(Chain._ordered_ids(self._name, code)):
            if not rest:
                break
            of_company = rest.filtered(
                lambda document, chain=chain: (
                    not (company := document[operation.company])
                    or chain.company_id.id in lineage(company.id)
                )
            )
            for document in chain._matching(of_company, operation):
                found[document.id] = chain
                rest -= document
        return {id_: chain.with_env(self.env(su=True)) for id_, chain in found.items()}

    def _approval_reasons(self, code, live=None):
        """Why the operation cannot be executed now; the one oracle of buttons, doors and tests.

        :param live: the requests under way, where they are known already
        :return: ``{document id: [sentences]}``, an empty list for those that may
        """
        reasons = {document.id: [] for document in self}
        guarded = self._approval_guarded(code)
        if not guarded:
            return reasons
        live = self.env["approval.request"]._live(guarded, code) if live is None else live
        unasked = guarded.browse([id_ for id_ in guarded._ids if id_ not in live])
        for document_id, chain in unasked._approval_chains(code).items():
            reasons[document_id].append(
                self.env._(
                    "%(document)s needs approval by “%(chain)s” first. Submit it for approval.",
                    document=guarded.browse(document_id).sudo().display_name,
                    chain=chain.name,
                )
            )
        asked = guarded.browse(live)
        now = asked._approval_fingerprints(code)
        for document in asked:
            request, name = live[document.id], document.sudo().display_name
            if request.state == "pending":
                reasons[document.id].append(
                    self.env._(
                        "%(document)s is in approval (%(request)s) and waits for: %(people)s.",
                        document=name,
                        request=request.name,
                        people=request._waits_for(),
                    )
                )
            elif now[document.id] != request.fingerprint or not request._still_applies(document):
                reasons[document.id].append(
                    self.env._(
                        "%(document)s was changed after %(request)s was approved. Submit it again.",
                        document=name,
                        request=request.name,
                    )
                )
        return reasons

    def _approval_claim(self, code):
        """Consume the approvals of documents that were executed, or refuse them all (A15).

        Documents that no chain applies to pass. Judged on the values as they will be stored.
        """
        if not self:
            return
        found = self.env["approval.request"]._live(self, code)
        reasons = self._approval_reasons(code, found)
        if refused := [sentence for sentences in reasons.values() for sentence in sentences]:
            raise UserError("\n".join(refused))
        live = self.env["approval.request"].sudo().union(*found.values())
        # the request row is written here: somebody who withdraws it at once makes this start over
        if live:
            live._transition(
                "execute", vals={"executed_at": fields.Datetime.now(), "failure": False}
            )
        self._approval_note_shadows(code)

    def _approval_amount_in(self, document, operation, currency):
        """Amount of ``document`` in ``currency`` at the document's date (A3)."""
        company = document[operation.company]
        source = document[operation.currency] or company.currency_id
        date = (operation.date and document[operation.date]) or company._approval_today()
        return source._convert(document[operation.amount], currency, company, date)


def _differ(before, now):
    """Whether decided values moved; what is not known of before does not count."""
    if before is None:
        return False
    return any(old is not None and old != new for old, new in zip(before, now, strict=True))
