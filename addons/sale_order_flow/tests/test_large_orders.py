import time

from odoo.tests import tagged
from odoo.tools import SQL

from .common import OrderFlowCase

LINES = 10_000
SHIPPED_FIRST = 40
SECONDS = 60


@tagged("post_install", "-at_install")
class TestLargeOrders(OrderFlowCase):
    """X6: an order of 10,000 lines goes the whole way, with queries that do not grow by the line."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # what several departments review, and what needs a contract, is not what is measured
        cls.company.write({"contract_review_amount": 0.0, "contract_needed_amount": 0.0})
        cls.products = [cls.make_product(f"Part {n}", 10 + n, stock=3 * LINES) for n in range(20)]
        cls.env.flush_all()

    def build(self, count):
        """A quotation of ``count`` lines, by its salesperson: twenty of them entered, then repeated.

        Odoo alone needs minutes to enter 10,000 lines, and that is not what is measured.
        """
        order = self.make_order(dict.fromkeys(self.products, 2))
        self.env.flush_all()
        columns = self.env.execute_query(
            SQL(
                """SELECT column_name FROM information_schema.columns
                 WHERE table_name = 'sale_order_line' AND column_name <> 'id'"""
            )
        )
        copied = SQL(", ").join(SQL.identifier(name) for (name,) in columns)
        self.env.cr.execute(
            SQL(
                """INSERT INTO sale_order_line (%(copied)s)
                 SELECT %(copied)s FROM sale_order_line, generate_series(2, %(times)s)
                  WHERE order_id = %(order)s""",
                copied=copied,
                times=count // len(self.products),
                order=order.id,
            )
        )
        self.env.invalidate_all()
        self.env.add_to_compute(order._fields["amount_total"], order)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(len(order.order_line), count)
        self.assertEqual(order.amount_total, sum(order.order_line.mapped("price_total")))
        self.env.invalidate_all()
        return order

    def count(self, act):
        """How many queries ``act`` takes, with nothing read before and everything written."""
        before = self.env.cr.sql_log_count
        act()
        self.env.flush_all()
        counted = self.env.cr.sql_log_count - before
        self.env.invalidate_all()
        return counted

    def walk(self, lines):
        """An order of ``lines`` lines from the quotation to its first partial notice.

        :return: the order, and the queries of each step
        """
        order = self.build(lines)
        costs = {
            "check": self.count(lambda: order.check_results),
            "submit": self.count(order.action_approval_submit),
        }
        costs["decide"] = self.count(lambda: self.decide(order, self.salesmgr))
        self.assertEqual(order.state, "sale")
        self.make_verified(order)
        prepared = []
        costs["prepare"] = self.count(lambda: prepared.append(self.make_notice(order, issue=False)))
        [notice] = prepared
        self.assertEqual(len(notice.line_ids), lines)
        later = notice.line_ids[SHIPPED_FIRST:]
        costs["lower"] = self.count(lambda: later.write({"quantity": 0}))
        costs["issue"] = self.count(notice.action_issue)
        costs["checklist"] = self.count(lambda: self.as_user(order, self.sales).release_checklist)
        return order, costs

    def test_ten_thousand_lines_are_submitted_and_noticed(self):
        """X6: all together within a minute of work; the rest waits for the next notice."""
        started = time.process_time()
        order, costs = self.walk(LINES)
        self.assertLess(time.process_time() - started, SECONDS, costs)
        moves = self.moves(order)
        self.assertEqual(len(moves), SHIPPED_FIRST)
        self.assertEqual(
            sum(moves.mapped("product_uom_qty")),
            sum(order.order_line[:SHIPPED_FIRST].mapped("product_uom_qty")),
        )
        left = order.order_line._unnoticed_quantities()
        self.assertEqual(sum(1 for quantity in left.values() if quantity), LINES - SHIPPED_FIRST)

    def test_queries_do_not_grow_by_the_line(self):
        """X6: ten times the lines, about the same queries."""
        self.walk(100)  # whatever is read once a process
        _order, few = self.walk(100)
        _order, many = self.walk(1000)
        for step, queries in few.items():
            with self.subTest(step):
                # rows are read and written by the thousand
                self.assertLessEqual(many[step], queries + 40, (few, many))
