from odoo import models
from odoo.fields import Domain

from .commission_tier import effective_rate


class PerformanceReview(models.Model):
    """Commission: what was collected of the person's orders, less what was credited (P7).

    An invoice counts in the period in which it was paid, to the part paid, whether by money or by a
    credit note; a credit note is deducted in its own period. Together that is the money received.
    What is unpaid does not count. What was entered late for a period that was approved already, and
    payments undone afterwards, are made up for in the next review.
    """

    _inherit = "performance.review"

    def _compute_commission(self, company, first, last):
        """Make the commission lines of reviews of one period anew."""
        self.commission_line_ids.unlink()
        paying = self.filtered("tiers")
        (self - paying)._stamp({"commission_base": 0, "commission_rate": 0, "commission_amount": 0})
        if not paying:
            return
        approved = self.search(
            [
                ("company_id", "=", company.id),
                ("user_id", "in", paying.user_id.ids),
                ("state", "=", "approved"),
                ("date_to", "<=", last),
            ]
        ).filtered("tiers")
        since = min([first, *approved.mapped("date_from")])
        events = self._paid_events(company, paying.user_id, since, last)
        events += self._credited_events(company, paying.user_id, since, last)
        counted = self._counted_sources(paying.user_id, company)
        by_user = approved.grouped("user_id")
        lines = []
        for review in paying:
            done = by_user.get(review.user_id, approved.browse())
            rows = review._commission_rows(events, counted, done)
            lines += review._take_commission(rows, review._taken_back_rows(done))
        self.env["commission.line"].create(lines)

    def _commission_rows(self, events, counted, approved):
        """The lines of one review, without rate and amount.

        :param events: from ``_paid_events`` and ``_credited_events``
        :param counted: keys of what other reviews hold; those of this one are added
        :param approved: approved reviews of the person, whose periods are made up for
        """
        self.ensure_one()
        rows, user = [], self.user_id
        rounded = self.currency_id.round
        for event in events:
            percent = event["order"]._credit_fractions().get(user.id)
            key = (user.id, event["kind"], event["key"], event["order"].id)
            if not percent or key in counted:
                continue
            day = event["date"]
            here = self.date_from <= day <= self.date_to
            late = any(review.date_from <= day <= review.date_to for review in approved)
            if not here and not late:
                continue
            counted.add(key)
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

    def _paid_events(self, company, users, first, last):
        """What was paid of invoices of the people's orders, by money or credit note."""
        by_money = Domain("credit_move_id.move_id.origin_payment_id", "!=", False)
        by_money |= Domain("credit_move_id.move_id.statement_line_id", "!=", False)
        by_credit = Domain("credit_move_id.move_id.move_type", "=", "out_refund")
        invoices = [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            *self._of_orders_domain(users),
        ]
        partials = self.env["account.partial.reconcile"].search(
            Domain("company_id", "=", company.id)
            & Domain("max_date", ">=", first)
            & Domain("max_date", "<=", last)
            & Domain("debit_move_id.move_id", "any", invoices)
            & (by_money | by_credit),
            order="max_date, id",
        )
        events = []
        for partial in partials:
            invoice = partial.debit_move_id.move_id
            total = invoice.amount_total
            part = partial.debit_amount_currency / total if total else 0.0
            for order, amount in invoice._untaxed_by_order().items():
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

    def _credited_events(self, company, users, first, last):
        """Credit notes for the people's orders, each in full and in its own period."""
        refunds = self.env["account.move"].search(
            [
                ("company_id", "=", company.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "posted"),
                ("date", ">=", first),
                ("date", "<=", last),
                *self._of_orders_domain(users),
            ],
            order="date, id",
        )
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
            for order, amount in refund._untaxed_by_order().items()
        ]

    def _counted_sources(self, users, company):
        """What other reviews of the people hold, so that nothing is paid twice."""
        own = [("user_id", "in", users.ids), ("company_id", "=", company.id)]
        lines = self.env["commission.line"].search(own)
        # a credit note that was taken back and posted again is deducted again
        lines -= lines.reverses_id
        return {
            (
                line.user_id.id,
                line.kind,
                line.partial_id.id if line.kind == "payment" else line.move_id.id,
                line.order_id.id,
            )
            for line in lines
            if line.kind != "reversal"
        }

    def _taken_back_rows(self, approved):
        """Payments undone and credit notes cancelled after their commission was approved.

        They are taken back at the rate they were paid by.
        """
        self.ensure_one()
        lines = approved.commission_line_ids
        reversed_already = self.env["commission.line"].search([("reverses_id", "in", lines.ids)])
        gone = (lines - reversed_already.reverses_id).filtered(
            lambda line: (
                (line.kind == "payment" and not line.partial_id)
                or (line.kind == "refund" and line.move_id.state != "posted")
            )
        )
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
            for line in gone
        ]
