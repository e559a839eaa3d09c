from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import fields, models

from .mail_activity_type import DEVELOPMENT_KINDS


class PerformanceReview(models.Model):
    """What the figures of reviews are, worked out for all people of a period at once (P7, D5 4)."""

    _inherit = "performance.review"

    def _compute_figures(self):
        """Work out figures, points and commission of reviews that were not submitted yet.

        As superuser: the person and the manager need not read the invoices of everybody.
        """
        open_ones = self.sudo().filtered(
            lambda review: review.state in ("draft", "self", "manager")
        )
        # one door for all that is written here: it judges them together
        with open_ones._approval_door():
            for (company, first, last), reviews in open_ones.grouped(
                lambda review: (review.company_id, review.date_from, review.date_to)
            ).items():
                reviews.with_company(company)._compute_period(company, first, last)

    def _compute_period(self, company, first, last):
        users = self.user_id
        sales = self._sales_figures(company, users, first, last)
        targets = self._target_amounts(company, users, first, last)
        for review in self:
            actual, target = sales[review.user_id.id][0], targets.get(review.user_id.id, 0.0)
            review._stamp(
                {
                    "sales_amount": actual,
                    "target_amount": target,
                    "attainment": round(actual / target * 100, 6) if target > 0 else 0.0,
                    "computed_at": fields.Datetime.now(),
                }
            )
        self._take_figures(company, users, first, last, sales, targets)
        self._compute_commission(company, first, last)

    def _take_figures(self, company, users, first, last, sales, targets):
        kinds = set(self.line_ids.mapped("kind"))
        none = dict.fromkeys(users.ids, (0.0, 0.0, ()))
        by_kind = {
            "attainment": {
                user_id: (amount, targets.get(user_id, 0.0), ids)
                for user_id, (amount, ids) in sales.items()
            },
            "collection": "collection" in kinds
            and self._collection_figures(company, users, first, last),
            "satisfaction": "satisfaction" in kinds
            and self._satisfaction_figures(company, users, first, last),
            "activity": "activity" in kinds
            and self._activity_figures(users, first, last, company=company),
        }
        for review in self:
            for line in review.line_ids:
                found = (by_kind.get(line.kind) or none).get(review.user_id.id, (0.0, 0.0, ()))
                actual, target, ids = found
                if line.kind == "satisfaction":
                    # nobody answered: there is no figure, rather than one of zero
                    target = line.wanted if ids else 0.0
                elif line.kind == "activity":
                    target = line.wanted if target is None else target
                line._take_figure(actual, target, ids)

    def _target_amounts(self, company, users, first, last):
        """What people were to sell in a period, by the plans in force (P1).

        :param first: first day, ``last``: last day of the period
        :return: ``{user id: amount in the currency of the company}``; zero for people without target
        """
        targets = self.env["sales.plan"]._person_target(users, first, last, company)
        return {user.id: amount for user, (amount, _quantity) in targets.items()}

    def _sales_figures(self, company, users, first, last):
        """Confirmed orders of the period, untaxed, each by the share of the person.

        :return: ``{user id: (amount in the currency of the company, ids of the orders)}``
        """
        orders = self.env["sale.order"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "sale"),
                ("date_order", ">=", company._approval_midnight(first)),
                ("date_order", "<", company._approval_midnight(last + relativedelta(days=1))),
                *self.env["sale.order"]._credit_domain(users),
            ]
        )
        amounts, ids = defaultdict(float), defaultdict(list)
        for order, whose in orders._credit_fractions().items():
            amount = order.amount_untaxed / (order.currency_rate or 1.0)
            for user_id, percent in whose.items():
                amounts[user_id] += amount * percent / 100
                ids[user_id].append(order.id)
        return {
            user.id: (company.currency_id.round(amounts[user.id]), ids[user.id]) for user in users
        }

    def _collection_figures(self, company, users, first, last):
        """How much of the invoices that were due in the period was paid, by the share of the person.

        Due is what was not credited; paid is money alone, on whatever day it came.

        :return: ``{user id: (paid, due, ids of the invoices)}``
        """
        invoices = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_invoice"),
                ("state", "=", "posted"),
                ("invoice_date_due", ">=", first),
                ("invoice_date_due", "<=", last),
                *self._of_orders_domain(users),
            ]
        )
        partials = self.env["account.partial.reconcile"].search(
            [("debit_move_id.move_id", "in", invoices.ids)]
        )
        by_invoice = partials.grouped(lambda partial: partial.debit_move_id.move_id)
        money, credited = partials._money(), partials._credited()
        untaxed = invoices._untaxed_by_order()
        whose = invoices.invoice_line_ids.sale_line_ids.order_id._credit_fractions()
        paid, due, ids = defaultdict(float), defaultdict(float), defaultdict(set)
        for invoice in invoices:
            total = invoice.amount_total
            settled = by_invoice.get(invoice, partials.browse())
            paid_part = sum(money[one] for one in settled) / total if total else 0.0
            due_part = 1 - sum(credited[one] for one in settled) / total if total else 0.0
            for order, amount in untaxed[invoice].items():
                for user_id, percent in whose[order].items():
                    due[user_id] += amount * due_part * percent / 100
                    paid[user_id] += amount * paid_part * percent / 100
                    ids[user_id].add(invoice.id)
        rounded = company.currency_id.round
        return {
            user.id: (rounded(paid[user.id]), rounded(due[user.id]), sorted(ids[user.id]))
            for user in users
        }

    def _of_orders_domain(self, users):
        """Invoices and credit notes with something of an order that the people have a share in."""
        orders = self.env["sale.order"]._credit_domain(users)
        return [
            ("invoice_line_ids", "any", [("sale_line_ids.order_id", "any", orders)]),
        ]

    def _satisfaction_figures(self, company, users, first, last):
        """What customers of the person answered in the period.

        :return: ``{user id: (average from 1 to 5, 0, ids of the answers)}``
        """
        answers = self.env["order.satisfaction"].search(
            [
                ("company_id", "=", company.id),
                ("user_id", "in", users.ids),
                ("answered_at", ">=", company._approval_midnight(first)),
                ("answered_at", "<", company._approval_midnight(last + relativedelta(days=1))),
            ]
        )
        grouped = answers.grouped("user_id")
        return {
            user.id: (sum(mine.mapped("score")) / len(mine), 0.0, mine.ids)
            for user in users
            if (mine := grouped.get(user))
        }

    def _activity_figures(self, users, first, last, company=None):
        """Visits, demonstrations and negotiations done in a period, against the goals (P9).

        :param first: first day, ``last``: last day of the period
        :param company: ``res.company`` whose people and goals these are
        :return: ``{user id: (done, planned, ids of the leads)}``; planned is None where nothing is
            planned: the number wanted by the criterion counts then
        """
        company = company or self.env.company
        rows = (
            self.env["development.report"]
            .sudo()
            .search_fetch(
                [
                    ("user_id", "in", users.ids),
                    ("company_id", "=", company.id),
                    ("kind", "in", [kind for kind, _label in DEVELOPMENT_KINDS]),
                    ("date", ">=", first),
                    ("date", "<=", last),
                ],
                ["user_id", "planned", "actual", "lead_id"],
            )
        )
        figures = {user.id: (0.0, None, ()) for user in users}
        for user, mine in rows.grouped("user_id").items():
            figures[user.id] = (
                float(sum(mine.mapped("actual"))),
                float(sum(mine.mapped("planned"))) or None,
                sorted(mine.lead_id.ids),
            )
        return figures


class AccountMove(models.Model):
    _inherit = "account.move"

    def _untaxed_by_order(self):
        """What of invoices and credit notes is of which order (P7).

        :return: ``{account.move: {sale.order: untaxed amount in the currency of the company}}``,
            negative for credit notes
        """
        amounts = {move: defaultdict(float) for move in self}
        for line in self.invoice_line_ids:
            if order := line.sale_line_ids.order_id[:1]:
                amounts[line.move_id][order] -= line.balance
        return amounts
