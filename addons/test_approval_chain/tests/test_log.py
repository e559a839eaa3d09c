import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import SQL, mute_logger

from .common import ApprovalCase


class LogCase(ApprovalCase):
    """One order, decided and executed: five entries of the log."""

    def setUp(self):
        super().setUp()
        self.make_chain([("opinion", "vp_marketing"), ("decide", "president")])
        self.order = self.make_order()
        self.order.action_approval_submit()
        self.decide(self.order, self.vp, "opinion", "A good customer.")
        self.decide(self.order, self.president)
        self.request = self.request_of(self.order)
        self.manager = self.env.ref("base.user_admin")
        self.Log = self.env["approval.log"]
        self.env.flush_all()

    def forge(self, *statements):
        """What somebody does who owns the database: triggers off, and then plain SQL."""
        for table in ("approval_log", "approval_log_seal", "approval_log_seal_line"):
            self.env.cr.execute(SQL("ALTER TABLE %s DISABLE TRIGGER USER", SQL.identifier(table)))
        for statement in statements:
            self.env.cr.execute(statement)
        self.env.invalidate_all()

    def rows_of_log(self):
        return self.env.execute_query(SQL("SELECT * FROM approval_log ORDER BY id"))

    def assert_database_refuses(self, *statements):
        for statement in statements:
            with (
                self.subTest(statement),
                self.assertRaises(psycopg2.errors.InsufficientPrivilege),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                self.env.cr.execute(statement)


@tagged("post_install", "-at_install")
class TestLog(LogCase):
    """A12: nobody alters the log without it showing."""

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
        self.assert_database_refuses(
            "UPDATE approval_log SET actor_ref = 1",
            "DELETE FROM approval_log",
            "TRUNCATE approval_log",
        )

    def test_administrators_cannot_touch_the_log_through_odoo(self):
        """A12: not by create, write, unlink or copy, superuser included."""
        entry = self.request.log_ids[0]
        for entries in (self.as_user(entry, self.manager), entry.sudo()):
            with self.assertRefused("cannot be changed", AccessError):
                entries.write({"actor_ref": 1})
            with self.assertRefused("cannot be deleted", AccessError):
                entries.unlink()
            with self.assertRefused("by the approval engine only", AccessError):
                entries.create({"request_id": self.request.id, "seq": 9, "verb": "approve"})

    def test_genuine_log_proves_itself(self):
        """A12: the check finds nothing on what the engine wrote."""
        self.assertFalse(self.Log._find_tampering(self.request))

    def test_change_with_the_trigger_switched_off_is_found(self):
        """A12: text, every column, a missing tail, beginning and middle."""
        number = self.request.id
        forgeries = [
            SQL(
                "UPDATE approval_log SET canonical = replace(canonical, 'good', 'bad') WHERE seq = 2"
            ),
            SQL("UPDATE approval_log SET canonical = 'nonsense' WHERE seq = 2"),
            SQL("UPDATE approval_log SET actor_ref = 1 WHERE seq = 3"),
            SQL("UPDATE approval_log SET verb = 'refuse' WHERE seq = 3"),
            SQL("UPDATE approval_log SET at = at + interval '1 second' WHERE seq = 3"),
            SQL("UPDATE approval_log SET hash = previous_hash WHERE seq = 3"),
            SQL("DELETE FROM approval_log WHERE request_id = %s AND seq = 5", number),
            SQL("DELETE FROM approval_log WHERE request_id = %s AND seq = 3", number),
            SQL("DELETE FROM approval_log WHERE request_id = %s AND seq < 3", number),
            SQL("DELETE FROM approval_log WHERE request_id = %s", number),
        ]
        for forgery in forgeries:
            with self.subTest(forgery=forgery.code), self.env.cr.savepoint() as savepoint:
                self.forge(forgery)
                found = self.Log._find_tampering(self.request)
                self.assertIn(self.request.name, found[self.request])
                savepoint.rollback()

    def test_altered_text_can_still_be_looked_at(self):
        """A12: a forged entry does not break the list in which it is looked for."""
        self.forge("UPDATE approval_log SET canonical = 'nonsense' WHERE seq = 2")
        entry = self.as_user(self.request.log_ids, self.manager)[1]
        self.assertEqual((entry.canonical, entry.opinion), ("nonsense", ""))

    def test_several_entries_of_one_request_in_one_call_are_chained(self):
        """A12: with one statement, whatever the number of entries and requests."""
        other = self.make_order(name="T2")
        other.action_approval_submit()
        requests = self.request + self.request_of(other)
        entries = [(request, verb, {}) for verb in ("urge", "comment") for request in requests]
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.Log._append(entries)
        self.assertEqual(requests.mapped("log_seq"), [7, 3])
        self.assertFalse(self.Log._find_tampering(requests))
        self.assertEqual(self.request.log_ids.mapped("verb")[-2:], ["urge", "comment"])

    def test_attachments_are_kept_in_the_text_that_is_hashed(self):
        """A12: exchanging an attachment later shows."""
        facts = {"attachments": [{"name": "contract.pdf", "checksum": "ab12"}]}
        self.Log._append([(self.request, "comment", facts)])
        entry = self.request.log_ids[-1]
        self.assertEqual(entry.attachment_names, "contract.pdf")
        self.assertIn('"checksum":"ab12"', entry.canonical)

    def test_entry_of_a_delegate_names_both_persons(self):
        """A12: 'A for B', also when B never acted."""
        facts = {"on_behalf_of": self.cfo.id}
        self.Log.with_user(self.sales2)._append([(self.request, "comment", facts)])
        entry = self.as_user(self.request.log_ids[-1], self.manager)
        self.assertEqual(entry.actor_name, "周扬 for 钱海")

    def test_name_taken_back_by_a_savepoint_is_remembered_the_next_time(self):
        """A12: an entry never stays without the name of its actor."""
        entries = [(self.request, "comment", {})]
        Log = self.Log.with_user(self.cfo)
        with self.env.cr.savepoint() as savepoint:
            Log._append(entries)
            savepoint.rollback()
        Log._append(entries)
        self.assertEqual(self.request.log_ids[-1].actor_name, "钱海")

    def test_new_name_of_a_person_is_remembered_with_the_next_event(self):
        """A12: names are those people go by."""
        self.vp.name = "赵敏敏"
        self.Log.with_user(self.vp)._append([(self.request, "comment", {})])
        self.assertEqual(self.request.log_ids[1].actor_name, "赵敏敏")

    def test_deleting_a_user_leaves_the_log_verifiable_and_readable(self):
        """A12: plain ids in the log, names in a table of their own."""
        person = self.sales2.copy({"login": "leaving", "name": "周扬"})
        self.make_chain([{"approver": "user", "user_ids": [(6, 0, person.ids)]}], sequence=1)
        order = self.make_order(name="T2")
        order.action_approval_submit()
        self.decide(order, person)
        request = self.request_of(order)
        person.unlink()
        self.assertFalse(self.Log._find_tampering(request))
        self.assertIn("周扬", request.log_ids.mapped("actor_name"))

    def test_deleting_the_document_leaves_the_log_verifiable(self):
        """A12: the log outlives what it is about."""
        order = self.make_order(name="T3")
        order.action_approval_submit()
        request = self.request_of(order)
        self.as_user(request, self.sales).action_withdraw()
        before = self.rows_of_log()
        order.unlink()
        self.assertFalse(order.exists())
        self.assertEqual(self.rows_of_log()[: len(before)], before)
        self.assertFalse(self.Log._find_tampering(request))

    def test_anonymising_a_person_touches_no_entry(self):
        """A12: the name is gone, the log is the same to the byte, and stays so."""
        before = self.rows_of_log()
        person = self.env["approval.log.person"].search([("user_ref", "=", self.vp.id)])
        self.vp.active = False
        self.as_user(person, self.manager).action_anonymise()
        self.assertEqual(self.rows_of_log(), before)
        self.assertEqual(self.request.log_ids[1].actor_name, f"Former user {self.vp.id}")
        self.vp.active = True
        self.Log.with_user(self.vp)._append([(self.request, "comment", {})])
        self.assertNotIn("赵敏", self.request.log_ids.mapped("actor_name"))

    def test_only_an_administrator_anonymises_and_only_who_left(self):
        """A12: refusals."""
        person = self.env["approval.log.person"].search([("user_ref", "=", self.vp.id)])
        with self.assertRefused("Only an approval administrator", AccessError):
            self.as_user(person, self.sales).action_anonymise()
        with self.assertRefused("赵敏 still work with Odoo", UserError):
            self.as_user(person, self.manager).action_anonymise()
        self.assertEqual(person.name, "赵敏")
