from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import format_date

MONTHS = 12
DECISIONS_SHOWN = 3
VERDICT_TONE = {"refuse": "danger", "return": "warning", "propose": "warning", "approve": "good"}


class ApprovalDecisionCard(models.AbstractModel):
    """What an approver needs to judge a document, besides its sheet (A22)."""

    _inherit = "approval.mixin"

    def _approval_decision_card(self, code):
        """Hook: the facts shown beside the sheet, as they are when it is read.

        Extend with ``super()`` and append groups. ``self`` is one document as superuser, so that
        approvers without rights on documents read the card; ``self.env.user`` is who reads it: leave
        out what that person must not know.

        :param code: the operation asked for
        :return: list of groups ``{"title", "facts": [{"label", "value", "tone", "note"}]}``, each with an
            optional ``"table": {"columns": [text], "rows": [[{"value", "tone"}]]}``; a tone is empty,
            ``good``, ``warning``, ``danger`` or ``muted``
        """
        self.ensure_one()
        request = self.env["approval.request"]._latest(self, code).get(self.id)
        if not request:
            return []
        groups = [request._card_limits(), request._card_history(), request._card_decisions()]
        return [group for group in groups if group["facts"]]

    @api.model
    def _card_fact(self, title, value, tone=""):
        """One fact of a decision card."""
        return {"label": title, "value": value, "tone": tone}


class ApprovalRequestDecisionCard(models.Model):
    _inherit = "approval.request"

    decision_card = fields.Json(compute="_compute_decision_card")

    @api.depends_context("uid", "lang")
    @api.depends("state")
    def _compute_decision_card(self):
        for request in self:
            request.decision_card = request._decision_card() if request._may_read_card() else False

    def _may_read_card(self):
        """Those asked to answer and approval administrators, as long as there is a decision to take.

        Not the requester and those copied: the card tells costs and other people's requests.
        """
        if self.state != "pending" or self.requester_id == self.env.user:
            return False
        slots_sudo = self.sudo().slot_ids.filtered(lambda slot: slot.state != "waiting")
        asked = slots_sudo.filtered_domain(self.env.user._approval_domain())
        answered = slots_sudo.filtered(lambda slot: slot.decided_by_id == self.env.user)
        return bool(asked or answered) or self._is_manager()

    def _decision_card(self):
        request = self.sudo()
        document = request._document()
        if not document:
            return False
        return document._approval_decision_card(request.operation)

    def _card_limits(self):
        """The amount against the limits of whoever reads the card (A3)."""
        facts = []
        args = (self.res_model, self.operation, self.company_id)
        limits = self.currency_id and self.env["approval.limit"]._limits_of(
            self.env.user, *args, self.currency_id
        ).get(self.env.user.id)
        if limits:
            within = self.env["approval.limit"]._covered(
                self.env.user, self.amount, self.currency_id, *args, self.amount_date
            )
            text = ", ".join(limit._shown_amount() for limit in limits)
            facts.append(
                {
                    "label": self.env._("Your limit"),
                    "value": text if within else self.env._("%s, this is over it", text),
                    "tone": "good" if within else "warning",
                }
            )
        return {"title": self.env._("Amount"), "facts": facts}

    def _card_history(self):
        """How earlier requests of this document and of this requester ended."""
        since = fields.Datetime.now() - relativedelta(months=MONTHS)
        kind = [
            ("res_model", "=", self.res_model),
            ("operation", "=", self.operation),
            ("submitted_at", ">=", since),
            ("id", "not in", [self.id, self.after_of_id.id]),
            # a release and its approval afterwards are one story, unless that was refused
            "|",
            ("after_of_id", "=", False),
            ("state", "=", "refused"),
        ]
        scopes = [
            (self.env._("This document"), [("res_id", "=", self.res_id)]),
            (
                self.env._("%s, last 12 months", self.requester_id.name or "-"),
                [("requester_id", "=", self.requester_id.id), ("res_id", "!=", self.res_id)],
            ),
        ]
        facts = []
        for title, domain in scopes:
            groups = self._read_group([*kind, *domain], ["state", "is_emergency"], ["__count"])
            if groups:
                facts.append({"label": title, **self._card_counts(groups)})
        return {"title": self.env._("Earlier Requests"), "facts": facts}

    def _card_counts(self, groups):
        """How many requests there were, and how many of them ended badly."""
        counts = {}
        for state, emergency, count in groups:
            counts[state] = counts.get(state, 0) + count
            if emergency:
                counts["emergency"] = counts.get("emergency", 0) + count
        bad = [
            text
            for name, text in (
                ("refused", self.env._("%s refused", counts.get("refused"))),
                ("returned", self.env._("%s returned", counts.get("returned"))),
                ("void", self.env._("%s void after a change", counts.get("void"))),
                ("withdrawn", self.env._("%s withdrawn", counts.get("withdrawn"))),
                ("emergency", self.env._("%s released in an emergency", counts.get("emergency"))),
            )
            if counts.get(name)
        ]
        total = sum(count for _state, _emergency, count in groups)
        text = self.env._("%s requests", total) if total > 1 else self.env._("1 request")
        worst = {"refused", "void", "emergency"} & counts.keys()
        return {
            "value": self.env._(
                "%(requests)s: %(outcomes)s", requests=text, outcomes=", ".join(bad)
            )
            if bad
            else text,
            "tone": "warning" if worst else "",
        }

    def _card_decisions(self):
        """The last decisions on requests of this kind by this requester.

        An opinion is told to those who may read that request; others see how it ended only.
        """
        slots = self.env["approval.request.slot"].search(
            [
                ("res_model", "=", self.res_model),
                ("operation", "=", self.operation),
                ("requester_id", "=", self.requester_id.id),
                ("request_id", "!=", self.id),
                ("verdict", "in", list(VERDICT_TONE)),
            ],
            order="decided_at desc, id desc",
            limit=DECISIONS_SHOWN,
        )
        labels = dict(slots._fields["verdict"]._description_selection(self.env))
        facts = []
        for slot in slots:
            opinion = slot.opinion if slot.request_id._is_concerned() else ""
            day = format_date(self.env, slot.decided_at)
            facts.append(
                {
                    "label": f"{slot.document_name} · {day}",
                    "value": f"{slot.decided_by_id.name or '-'} · {labels[slot.verdict]}",
                    "note": opinion or "",
                    "tone": VERDICT_TONE[slot.verdict],
                }
            )
        return {"title": self.env._("Last Decisions"), "facts": facts}
