from odoo import api, models
from odoo.fields import Domain


class ResUsers(models.Model):
    """What the record rules of the order flow say about a user (F21).

    The answers are kept with the record rules, per user. So they hold conditions that the database
    answers each time, and whatever changes them otherwise clears the cache.
    """

    _inherit = "res.users"

    @api.model
    def _own_customers_exempt_groups(self):
        """Hook: groups whose work needs every customer, whatever salesperson they are besides."""
        return (
            "sales_team.group_sale_salesman_all_leads",
            "sale_order_flow.group_flow_finance",
            "sale_order_flow.group_flow_assistant",
            "account.group_account_invoice",
            "stock.group_stock_user",
        )

    def _own_customers_companies(self, company_ids):
        """Those of the companies in which the user sees their own customers only."""
        self.ensure_one()
        enabled = self.env["res.company"]._own_customers_company_ids().intersection(company_ids)
        if (
            not enabled
            or not self.has_group("sales_team.group_sale_salesman")
            or any(self.has_group(group) for group in self._own_customers_exempt_groups())
        ):
            return []
        return sorted(enabled)

    # ------------------------------------------------------------------ leaders

    def _led_users(self):
        """Members of the sales teams, and people of the departments, that the user leads."""
        self.ensure_one()
        teams = self.env["crm.team"].sudo().search([("user_id", "=", self.id)])
        departments = (
            self.env["hr.department"].sudo().search([("manager_id.user_id", "=", self.id)])
        )
        led = Domain.FALSE
        if teams:
            led |= Domain(
                "crm_team_member_ids",
                "any",
                [("active", "=", True), ("crm_team_id", "in", teams.ids)],
            )
        if departments:
            led |= Domain("employee_ids.department_id", "child_of", departments.ids)
        return led

    def _flow_led_domain(self, company_ids, path):
        """For record rules that show leaders what belongs to their people.

        :param path: field with the salesperson, such as ``"order_id.user_id"``
        :return: list; matches nothing where the company has not switched it on
        """
        enabled = self.env["res.company"]._own_customers_company_ids().intersection(company_ids)
        led = self._led_users() if enabled else Domain.FALSE
        if led.is_false():
            return list(Domain.FALSE)
        return list(Domain("company_id", "in", sorted(enabled)) & Domain(path, "any", led))

    # ------------------------------------------------------------------ salespeople

    def _flow_mine(self, path):
        """Of the user, of their people, or of nobody yet."""
        mine = Domain(path, "in", [self.id, False])
        led = self._led_users()
        return mine if led.is_false() else mine | Domain(path, "any", led)

    def _flow_own_domain(self, company_ids, path, document=None):
        """For record rules that keep documents of others' orders from salespeople.

        :param path: field with the salesperson
        :param document: field with the order or its line, where the record may have none
        :return: list; matches everything for everybody else and where it is not switched on
        """
        enabled = self._own_customers_companies(company_ids)
        if not enabled:
            return list(Domain.TRUE)
        mine = self._flow_mine(path) | Domain("company_id", "not in", enabled)
        return list(mine | Domain(document, "=", False) if document else mine)

    def _flow_partner_domain(self, company_ids, prefix=""):
        """For record rules of customers and what hangs on them.

        Colleagues, companies of the house and suppliers stay readable, so that nothing else breaks.

        :param prefix: path to the partner, with its dot
        """
        enabled = self._own_customers_companies(company_ids)
        if not enabled:
            return list(Domain.TRUE)
        seen = (
            self._flow_mine("commercial_partner_id.user_id")
            | Domain("user_id", "=", self.id)
            | Domain("partner_share", "=", False)
            | Domain("supplier_rank", ">", 0)
            | Domain("ref_company_ids", "!=", False)
            | Domain("employee_ids", "!=", False)
            | Domain("buys_from_me", "=", True)
        )
        if elsewhere := set(company_ids) - set(enabled):
            seen |= Domain("company_id", "in", sorted(elsewhere))
        return list(Domain(prefix, "any", seen) if prefix else seen)
