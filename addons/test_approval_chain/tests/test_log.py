import psycopg2

from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestLog(ApprovalCase):
    """A12: nobody alters the log without it showing."""

    def setUp(self):
        super().setUp()
        self.make_chain([("opinion", "vp_marketing"), ("decide", "president")])
        self.order = self.make_order()
        self.order.action_approval_submit()
        self.decide(self.order, self.vp, "opinion", "A good customer.")
        self.decide(self.order, self.president)
        self.request = self.request_of(self.order)
        self.env.flush_all()

    def test_every_event_is_an_entry_with_its_actor(self):
        """A12: who did what, in order."""
        self.assertEqual(
            [(entry.seq, entry.verb, entry.actor_name) for entry in self.request.log_ids],
            [
                (1, "submit", "林晓"),
                (2, "opinion", "赵敏"),
                (3, "approve", "孙国栋"),
                (4, "complete", "孙国栋"),
                (5, "execute", "林晓"),
            ],
        )
        self.assertEqual(self.request.log_ids[1].opinion, "A good customer.")

    def test_database_refuses_to_change_the_log(self):
        """A12: UPDATE, DELETE and TRUNCATE as the database user of Odoo."""
        for statement in (
            "UPDATE approval_log SET actor_ref = 1",
            "DELETE FROM approval_log",
            "TRUNCATE approval_log",
        ):
            with (
                self.assertRaises(psycopg2.errors.InsufficientPrivilege),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)

    def test_genuine_log_proves_itself(self):
        """A12: the check finds nothing on what the engine wrote."""
        self.assertFalse(self.env["approval.log"]._find_tampering(self.request))

    def test_change_with_the_trigger_switched_off_is_found(self):
        """A12: text, actor, a missing tail and a missing beginning."""
        forgeries = [
            SQL(
                "UPDATE approval_log SET canonical = replace(canonical, 'good', 'bad') WHERE seq = 2"
            ),
            SQL("UPDATE approval_log SET actor_ref = 1 WHERE seq = 3"),
            SQL("DELETE FROM approval_log WHERE request_id = %s AND seq = 5", self.request.id),
            SQL("DELETE FROM approval_log WHERE request_id = %s AND seq < 3", self.request.id),
            SQL("DELETE FROM approval_log WHERE request_id = %s", self.request.id),
        ]
        for forgery in forgeries:
            with self.subTest(forgery=forgery.code), self.env.cr.savepoint() as savepoint:
                self.env.cr.execute("ALTER TABLE approval_log DISABLE TRIGGER USER")
                self.env.cr.execute(forgery)
                self.env.invalidate_all()
                found = self.env["approval.log"]._find_tampering(self.request)
                self.assertIn(self.request.name, found[self.request])
                savepoint.rollback()

    def test_deleting_a_user_leaves_the_log_verifiable_and_readable(self):
        """A12: plain ids in the log, names in a table of their own."""
        self.make_chain([{"approver": "user", "user_ids": [(6, 0, self.sales2.ids)]}], sequence=1)
        order = self.make_order(name="T2")
        order.action_approval_submit()
        self.decide(order, self.sales2)
        request = self.request_of(order)
        person = self.sales2
        self.env["hr.employee"].search([("user_id", "=", person.id)]).user_id = False
        person.unlink()
        self.assertFalse(self.env["approval.log"]._find_tampering(request))
        self.assertIn("周扬", request.log_ids.mapped("actor_name"))
