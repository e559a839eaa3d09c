from datetime import timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .schedule_case import ScheduleCase


@tagged("post_install", "-at_install")
class TestNoticeDoors(ScheduleCase):
    """P3: whose notice it is, and what its rows say, holds through every door."""

    def test_a_row_is_not_moved_into_a_notice_that_production_has(self):
        """P3: statistics verifies what was handed over, and nothing is put under it afterwards."""
        handed_over = self.verified(self.make_notice_by_hand())
        own = self.make_notice_by_hand({self.tank: 50})
        with self.assertRefused("cannot be done with it any more"):
            own.line_ids.notice_id = handed_over
        with self.assertRefused("cannot be done with it any more"):
            handed_over.write({"line_ids": [Command.link(own.line_ids.id)]})
        self.assertEqual(handed_over.line_ids.quantity, 3)

    def test_what_to_produce_is_not_given_when_a_row_is_made(self):
        """P3: it is entered by statistics, whoever makes the row."""
        line = {"product_id": self.tank.id, "date_needed": self.today, "to_produce": 70}
        with self.assertRefused("this is done by", AccessError):
            self.make_notice_by_hand(line_ids=[Command.create(line)])
        notice = self.make_notice_by_hand()
        with self.assertRefused("", AccessError):
            notice.line_ids.create({**line, "notice_id": notice.id})
        del line["to_produce"]
        row = notice.line_ids.with_context(default_to_produce=70).create(
            {**line, "notice_id": notice.id}
        )
        self.assertFalse(row.to_produce)

    def test_only_whoever_made_a_notice_deletes_changes_or_hands_it_over(self):
        """P3: neither planners nor the salesperson of another order in it; the sales manager may."""
        notice = self.make_notice_by_hand()
        for user in (self.statistics, self.dispatch, self.assistant):
            theirs = self.as_user(notice, user)
            for name, door in {
                "delete": theirs.unlink,
                "hand over": theirs.action_hand_over,
                "take over": lambda theirs=theirs, user=user: theirs.write({"user_id": user.id}),
                "change": lambda theirs=theirs: theirs.line_ids.write({"quantity": 30}),
                "delete a row": theirs.line_ids.unlink,
                "add": lambda theirs=theirs: theirs.line_ids.create(
                    {"notice_id": theirs.id, "product_id": self.tank.id}
                ),
            }.items():
                with (
                    self.subTest(user=user.login, door=name),
                    self.assertRefused("this is done by whoever made it", AccessError),
                ):
                    door()
        self.as_user(notice, self.salesmgr).line_ids.quantity = 4
        notice.user_id = self.salesmgr
        with self.assertRefused("this is done by whoever made it", AccessError):
            notice.with_user(self.assistant).action_hand_over()
        self.as_user(notice, self.salesmgr).action_hand_over()
        self.assertEqual(notice.state, "statistics")

    def test_a_notice_is_not_made_in_the_name_of_somebody_else(self):
        """P3: whoever made it answers for it."""
        with self.assertRefused("this is done by whoever made it", AccessError):
            self.make_notice_by_hand(user=self.assistant, user_id=self.sales.id)
        made = self.make_notice_by_hand(user=self.salesmgr, user_id=self.sales.id)
        self.assertEqual(made.user_id, self.sales)

    def test_a_notice_of_somebody_else_is_not_submitted(self):
        """P3, A10: submitting is asking for it."""
        notice = self.make_notice_by_hand()
        missing = self.as_user(notice, self.statistics)._approval_check_submission("notice")
        self.assertIn("this is done by whoever made it", "\n".join(missing[notice.id]))
        self.assertFalse(notice._approval_check_submission("notice")[notice.id])

    def test_a_notice_with_rows_stays_with_its_company(self):
        """X4: its order lines and products are of that company."""
        notice = self.make_notice_by_hand()
        other = self.env["res.company"].create({"name": "Sister Ltd", "planning_enabled": True})
        self.sales.company_ids |= other
        both = notice.with_context(allowed_company_ids=(self.company | other).ids)
        with self.assertRefused("stays with its company", UserError):
            both.company_id = other

    def test_salespeople_count_the_notices_they_may_read(self):
        """X4: the button of an order tells nothing of notices of others."""
        order = self.make_confirmed({self.tank: 12})
        notice = self.make_notice_of(order)
        self.assertEqual(self.as_user(order, self.sales).production_notice_count, 1)
        theirs = self.as_user(order, self.finance)
        self.assertFalse(self.as_user(notice, self.finance).search([("id", "=", notice.id)]))
        self.assertEqual(theirs.production_notice_count, 0)
        self.assertFalse(theirs.action_view_production_notices().get("res_id"))
        self.assertEqual(order.action_view_production_notices()["res_id"], notice.id)


@tagged("post_install", "-at_install")
class TestNoticeProgress(ScheduleCase):
    """P3, P4: a notice is scheduled with all its rows, and what was made stays made."""

    def finish(self, production):
        production.qty_producing = production.product_qty
        production.move_raw_ids.picked = True
        production.workorder_ids.button_finish()
        production.with_context(skip_consumption=True, skip_backorder=True).button_mark_done()

    def replan(self, schedule):
        action = schedule.action_replan()
        return self.as_user(self.env["production.schedule"].browse(action["res_id"]), self.dispatch)

    def test_a_finished_notice_stays_finished_when_the_rest_is_planned_anew(self):
        """P4: of two notices in a schedule one is made; the other is planned anew."""
        made = self.verified(self.make_notice_by_hand(days=3))
        open_one = self.verified(self.make_notice_by_hand(days=9))
        old = self.make_schedule(made, open_one)
        old.action_approve()
        self.finish(made.sudo().line_ids.schedule_line_ids.production_id)
        self.assertEqual((made.stage, open_one.stage), ("done", "scheduled"))
        finished_on = made.line_ids.date_planned
        new = self.replan(old)
        new.action_approve()
        self.assertEqual((old.stage, made.stage, open_one.stage), ("replaced", "done", "scheduled"))
        self.assertEqual(made.line_ids.date_planned, finished_on)
        # and it is not made once more
        self.finish(open_one.sudo().line_ids.schedule_line_ids.production_id)
        self.assertEqual((new.stage, open_one.stage), ("done", "done"))

    def test_a_row_that_was_taken_out_waits_for_the_next_schedule(self):
        """P3, P4: the notice stays with dispatch until all its rows are scheduled."""
        frame = self.make_product("Frame", 50)
        self.make_bom(frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        notice = self.verified(self.make_notice_by_hand({self.tank: 3, frame: 2}))
        first = self.make_schedule(notice)
        first.line_ids.filtered(lambda line: line.product_id == frame).unlink()
        with self.assertRefused("was not calculated"):
            first.action_approve()
        first.action_calculate()
        first.action_approve()
        self.assertEqual(notice.stage, "dispatch")
        self.assertEqual(notice.sudo().activity_ids.user_id, self.dispatch)
        self.finish(first.line_ids.production_id)
        self.assertEqual(notice.stage, "dispatch")
        second = self.make_schedule(notice)
        self.assertEqual(second.line_ids.product_id, frame)
        second.action_approve()
        self.assertEqual(notice.stage, "scheduled")
        self.assertFalse(notice.sudo().activity_ids)
        self.finish(second.line_ids.production_id)
        self.assertEqual(notice.stage, "done")

    def test_statistics_gives_up_a_row_that_dispatch_took_out(self):
        """P3, P4: nothing of it is made after all; then the notice is scheduled."""
        frame = self.make_product("Frame", 50)
        self.make_bom(frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        notice = self.verified(self.make_notice_by_hand({self.tank: 3, frame: 2}))
        schedule = self.make_schedule(notice)
        schedule.line_ids.filtered(lambda line: line.product_id == frame).unlink()
        schedule.action_calculate()
        schedule.action_approve()
        rows = self.as_user(notice, self.statistics).line_ids
        out = rows.filtered(lambda line: line.product_id == frame)
        with self.assertRefused(f"is in {schedule.name}"):
            (rows - out).to_produce = 1
        with self.assertRefused("this is done by", AccessError):
            self.as_user(out, self.dispatch).to_produce = 0
        out.to_produce = 0
        self.assertEqual(notice.stage, "scheduled")
        self.finish(schedule.line_ids.production_id)
        self.assertEqual(notice.stage, "done")

    def test_a_row_of_zero_is_no_work_and_holds_nothing_up(self):
        """P3: statistics found that one of two rows is in stock."""
        frame = self.make_product("Frame", 50)
        self.make_bom(frame, {self.sheet: 1}, [("Bend", self.cutting, 30)])
        notice = self.make_notice_by_hand({self.tank: 3, frame: 2})
        notice.action_hand_over()
        mine = self.as_user(notice, self.statistics)
        mine.line_ids.filtered(lambda line: line.product_id == frame).to_produce = 0
        mine.action_verify()
        schedule = self.make_schedule(notice)
        schedule.action_approve()
        self.assertEqual(notice.stage, "scheduled")
        self.finish(schedule.line_ids.production_id)
        self.assertEqual(notice.stage, "done")

    def test_a_row_without_a_day_says_so_in_the_schedule(self):
        """P3: sales asked for nothing of it, so nobody entered a day; statistics wants some."""
        notice = self.make_notice_by_hand()
        empty = {"product_id": self.tank.id, "quantity": 0}
        notice.write({"line_ids": [Command.create(empty)]})
        notice.action_hand_over()
        mine = self.as_user(notice, self.statistics)
        mine.line_ids.filtered(lambda line: not line.quantity).to_produce = 5
        mine.action_verify()
        schedule = self.make_schedule(notice)
        problems = [text for text in schedule.line_ids.mapped("problem") if text]
        self.assertEqual(problems, ["Tank (5.0 Units): enter by when it is needed."])
        schedule.line_ids.filtered("problem").date_needed = schedule.date_from + timedelta(days=3)
        schedule.action_calculate()
        self.assertFalse(schedule.problem_count)


@tagged("post_install", "-at_install")
class TestSubcontractedNotice(ScheduleCase):
    """P3, P6: what a subcontractor makes is over when it was received."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vendor = cls.env["res.partner"].create({"name": "Coating Ltd"})
        cls.part = cls.make_product("Coated Part", 5)
        cls.part.seller_ids = [Command.create({"partner_id": cls.vendor.id, "delay": 6})]
        cls.make_bom(
            cls.part,
            {cls.sheet: 1},
            type="subcontract",
            subcontractor_ids=[Command.set(cls.vendor.ids)],
        )

    def buy(self, quantity, **values):
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.vendor.id,
                "company_id": self.company.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.part.id,
                            "product_qty": quantity,
                            "price_unit": 1,
                            **values,
                        }
                    )
                ],
            }
        )
        order.button_confirm()
        order.button_approve()
        self.assertEqual(order.state, "purchase")
        return order

    def receive(self, order, quantity):
        moves = order.picking_ids.move_ids.filtered(lambda move: move.state != "done")
        moves.quantity = quantity
        moves.picked = True
        order.picking_ids.filtered(lambda picking: picking.state != "done").with_context(
            skip_backorder=True, picking_ids_not_to_backorder=[]
        ).button_validate()

    def approved(self, *quantities):
        notices = [
            self.verified(self.make_notice_by_hand({self.part: quantity}, days=10 + number))
            for number, quantity in enumerate(quantities)
        ]
        schedule = self.make_schedule(*notices)
        schedule.action_approve()
        return schedule, *notices

    def test_it_is_done_when_all_was_received(self):
        """P3, P6: 3 ordered for one notice and 2 of the 4 of the next; the first is served first."""
        schedule, first, second = self.approved(3, 4)
        self.assertEqual((first.stage, schedule.stage), ("scheduled", "approved"))
        order = self.buy(5)
        rows = (first | second).line_ids
        self.assertEqual(rows.sorted("id").mapped("open_quantity"), [0, 2])
        self.receive(order, 4)
        self.assertEqual((first.stage, second.stage), ("done", "scheduled"))
        self.assertEqual(schedule.stage, "running")
        rest = self.buy(2)
        self.receive(order, 1)
        self.assertEqual(second.stage, "scheduled")
        self.receive(rest, 2)
        self.assertEqual((second.stage, schedule.stage), ("done", "done"))

    def test_what_is_ordered_does_not_hide_what_is_missing_besides(self):
        """P3: 6 owed and noticed, then ordered; another 5 are owed: 5 are to be noticed."""
        order = self.make_confirmed({self.part: 6})
        notice = self.verified(self.make_notice_of(order))
        self.make_schedule(notice).action_approve()
        self.assertEqual((self.row_of(self.part).noticed, self.row_of(self.part).to_notice), (6, 0))
        purchase = self.buy(6)
        self.make_confirmed({self.part: 5})
        row = self.row_of(self.part)
        self.assertEqual((row.incoming, row.noticed, row.to_notice), (6, 0, 5))
        # what is not ordered after all is missing again
        purchase.button_cancel()
        row = self.row_of(self.part)
        self.assertEqual((row.incoming, row.noticed, row.to_notice), (0, 6, 5))

    def test_what_was_ordered_before_the_schedule_was_approved_counts(self):
        """P4: between the figures and the decision; what was ordered before is in the figures."""
        self.buy(9)
        notice = self.verified(self.make_notice_by_hand({self.part: 3}))
        notice.sudo()._stamp({"verified_at": notice.verified_at + timedelta(seconds=2)})
        schedule = self.make_schedule(notice)
        later = self.buy(3, name="Later")
        later.date_approve = notice.verified_at + timedelta(hours=1)
        schedule.action_approve()
        self.assertEqual(notice.line_ids.open_quantity, 0)
        self.assertEqual(notice.sudo().line_ids.purchase_ids.purchase_line_id, later.order_line)

    def test_material_of_what_was_made_is_not_planned_anew(self):
        """P4: the coated part of a press that is finished already."""
        press = self.make_product("Press", 900)
        self.make_bom(press, {self.part: 1}, [("Assemble", self.welding, 60)])
        notices = [
            self.verified(self.make_notice_by_hand({product: 1})) for product in (press, self.tank)
        ]
        schedule = self.make_schedule(*notices)
        schedule.action_approve()
        production = schedule.line_ids.production_id.filtered(lambda row: row.product_id == press)
        production.qty_producing = 1
        production.move_raw_ids.picked = True
        production.workorder_ids.button_finish()
        production.with_context(skip_consumption=True, skip_backorder=True).button_mark_done()
        self.assertEqual((production.state, notices[0].stage), ("done", "done"))
        action = schedule.action_replan()
        new = self.as_user(self.env["production.schedule"].browse(action["res_id"]), self.dispatch)
        self.assertEqual(new.line_ids.product_id, self.tank)
        self.assertFalse(new.problem_count)

    def test_what_was_received_is_not_planned_anew(self):
        """P4: of two rows one was received."""
        schedule, first, second = self.approved(3, 4)
        self.receive(self.buy(3), 3)
        action = schedule.action_replan()
        new = self.as_user(self.env["production.schedule"].browse(action["res_id"]), self.dispatch)
        self.assertEqual(new.line_ids.notice_line_id.notice_id, second)
        new.action_approve()
        self.assertEqual((first.stage, second.stage), ("done", "scheduled"))

    def test_the_purchase_plan_orders_it(self):
        """P5, D11 五: noticed by hand, so no order asks for it; ordered, it is no demand any more."""
        _schedule, notice = self.approved(3)
        plan = self.as_user(self.env["purchase.plan"], self.dispatch).create(
            {"date_to": self.today + timedelta(days=60)}
        )
        plan.action_calculate()
        line = plan.line_ids.filtered(lambda line: line.product_id == self.part)
        self.assertEqual((line.kind, line.quantity), ("subcontract", 3))
        self.assertIn(notice.name, line.peg_text)
        self.buy(3)
        self.assertFalse(plan.sudo()._notice_demand())

    def test_nobody_enters_what_a_purchase_is_for(self):
        """A10: it follows from the purchases."""
        _schedule, notice = self.approved(3)
        order = self.buy(1)
        row = notice.sudo().line_ids.purchase_ids
        with self.assertRefused("", AccessError):
            row.sudo().write({"quantity": 9})
        for user in (self.dispatch, self.sales):
            with self.subTest(user.login), self.assertRefused("", AccessError):
                self.as_user(row, user).create(
                    {
                        "notice_line_id": notice.line_ids.id,
                        "purchase_line_id": order.order_line.id,
                        "quantity": 2,
                    }
                )


@tagged("post_install", "-at_install")
class TestRoundupKits(ScheduleCase):
    """P3: of a kit its components are owed, whatever became of the transfers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kit = cls.make_product("Pump Set", 120)
        cls.make_bom(cls.kit, {cls.pump: 1, cls.hose: 2}, type="phantom")

    def owed(self):
        self.env.flush_all()
        return self.row_of(self.pump).owed, self.row_of(self.hose).owed

    def send(self, order, pumps, hoses):
        picking = self.pickings(order).filtered(lambda row: row.state not in ("done", "cancel"))
        for move in picking.move_ids:
            move.quantity = pumps if move.product_id == self.pump else hoses
            move.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        return picking

    def test_cancelled_and_returned_components_are_owed(self):
        """P3: 4 kits: 4 pumps and 8 hoses; delivered, cancelled, returned."""
        order = self.make_noticed({self.kit: 4})
        self.assertEqual(self.owed(), (4, 8))
        sent = self.send(order, 3, 6)
        self.assertEqual(self.owed(), (1, 2))
        line = self.as_user(order, self.sales).order_line
        goods = {part.name: left for part, left in line._owed_goods()[line].items()}
        self.assertEqual(goods, {"Pump": 1, "Hose": 2})
        self.pickings(order).filtered(lambda row: row.state != "done").sudo().action_cancel()
        self.assertEqual(self.owed(), (1, 2))
        wizard = (
            self.as_user(self.env["stock.return.picking"], self.warehouse)
            .with_context(active_id=sent.id, active_ids=sent.ids, active_model="stock.picking")
            .create({})
        )
        for row in wizard.product_return_moves:
            row.quantity = 2 if row.product_id == self.pump else 4
        back = self.as_user(
            self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"]),
            self.warehouse,
        )
        self.ship(back)
        self.assertEqual(back.state, "done")
        self.assertEqual(self.owed(), (3, 6))

    def test_what_is_owed_of_many_lines_takes_no_more_queries(self):
        """P3: than of few."""
        products, counts = [self.make_product(f"Part {number}", 5) for number in range(9)], []
        for number in (1, 2, 9):
            lines = self.make_confirmed(dict.fromkeys(products[:number], 1)).order_line
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            fresh = lines.browse(lines.ids).sudo()
            self.assertEqual(len(fresh._owed_goods()), number)
            counts.append(self.cr.sql_log_count - before)
        self.assertLessEqual(counts[2], counts[1])

    def test_the_round_up_reads_kits_in_a_number_of_queries_that_does_not_grow(self):
        """P3: with the number of orders."""
        self.make_confirmed({self.kit: 1})
        self.row_of(self.pump)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.row_of(self.pump)
        few = self.cr.sql_log_count - before
        for _number in range(4):
            self.make_confirmed({self.kit: 1})
        self.row_of(self.pump)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.row_of(self.pump)
        self.assertLessEqual(self.cr.sql_log_count - before, few + 4 * 3)
