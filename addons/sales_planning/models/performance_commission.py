from collections import defaultdict

from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.approval_chain.values import touch_rows

from .commission_line import UNDONE
from .commission_tier import effective_rate

# figures stay: what is entered later for these periods is made up for by another review
CLOSED = ("submitted", "approved")
# what commission lines are made of, the day it counts, and the field of the line that names it
SOURCES = {
    "payment": {
        "table": SQL(
            "account_partial_reconcile source"
            " JOIN account_move_line debit ON debit.id = source.debit_move_id"
            " JOIN account_move document"
            " ON document.id = debit.move_id AND document.move_type = 'out_invoice'"
        ),
        "day": SQL("source.max_date"),
        "line": SQL("line.partial_id"),
    },
    "refund": {
        "table": SQL(
            "account_move source"
            " JOIN account_move document"
            " ON document.id = source.id AND document.move_type = 'out_refund'"
        ),
        "day": SQL("source.date"),
        "line": SQL("line.move_id"),
    },
}


class PerformanceReview(models.Model):
    """Commission: what was collected of the person's orders, less what was credited (P7).

    An invoice counts in the period in which it was paid, to the part paid, whether by money or by a
    credit note; a credit note is deducted in its own period. Together that is the money received.
    What is unpaid does not count. What was entered late for a period that was submitted already, and
    payments undone after approval, are made up for in the next review.

    What somebody else was submitted or approved for is not divided again when an order is handed on.
    """

    _inherit = "performance.review"

    def _compute_commission(self, company, first, last):
        """Make the commission lines of reviews of one period anew."""
        # of two schemes worked out at once for a person, the second is retried
        touch_rows(self.user_id)
        self.commission_line_ids.unlink()
        paying = self.filtered("tiers")
        (self - paying)._stamp({"commission_base": 0, "commission_rate": 0, "commission_amount": 0})
        if not paying:
            return
        begins = paying._begins(company, first)
        events = self._paid_events(company, begins, last)
        events += self._credited_events(company, begins, last)
        closed = paying._closed_periods(company, events)
        orders = self.env["sale.order"].union(*(event["order"] for event in events))
        whose, held = orders._credit_fractions(), self._held_percents(events)
        undone = paying._undone_lines(company)
        lines = []
        for review in paying:
            rows = review._commission_rows(events, whose, held, closed[review.user_id])
            # by the first of several reviews of a period
            lines += review._take_commission(rows, review._taken_back_rows(undone))
            undone -= undone.filtered(lambda line, review=review: line.user_id == review.user_id)
        self.env["commission.line"].create(lines)

    def _closed_domain(self, company):
        """Reviews of the people with commission that are decided on."""
        return (
            Domain("company_id", "=", company.id)
            & Domain("user_id", "in", self.user_id.ids)
            & Domain("state", "in", CLOSED)
            & Domain("tiers", "!=", False)
        )

    def _begins(self, company, first):
        """From when on something may be missing in the commission of the people.

        :return: ``{user: first day}``
        """
        groups = self.env["performance.review"]._read_group(
            self._closed_domain(company), ["user_id"], ["date_from:min"]
        )
        earliest = dict(groups)
        return {user: min(first, earliest.get(user, first)) for user in self.user_id}

    def _closed_periods(self, company, events):
        """Reviews that are decided on, as far as events lie in them.

        :return: ``{user: [(first day, last day)]}``
        """
        periods = defaultdict(list)
        if events:
            days = [event["date"] for event in events]
            for review in self.search(
                self._closed_domain(company)
                & Domain("date_from", "<=", max(days))
                & Domain("date_to", ">=", min(days))
            ):
                periods[review.user_id].append((review.date_from, review.date_to))
        return periods

    def _commission_rows(self, events, whose, held, closed):
        """The lines of one review, without rate and amount.

        :param events: from ``_paid_events`` and ``_credited_events``
        :param whose: ``{order: {user id: percent}}``
        :param held: from ``_held_percents``; this person is added
        :param closed: periods of the person that are made up for
        """
        self.ensure_one()
        rows, user = [], self.user_id
        rounded = self.currency_id.round
        periods = [(self.date_from, self.date_to), *closed]
        for event in events:
            key = (event["kind"], event["key"], event["order"].id)
            percent = whose[event["order"]].get(user.id, 0.0)
            percent = round(min(percent, 100 - sum(held[key].values())), 2)
            day = event["date"]
            if percent <= 0 or user.id in held[key]:
                continue
            if not any(first <= day <= last for first, last in periods):
                continue
            held[key][user.id] = 0.0
            collected = rounded(event["amount"])
            rows.append(
                {
                    "review_id": self.id,
                    "kind": event["kind"],
                    "date": day,
                    "order_id": event["order"].id,
                    "move_id": event["move"].id,
                    "partial_id": event["partial"].id,
                    "source_move_id": event["source"].id,
                    "collected": collected,
                    "percent": percent,
                    "base": rounded(event["amount"] * percent / 100),
                }
            )
        return rows

    def _take_commission(self, rows, taken_back):
        """Apply the rate; amounts are rounded so that they add up to the rounded whole.

        :return: values of the commission lines
        """
        self.ensure_one()
        rounded = self.currency_id.round
        rate = effective_rate(self.tiers, self.tier_mode, self.attainment)
        base = paid = 0.0
        for row in rows:
            base += row["base"]
            row["rate"] = rate
            row["amount"] = rounded(rounded(base * rate / 100) - paid)
            paid += row["amount"]
        self._stamp(
            {
                "commission_base": rounded(base),
                "commission_rate": rate,
                "commission_amount": rounded(paid + sum(row["amount"] for row in taken_back)),
            }
        )
        return rows + taken_back

    def _missing(self, kind, company, begins, last):
        """What of the people's orders is not in their commission yet, however long they work here.

        :param kind: of commission line, key of ``SOURCES``
        :param begins: ``{user: first day}``
        :return: ids of what lines of this kind are made of
        """
        self.env.flush_all()
        source = SOURCES[kind]
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT source.id
                  FROM %(source)s
                  JOIN account_move_line item ON item.move_id = document.id
                  JOIN sale_order_line_invoice_rel link ON link.invoice_line_id = item.id
                  JOIN sale_order_line sold ON sold.id = link.order_line_id
                  JOIN sale_order o ON o.id = sold.order_id
                  LEFT JOIN sale_credit_share share ON share.order_id = o.id
                  JOIN (VALUES %(people)s) person (user_id, begin)
                    ON person.user_id = COALESCE(share.user_id, o.user_id)
                 WHERE document.company_id = %(company)s AND document.state = 'posted'
                   AND %(day)s BETWEEN person.begin AND %(last)s
                   AND NOT EXISTS (
                       SELECT FROM commission_line line
                        WHERE %(made_of)s = source.id AND line.kind = %(kind)s
                          AND line.order_id = o.id AND line.user_id = person.user_id
                          AND NOT EXISTS (
                              SELECT FROM commission_line back WHERE back.reverses_id = line.id
                          )
                   )
                """,
                source=source["table"],
                people=SQL(", ").join(
                    SQL("(%s, %s::date)", user.id, begin) for user, begin in begins.items()
                ),
                company=company.id,
                day=source["day"],
                last=last,
                made_of=source["line"],
                kind=kind,
            )
        )
        return [id_ for (id_,) in rows]

    def _paid_events(self, company, begins, last):
        """What was paid of invoices of the people's orders, by money or credit note, and is missing yet.

        :param begins: ``{user: first day}``
        """
        by_money = Domain("credit_move_id.move_id.origin_payment_id", "!=", False)
        by_money |= Domain("credit_move_id.move_id.statement_line_id", "!=", False)
        by_credit = Domain("credit_move_id.move_id.move_type", "=", "out_refund")
        partials = self.env["account.partial.reconcile"].search(
            Domain("id", "in", self._missing("payment", company, begins, last))
            & (by_money | by_credit),
            order="max_date, id",
        )
        money, credited = partials._money(), partials._credited()
        untaxed = partials.debit_move_id.move_id._untaxed_by_order()
        events = []
        for partial in partials:
            invoice = partial.debit_move_id.move_id
            total = invoice.amount_total
            part = (money[partial] + credited[partial]) / total if total else 0.0
            for order, amount in untaxed[invoice].items():
                events.append(
                    {
                        "kind": "payment",
                        "key": partial.id,
                        "date": partial.max_date,
                        "order": order,
                        "move": invoice,
                        "partial": partial,
                        "source": partial.credit_move_id.move_id,
                        "amount": amount * part,
                    }
                )
        return events

    def _credited_events(self, company, begins, last):
        """Credit notes for the people's orders that are missing yet, each in full.

        One that was taken back and posted again is deducted again.

        :param begins: ``{user: first day}``
        """
        refunds = self.env["account.move"].search(
            [("id", "in", self._missing("refund", company, begins, last))],
            order="date, id",
        )
        untaxed = refunds._untaxed_by_order()
        return [
            {
                "kind": "refund",
                "key": refund.id,
                "date": refund.date,
                "order": order,
                "move": refund,
                "partial": self.env["account.partial.reconcile"],
                "source": self.env["account.move"],
                "amount": amount,
            }
            for refund in refunds
            for order, amount in untaxed[refund].items()
        ]

    def _held_percents(self, events):
        """What of the events is in commission already, of whoever and whatever scheme.

        :return: ``{(kind, id, order id): {user id: percent that is decided on}}``; whoever has a line
            in a review that is still open stands there with 0
        """
        partials = [event["partial"].id for event in events if event["kind"] == "payment"]
        refunds = [event["move"].id for event in events if event["kind"] == "refund"]
        lines = self.env["commission.line"].search(
            Domain("reversed_by_ids", "=", False)
            & (
                Domain("partial_id", "in", partials)
                | Domain("kind", "=", "refund") & Domain("move_id", "in", refunds)
            )
        )
        held = defaultdict(dict)
        for line in lines:
            source = line.partial_id if line.kind == "payment" else line.move_id
            decided = line.review_id.state in CLOSED
            held[line.kind, source.id, line.order_id.id][line.user_id.id] = (
                line.percent if decided else 0.0
            )
        return held

    def _undone_lines(self, company):
        """Payments undone and credit notes cancelled after commission was approved for them."""
        return self.env["commission.line"].search(
            Domain("user_id", "in", self.user_id.ids)
            & Domain("company_id", "=", company.id)
            & Domain("review_id.state", "=", "approved")
            & Domain("reversed_by_ids", "=", False)
            & UNDONE
        )

    def _taken_back_rows(self, undone):
        """What is taken back from the person, at the rate it was paid by.

        :param undone: from ``_undone_lines``
        """
        self.ensure_one()
        return [
            {
                "review_id": self.id,
                "kind": "reversal",
                "date": self.date_to,
                "order_id": line.order_id.id,
                "move_id": line.move_id.id,
                "reverses_id": line.id,
                "collected": -line.collected,
                "percent": line.percent,
                "base": -line.base,
                "rate": line.rate,
                "amount": -line.amount,
            }
            for line in undone
            if line.user_id == self.user_id
        ]
