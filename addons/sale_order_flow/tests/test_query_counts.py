from odoo.tests import warmup

from .order_flow_case import OrderFlowCase


class TestQueryCounts(OrderFlowCase):
    """DESIGN 19: hot paths do not grow with the number of records."""

    def count(self, run):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run()
        return self.env.cr.sql_log_count - before

    def assertFlat(self, few, many, run):
        """As many queries for ``many`` as for ``few``, once caches are warm."""
        run(many)
        first, second = self.count(lambda: run(few)), self.count(lambda: run(many))
        self.assertLessEqual(
            second, first + 2, f"{first} queries for {len(few)}, {second} for {len(many)}"
        )

    @warmup
    def test_special_reasons_of_many_orders(self):
        """F5: batched."""
        orders = self.env["sale.order"].concat(*(self.make_order() for _number in range(6)))
        self.assertFlat(orders[:2], orders, lambda orders: orders.mapped("special_reasons"))

    @warmup
    def test_the_checklists_of_many_orders(self):
        """DESIGN 14: the checklist line of the desk."""
        orders = self.env["sale.order"].concat(*(self.make_confirmed() for _number in range(6)))
        self.assertFlat(orders[:2], orders, lambda orders: orders.mapped("release_checklist"))

    @warmup
    def test_the_desk(self):
        """F11: labels, owners and marks of a page."""
        orders = self.env["sale.order"].concat(
            *(self.make_confirmed() for _number in range(4)),
            *(self.make_order() for _number in range(2)),
        )
        desk = self.as_user(self.env["sale.desk"], self.assistant)
        rows = desk.search([("res_id", "in", orders.ids), ("res_model", "=", "sale.order")])
        few = (
            rows.filtered(lambda row: row.stage == "quotation")[:1]
            | rows.filtered(lambda row: row.stage == "apply")[:1]
        )
        self.assertFlat(
            few,
            rows,
            lambda rows: rows.read(
                ["name", "stage", "owner", "action_label"],
            ),
        )

    def rows_of(self, orders, user):
        desk = self.as_user(self.env["sale.desk"], user)
        return desk.search([("res_id", "in", orders.ids), ("res_model", "=", "sale.order")])

    @warmup
    def test_the_checklists_of_a_page_of_the_desk(self):
        """F11, DESIGN 14: what follows the page costs the same for few and for many rows."""
        orders = self.env["sale.order"].concat(
            *(self.make_confirmed() for _number in range(4)),
            *(self.make_order() for _number in range(3)),
        )
        for user in (self.assistant, self.sales):
            with self.subTest(user.login):
                rows = self.rows_of(orders, user)
                few = self.rows_of(orders[3:5], user)
                self.assertFlat(few, rows, lambda rows: rows.release_checklists(rows.ids))
                cost = self.count(lambda rows=rows: rows.release_checklists(rows.ids))
                self.assertLessEqual(cost, 28)

    @warmup
    def test_a_page_of_own_quotations_asks_no_checks(self):
        """F11: the labels of quotations cost four queries: the orders, their lines and the products."""
        columns = ["name", "stage", "owner", "action_label", "has_checklist"]
        quotations = self.env["sale.order"].concat(*(self.make_order() for _number in range(6)))
        confirmed = self.env["sale.order"].concat(*(self.make_confirmed() for _number in range(6)))
        read = {}
        for orders in (quotations, confirmed):
            rows = self.rows_of(orders, self.sales)
            self.assertEqual(len(rows.filtered("is_mine")), 6)
            self.assertFlat(rows[:2], rows, lambda rows: rows.read(columns))
            read[orders] = self.count(lambda rows=rows: rows.read(columns))
        self.assertLessEqual(read[quotations], read[confirmed] + 4)

    @warmup
    def test_stages_of_many_orders(self):
        """F11: recomputed in a batch."""
        orders = self.env["sale.order"].concat(*(self.make_confirmed() for _number in range(6)))
        self.assertFlat(orders[:2], orders, lambda orders: orders._flow_stage_of())

    @warmup
    def test_reasons_of_many_transfers(self):
        """F10: the release gate of a batch."""
        pickings = self.env["stock.picking"].concat(
            *(self.pickings(self.make_noticed()) for _number in range(4))
        )
        self.assertFlat(
            pickings[:1],
            pickings,
            lambda pickings: pickings.move_ids._release_reasons(),
        )
