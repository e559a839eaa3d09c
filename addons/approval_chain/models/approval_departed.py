from odoo import api, fields, models
from odoo.fields import Domain

AT_ONCE = 50
BATCH = 50


class ApprovalDeparted(models.Model):
    """Places of people who left, and of roles nobody holds any more (A11).

    Who is asked instead was frozen at submission: the manager above, else the fallback role. A place
    for which there is nobody is marked, and the approval administrators find it on their to-do list.
    """

    _name = "approval.request.slot"
    _inherit = ["approval.request.slot", "approval.batch.mixin"]

    is_orphan = fields.Boolean(
        string="Without Anybody", help="Whoever was asked has left, and nobody else is known."
    )

    _of_person = models.Index("(user_id) WHERE state IN ('open', 'waiting')")
    _orphans = models.Index("(id) WHERE is_orphan")

    # ------------------------------------------------------------------ finding them

    @api.model
    def _domain_unanswered(self):
        return Domain("state", "in", ("open", "waiting")) & Domain(
            "request_id.state", "=", "pending"
        )

    @api.model
    def _domain_departed(self, now):
        """Places of persons who left, or were deleted, that were not handed to anybody yet."""
        return (
            self._domain_unanswered()
            & Domain("is_orphan", "=", False)
            & Domain("role_id", "=", False)
            & Domain("is_terms", "=", False)
            & (Domain("user_id", "=", False) | Domain("user_id.active", "=", False))
            & (Domain("look_at", "=", False) | Domain("look_at", "<=", now))
        )

    @api.model
    def _people_left(self, users):
        """Have the places of people who just left handed on: a few at once, many by the cron."""
        slots = self.sudo().search(
            self._domain_departed(fields.Datetime.now()) & Domain("user_id", "in", users.ids),
            limit=AT_ONCE + 1,
        )
        for slot in slots[:AT_ONCE]:
            slot._act_safely(lambda place: place._hand_departed())
        held = self.env["approval.role.holder"].sudo().search_count([("user_id", "in", users.ids)])
        if held or len(slots) > AT_ONCE:
            self._wake_departed()

    @api.model
    def _wake_departed(self):
        # whoever changes a role holder may not start crons
        cron = self.env.ref("approval_chain.cron_approval_departed", raise_if_not_found=False)
        if cron:
            cron.sudo()._trigger()

    @api.model
    def _cron_departed(self, batch=BATCH):
        """Hand on what waits for people who left and for roles without holders; resumable."""
        if not self._in_batches(
            self._domain_departed, "id", lambda place: place._hand_departed(), batch
        ):
            return
        found_again, alone = self._roles_looked_at()
        found_again._engine_write({"is_orphan": False})
        rows = Domain("id", "in", alone.ids) & self._domain_unanswered()
        self._in_batches(
            lambda now: rows & (Domain("look_at", "=", False) | Domain("look_at", "<=", now)),
            "id",
            lambda place: place._hand_departed(),
            batch,
        )

    @api.model
    def _roles_looked_at(self):
        """Which places of roles have people again, and which have lost theirs.

        :return: ``(places marked that have somebody, places not marked that have nobody)``
        """
        again, alone = self.sudo().browse(), self.sudo().browse()
        groups = self.sudo()._read_group(
            self._domain_unanswered() & Domain("role_id", "!=", False),
            ["role_id", "role_company_id", "role_department_id", "requester_id", "is_orphan"],
            ["id:recordset"],
        )
        for role, company, department, requester, is_orphan, slots in groups:
            holders = role._holders_of(company, department)
            for slot in slots:
                people = holders if slot.requester_may else holders - requester
                if people and is_orphan:
                    again |= slot
                elif not people and not is_orphan:
                    alone |= slot
        return again, alone

    # ------------------------------------------------------------------ handing them on

    def _hand_departed(self, note=""):
        """Ask whom the policies of the request say instead; mark the place if there is nobody.

        :param note: why, recorded with it
        :return: whether somebody was found
        """
        self.ensure_one()
        request = self.request_id
        request._load()
        self.invalidate_recordset()
        request.slot_ids.invalidate_recordset()
        if self.state not in ("open", "waiting") or request.state != "pending":
            return True
        policies = request.policies or {}
        note = note or self._departed_note()
        if policies.get("departed", "manager") == "manager" and (user := self._manager_departed()):
            self._hand_on(user, note)
            return True
        role = self.env["approval.role"].browse(policies.get("fallback") or ()).exists()
        if role and role != self.role_id and self._may_ask_role(role):
            self._hand_to_role(role, note)
            return True
        self._engine_write({"is_orphan": True})
        request._tell_managers(
            self.env._("%s Nobody else is known: put another person in the place.", note)
        )
        return False

    def _departed_note(self):
        if self.role_id:
            return self.env._("Nobody holds the role %s any more.", self.role_id.name)
        return self.env._("%s has left.", self.user_id.name or self.env._("Whoever was asked"))

    def _manager_departed(self):
        """The manager above whoever was asked, of a role above who held it last."""
        if not self.role_id:
            return self._manager_of(self.user_id, self.company_id, self.requester_id)
        rows = self.env["approval.role.holder"].search(
            [
                ("role_id", "=", self.role_id.id),
                ("company_id", "=", self.role_company_id.id),
                ("department_id", "=", self.role_department_id.id),
            ],
            order="date_to desc nulls first, id desc",
            limit=1,
        )
        return self._manager_of(rows.user_id, self.company_id, self.requester_id)

    def _seat_company(self):
        """Where roles are looked up for this place: with the chain."""
        return (
            self.role_company_id
            or self.request_id.chain_id.company_id
            or self.request_id.company_id
        )

    def _may_ask_role(self, role):
        return bool(role._holders_of(self._seat_company()) - self.requester_id)

    def _hand_to_role(self, role, opinion):
        """Ask whoever holds ``role`` instead; who was asked stays readable."""
        request, company = self.request_id, self._seat_company()
        seat = {
            **self._seat(),
            "user_id": False,
            "role_id": role.id,
            "role_company_id": company.id,
            "role_department_id": False,
            "holder_key": self._role_key(role, company),
            "requester_may": False,
            "handed_from_id": self.user_id.id,
            "state": self.state,
            "opened_at": fields.Datetime.now() if self.state == "open" else False,
        }
        self._engine_write(
            {
                "state": "closed",
                "verdict": "hand_over",
                "opinion": opinion,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
            }
        )
        fresh = self._engine_create([seat])
        if self.step_id.mode != "any" and fresh.state == "open":
            fresh._ask_each_holder()
        self.step_id.invalidate_recordset(["slot_ids"])
        request.invalidate_recordset(["slot_ids"])
        request._transition(
            "hand_on", slots={request: self}, opinion=opinion, facts={"role": role.code}
        )
        return fresh
