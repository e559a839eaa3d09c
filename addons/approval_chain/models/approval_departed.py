import logging
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

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
            & Domain("is_terms", "=", False)
            & self._domain_gone()
            & (Domain("look_at", "=", False) | Domain("look_at", "<=", now))
        )

    @api.model
    def _domain_gone(self):
        """Places of persons who cannot open them: as ``_approval_may_open``, in the database."""
        return (Domain("user_id", "=", False) & Domain("role_id", "=", False)) | (
            Domain("user_id", "!=", False)
            & (
                Domain("user_id.active", "=", False)
                | Domain("user_id.share", "=", True)
                | (Domain("company_id", "!=", False) & Domain.custom(to_sql=_lacks_company))
            )
        )

    @api.model
    def _access_changed(self, users):
        """After people came, went, or work for other companies: hand on, or ask them again."""
        places = self.sudo()
        own = self._domain_unanswered() & Domain("user_id", "in", users.ids)
        again = places.search(own & Domain("is_orphan", "=", True) & ~self._domain_gone())
        again._engine_write({"is_orphan": False})
        self._people_left(users)

    @api.model
    def _people_left(self, users):
        """Have the places of people who just left handed on: a few at once, many by the cron."""
        slots = self.sudo().search(
            self._domain_departed(fields.Datetime.now()) & Domain("user_id", "in", users.ids),
            limit=AT_ONCE + 1,
        )
        slots[:AT_ONCE]._hand_together()
        held = self.env["approval.role.holder"].sudo().search_count([("user_id", "in", users.ids)])
        if held or len(slots) > AT_ONCE:
            self._wake_departed()

    def _hand_together(self):
        """All at once; if that fails, each by itself, so that only those that fail are left."""
        if not self:
            return
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                self._hand_departed()
        except Exception:
            _logger.exception("%s could not be handed on together", self)
            for slot in self:
                slot._act_safely(lambda place: place._hand_departed())

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
            self._domain_unanswered()
            & Domain("role_id", "!=", False)
            & Domain("user_id", "=", False),
            ["role_id", "role_company_id", "role_department_id", "requester_id", "is_orphan"],
            ["id:recordset"],
        )
        for role, company, department, requester, is_orphan, slots in groups:
            holders = role._holders_of(company, department)
            for slot in slots:
                people = holders._approval_works_for(slot.company_id)
                if not slot.requester_may:
                    people -= requester
                if people and is_orphan:
                    again |= slot
                elif not people and not is_orphan:
                    alone |= slot
        return again, alone

    # ------------------------------------------------------------------ handing them on

    def _hand_departed(self, note=""):
        """Ask whom the policies of the requests say instead; mark places for which there is nobody.

        The number of queries does not grow with the number of requests.

        :param note: why, recorded with it
        :return: the places that need nobody any more
        """
        self.request_id._load()
        settled, rest = self.browse(), self
        while rest:
            # a request goes on one place after the other
            first = {slot.request_id: slot for slot in reversed(rest)}
            places = self.browse(slot.id for slot in first.values())
            settled |= places._hand_each_departed(note)
            rest -= places
        return settled

    def _hand_each_departed(self, note):
        asking = self.filtered(
            lambda slot: slot.state in ("open", "waiting") and slot.request_id.state == "pending"
        )
        managers, roles = asking._managers_departed(), asking._roles_departed()
        groups = defaultdict(self.browse)
        for slot in asking:
            groups[managers[slot], roles[slot], note or slot._departed_note()] |= slot
        left = self.browse()
        for (user, role, text), slots in groups.items():
            if user:
                slots._hand_on(user, text)
            elif role:
                slots._hand_to_role(role, text)
            else:
                slots._mark_orphans(text)
                left |= slots
        return self - left

    def _mark_orphans(self, note):
        self._engine_write({"is_orphan": True})
        self.request_id._tell_managers(
            self.env._("%s Nobody else is known: put another person in the place.", note)
        )

    def _departed_note(self):
        user = self.user_id
        if self.role_id and not user:
            return self.env._("Nobody holds the role %s any more.", self.role_id.name)
        if user.active:
            return self.env._(
                "%(person)s has no access to %(company)s any more.",
                person=user.name,
                company=self.company_id.name,
            )
        return self.env._("%s has left.", user.name or self.env._("Whoever was asked"))

    def _managers_departed(self):
        """Who is above whoever was asked at each place, where the request says that they are asked.

        :return: ``{slot: res.users}``, empty where there is nobody
        """
        nobody = self.env["res.users"]
        above, found = {}, {}
        for slot in self:
            policies = slot.request_id.policies or {}
            found[slot] = nobody
            if policies.get("departed", "manager") == "manager":
                company = slot.company_id
                key = slot._last_asked_key()
                if key not in above:
                    above[key] = self._above(slot._last_asked(), company)
                found[slot] = (above[key] - slot.requester_id)[:1]
        return found

    def _last_asked_key(self):
        place = (self.role_id, self.role_company_id, self.role_department_id)
        return (self.user_id or place, self.company_id)

    def _last_asked(self):
        """Whoever was asked at the place; of a role, who held it last."""
        if self.user_id or not self.role_id:
            return self.user_id
        return (
            self.env["approval.role.holder"]
            .search(
                [
                    ("role_id", "=", self.role_id.id),
                    ("company_id", "=", self.role_company_id.id),
                    ("department_id", "=", self.role_department_id.id),
                ],
                order="date_to desc nulls first, id desc",
                limit=1,
            )
            .user_id
        )

    def _roles_departed(self):
        """The fallback role of each place, empty where none is named or nobody of it can be asked.

        :return: ``{slot: approval.role}``
        """
        named = {slot: (slot.request_id.policies or {}).get("fallback") for slot in self}
        known = self.env["approval.role"].browse({id_ for id_ in named.values() if id_}).exists()
        return {
            slot: known.filtered(lambda role, slot=slot: slot._falls_back_on(role)) for slot in self
        }

    def _falls_back_on(self, role):
        fallback = (self.request_id.policies or {}).get("fallback")
        return role.id == fallback and role != self.role_id and self._may_ask_role(role)

    def _seat_company(self):
        """Where roles are looked up for this place: with the chain."""
        return (
            self.role_company_id
            or self.request_id.chain_id.company_id
            or self.request_id.company_id
        )

    def _may_ask_role(self, role):
        able = role._holders_of(self._seat_company())._approval_works_for(self.company_id)
        return bool(able - self.requester_id)

    def _hand_to_role(self, role, opinion):
        """Ask whoever holds ``role`` instead; who was asked stays readable."""
        seats = []
        for slot in self:
            company = slot._seat_company()
            seats.append(
                {
                    **slot._seat_instead(),
                    "user_id": False,
                    "role_id": role.id,
                    "role_company_id": company.id,
                    "role_department_id": False,
                    "holder_key": self._role_key(role, company),
                    "requester_may": False,
                    "handed_from_id": slot.user_id.id,
                }
            )
        self._close_handed(opinion)
        fresh = self._put_instead(seats)
        fresh.filtered(
            lambda slot: slot.step_id.mode != "any" and slot.state == "open"
        )._ask_each_holder()
        self.step_id.invalidate_recordset(["slot_ids"])
        self.request_id.invalidate_recordset(["slot_ids"])
        self._log_handed("hand_on", opinion, {"role": role.code})
        return fresh


def _lacks_company(model, alias, query):
    """Whether the person of a place has no access to its company."""
    return SQL(
        """
        NOT EXISTS (SELECT 1 FROM res_company_users_rel works
                     WHERE works.user_id = %s AND works.cid = %s)
        """,
        SQL.identifier(alias, "user_id"),
        SQL.identifier(alias, "company_id"),
    )
