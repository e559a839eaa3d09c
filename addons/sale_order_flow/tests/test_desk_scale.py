import json

from odoo.tools import SQL

from .order_flow_case import OrderFlowCase

ROWS = 100_000
INDEXES = ("sale_order_desk_worry_idx", "sale_order_desk_stage_idx")


class TestDeskScale(OrderFlowCase):
    """F11: a page of the desk costs its rows, whatever the backlog. Judged by the plan, not by time."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        order = cls.env["sale.order"].with_user(cls.sales)
        order = order.with_context(allowed_company_ids=cls.company.ids).create(
            {
                "partner_id": cls.customer.id,
                "user_id": cls.sales.id,
                "order_channel": "phone",
                "commitment_date": "2030-01-01",
            }
        )
        cls.env.flush_all()
        columns = cls.env.execute_query(
            SQL(
                """SELECT column_name FROM information_schema.columns
                 WHERE table_name = 'sale_order' AND column_name NOT IN
                       ('id', 'name', 'desk_worry_date', 'flow_stage', 'access_token')"""
            )
        )
        copied = SQL(", ").join(SQL.identifier(name) for (name,) in columns)
        cls.env.cr.execute(
            SQL(
                """INSERT INTO sale_order (name, flow_stage, desk_worry_date, %(copied)s)
                 SELECT 'MANY' || n,
                        (ARRAY['quotation', 'apply', 'verify', 'notice', 'ship'])[1 + n %% 5],
                        timestamp '2020-01-01' + n * interval '1 hour', %(copied)s
                   FROM sale_order, generate_series(1, %(rows)s) n WHERE id = %(order)s""",
                copied=copied,
                rows=ROWS,
                order=order.id,
            )
        )
        cls.env.cr.execute("ANALYZE sale_order")
        cls.env.invalidate_all()

    def plan(self, desk, domain, limit=80):
        """The nodes of the plan of a page of the desk, as it runs."""
        query = desk._search(domain, limit=limit, order=desk._order)
        [(plan,)] = self.env.execute_query(SQL("EXPLAIN (ANALYZE, FORMAT JSON) %s", query.select()))
        nodes, todo = [], [(plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]]
        while todo:
            node = todo.pop()
            nodes.append(node)
            todo += node.get("Plans", ())
        return nodes

    def assertReadsItsRows(self, desk, domain):
        """By an index of the desk, and no more rows than the page needs: so nothing was sorted."""
        nodes = self.plan(desk, domain)
        read = [node for node in nodes if node.get("Relation Name") == "sale_order"]
        self.assertEqual(len(read), 1)
        self.assertIn(read[0].get("Index Name"), INDEXES, read[0]["Node Type"])
        # removed: what the filter passed over to find the page
        rows = read[0]["Actual Rows"] + read[0].get("Rows Removed by Filter", 0)
        self.assertLessEqual(rows, 6 * 80, f"{rows} rows read for a page of 80")

    def test_a_page_of_everything_reads_its_rows(self):
        """F11: the oldest worry first, for whoever sees all and for the salesperson."""
        for user in (self.assistant, self.finance, self.sales):
            with self.subTest(user.login):
                self.assertReadsItsRows(self.as_user(self.env["sale.desk"], user), [])

    def test_my_turn_reads_its_rows(self):
        """F11: by the stages whose turn it is of each role."""
        for user in (self.assistant, self.finance, self.sales, self.warehouse):
            with self.subTest(user.login):
                desk = self.as_user(self.env["sale.desk"], user)
                self.assertReadsItsRows(desk, [("is_mine", "=", True)])

    def test_a_column_and_a_filter_read_their_rows(self):
        """F11: a stage, what waits for finance, what is late."""
        desk = self.as_user(self.env["sale.desk"], self.assistant)
        for domain in (
            [("stage", "=", "verify")],
            [("waits_for", "=", "finance")],
            [("is_late", "=", True)],
        ):
            with self.subTest(domain=domain):
                self.assertReadsItsRows(desk, domain)

    def test_the_oldest_worry_comes_first(self):
        """F11: the page is the one that was asked for."""
        rows = self.as_user(self.env["sale.desk"], self.assistant).search([], limit=80)
        self.assertEqual(rows, rows.sorted(lambda row: (row.worry_date, row.id)))
        first = rows.filtered(lambda row: row.name.startswith("MANY"))[0]
        self.assertEqual(first.name, "MANY1")
        self.assertTrue(first.is_late)
