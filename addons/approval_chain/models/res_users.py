from collections import defaultdict

from odoo import api, fields, models, modules
from odoo.fields import Domain

COUNTED = 10_000


class ResUsers(models.Model):
    _inherit = "res.users"

    approval_holder_ids = fields.One2many(
        "approval.role.holder", "user_id", string="Approval Roles Held", groups="base.group_system"
    )

    def _approval_keys(self):
        """The keys of all places that are this user's own today: the person's, and of roles held.

        Those of persons the user stands in for are in ``_approval_key_map``. One query.
        """
        self.ensure_one()
        holders = self.env["approval.role.holder"]._of_users(self)
        return self._approval_own_keys(holders)

    def _approval_own_keys(self, holders):
        return [
            self.env["approval.request.slot"]._user_key(self),
            *(holder._holder_key() for holder in holders),
        ]

    def _approval_key_map(self):
        """The keys of all places this user may answer today, those of persons away included (A7).

        Three queries whatever the number of roles and delegations, one more if a delegation is
        restricted to a company. What somebody away answers for a third person is not passed on.

        :return: ``{holder key: {"for": id of the person stood in for, or False for the own ones,
            "models": None or frozenset of model names, "companies": None or frozenset of company
            ids, "more": tuple of further entries of the same form, where several persons delegated
            the same place}}``
        """
        self.ensure_one()
        if not self.sudo().active:
            return {}  # somebody who left decides nothing, whatever session is still about
        delegations = self.env["approval.delegation"]._to_user(self)
        people = self | delegations.user_id
        holders = self.env["approval.role.holder"]._of_users(people).grouped("user_id")
        none = self.env["approval.role.holder"]
        keys = {user.id: user._approval_own_keys(holders.get(user, none)) for user in people.sudo()}
        everything = {"for": False, "models": None, "companies": None, "more": ()}
        key_map = {key: dict(everything) for key in keys[self.id]}
        terms = delegations._terms()
        for delegation in delegations:
            models_, companies = terms[delegation.id]
            entry = {"for": delegation.user_id.id, "models": models_, "companies": companies}
            for key in keys[delegation.user_id.id]:
                if key not in key_map:
                    key_map[key] = {**entry, "more": ()}
                elif key_map[key]["for"]:
                    key_map[key]["more"] += (entry,)
        return key_map

    @api.model
    def _approval_key_entry(self, key_map, slot):
        """By which entry of ``key_map`` a place may be answered; the own ones come first.

        Whoever stands in for the requester cannot answer on the requester's behalf.

        :param key_map: from ``_approval_key_map``
        :param slot: ``approval.request.slot``
        :return: the entry, or ``None``
        """
        first = key_map.get(slot.holder_key)
        for entry in (first, *first["more"]) if first else ():
            if (
                (entry["models"] is None or slot.res_model in entry["models"])
                and (entry["companies"] is None or slot.company_id.id in entry["companies"])
                and (not entry["for"] or entry["for"] != slot.requester_id.id)
            ):
                return entry
        return None

    @api.model
    def _approval_domain_restricted(self, key_map):
        """The places that may be answered with the keys of ``key_map``, each within its terms.

        :return: ``Domain`` over ``approval.request.slot``; the same rule as ``_approval_key_entry``
        """
        by_terms = defaultdict(list)
        for key, first in key_map.items():
            for entry in (first, *first["more"]):
                by_terms[entry["for"], entry["models"], entry["companies"]].append(key)
        domains = []
        for (person, models_, companies), keys in by_terms.items():
            domain = Domain("holder_key", "in", keys)
            if models_ is not None:
                domain &= Domain("res_model", "in", sorted(models_))
            if companies is not None:
                domain &= Domain("company_id", "in", sorted(companies))
            if person:
                domain &= Domain("requester_id", "!=", person)
            domains.append(domain)
        return Domain.OR(domains)

    def _approval_domain(self):
        """The places this user may answer today, of the own requests only where the chain says so.

        :return: ``Domain`` over ``approval.request.slot``
        """
        self.ensure_one()
        key_map = self._approval_key_map()
        own = [key for key, entry in key_map.items() if not entry["for"]]
        return self._approval_domain_restricted(key_map) & (
            Domain("requester_id", "=", False)
            | Domain("requester_id", "!=", self.id)
            # what a chain lets the requester decide is the own place, not that of somebody else
            | (Domain("requester_may", "=", True) & Domain("holder_key", "in", own))
        )

    def _holds_role(self, code, company):
        """Whether the user holds the role ``code`` in ``company``, or above it, today (A2)."""
        self.ensure_one()
        above = company.sudo().parent_ids
        return any(
            holder.role_id.code == code and holder.company_id in above
            for holder in self.env["approval.role.holder"]._of_user(self)
        )

    def _approval_works_for(self, company):
        """Those of the users with access to ``company``; without a query once it was looked up."""
        return self.filtered(
            # ordinary users may not read who works where
            lambda user: not company or company.id in user.sudo()._get_company_ids()
        )

    def _approval_may_open(self, company):
        """Those of the users who can open what is asked in ``company``: anybody else has left (A11)."""
        present = self.filtered(lambda user: user.sudo().active and not user.sudo().share)
        return present._approval_works_for(company)

    def _approval_face(self):
        """Who is shown in a panel, readable for everybody who reads the panel."""
        user = self.sudo()[:1]
        return {"id": user.id, "name": user.name} if user else False

    def _get_activity_groups(self):
        """Show what waits for the user's decision in the activity menu, across companies (A13)."""
        groups = super()._get_activity_groups()
        Slot = self.env["approval.request.slot"].sudo()
        # places of a role stay with it when one of its holders may not open them any more
        mine = Slot._domain_mine() & Domain("company_id", "in", self.env.user._get_company_ids())
        count = Slot.search_count(mine, limit=COUNTED + 1)
        if count:
            # counting further would read the whole backlog each time the page is loaded
            shown = f"{COUNTED:,}+" if count > COUNTED else count
            count = min(count, COUNTED)
            groups.insert(
                0,
                {
                    "id": self.env["ir.model"]._get_id("approval.request"),
                    "name": self.env._("Approvals"),
                    "model": "approval.request",
                    "type": "activity",
                    "icon": modules.module.get_module_icon("approval_chain"),
                    "domain": [],
                    "total_count": count,
                    "today_count": shown,
                    "overdue_count": 0,
                    "planned_count": 0,
                    "view_type": "list",
                },
            )
        return groups
