from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import format_date

from ..explosion import SUBCONTRACT
from .purchase_plan import DISPATCH, PRODUCTION_VP

BEGUN = ("confirmed", "progress", "to_close")
# told anew when they change while somebody has to act
REFRESHED = ("summary", "planned_date", "expected_date", "promised_date", "order_line_ids")


class PlanException(models.Model):
    """What does not go as planned is found daily, told once, and closed when it is over (P6)."""

    _inherit = "plan.exception"

    @api.model
    def _cron_watch(self):
        """Look at every company that plans."""
        companies = self.env["res.company"].search([("planning_enabled", "=", True)])
        for number, company in enumerate(companies, 1):
            self._watch(company)
            self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - number)

    @api.model
    def _watch(self, company):
        """Tell what is new, bring up to date what goes on, close what is over; as superuser.

        :param company: ``res.company``
        """
        lang = company.partner_id.lang or self.env.lang
        exceptions = self.sudo().with_company(company).with_context(lang=lang)
        found = exceptions._findings(company)
        known = exceptions.search(
            [
                ("company_id", "=", company.id),
                ("key", "!=", False),
                ("state", "in", ("open", "handled")),
            ]
        )
        for exception in known:
            if values := found.pop(exception.key, None):
                exception._bring_up_to_date(values)
            else:
                exception._close()
        exceptions._found(company, list(found.values()))

    @api.model
    def _findings(self, company):
        """Hook: what does not go as planned: ``{key: values of the exception}``."""
        rows = [
            *self._late_purchases(company),
            *self._unasked_lines(company),
            *self._late_productions(company),
            *self._shortages(company),
        ]
        return {row["key"]: row for row in rows}

    def _bring_up_to_date(self, values):
        """What goes on is told again only when a promise came into danger since.

        What dispatch put before the VP stays there; what was found to be in danger is not any more
        when the promise can be kept again.
        """
        self.ensure_one()
        danger = values["in_danger"] and not self.in_danger
        changed = {
            name: values[name]
            for name in REFRESHED
            if name in values and self._differs(name, values[name])
        }
        if danger:
            changed |= {"state": "open", "handled_by_id": False, "handled_at": False}
        if changed:
            self._stamp(changed)
        if danger:
            self._escalate()
        elif self.in_danger and not values["in_danger"]:
            self._out_of_danger()

    def _out_of_danger(self):
        """The promise can be kept by what is known now; dispatch may know better."""
        if self.escalated_by_id:
            self._stamp({"promised_date": self._first_promise()})
            return
        self._stamp({"in_danger": False, "escalated_at": False})
        roles = self.env["approval.role"]
        deciders = roles._people(PRODUCTION_VP, self.company_id)
        for user in deciders - roles._people(DISPATCH, self.company_id):
            self.activity_unlink(["sales_planning_mrp.activity_plan_exception"], user_id=user.id)

    def _differs(self, name, value):
        if name == "order_line_ids":
            return set(self.order_line_ids.ids) != set(value[0][2])
        return self[name] != value

    def _close(self):
        self._stamp({"state": "closed", "closed_at": fields.Datetime.now()})
        self.activity_unlink(["sales_planning_mrp.activity_plan_exception"])

    # ------------------------------------------------------------------ what is found

    def _late_purchases(self, company):
        """Ordered goods that come later than planned, or have not come."""
        today = company._approval_today()
        lines = self.env["purchase.order.line"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "purchase"),
                ("product_id.type", "=", "consu"),
                ("order_id.receipt_status", "!=", "full"),
            ]
        )
        for line in lines:
            arrival = line._arrival_day()
            # of what was cancelled nothing comes any more
            kept = line._kept_quantity()
            if not arrival or line.product_uom_id.compare(kept, line.qty_received) <= 0:
                continue
            plan_line = line.purchase_plan_line_id
            planned, expected = plan_line.date_needed or arrival, max(arrival, today)
            if expected <= planned:
                continue
            subcontracted = plan_line.kind == SUBCONTRACT or any(
                move.is_subcontract for move in line.move_ids
            )
            values = {
                "key": f"purchase:{line.id}",
                "kind": "subcontract" if subcontracted else "purchase",
                "product_id": line.product_id.id,
                "partner_id": line.order_id.partner_id.id,
                "purchase_line_id": line.id,
                "plan_line_id": plan_line.id,
                "summary": self.env._(
                    "%(product)s of %(order)s (%(supplier)s) was planned for %(planned)s and comes on "
                    "%(expected)s.",
                    product=line.product_id.display_name,
                    order=line.order_id.name,
                    supplier=line.order_id.partner_id.name,
                    planned=format_date(self.env, planned),
                    expected=format_date(self.env, expected),
                ),
            }
            waiting = plan_line.order_line_ids | self._lines_of_orders(
                line.order_id._flow_orders(), line.product_id
            )
            yield values | self._danger(company, waiting, planned, expected, plan_line)

    def _unasked_lines(self, company):
        """Lines of handed plans that are past their day and not ordered."""
        today = company._approval_today()
        lines = self.env["purchase.plan.line"].search(
            [
                ("company_id", "=", company.id),
                ("plan_id.state", "=", "handed"),
                ("quantity", ">", 0),
                ("step", "in", ("plan", "rfq", "cancelled")),
                "|",
                ("order_by", "<", today),
                "&",
                ("order_by", "=", False),
                ("date_needed", "<", today),
            ]
        )
        work = {}
        for line in lines:
            days = work.get(line.plan_id) or line.plan_id._work_days()
            work[line.plan_id] = days
            expected = max(days.after(today, line.lead_days), line.expected_date or today)
            if expected <= line.date_needed:
                continue
            values = {
                "key": f"plan:{line.id}",
                "kind": "subcontract" if line.kind == SUBCONTRACT else "purchase",
                "product_id": line.product_id.id,
                "partner_id": line.partner_id.id,
                "plan_line_id": line.id,
                "summary": self.env._(
                    "%(product)s of %(plan)s should have been ordered by %(day)s. Ordered today it "
                    "comes on %(expected)s, and is needed on %(needed)s.",
                    product=line.product_id.display_name,
                    plan=line.plan_id.name,
                    day=format_date(self.env, line._day_to_order()),
                    expected=format_date(self.env, expected),
                    needed=format_date(self.env, line.date_needed),
                ),
            }
            yield values | self._danger(
                company, line.order_line_ids, line.date_needed, expected, line
            )

    def _productions(self, company, extra):
        own = Domain("bom_id", "=", False) | Domain("bom_id.type", "!=", SUBCONTRACT)
        return self.env["mrp.production"].search(
            own & Domain("company_id", "=", company.id) & Domain("state", "in", BEGUN) & extra
        )

    def _expected_finish(self, company, production):
        """When a production ends: it takes as long as planned, from today on if it has not begun."""
        today, local = company._approval_today(), company._approval_local
        start = local(production.date_start).date()
        finish = local(production.date_finished or production.date_start).date()
        if production.state == "confirmed" and start < today:
            finish += today - start
        return max(finish, today)

    def _late_productions(self, company):
        """Productions that end after their deadline, or after the end that was planned."""
        for production in self._productions(company, Domain.TRUE):
            due = production.date_deadline or production.date_finished or production.date_start
            planned = company._approval_local(due).date()
            expected = self._expected_finish(company, production)
            if expected <= planned:
                continue
            values = {
                "key": f"production:{production.id}",
                "kind": "production",
                "product_id": production.product_id.id,
                "production_id": production.id,
                "summary": self.env._(
                    "%(production)s of %(product)s was planned for %(planned)s and ends on %(expected)s.",
                    production=production.name,
                    product=production.product_id.display_name,
                    planned=format_date(self.env, planned),
                    expected=format_date(self.env, expected),
                ),
            }
            waiting = self._lines_of_orders(production._flow_orders(), production.product_id)
            yield values | self._danger(company, waiting, planned, expected)

    def _shortages(self, company):
        """Productions that begin soon and miss components."""
        soon = company._approval_today() + timedelta(days=company.plan_shortage_days + 1)
        short = Domain("date_start", "<", company._approval_midnight(soon)) & Domain(
            "reservation_state", "in", ("confirmed", "waiting")
        )
        for production in self._productions(company, short):
            missing = production.move_raw_ids.filtered(
                lambda move: (
                    move.state in ("confirmed", "waiting", "partially_available")
                    and move.product_uom.compare(move.product_uom_qty, move.quantity) > 0
                )
            )
            if not missing:
                continue
            begin = company._approval_local(production.date_start).date()
            expected = self._expected_finish(company, production)
            values = {
                "key": f"shortage:{production.id}",
                "kind": "shortage",
                "product_id": missing[0].product_id.id,
                "production_id": production.id,
                "summary": self.env._(
                    "%(production)s of %(product)s begins on %(day)s and misses %(missing)s.",
                    production=production.name,
                    product=production.product_id.display_name,
                    day=format_date(self.env, begin),
                    missing=", ".join(
                        f"{move.product_id.display_name} "
                        f"{move.product_uom_qty - move.quantity:.12g} {move.product_uom.name}"
                        for move in missing
                    ),
                ),
            }
            waiting = self._lines_of_orders(production._flow_orders(), production.product_id)
            yield values | self._danger(company, waiting, False, expected)

    # ------------------------------------------------------------------ whom it hurts

    def _lines_of_orders(self, orders, product):
        """The lines that wait for the product; of what is only a part of them, all that wait."""
        lines = orders.order_line.filtered(lambda line: line._is_owed())
        return lines.filtered(lambda line: line.product_id == product) or lines

    def _danger(self, company, lines, planned, expected, plan_line=None):
        """Which of these order lines will not keep their promise.

        A purchase plan counts back from the promise without any slack: what it needs later than
        planned is late for the customer, too.
        """
        # what sister companies ordered of it is told there
        lines = lines.filtered(lambda line: line.company_id == company)
        pegged = plan_line.order_line_ids if plan_line else lines.browse()
        days = {}
        for line in lines.filtered(lambda line: line._is_owed() and line.promised_date):
            promised = company._approval_local(line.promised_date).date()
            if line in pegged or expected > promised:
                days[line.id] = promised
        return {
            "planned_date": planned,
            "expected_date": expected,
            "order_line_ids": [fields.Command.set(lines.ids)],
            "in_danger": bool(days),
            "promised_date": min(days.values(), default=False),
        }
