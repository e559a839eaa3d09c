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

    def test_the_time_is_the_median_of_real_answers_or_none(self):
        """A17: answers after 2, 4 and 30 hours; nobody has answered in the other role yet."""
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
        self.make_chain([("decide", "test_known")])
        for hours in (2, 4, 30):
            order = self.make_order()
            order.action_approval_submit()
            self.decide(order, self.president)
            slot = self.request_of(order).step_ids.slot_ids
            slot._engine_write({"opened_at": slot.decided_at - timedelta(hours=hours)})
        new = self.make_chain(
            [("decide", "test_known"), ("decide", "test_unknown")], active=False, sequence=1
        )
        replay = self.replay(new)
        self.assertEqual(replay.line_ids.mapped("time_text"), ["4.0 hours", "No experience yet"])
        self.assertIn("At least 4.0 hours", replay.time_text)
        new.step_ids[1].unlink()
        replay.action_run()
        self.assertEqual(replay.time_text, "4.0 hours")
        self.assertEqual(len(replay.line_ids), 1)

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

    def queries(self, chain):
        replay = self.managed(self.env["approval.replay"]).create({"chain_id": chain.id})
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        replay.action_run()
        return self.cr.sql_log_count - before
