from datetime import timedelta

from freezegun import freeze_time
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .purchase_plan_case import PurchasePlanCase


class ProgressCase(PurchasePlanCase):
    """A plan that was handed over and ordered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.part = cls.make_part("Part", {"price": 5, "delay": 2}, list_price=20)

    def make_ordered(self):
        self.order = self.promise({self.part: 3}, self.monday)
        self.plan = self.make_plan()
        self.only(self.plan, self.part)
        self.approve(self.plan)
        self.plan.action_hand_over()
        self.line = self.lines_of(self.plan, self.part)
        self.purchase = self.as_user(self.line.sudo().purchase_line_ids.order_id, self.buyer)
        self.purchase.button_confirm()

    def move_arrival(self, day):
        self.purchase.order_line.date_planned = self.noon(day)
        self.env.flush_all()

    def watch(self):
        self.env["plan.exception"]._watch(self.company)

    def exceptions(self, *keys, user=None):
        found = self.env["plan.exception"].search([("key", "in", keys)])
        return self.as_user(found, user or self.dispatch)

    def late(self, user=None):
        return self.exceptions(f"purchase:{self.purchase.order_line.id}", user=user)

    def make_production(self, start, days=2, **values):
        """A production of the pump for an order, that starts and ends as said."""
        bom = self.make_bom(self.pump, {self.part: 1})
        production = self.env["mrp.production"].create(
            {
                "product_id": self.pump.id,
                "product_qty": 2,
                "bom_id": bom.id,
                "company_id": self.company.id,
                **values,
            }
        )
        production.action_confirm()
        production.date_start = self.noon(start)
        production.date_finished = self.noon(start + timedelta(days=days))
        self.env.flush_all()
        return production


@tagged("post_install", "-at_install")
class TestPlanException(ProgressCase):
    """P6: found by itself, told to whom it concerns, once."""

    def test_a_late_arrival_is_told_once_and_closed_by_itself(self):
        """P6: to dispatch and, because the promise is in danger, to the VP of production."""
        self.make_ordered()
        self.watch()
        self.assertFalse(self.late())
        self.move_arrival(self.monday + timedelta(days=4))
        self.watch()
        self.watch()
        [late] = self.late()
        self.assertEqual((late.kind, late.days_late, late.state), ("purchase", 4, "open"))
        self.assertTrue(late.in_danger)
        self.assertEqual(late.promised_date, self.monday)
        self.assertEqual(late.order_line_ids, self.order.order_line)
        self.assertEqual(
            sorted(late.activity_ids.user_id.ids), sorted((self.dispatch | self.vp_production).ids)
        )
        self.assertEqual(len(late.activity_ids), 2)
        self.assertIn("Bearings Ltd", late.summary)
        self.move_arrival(self.monday)
        self.watch()
        self.assertEqual(late.state, "closed")
        self.assertFalse(late.activity_ids)

    def test_what_came_again_is_told_again(self):
        """P6: once it was over."""
        self.make_ordered()
        for _time in range(2):
            self.move_arrival(self.monday + timedelta(days=4))
            self.watch()
            self.move_arrival(self.monday)
            self.watch()
        self.assertEqual(self.late().mapped("state"), ["closed", "closed"])

    def test_only_the_vp_decides_when_a_promise_is_in_danger(self):
        """P6, D11 八: and says what is done; then nobody is asked again."""
        self.make_ordered()
        self.move_arrival(self.monday + timedelta(days=4))
        self.watch()
        late = self.late()
        with self.assertRefused("is done by", AccessError):
            late.action_handle("Wait.")
        late = self.late(self.vp_production)
        with self.assertRefused("say what is done"):
            late.action_handle()
        late.decision = "By air freight."
        late.action_handle()
        self.assertEqual((late.state, late.handled_by_id), ("handled", self.vp_production))
        with self.assertRefused("handled already"):
            late.action_handle("Again.")
        self.watch()
        self.assertEqual(late.state, "handled")
        self.assertEqual(len(self.late()), 1)

    def test_goods_that_did_not_come_are_late(self):
        """P6: the day after they were planned."""
        self.make_ordered()
        with freeze_time(self.noon(self.monday)):
            self.watch()
            self.assertFalse(self.late())
        with freeze_time(self.noon(self.monday + timedelta(days=1))):
            self.watch()
            self.assertEqual(self.late().days_late, 1)

    def test_what_nobody_ordered_in_time_is_told(self):
        """P6: a request for quotation past its day, when it comes later than needed."""
        self.promise({self.part: 3}, self.monday)
        plan = self.make_plan()
        self.only(plan, self.part)
        self.approve(plan)
        plan.action_hand_over()
        line = self.lines_of(plan, self.part)
        key = f"plan:{line.id}"
        self.watch()
        self.assertFalse(self.exceptions(key))
        with freeze_time(self.noon(line.order_by + timedelta(days=1))):
            self.watch()
            self.assertTrue(self.exceptions(key).in_danger)

    def test_subcontracted_work_has_its_own_kind(self):
        """P6: 外协."""
        cast = self.make_part("Casting", {"partner_id": self.foundry.id, "delay": 3}, list_price=9)
        self.make_bom(
            cast, {self.hose: 1}, "subcontract", subcontractor_ids=[Command.set(self.foundry.ids)]
        )
        self.promise({cast: 2}, self.monday)
        plan = self.make_plan()
        self.only(plan, cast)
        self.approve(plan)
        plan.action_hand_over()
        bought = self.lines_of(plan, cast).sudo().purchase_line_ids
        self.as_user(bought.order_id, self.buyer).button_confirm()
        bought.date_planned = self.noon(self.monday + timedelta(days=2))
        self.watch()
        self.assertEqual(self.exceptions(f"purchase:{bought.id}").kind, "subcontract")

    def test_productions_that_do_not_begin_are_late_and_short(self):
        """P6: two days late, and a component is missing; no promise depends on it."""
        production = self.make_production(self.today - timedelta(days=2), days=3)
        self.watch()
        late = self.exceptions(f"production:{production.id}")
        self.assertEqual((late.kind, late.days_late, late.in_danger), ("production", 2, False))
        self.assertEqual(late.expected_date, self.today + timedelta(days=3))
        self.assertEqual(late.activity_ids.user_id, self.dispatch)
        short = self.exceptions(f"shortage:{production.id}")
        self.assertEqual((short.kind, short.product_id), ("shortage", self.part))
        self.assertIn("Part 2 ", short.summary)
        late.action_handle("Begins tomorrow.")
        self.assertEqual(late.state, "handled")

    def test_a_handled_exception_is_opened_again_when_a_promise_comes_into_danger(self):
        """P6: dispatch handled it; now the customer waits, and the VP decides."""
        production = self.make_production(self.today - timedelta(days=2))
        self.watch()
        late = self.exceptions(f"production:{production.id}")
        late.action_handle("Begins tomorrow.")
        order = self.promise({self.pump: 2}, self.today + timedelta(days=1))
        production.sale_line_id = order.order_line
        self.watch()
        self.assertEqual((late.state, late.in_danger), ("open", True))
        self.assertIn(self.vp_production, late.activity_ids.user_id)

    def test_what_is_out_of_danger_is_no_matter_of_the_vp_any_more(self):
        """P6: it is late still, but the customer gets the goods on the promised day."""
        production = self.make_production(self.today - timedelta(days=2))
        order = self.promise({self.pump: 2}, self.today + timedelta(days=1))
        production.sale_line_id = order.order_line
        self.watch()
        late = self.exceptions(f"production:{production.id}")
        self.assertTrue(late.in_danger)
        self.assertEqual(late.promised_date, self.today + timedelta(days=1))
        # it begins a day earlier than it was feared
        production.date_start = self.noon(self.today - timedelta(days=1))
        production.date_finished = self.noon(self.today)
        self.watch()
        self.assertEqual((late.state, late.in_danger, late.days_late), ("open", False, 1))
        self.assertFalse(late.promised_date or late.escalated_at)
        self.assertEqual(late.activity_ids.user_id, self.dispatch)
        late.action_handle("Begins tomorrow.")

    def test_what_dispatch_put_before_the_vp_stays_there(self):
        """P6: with the promise it concerns, whatever is found in the meantime."""
        production = self.make_production(self.today - timedelta(days=2))
        order = self.promise({self.pump: 2}, self.today + timedelta(days=20))
        production.sale_line_id = order.order_line
        self.watch()
        late = self.exceptions(f"production:{production.id}")
        self.assertFalse(late.in_danger)
        late.action_escalate()
        for _day in range(2):
            self.watch()
            self.assertEqual((late.in_danger, late.escalated_by_id), (True, self.dispatch))
            self.assertEqual(late.promised_date, self.today + timedelta(days=20))
        self.assertIn(self.vp_production, late.activity_ids.user_id)

    def test_only_promises_that_somebody_waits_for_are_in_danger(self):
        """P6: nothing is owed of an order that was cancelled."""
        soon = self.promise({self.hose: 1}, self.today + timedelta(days=1))
        later = self.promise({self.pump: 2}, self.today + timedelta(days=20))
        told = self.as_user(self.env["plan.exception"], self.dispatch).create(
            {"summary": "The press is broken."}
        )
        told.sudo().order_line_ids = soon.order_line | later.order_line
        soon.sudo()._action_cancel()
        told.action_escalate()
        self.assertEqual(told.promised_date, self.today + timedelta(days=20))

    def test_an_exception_stays_in_its_company(self):
        """P6, X4: found or told, nobody moves it out of the sight of those who were told."""
        sister = self.env["res.company"].create({"name": "Sister Ltd", "planning_enabled": True})
        self.dispatch.company_ids |= sister
        self.make_production(self.today - timedelta(days=2))
        self.watch()
        found = self.env["plan.exception"].search(
            [("key", "!=", False), ("company_id", "=", self.company.id)], limit=1
        )
        told = self.as_user(self.env["plan.exception"], self.statistics).create({"summary": "-"})
        for exception in (found, told):
            own = exception.with_user(self.dispatch).with_context(
                allowed_company_ids=(self.company | sister).ids
            )
            with self.assertRefused("stays in its company"):
                own.company_id = sister
            self.assertFalse(
                own.with_context(allowed_company_ids=sister.ids).search([("id", "=", own.id)])
            )

    def test_orders_of_a_sister_company_are_not_told_here(self):
        """P6, X4: neither as waiting nor as in danger."""
        sister = self.env["res.company"].create({"name": "Sister Ltd"})
        theirs = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": sister.id,
                "order_line": [Command.create({"product_id": self.pump.id, "product_uom_qty": 1})],
            }
        )
        ours = self.promise({self.pump: 2}, self.today + timedelta(days=1))
        day = self.today + timedelta(days=9)
        values = self.env["plan.exception"]._danger(
            self.company, theirs.order_line | ours.order_line, False, day
        )
        self.assertEqual(values["order_line_ids"], [Command.set(ours.order_line.ids)])

    def test_shortages_far_away_are_no_exception(self):
        """P6: the company looks three days ahead."""
        production = self.make_production(self.today + timedelta(days=10))
        self.watch()
        self.assertFalse(self.exceptions(f"shortage:{production.id}"))

    def test_nothing_is_watched_while_planning_is_off(self):
        """P6: the cron looks at companies that plan."""
        production = self.make_production(self.today - timedelta(days=2))
        self.company.planning_enabled = False
        self.env["plan.exception"]._cron_watch()
        self.assertFalse(self.exceptions(f"production:{production.id}"))

    def test_the_workshop_tells_and_dispatch_puts_it_before_the_vp(self):
        """P6, D11 九: by hand; nothing but what happened is entered."""
        Exceptions = self.as_user(self.env["plan.exception"], self.statistics)
        with self.assertRefused("", AccessError):
            Exceptions.create({"summary": "Broken.", "in_danger": True})
        told = Exceptions.create({"summary": "The press is broken."})
        self.assertEqual((told.kind, told.user_id), ("other", self.statistics))
        self.assertEqual(told.activity_ids.user_id, self.dispatch)
        with self.assertRefused("is done by", AccessError):
            told.action_escalate()
        self.as_user(told, self.dispatch).action_escalate()
        self.assertIn(self.vp_production, told.activity_ids.user_id)
        with self.assertRefused("is done by", AccessError):
            told.action_handle("Repaired.")
        self.as_user(told, self.vp_production).action_handle("Rent another.")
        with self.assertRefused("stay"):
            told.sudo().unlink()

    def test_found_exceptions_are_not_rewritten(self):
        """P6: what was found stands."""
        self.make_production(self.today - timedelta(days=2))
        self.watch()
        found = self.as_user(
            self.env["plan.exception"].search([("key", "!=", False)]), self.dispatch
        )
        with self.assertRefused("found by itself", AccessError):
            found[0].summary = "Nothing happened."
        with self.assertRefused("", AccessError):
            self.as_user(found[0], self.outsider).read(["name"])

    def test_exceptions_stand_on_the_desk(self):
        """F11, P6: with dispatch; in danger with the VP."""
        self.make_ordered()
        self.move_arrival(self.monday + timedelta(days=4))
        self.watch()
        late = self.late()
        step = late._desk_next_action()[late.id]
        self.assertEqual((step["role"], step["mine"]), ("vp_production", False))
        step = self.late(self.vp_production)._desk_next_action()[late.id]
        self.assertTrue(step["mine"])


@tagged("post_install", "-at_install")
class TestPlanProgress(ProgressCase):
    """P6: planned against actual, from the plan to the receipt."""

    def rows(self, **values):
        domain = [(name, "=", value.id) for name, value in values.items()]
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(self.env["plan.progress"], self.vp_production).search(domain)

    def test_from_the_plan_to_the_receipt(self):
        """P6: a planned line becomes a purchase, comes two days late, and is done late."""
        self.order = self.promise({self.part: 3}, self.monday)
        plan = self.make_plan()
        self.only(plan, self.part)
        self.approve(plan)
        line = self.lines_of(plan, self.part)
        [row] = self.rows(plan_line_id=line)
        self.assertEqual(
            (row.document, row.planned_date, row.expected_date, row.state),
            (plan.name, self.monday, False, "open"),
        )
        plan.action_hand_over()
        purchase = self.as_user(line.sudo().purchase_line_ids.order_id, self.buyer)
        [row] = self.rows(plan_line_id=line)
        self.assertEqual((row.document, row.kind), (purchase.name, "purchase"))
        purchase.button_confirm()
        later = self.monday + timedelta(days=2)
        purchase.order_line.date_planned = self.noon(later)
        [row] = self.rows(plan_line_id=line)
        self.assertEqual((row.expected_date, row.days_late, row.state), (later, 2, "late"))
        # without rights in purchasing the row is read in a list, with them the order opens
        self.assertEqual(row.action_open()["res_model"], "purchase.order.line")
        self.vp_production.group_ids |= self.env.ref("purchase.group_purchase_user")
        self.assertEqual(row.action_open()["res_id"], purchase.id)
        with freeze_time(self.noon(later)):
            move = purchase.sudo().picking_ids.move_ids
            move.quantity, move.picked = 3, True
            self.as_user(move.picking_id, self.warehouse).button_validate()
        [row] = self.rows(plan_line_id=line)
        self.assertEqual(
            (row.done_quantity, row.share, row.done_date, row.days_late, row.state),
            (3, 1, later, 2, "done_late"),
        )

    def test_deliveries_and_productions_are_rows_too(self):
        """P6: promised lines and productions."""
        order = self.promise({self.hose: 3}, self.monday)
        [row] = self.rows(order_line_id=order.order_line)
        self.assertEqual((row.kind, row.planned_date, row.state), ("sale", self.monday, "open"))
        production = self.make_production(self.today - timedelta(days=5))
        [row] = self.rows(production_id=production)
        self.assertEqual(
            (row.kind, row.planned_quantity, row.days_late, row.state), ("production", 2, 3, "late")
        )

    def test_purchases_that_were_given_up_cover_nothing(self):
        """P5, P6: neither the order nor its receipt; what was given up was not received."""
        self.make_ordered()
        self.purchase.sudo().picking_ids.action_cancel()
        self.assertEqual((self.line.step, self.line.ordered_quantity), ("cancelled", 0))
        self.assertEqual(self.plan.stage, "cancelled")
        [row] = self.rows(plan_line_id=self.line)
        self.assertEqual((row.document, row.done_quantity), (self.plan.name, 0))
        again = self.lines_of(self.make_plan(), self.part)
        self.assertEqual((again.quantity, again.from_incoming), (3, 0))
        with freeze_time(self.noon(self.monday + timedelta(days=1))):
            self.watch()
            self.assertFalse(self.late())
            self.assertTrue(self.exceptions(f"plan:{self.line.id}"))

    def test_of_a_purchase_what_still_comes_covers(self):
        """P5: one of three came, the rest was cancelled: two are missing."""
        self.make_ordered()
        picking = self.purchase.sudo().picking_ids
        picking.move_ids.write({"quantity": 1, "picked": True})
        picking.with_context(skip_backorder=True, cancel_backorder=True)._action_done()
        self.assertEqual((self.line.ordered_quantity, self.line.received_quantity), (1, 1))
        [row] = self.rows(plan_line_id=self.line)
        self.assertEqual((row.done_quantity, row.planned_quantity, row.state), (1, 3, "done"))
        again = self.lines_of(self.make_plan(), self.part)
        self.assertEqual((again.from_stock, again.from_incoming, again.net), (1, 0, 2))

    def test_production_reads_no_prices_of_sales(self):
        """P6: which orders wait, for what and until when, and not what customers pay."""
        self.make_ordered()
        for record in (self.order, self.order.order_line):
            with self.assertRefused("", AccessError):
                self.as_user(record, self.vp_production).read(["display_name"])
        for user in (self.dispatch, self.vp_production):
            with self.subTest(user.login):
                line = self.as_user(self.line, user)
                action = line.action_view_sources()
                self.assertEqual(action["res_model"], "plan.order.line")
                [row] = self.as_user(self.env[action["res_model"]], user).search_read(
                    action["domain"], ["document", "ordered", "promised_date"]
                )
                self.assertEqual(
                    (row["document"], row["ordered"], row["promised_date"]),
                    (self.order.name, 3, self.noon(self.monday)),
                )
                self.assertEqual(line.order_text, self.order.name)
                self.assertIn(line, line.search([("order_text", "ilike", self.order.name)]))
                self.assertNotIn(line, line.search([("order_text", "=", "S-none")]))
        self.assertFalse(
            {"price_unit", "price_subtotal", "amount_total", "discount"}
            & self.env["plan.order.line"]._fields.keys()
        )
        with self.assertRefused("", AccessError):
            self.as_user(self.env["plan.order.line"], self.outsider).search([])
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.vp_production.company_ids |= other
        rows = self.env["plan.order.line"].with_user(self.vp_production)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([("document", "=", self.order.name)]))

    def test_production_opens_what_it_reads(self):
        """P6: the form of an exception and the rows of the round-up, with their orders."""
        self.make_ordered()
        self.move_arrival(self.monday + timedelta(days=4))
        self.watch()
        late = self.late(self.vp_production)
        views = late.get_views([(False, "form")])
        arch = etree.fromstring(views["views"]["form"]["arch"])
        shown = {node.get("name") for node in arch.iter("field")} & late._fields.keys()
        [values] = late.web_read({name: {} for name in shown})
        self.assertEqual(values["order_text"], self.order.name)
        self.assertNotIn("order_line_ids", values)
        self.assertEqual(late.action_view_orders()["res_model"], "plan.order.line")
        self.env.flush_all()
        rows = self.as_user(self.env["order.roundup"], self.vp_production)
        [row] = rows.search(
            [("product_id", "=", self.part.id), ("company_id", "=", self.company.id)]
        )
        action = row.action_view_orders()
        self.assertEqual(action["res_model"], "plan.order.line")
        found = self.as_user(self.env["plan.order.line"], self.vp_production)
        self.assertEqual(found.search(action["domain"]).mapped("document"), [self.order.name])

    def test_progress_of_another_company_is_not_read(self):
        """P6, X4: and nobody outside of production reads any."""
        self.make_ordered()
        with self.assertRefused("", AccessError):
            self.as_user(self.env["plan.progress"], self.outsider).search([])
        other = self.env["res.company"].create({"name": "Sister Ltd"})
        self.vp_production.company_ids |= other
        rows = self.env["plan.progress"].with_user(self.vp_production)
        rows = rows.with_context(allowed_company_ids=other.ids)
        self.assertFalse(rows.search([("company_id", "=", self.company.id)]))
