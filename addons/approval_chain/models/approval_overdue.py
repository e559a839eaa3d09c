from odoo import api, fields, models
from odoo.fields import Domain

BATCH = 50


class ApprovalOverdueStep(models.Model):
    """Time limits of steps: what happens when one is over (A8).

    ==============  ============================================================================
    action          what is done
    ==============  ============================================================================
    remind          those asked are reminded, once a working day
    escalate        the manager of each of them is asked as well, once; then as ``remind``
    hand_on         the manager is asked instead, with the time limit anew; with nobody above as
                    ``remind``, and the approval administrators are told
    approve         decisions are taken by OdooBot; opinions are closed without one
    refuse          the request is refused by OdooBot, and can be reopened
    ==============  ============================================================================

    Work is never taken for done, nobody's own request is approved because the time ran out, and what
    must be ticked first is not ticked by a clock: those are reminded.
    """

    _name = "approval.request.step"
    _inherit = ["approval.request.step", "approval.batch.mixin"]

    overdue_count = fields.Integer(
        aggregator=None, help="How often this time limit was acted on since it began."
    )

    # ------------------------------------------------------------------ due dates

    def _set_deadlines(self, start):
        """Begin the time limits of these steps, in as few writes as there are different limits."""
        limited = self.filtered(lambda step: step.time_limit > 0)
        for (company, hours), steps in limited.grouped(
            lambda step: (step.request_id.company_id, step.time_limit)
        ).items():
            steps._engine_write(
                {
                    "due_at": company._approval_deadline(start, hours=hours),
                    "look_at": False,
                    "overdue_count": 0,
                }
            )

    def _ask_again(self):
        """Managers asked because of the last time limit are not asked again by themselves."""
        current = self.slot_ids.filtered(lambda slot: not slot.superseded)
        beside = current.filtered("escalated_from_id")
        beside._engine_write({"superseded": True})
        beside.filtered(lambda slot: slot.state in ("waiting", "open"))._engine_write(
            {"state": "closed"}
        )
        return super()._ask_again()

    # ------------------------------------------------------------------ the cron

    @api.model
    def _domain_overdue(self, now):
        return (
            Domain("state", "=", "open")
            & Domain("due_at", "<=", now)
            & (Domain("look_at", "=", False) | Domain("look_at", "<=", now))
        )

    @api.model
    def _cron_overdue(self, batch=BATCH):
        """Act on everything that is overdue; started again, it goes on where it stopped (A8)."""
        if self._in_batches(self._domain_overdue, "due_at, id", lambda step: step._act(), batch):
            self.env["approval.request"]._cron_after_approvals(batch)

    def _act(self):
        """Do with one overdue step what its chain said when it was submitted."""
        request = self.request_id
        request._load()
        request.slot_ids.invalidate_recordset()
        request.step_ids.invalidate_recordset()
        now = fields.Datetime.now()
        if self.state != "open" or request.state != "pending" or self.due_at > now:
            return
        action = self._overdue_action_now()
        self._engine_write(
            {
                "look_at": request.company_id._approval_next_workday(now),
                "overdue_count": self.overdue_count + 1,
            }
        )
        # what is recorded is read by the requester, not by the scheduler
        reader = self.with_context(lang=request.requester_id.lang)
        getattr(reader, f"_overdue_{action}")()

    def _overdue_action_now(self):
        """What may be done of what the chain says."""
        action = self.overdue_action or "remind"
        slots = self._open_slots()
        if slots.filtered("is_terms"):
            # it waits for the requester
            return "remind"
        if action == "escalate" and self.overdue_count:
            return "remind"
        if action == "refuse" and self.kind != "decide":
            return "remind"
        if action == "approve" and not self._may_be_approved_by_time():
            return "remind"
        return action

    def _may_be_approved_by_time(self):
        if self.kind == "handle":
            return False
        if self.kind == "opinion":
            return True
        ticks = any(row["required"] for row in self.checklist or ())
        asked = self.env["res.users"].union(*(slot._people() for slot in self._open_slots()))
        return not ticks and bool(asked - self.request_id.requester_id)

    def _open_slots(self):
        return self.slot_ids.filtered(lambda slot: slot.state == "open")

    # ------------------------------------------------------------------ what is done

    def _overdue_remind(self, opinion="", managers=False):
        slots, now = self._open_slots(), fields.Datetime.now()
        slots._engine_write({"reminded_at": now})
        opinion = opinion or self.env._(
            "“%(step)s” was due on %(date)s.", step=self.name, date=self._shown_due()
        )
        people = self.env["res.users"].union(*slots._notified().values())
        facts = {"to": people.ids}
        if managers:
            facts["managers"] = True
            self.request_id._tell_managers(opinion)
        self.request_id._transition(
            "remind", slots={self.request_id: slots[:1]}, opinion=opinion, facts=facts
        )

    def _overdue_escalate(self):
        request, asked = self.request_id, self._open_slots()
        seats, fresh = [], self.env["res.users"]
        known = asked.user_id | self.env["res.users"].union(*(slot._people() for slot in asked))
        for slot in asked:
            manager = slot._manager()
            if manager and manager not in known | fresh:
                fresh |= manager
                seats.append({**slot._seat_of(manager), "escalated_from_id": slot.id})
        if not fresh:
            self._overdue_remind(self._nobody_above(), managers=True)
            return
        asked._engine_write({"reminded_at": fields.Datetime.now()})
        asked._engine_create(seats)
        self.invalidate_recordset(["slot_ids"])
        request.invalidate_recordset(["slot_ids"])
        request._transition(
            "escalate",
            slots={request: asked[:1]},
            opinion=self.env._(
                "“%(step)s” was due on %(date)s.", step=self.name, date=self._shown_due()
            ),
            facts={"to": fresh.ids},
        )

    def _overdue_hand_on(self):
        due, handed = self._shown_due(), False
        for slot in self._open_slots():
            if manager := slot._manager():
                opinion = self.env._("“%(step)s” was due on %(date)s.", step=self.name, date=due)
                slot._hand_on(manager, opinion)
                handed = True
        if handed:
            self._set_deadlines(fields.Datetime.now())
        else:
            self._overdue_remind(self._nobody_above(), managers=True)

    def _overdue_approve(self):
        request = self.request_id
        note = self.env._(
            "Nobody answered until %(date)s: approved automatically, as the chain says.",
            date=self._shown_due(),
        )
        if self.kind == "opinion":
            self._pass(
                self.env._(
                    "Nobody answered until %s: closed without an opinion.", self._shown_due()
                )
            )
            request._advance()
            return
        while self.state == "open" and (slot := self._open_slots()[:1]):
            slot._answer_by_time("approve", note)
            slot._count_answer("approve", note, {"auto": True})
        if request.state != "pending":
            request._engine_write({"is_auto": True})

    def _overdue_refuse(self):
        request, slot = self.request_id, self._open_slots()[:1]
        note = self.env._(
            "Nobody answered until %(date)s: refused automatically, as the chain says.",
            date=self._shown_due(),
        )
        slot._answer_by_time("refuse", note)
        request._transition(
            "refuse",
            slots={request: slot},
            opinion=note,
            vals={"is_auto": True},
            facts={"auto": True},
        )

    def _nobody_above(self):
        return self.env._(
            "“%(step)s” was due on %(date)s, and nobody above can be asked.",
            step=self.name,
            date=self._shown_due(),
        )

    def _shown_due(self):
        calendar = self.request_id.company_id._approval_calendar()
        local = fields.Datetime.context_timestamp(
            self.with_context(tz=calendar.tz or "UTC"), self.due_at
        )
        return local.strftime("%Y-%m-%d %H:%M")
