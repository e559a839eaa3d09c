from odoo import api, models


class SalesPlan(models.Model):
    """What was decided, for whoever measures against it: plans in force alone (P1, P2, P7)."""

    _inherit = "sales.plan"

    @api.model
    def _person_target(self, users, date_from, date_to, company=None):
        """The targets of people in a period.

        :param users: ``res.users``
        :param date_from: date; the months counted are those that begin on it or later, ...
        :param date_to: ... and not after this date
        :param company: the company whose plans count; the current one by default
        :return: ``{user: (amount untaxed in the currency of the company, quantity)}``; zeros for
            people without targets
        """
        targets = self._approved_targets(company or self.env.company, date_from, date_to)
        return {user: targets.get(("person", user.id), (0.0, 0.0)) for user in users}

    @api.model
    def _approved_targets(self, company, date_from, date_to):
        """The targets of the plans in force, by what they are for.

        A team or person with several rows (two teams, two categories) has the sum of them.

        :param company: ``res.company``
        :param date_from: date; the months counted are those that begin on it or later, ...
        :param date_to: ... and not after this date
        :return: ``{(dimension, id of the value): (amount untaxed, quantity)}``; dimension is ``company``,
            ``team``, ``person``, ``category`` or ``segment``
        """
        groups = (
            self.env["sales.plan.cell"]
            .sudo()
            ._read_group(
                [
                    ("plan_id.company_id", "=", company.id),
                    ("plan_id.state", "=", "approved"),
                    ("month", ">=", date_from),
                    ("month", "<=", date_to),
                    ("target_id.is_rest", "=", False),
                ],
                ["target_id"],
                ["amount:sum", "quantity:sum"],
            )
        )
        sums = {}
        for target, amount, quantity in groups:
            key = (target.dimension, target._value().id)
            before = sums.get(key, (0.0, 0.0))
            sums[key] = (company.currency_id.round(before[0] + amount), before[1] + quantity)
        return sums
