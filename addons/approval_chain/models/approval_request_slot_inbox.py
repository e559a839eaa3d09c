from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

ORDER = "opened_at, id"


class ApprovalRequestSlotInbox(models.Model):
    """The inbox is one indexed read, whatever the backlog (A13)."""

    _inherit = "approval.request.slot"

    # index-only for counting; the newest of each key come in order
    _inbox = models.Index(
        "(holder_key, opened_at, id) INCLUDE (requester_id, requester_may, company_id)"
        " WHERE state = 'open'"
    )

    @api.model
    def _search(
        self, domain, offset=0, limit=None, order=None, *, active_test=True, bypass_access=False
    ):
        domain = Domain(domain)
        if bypass_access or self.env.su or not _asks_for_mine(domain):
            return super()._search(
                domain, offset, limit, order, active_test=active_test, bypass_access=bypass_access
            )
        # who is asked may read the place; what the rules say besides is the company
        self.browse().check_access("read")
        companies = Domain("company_id", "in", self.env.user._get_company_ids())
        # whoever counts asks for no order, and the first so many found are as good as any
        if limit and order == ORDER and _is_only_mine(domain):
            domain = self._domain_oldest(offset + limit, companies)
        return super()._search(
            domain & companies, offset, limit, order, active_test=active_test, bypass_access=True
        )

    @api.model
    def _domain_oldest(self, count, companies):
        """The ``count`` oldest places of each key that the user may answer.

        Read key by key in the order of the index: sorting a long backlog would cost its length.
        """
        self.flush_model()
        parts = []
        key_map = self.env.user._approval_key_map()
        for key in key_map:
            domain = self._domain_mine() & Domain("holder_key", "=", key) & companies
            # the plain search: this one would come back here
            # pylint: disable-next=super-method-mismatch
            query = super()._search(domain, limit=count, order=ORDER, bypass_access=True)
            parts.append(SQL("(%s)", query.select()))
        union = SQL(" UNION ALL ").join(parts)
        return Domain("id", "in", SQL("(SELECT id FROM (%s) oldest)", union))


def _conditions(domain):
    return getattr(domain, "children", (domain,)) if _is_conjunction(domain) else (domain,)


def _is_conjunction(domain):
    return getattr(domain, "OPERATOR", None) == "&"


def _asks_for_mine(domain):
    """Whether all that is asked for waits for the user."""
    return any(_is_mine(condition) for condition in _conditions(domain))


def _is_only_mine(domain):
    return all(_is_mine(condition) for condition in _conditions(domain))


def _is_mine(condition):
    if getattr(condition, "field_expr", None) != "is_mine":
        return False
    operator, value = condition.operator, condition.value
    if operator == "in":
        return set(value) == {True}
    return operator == "=" and value is True
