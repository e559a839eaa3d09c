from datetime import timedelta

from odoo import api, fields, models, tools

from .approval_definition_mixin import changed_in

QUARTER = timedelta(minutes=15)


def quarter():
    """The quarter of an hour it is: in no time zone does a day begin within one."""
    return int(fields.Datetime.now().timestamp() // QUARTER.total_seconds())


class ResUsersKeyCache(models.Model):
    _inherit = "res.users"

    def _approval_key_map(self):
        """As defined, without a query: whoever holds roles or stands in changes rarely.

        Cached for a quarter of an hour at most, since days begin; forgotten at once when a holder or
        a delegation changes. The result must not be modified.
        """
        self.ensure_one()
        if changed_in(self.env.cr):
            return super()._approval_key_map()
        return self._approval_cached_key_map(self.id, quarter())

    @api.model
    @tools.ormcache("user_id", "when")
    def _approval_cached_key_map(self, user_id, when):
        return super(ResUsersKeyCache, self.browse(user_id))._approval_key_map()


class ApprovalRoleCache(models.Model):
    _inherit = "approval.role"

    @api.model
    def _id_with_code(self, code):
        """Without a query: code asks for the same few roles again and again."""
        if changed_in(self.env.cr):
            return super()._id_with_code(code)
        return self._cached_id_with_code(code)

    @api.model
    @tools.ormcache("code")
    def _cached_id_with_code(self, code):
        return super(ApprovalRoleCache, self.browse())._id_with_code(code)

    def _current_pairs(self, companies):
        """Who holds the role today, and for which department, without a query.

        :return: tuple of ``(user id, department id or False)``
        """
        if changed_in(self.env.cr):
            return self._read_pairs(companies)
        return self._cached_pairs(self.id, tuple(companies.ids), quarter())

    @api.model
    @tools.ormcache("role_id", "company_ids", "when")
    def _cached_pairs(self, role_id, company_ids, when):
        return self.browse(role_id)._read_pairs(self.env["res.company"].browse(company_ids))

    def _read_pairs(self, companies):
        holders = self._current_holders(companies)
        return tuple((holder.user_id.id, holder.department_id.id) for holder in holders)
