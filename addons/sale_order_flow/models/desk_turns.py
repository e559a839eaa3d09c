class DeskTurns:
    """Whose turn it is at many documents: the one answer of the desk and of the documents (F11).

    Read once for all of them: who holds the roles in their companies, and who was asked to decide.
    """

    def __init__(self, env, companies, asked):
        """
        :param companies: ``res.company`` of the documents
        :param asked: ``{model: ids of the documents in approval}``
        """
        self.user = env.user
        self.holders = env["approval.role.holder"]._users_by_role(companies)
        self.names = {
            (company_id, code): ", ".join(users.mapped("name"))
            for company_id, roles in self.holders.items()
            for code, users in roles.items()
        }
        self.deciders, self.decides = self._asked(env, asked)

    @staticmethod
    def _asked(env, asked):
        """Names of those who are asked, and the documents that ask the current user."""
        Slot = env["approval.request.slot"].sudo()
        deciders, decides = {}, set()
        for model, ids in asked.items():
            slots = Slot.search(
                [("res_model", "=", model), ("res_id", "in", ids), ("state", "=", "open")]
            )
            # places of the same role that ask the same people are read once
            alike = slots.grouped(
                lambda slot: (
                    slot.user_id,
                    slot.role_id,
                    slot.role_company_id,
                    slot.role_department_id,
                    slot.company_id,
                    slot.requester_may or slot.requester_id,
                )
            )
            for group in alike.values():
                for slot in group:
                    deciders.setdefault((model, slot.res_id), []).append(group[0].waits_for)
            mine = slots.filtered_domain(Slot._domain_mine())
            decides.update((model, res_id) for res_id in mine.mapped("res_id"))
        return deciders, decides

    def named(self, company_id, role, person):
        """``person`` as far as they still hold the role, else nobody."""
        holders = self.holders.get(company_id, {}).get(role)
        return person & holders if holders else person.browse()

    def of(self, key, company_id, role, salesperson, person):
        """Whose turn it is at one document.

        :param key: model and id of the document
        :param role: role code, or ``"salesperson"`` or ``"approver"``
        :param salesperson: ``res.users`` of the document
        :param person: ``res.users`` named for the role on the document
        :return: names of those whose turn it is, and whether it is the current user's
        """
        if role == "salesperson":
            return salesperson.name or "", salesperson == self.user
        if role == "approver":
            return ", ".join(self.deciders.get(key, ())) or "-", key in self.decides
        named = self.named(company_id, role, person)
        if named:
            return named.name, named == self.user
        holders = self.holders.get(company_id, {}).get(role)
        mine = bool(holders) and self.user in holders
        return self.names.get((company_id, role), ""), mine
