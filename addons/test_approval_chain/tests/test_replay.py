from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.approval_chain.wizards import approval_replay

from .test_chain_editor import EditorCase


@tagged("post_install", "-at_install")
class TestReplay(EditorCase):
    """A17: a chain that is not in force is tried on the documents of the last quarter."""

    def replay(self, chain, **values):
        replay = self.managed(self.env["approval.replay"]).create({"chain_id": chain.id, **values})
        replay.action_run()
        return replay

    def orders(self, count, user=None, price=100):
        orders = self.as_user(self.env["test.approval.order"], user or self.sales)
        return orders.create(
            [
                {
                    "name": f"R{number}",
                    "partner_name": "Special" if number % 5 == 0 else "Buyer",
                    "company_id": self.company.id,
                    "line_ids": [Command.create({"quantity": 1, "price": price})],
                }
                for number in range(count)
            ]
        )

    def test_a_draft_chain_says_how_many_and_whom_step_by_step(self):
        """A17: archived chains count as drafts; conditions and rules work as they would."""
        chain = self.make_chain(
            [
                ("decide", "sales_manager"),
                {
                    "name": "Special",
                    "approver": "role",
                    "role_id": self.role["finance_director"].id,
                    "domain": "[('partner_name', '=', 'Special')]",
                },
                ("decide", "president"),
            ],
            self_policy="skip",
            active=False,
        )
        self.orders(10)
        self.orders(2, user=self.salesmgr)
        replay = self.replay(chain)
        self.assertEqual((replay.document_count, replay.matched_count), (12, 12))
        self.assertEqual(replay.line_ids.mapped("asked"), [10, 3, 12])
        self.assertEqual(replay.line_ids.mapped("skipped"), [0, 9, 0])
        self.assertEqual(replay.line_ids.mapped("passed"), [2, 0, 0])
        self.assertEqual(replay.line_ids[2].people, f"{self.president.name} × 12")
        self.assertFalse(replay.gap_count)
        found = self.env["test.approval.order"].search(replay.action_view_documents()["domain"])
        self.assertEqual(len(found), 12)

    def test_documents_of_an_earlier_chain_are_counted_apart(self):
        """A17: the chain gets what the ones before it leave."""
        self.make_chain(
            [("decide", "president")], sequence=1, domain="[('partner_name', '=', 'Special')]"
        )
        chain = self.make_chain([("decide", "president")], sequence=5, is_shadow=True)
        self.orders(10)
        replay = self.replay(chain)
        self.assertEqual((replay.matched_count, replay.earlier_count), (8, 2))

    def test_gaps_are_counted_with_documents_that_open(self):
        """A17, A11: nobody holds the role."""
        self.role["president"].holder_ids.unlink()
        chain = self.make_chain([("decide", "president")], active=False)
        orders = self.orders(3)
        replay = self.replay(chain)
        self.assertEqual((replay.gap_count, replay.line_ids.gaps), (3, 3))
        self.assertIn("Nobody holds the role", replay.gap_ids[0].reason)
        self.assertIn(replay.gap_ids[0].action_open_document()["res_id"], orders.ids)

    def answered(self, *spans):
        """Orders that the president answered, each asked and answered at the given times (UTC)."""
        for opened_at, decided_at in spans:
            order = self.make_order()
            order.action_approval_submit()
            self.decide(order, self.president)
            slot = self.request_of(order).step_ids.slot_ids
            slot._engine_write({"opened_at": opened_at, "decided_at": decided_at})

    def moment(self, day, hour):
        """A time in the week that began on a Monday three weeks ago or more (UTC)."""
        today = fields.Date.today()
        monday = fields.Datetime.to_datetime(today - timedelta(days=today.weekday() + 21))
        return monday + timedelta(days=day, hours=hour)

    def roles_to_ask(self):
        for code, user in (("test_known", self.president), ("test_unknown", self.cfo)):
            self.role[code] = self.env["approval.role"].create(
                {
                    "name": code,
                    "code": code,
                    "holder_ids": [
                        Command.create({"user_id": user.id, "company_id": self.company.id})
                    ],
                }
            )

    def test_the_time_is_the_median_of_real_answers_in_working_hours_or_none(self):
        """A17, A8: from Friday evening to Monday morning nobody works, nor on a holiday; nobody has
        answered in the other role yet."""
        self.roles_to_ask()
        calendar = self.company.resource_calendar_id
        calendar.write({"tz": "UTC", "attendance_ids": [Command.clear()]})
        calendar.attendance_ids = [
            Command.create(
                {
                    "name": day,
                    "dayofweek": day,
                    "hour_from": 8,
                    "hour_to": 16,
                    "day_period": "morning",
                }
            )
            for day in "01234"
        ]
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "company_id": self.company.id,
                "calendar_id": calendar.id,
                "date_from": self.moment(8, 0),
                "date_to": self.moment(9, 0) - timedelta(seconds=1),
            }
        )
        self.make_chain([("decide", "test_known")])
        self.answered(
            (self.moment(4, 15), self.moment(7, 9)),  # Friday to Monday: 2 hours
            (self.moment(7, 14), self.moment(9, 10)),  # Monday to Wednesday over a holiday: 4 hours
            (self.moment(0, 8), self.moment(4, 16)),  # a whole week: 40 hours
        )
        new = self.make_chain(
            [("decide", "test_known"), ("decide", "test_unknown")], active=False, sequence=1
        )
        replay = self.replay(new)
        self.assertEqual(
            replay.line_ids.mapped("time_text"), ["4.0 working hours", "No experience yet"]
        )
        self.assertIn("At least 4.0 working hours", replay.time_text)
        new.step_ids[1].unlink()
        replay.action_run()
        self.assertEqual(replay.time_text, "4.0 working hours")
        self.assertEqual(len(replay.line_ids), 1)

    def test_without_a_calendar_the_clock_counts(self):
        """A17, A8: as for time limits."""
        self.roles_to_ask()
        self.company.resource_calendar_id = False
        self.make_chain([("decide", "test_known")])
        self.answered((self.moment(4, 15), self.moment(7, 15)))
        replay = self.replay(self.make_chain([("decide", "test_known")], active=False, sequence=1))
        self.assertEqual(replay.time_text, "3.0 days")

    # ------------------------------------------------------------------ by which values

    def decided_and_changed(self, verb="approve"):
        """An order about 50,000 for somebody special, decided on, then made a small one."""
        self.make_chain([("decide", "president")], sequence=90)
        order = self.make_order(
            partner_name="Special",
            waits=True,
            line_ids=[Command.create({"product": "Gold", "quantity": 1, "price": 50000})],
        )
        order.action_approval_submit()
        self.decide(order, self.president, verb)
        order.write(
            {
                "partner_name": "Buyer",
                "line_ids": [Command.update(order.line_ids.id, {"product": "Hose", "price": 1})],
            }
        )
        self.assertEqual(order.amount, 1)
        return order

    def test_what_was_decided_on_counts_with_the_values_it_was_submitted_with(self):
        """A17, A9: amount, header and lines, whether it was approved or refused."""
        orders = self.decided_and_changed() | self.decided_and_changed("refuse")
        self.assertEqual([self.request_of(o).state for o in orders], ["void", "refused"])
        fresh = self.make_order(partner_name="Special")
        for number, values in enumerate(
            (
                {"amount_min": 1000},
                {"domain": "[('line_ids.product', '=', 'Gold')]"},
                {"domain": "[('line_ids', 'any', [('price', '>', 1000), ('quantity', '=', 1)])]"},
            )
        ):
            chain = self.make_chain([("decide", "president")], sequence=number, **values)
            with self.subTest(values=values):
                replay = self.replay(chain)
                self.assertEqual(replay.matched_ids, orders.sorted("id", reverse=True).ids)
                self.assertEqual((replay.matched_count, replay.today_count), (2, 0))
            chain.active = False
        chain = self.make_chain(
            [("decide", "president")], domain="[('partner_name', '=', 'Special')]", sequence=1
        )
        replay = self.replay(chain)
        self.assertEqual(set(replay.matched_ids), {*orders.ids, fresh.id})
        self.assertEqual((replay.today_count, replay.line_ids.today), (1, 1))

    def test_the_approver_above_the_limit_is_asked_by_the_amount_submitted(self):
        """A17, A3: the limit covers what it is about today, not what it was about."""
        self.env["approval.limit"].search([("company_id", "=", self.company.id)]).unlink()
        for user, amount in ((self.salesmgr, 100), (self.head, 100000)):
            self.env["approval.limit"].create(
                {"user_id": user.id, "amount": amount, "company_id": self.company.id}
            )
        self.decided_and_changed()
        self.make_order(line_ids=[Command.create({"quantity": 1, "price": 1})])
        chain = self.make_chain(
            [{"approver": "climb", "mode": "all"}], active=False, empty_policy="skip"
        )
        replay = self.replay(chain)
        self.assertEqual(
            replay.line_ids.people.splitlines(),
            [f"{self.salesmgr.name} × 2", f"{self.head.name} × 1"],
        )

    def test_documents_are_left_as_they_are_today(self):
        """A17: the values of their submission are forgotten after the replay."""
        order = self.decided_and_changed()
        chain = self.make_chain([("decide", "president")], active=False, amount_min=1000)
        self.assertEqual(self.replay(chain).matched_count, 1)
        line = order.line_ids
        self.assertEqual((order.partner_name, order.amount, line.product), ("Buyer", 1, "Hose"))
        order.note = "Written afterwards."
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((order.partner_name, order.amount, line.price), ("Buyer", 1, 1))
        self.assertEqual(order.line_ids, line)

    def test_each_gap_says_by_which_values_it_was_found(self):
        """A17: those of a request, or today's."""
        order = self.decided_and_changed()
        number = self.request_of(order).name
        fresh = self.make_order(name="T9")
        self.role["finance_director"].holder_ids.unlink()
        replay = self.replay(self.make_chain([("decide", "finance_director")], active=False))
        said = {gap.res_id: gap.values_text for gap in replay.gap_ids}
        self.assertEqual(
            said, {order.id: f"Values submitted with {number}", fresh.id: "Today's values"}
        )

    def test_only_documents_of_the_time_and_of_the_company_are_looked_at(self):
        """A17: by creation, where the operation has no date of its own."""
        chain = self.make_chain([("decide", "president")], active=False)
        old, other = self.orders(2)
        self.orders(1)
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE test_approval_order SET create_date = create_date - interval '200 days'"
            " WHERE id = %s",
            [old.id],
        )
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        self.env.cr.execute(
            "UPDATE test_approval_order SET company_id = %s WHERE id = %s",
            [elsewhere.id, other.id],
        )
        self.env.invalidate_all()
        replay = self.replay(chain)
        self.assertEqual(replay.document_count, 1)
        year = self.replay(chain, date_from=fields.Date.today() - timedelta(days=365))
        self.assertEqual(year.document_count, 2)

    def test_the_newest_are_looked_at_and_it_is_said_that_there_are_more(self):
        """A17: a cap, told."""
        chain = self.make_chain([("decide", "president")], active=False)
        orders = self.orders(6)
        self.patch(approval_replay, "CAP", 4)
        replay = self.replay(chain)
        self.assertTrue(replay.is_capped)
        self.assertEqual(set(replay.matched_ids), set(orders.sorted("id")[-4:].ids))

    def test_a_replay_writes_nothing_but_itself(self):
        """A17: no request, no version, no shadow record, no document written."""
        chain = self.make_chain([("decide", "president")], is_shadow=True)
        orders = self.orders(5)
        tables = (
            "approval.request",
            "approval.chain.version",
            "approval.shadow.hit",
            "approval.log",
        )
        before = [self.env[name].search_count([]) for name in tables]
        dates = orders.mapped("write_date")
        self.replay(chain)
        self.env.invalidate_all()
        self.assertEqual([self.env[name].search_count([]) for name in tables], before)
        self.assertEqual(orders.mapped("write_date"), dates)

    def test_documents_that_may_not_be_read_are_not_looked_at(self):
        """A17: neither by rule nor without access to the kind."""
        chain = self.make_chain([("decide", "president")], active=False)
        self.orders(3)
        rule = self.env["ir.rule"].create(
            {
                "name": "Own orders",
                "model_id": self.env["ir.model"]._get_id("test.approval.order"),
                "domain_force": "[('create_uid', '=', user.id)]",
            }
        )
        self.assertEqual(self.replay(chain).document_count, 0)
        rule.unlink()
        self.env["ir.model.access"].search(
            [("model_id.model", "=", "test.approval.order")]
        ).perm_read = False
        with self.assertRaises(AccessError):
            self.replay(chain)

    def test_fifty_documents_cost_as_many_queries_as_ten(self):
        """A17: roles, leaders up to the limit, managers and conditions; nothing per document."""
        chain = self.make_chain(
            [
                {"approver": "manager"},
                {"approver": "climb", "mode": "all"},
                {"approver": "leader", "level": 2},
                ("decide", "president"),
                {
                    "approver": "role",
                    "role_id": self.role["finance_director"].id,
                    "domain": "[('partner_name', '=', 'Special')]",
                },
            ],
            active=False,
        )
        self.orders(10, price=60000)
        self.replay(chain)
        few = self.queries(chain)
        self.orders(40, price=60000)
        many = self.queries(chain)
        self.assertLessEqual(many, few)
        self.assertLess(many, 60)

    def test_fifty_decided_documents_cost_as_many_queries_as_ten(self):
        """A17: reading the values of their submission is one query, too."""
        self.make_chain([("decide", "president")], sequence=90)
        chain = self.make_chain(
            [{"approver": "climb", "mode": "all"}, ("decide", "president")],
            active=False,
            domain="[('line_ids.price', '>', 10)]",
        )
        counts = []
        for number in (10, 40):
            orders = self.orders(number, price=60000)
            orders.action_approval_submit()
            for order in orders:
                self.decide(order, self.president, "refuse")
            self.replay(chain)
            counts.append(self.queries(chain))
        self.assertLessEqual(counts[1], counts[0])

    def queries(self, chain):
        replay = self.managed(self.env["approval.replay"]).create({"chain_id": chain.id})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        replay.action_run()
        return self.cr.sql_log_count - before
