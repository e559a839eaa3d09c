from odoo import api, fields, models


class ApprovalOverdueSlot(models.Model):
    _inherit = "approval.request.slot"

    escalated_from_id = fields.Many2one(
        "approval.request.slot",
        ondelete="set null",
        string="Asked Beside",
        help="The manager is asked as well, because that place was overdue. One of the two answers.",
    )

    def _answer_by_time(self, verb, note):
        self._engine_write(
            {
                "state": "done",
                "verdict": verb,
                "opinion": note,
                "decided_by_id": self.env.uid,
                "decided_at": fields.Datetime.now(),
                "is_auto": True,
            }
        )

    def _count_answer(self, verb, opinion, facts=None):
        """Of a person and the manager asked beside, one answer counts."""
        beside = self.step_id.slot_ids.filtered(
            lambda slot: (
                slot.state == "open"
                and (slot.escalated_from_id in self or slot in self.escalated_from_id)
            )
        )
        beside._engine_write({"state": "closed"})
        return super()._count_answer(verb, opinion, facts)

    def _seat_of(self, user):
        """The values of a place for ``user`` beside this one."""
        return {
            **self._seat(),
            "user_id": user.id,
            "role_id": False,
            "role_company_id": False,
            "role_department_id": False,
            "holder_key": self._user_key(user),
            "requester_may": False,
            "is_extra": True,
            "state": self.state,
            "opened_at": fields.Datetime.now() if self.state == "open" else False,
        }

    def _manager(self):
        """The manager above whoever may answer this place; of several, the first found."""
        company, requester = self.company_id, self.requester_id
        people = self._people() or self.user_id
        for user in people:
            if manager := self._manager_of(user, company, requester):
                return manager
        return people.browse()

    @api.model
    def _manager_of(self, user, company, without=None):
        """The nearest person above ``user`` who can be asked in ``company``.

        People who left, who cannot log in to the company, and those in ``without`` are passed over.

        :return: ``res.users``, empty when there is nobody
        """
        return (self._above(user, company) - (without or user.browse()))[:1]

    @api.model
    def _above(self, user, company):
        """Everybody above ``user`` who can be asked in ``company``, the nearest first."""
        if not user:
            # else it would be an employee who has no login
            return user
        # ordinary users may not read employees
        employees_sudo = (
            self.env["hr.employee"]
            .sudo()
            .with_context(active_test=False)
            .search([("user_id", "=", user.id)], order="active desc, id")
        )
        own = employees_sudo.filtered(lambda row: row.company_id == company)
        employee = (own or employees_sudo)[:1]
        if not employee:
            return user.browse()
        above = employee.browse(self.env["approval.step"]._leader_ids(employee)).user_id
        return above._approval_may_open(company).with_env(self.env) - user

    def _hand_on(self, user, opinion):
        """Ask ``user`` instead at places of different requests; whoever is asked there answers once."""
        known = self.filtered(lambda slot: slot._is_asked_beside(user))
        fresh = (self - known)._hand_to(user, "hand_on", opinion)
        known._close_handed(opinion)
        known._log_handed("hand_on", opinion, {"to": [user.id]})
        # the manager may have been the last to answer
        known.step_id.filtered(lambda step: step.state == "open")._settle().request_id._advance()
        return fresh

    def _notified(self):
        """Who may answer each of these places today, those standing in included.

        :return: ``{slot: res.users}``, two queries for each kind of document and company
        """
        Delegation, users, told = self.env["approval.delegation"], self.env["res.users"], {}
        for (model_name, company), slots in self.grouped(
            lambda slot: (slot.res_model, slot.company_id)
        ).items():
            people = {slot: slot._people() for slot in slots}
            stand_ins = Delegation._stand_ins(users.union(*people.values()), model_name, company)
            for slot, asked in people.items():
                others = users.union(*(stand_ins.get(user.id, users) for user in asked))
                told[slot] = asked | (others - slot.requester_id)
        return told
