from datetime import date, timedelta

from odoo.tests import BaseCase, tagged

from ..explosion import BUY, KIT, MAKE, SUBCONTRACT, BomLoop, Item, Offer, WorkDays, explode

# a Monday; Mondays to Fridays are worked
TODAY = date(2031, 3, 3)
WORK = WorkDays(
    day for day in (TODAY + timedelta(days=n) for n in range(-60, 200)) if day.weekday() < 5
)


def day(number):
    return TODAY + timedelta(days=number)


def run(needs, items, stock=None, incoming=None):
    rows = explode(needs, items, stock or {}, incoming or {}, WORK, TODAY)
    return {(row.product, row.day): row for row in rows}


def bought(lead=0, **values):
    return Item(BUY, offers=(Offer("seller", "S", lead=lead, **values),))


@tagged("post_install", "-at_install")
class TestExplosion(BaseCase):
    """P5: needs, stock, lots and dates, each figure worked out by hand."""

    def test_three_levels_as_worked_out_in_the_manual(self):
        """P5: a machine of 2 drives and 1 frame; a drive of 4 bearings and 1 motor.

        10 machines on Monday 2031-04-07, made in 2 days: drives and frames on Thursday the 3rd.
        20 drives, 5 are in stock: 15, made in 3 days: bearings and motors on Monday, March 31.
        60 bearings, 12 in stock: 48, sold in lots of 25: 50. Delivered in 5 days: order by March 24.
        15 motors, 6 come in on March 28: 9, at least 10. Delivered in 10 days: March 17.
        10 frames of a supplier who needs 4 days: ordered by Friday, March 28.
        """
        items = {
            "machine": Item(MAKE, (("drive", 2), ("frame", 1)), lead=2),
            "drive": Item(MAKE, (("bearing", 4), ("motor", 1)), lead=3),
            "bearing": bought(5, multiple=25),
            "motor": bought(10, minimum=10),
            "frame": bought(4),
        }
        rows = run(
            [("machine", date(2031, 4, 7), 10, "SO1")],
            items,
            {"drive": 5, "bearing": 12},
            {"motor": [(date(2031, 3, 28), 6)]},
        )
        got = {
            key: (row.gross, row.stock, row.incoming, row.net, row.quantity, row.order_by)
            for key, row in rows.items()
        }
        march, april = (lambda d: date(2031, 3, d)), (lambda d: date(2031, 4, d))
        self.assertEqual(
            got,
            {
                ("machine", april(7)): (10, 0, 0, 10, 10, april(3)),
                ("drive", april(3)): (20, 5, 0, 15, 15, march(31)),
                ("frame", april(3)): (10, 0, 0, 10, 10, march(28)),
                ("bearing", march(31)): (60, 12, 0, 48, 50, march(24)),
                ("motor", march(31)): (15, 0, 6, 9, 10, march(17)),
            },
        )
        self.assertEqual(rows["bearing", march(31)].sources, {"SO1": 48, None: 2})

    def test_stock_serves_the_earliest_need_whoever_asks_for_it(self):
        """P5: 8 in stock; 5 on day 7 are covered, of 6 on day 14 half."""
        rows = run(
            [("a", day(14), 6, "late"), ("a", day(7), 5, "early")], {"a": bought()}, {"a": 8}
        )
        self.assertEqual(list(rows), [("a", day(14))])
        self.assertEqual(rows["a", day(14)].net, 3)
        self.assertEqual(rows["a", day(14)].sources, {"late": 3})

    def test_the_rest_of_a_lot_serves_the_next_need(self):
        """P5: lots of 10: 7 and then 3 need one lot, 1 more a second."""
        needs = [("a", day(n), quantity, n) for n, quantity in ((7, 7), (8, 3), (9, 1))]
        rows = run(needs, {"a": bought(multiple=10)})
        self.assertEqual(
            {key[1]: row.quantity for key, row in rows.items()}, {day(7): 10, day(9): 10}
        )

    def test_a_part_of_two_levels_is_netted_once(self):
        """P5: the bolt is part of the machine and of its drive: its stock serves the earlier one."""
        items = {
            "machine": Item(MAKE, (("bolt", 3), ("drive", 1)), lead=1),
            "drive": Item(MAKE, (("bolt", 2),), lead=1),
            "bolt": bought(),
        }
        rows = run([("machine", day(9), 10, "SO1")], items, {"bolt": 20})
        # the drives take the 20 in stock on Monday, the machines need 30 on Tuesday
        self.assertEqual(rows["bolt", day(8)].net, 30)
        self.assertNotIn(("bolt", day(7)), rows)
        self.assertEqual(rows["bolt", day(8)].level, 2)

    def test_kits_are_passed_through(self):
        """P5: nobody stocks or orders a kit."""
        items = {"kit": Item(KIT, (("a", 2), ("b", 1))), "a": bought(), "b": bought()}
        rows = run([("kit", day(7), 5, "SO1")], items, {"kit": 100, "a": 4})
        self.assertEqual({key[0]: row.net for key, row in rows.items()}, {"a": 6, "b": 5})

    def test_the_subcontractor_needs_the_parts_before(self):
        """P5: the subcontractor takes 3 days from Monday, day 14: parts by Wednesday, day 9."""
        items = {
            "cast": Item(SUBCONTRACT, (("iron", 2),), (Offer("s", lead=3),)),
            "iron": bought(1),
        }
        rows = run([("cast", day(14), 5, "SO1")], items)
        self.assertEqual(rows["cast", day(14)].order_by, day(9))
        self.assertEqual((rows["iron", day(9)].net, rows["iron", day(9)].order_by), (10, day(8)))

    def test_what_comes_late_is_not_ordered_twice(self):
        """P5: ordered today it would come on day 7; what comes on day 4 serves and is told as late."""
        items = {"a": bought(5)}
        late = run([("a", day(2), 5, "SO1")], items, incoming={"a": [(day(4), 5)]})
        self.assertEqual((late["a", day(2)].net, late["a", day(2)].late), (0, day(4)))
        later = run([("a", day(2), 5, "SO1")], items, incoming={"a": [(day(9), 5)]})
        self.assertEqual((later["a", day(2)].net, later["a", day(2)].incoming), (5, 0))

    def test_nothing_is_needed_before_today(self):
        """P5: what should have begun last week is needed now, and ordering it is overdue."""
        items = {"m": Item(MAKE, (("a", 1),), lead=5), "a": bought(2)}
        rows = run([("m", day(1), 1, "SO1")], items)
        self.assertLess(rows["a", TODAY].order_by, TODAY)

    def test_quantity_and_date_choose_the_supplier(self):
        """P5: as Odoo does: the first who sells so much, at its best price, on the day of the order."""
        until = day(3)
        offers = (
            Offer("one", "A", 10, valid_until=until),
            Offer("hundred", "B", 6, minimum=100),
            Offer("ten", "B", 8, minimum=10),
        )
        items = {"a": Item(BUY, offers=offers)}

        def key(quantity, when):
            return run([("a", when, quantity, "SO1")], items)["a", when].offer.key

        self.assertEqual(key(5, until), "one")
        self.assertEqual(key(20, day(7)), "ten")
        self.assertEqual(key(200, day(7)), "hundred")
        row = run([("a", day(7), 5, "SO1")], items)["a", day(7)]
        self.assertEqual((row.offer.key, row.quantity), ("ten", 10))

    def test_loops_are_named_and_nothing_else(self):
        """P5: c and d contain each other; a above and e below are no part of it."""
        items = {
            "a": Item(MAKE, (("b", 1), ("c", 1))),
            "c": Item(MAKE, (("d", 1),)),
            "d": Item(MAKE, (("c", 1), ("e", 1))),
        }
        with self.assertRaises(BomLoop) as caught:
            run([("a", day(7), 1, "SO1")], items)
        self.assertEqual(caught.exception.path[0], caught.exception.path[-1])
        self.assertEqual(set(caught.exception.path), {"c", "d"})

    def test_a_loop_that_nobody_needs_is_no_matter(self):
        """P5: only what is asked for is exploded."""
        items = {"c": Item(MAKE, (("c", 1),)), "a": bought()}
        self.assertEqual(list(run([("a", day(7), 1, "SO1")], items)), [("a", day(7))])

    def test_working_days_end_somewhere(self):
        """P5: beyond the known days every day counts."""
        work = WorkDays([day(0), day(1)])
        self.assertEqual(work.before(day(1), 3), day(-2))
        self.assertEqual(work.after(day(0), 3), day(3))
        self.assertEqual(WorkDays([]).before(day(0), 2), day(-2))
