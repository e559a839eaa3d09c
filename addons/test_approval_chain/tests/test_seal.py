import json
from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import SQL

from odoo.addons.approval_chain.proof import GENESIS, digest

from .test_log import LogCase


@tagged("post_install", "-at_install")
class TestSeal(LogCase):
    """A12: the daily seals show what the log alone could not."""

    def setUp(self):
        super().setUp()
        # the demo data may be sealed or not: what is there now is sealed by the first seal here
        self.Seal = self.env["approval.log.seal"]
        self.seal = self.Seal._seal()

    def tomorrow(self, days=1):
        return freeze_time(fields.Datetime.now() + timedelta(days=days))

    def seal_days(self, count):
        """Some days on each of which one order is submitted, and sealed."""
        seals = self.seal
        for day in range(1, count + 1):
            with self.tomorrow(day):
                self.make_order(name=f"Day {day}").action_approval_submit()
                seals += self.Seal._seal()
        self.env.flush_all()
        return seals

    def findings(self, **kwargs):
        return self.Log._verify(**kwargs)["findings"]

    def assert_found(self, text, *statements, **kwargs):
        """The forgery must be found, and the sentence about it must contain ``text``."""
        with self.env.cr.savepoint() as savepoint:
            self.forge(*statements)
            findings = self.findings(**kwargs)
            savepoint.rollback()
        self.env.invalidate_all()
        self.assertTrue(any(text in finding for finding in findings), f"{text} in {findings}")

    # ------------------------------------------------------------------ sealing

    def test_seal_names_every_request_that_moved_and_counts_all(self):
        """A12: number, date, counts and the list of (request, seq, head)."""
        line = self.seal.line_ids.filtered(lambda line: line.request_ref == self.request.id)
        self.assertEqual((line.seq, line.head), (self.request.log_seq, self.request.log_head))
        self.assertEqual(self.seal.changed_count, len(self.seal.line_ids))
        self.assertEqual(self.seal.request_count, self.env["approval.request"].search_count([]))
        self.assertEqual(self.seal.log_count, self.Log.search_count([]))

    def test_a_day_is_sealed_once_and_the_next_day_names_only_what_moved(self):
        """A12: running again changes nothing."""
        self.assertFalse(self.Seal._seal())
        with self.tomorrow():
            quiet = self.Seal._seal()
            self.assertFalse(self.Seal._seal())
        self.assertEqual(
            (quiet.number, quiet.changed_count, quiet.previous_hash),
            (self.seal.number + 1, 0, self.seal.hash),
        )
        order = self.make_order(name="T2")
        order.action_approval_submit()
        later = self.Seal._seal()
        self.assertEqual(later.line_ids.mapped("request_ref"), self.request_of(order).ids)

    def test_seal_is_the_hash_of_its_text_and_of_the_seal_before(self):
        """A12: what is sent out can be computed by anybody."""
        seals = self.seal_days(2)
        for seal, text in seals._texts():
            self.assertEqual(seal.hash, digest(seal.previous_hash, text))
            self.assertEqual(len(json.loads(text)["heads"]), seal.changed_count)
        self.assertEqual(seals[0].previous_hash, GENESIS)

    def test_big_backlog_is_sealed_in_batches_and_each_is_committed(self):
        """A12: several seals, one chain, nothing twice; an interrupted run goes on."""
        for number in range(5):
            self.make_order(name=f"B{number}").action_approval_submit()
        with self.enter_registry_test_mode(), self.registry.cursor() as cursor:
            self.Seal.with_env(self.env(cr=cursor))._cron_seal(batch=2)
        seals = self.Seal.search([("number", ">", self.seal.number)], order="number")
        self.assertEqual(seals.mapped("changed_count"), [2, 2, 1])
        self.assertFalse(self.findings())

    def test_database_and_odoo_refuse_to_change_a_seal(self):
        """A12: UPDATE, DELETE and TRUNCATE as the database user; the ORM, superuser included."""
        self.assert_database_refuses(
            "UPDATE approval_log_seal SET hash = 'x'",
            "DELETE FROM approval_log_seal_line",
            "TRUNCATE approval_log_seal_line",
            "UPDATE approval_log_seal_line SET seq = seq + 1",
            "TRUNCATE approval_log_seal CASCADE",
            "DELETE FROM approval_log_seal WHERE NOT EXISTS"
            " (SELECT 1 FROM approval_log_seal_line l WHERE l.seal_id = approval_log_seal.id)"
            " OR TRUE",
        )
        for seal in (self.as_user(self.seal, self.manager), self.seal.sudo()):
            with self.assertRefused("cannot be created, changed or deleted", AccessError):
                seal.write({"hash": "x"})
            with self.assertRefused("cannot be created, changed or deleted", AccessError):
                seal.unlink()
            with self.assertRefused("cannot be created, changed or deleted", AccessError):
                seal.line_ids.write({"head": "x"})

    def test_only_administrators_read_seals(self):
        """A12: refusal for everybody else."""
        self.assertTrue(self.as_user(self.seal, self.manager).hash)
        with self.assertRefused(exception=AccessError):
            self.as_user(self.seal, self.president).read(["hash"])

    # ------------------------------------------------------------------ finding

    def test_genuine_log_and_seals_are_counted_and_nothing_is_found(self):
        """A12: what was checked is said in figures."""
        self.seal_days(2)
        result = self.Log._verify()
        self.assertEqual(result["findings"], [])
        self.assertEqual(result["requests"], self.env["approval.request"].search_count([]))
        self.assertEqual(result["entries"], self.Log.search_count([]))
        self.assertEqual(result["seals"], self.Seal.search_count([]))

    def test_removed_tail_with_the_head_set_back_is_found(self):
        """A12: the chain itself is whole then; the seal knows better."""
        cut = self.request.log_ids[2]
        self.assert_found(
            f"{self.request.name} had 5 entries when seal",
            SQL("DELETE FROM approval_log WHERE request_id = %s AND seq > 3", self.request.id),
            SQL(
                "UPDATE approval_request SET log_seq = 3, log_head = %s WHERE id = %s",
                cut.hash,
                self.request.id,
            ),
        )

    def test_history_written_anew_is_found(self):
        """A12: an entry replaced with all hashes after it recomputed."""
        last = self.request.log_ids[-1]
        text = last.canonical.replace('"verb":"execute"', '"verb":"cancel"')
        head = digest(last.previous_hash, text)
        self.assert_found(
            "the log was written anew",
            SQL(
                "UPDATE approval_log SET canonical = %s, verb = 'cancel', hash = %s WHERE id = %s",
                text,
                head,
                last.id,
            ),
            SQL("UPDATE approval_request SET log_head = %s WHERE id = %s", head, self.request.id),
        )

    def test_deleting_a_whole_request_is_found(self):
        """A12: request, steps, slots and log gone; the seal still names it, the counts do not fit."""
        deletion = [
            SQL("DELETE FROM approval_log WHERE request_id = %s", self.request.id),
            SQL("DELETE FROM approval_request WHERE id = %s", self.request.id),
        ]
        self.assert_found(f"The request with ID {self.request.id} had 5 entries", *deletion)
        self.assert_found("counted", *deletion)

    def test_deleted_and_changed_seals_are_found(self):
        """A12: in the middle, at the end, one line of it, a whole seal rewritten."""
        first, second, last = self.seal_days(2)
        lines = SQL("DELETE FROM approval_log_seal_line WHERE seal_id = %s", second.id)
        self.assert_found(
            f"Seal {second.number} is missing",
            lines,
            SQL("DELETE FROM approval_log_seal WHERE id = %s", second.id),
        )
        self.assert_found(
            f"Seal {last.number} is missing",
            SQL("DELETE FROM approval_log_seal_line WHERE seal_id = %s", last.id),
            SQL("DELETE FROM approval_log_seal WHERE id = %s", last.id),
        )
        self.assert_found(f"Seal {second.number} of", lines)
        for column in ("request_count", "log_count", "first_log_id", "last_log_id", "number"):
            self.assert_found(
                "eal",
                SQL(
                    "UPDATE approval_log_seal SET %(column)s = %(column)s + 7 WHERE id = %(id)s",
                    column=SQL.identifier(column),
                    id=last.id,
                ),
            )
        self.assert_found(
            f"Seal {first.number} of",
            SQL(
                "UPDATE approval_log_seal SET sealed_at = sealed_at - interval '1 day' WHERE id = %s",
                first.id,
            ),
        )

    def test_all_seals_written_anew_are_found_by_the_mailed_hash(self):
        """A12: whoever rewrites everything cannot rewrite the mail."""
        self.assertFalse(self.findings(mailed_hash=f" {self.seal.hash.upper()} "))
        self.assertIn("received by mail", self.findings(mailed_hash="ab" * 32)[0])

    # ------------------------------------------------------------------ the page

    def test_administrator_checks_the_log_on_a_page(self):
        """A12: figures, a sentence for every finding, and a refusal for others."""
        Check = self.as_user(self.env["approval.log.check"], self.manager)
        page = Check.create({})
        page.action_check()
        self.assertEqual((page.state, page.finding_count), ("done", 0))
        self.assertEqual(page.entries, self.Log.search_count([]))
        self.forge(
            SQL("UPDATE approval_log SET actor_ref = 1 WHERE id = %s", self.request.log_ids[0].id)
        )
        page.action_check()
        self.assertEqual(page.finding_count, 1)
        self.assertIn(f"{self.request.name}: entry 1 is not", page.findings)
        with self.assertRefused(exception=AccessError):
            self.as_user(page, self.sales).action_check()

    def test_check_goes_on_where_the_time_ran_out(self):
        """A12: a million entries do not fit into one click."""
        for number in range(3):
            self.make_order(name=f"B{number}").action_approval_submit()
        position, requests, found = 0, 0, []
        while position is not None:
            position, count, _entries, sentences = self.Log._verify_batch(position, limit=2)
            requests += count
            found += sentences
        self.assertEqual((requests, found), (self.env["approval.request"].search_count([]), []))

    # ------------------------------------------------------------------ sending out

    def set_recipients(self, addresses):
        self.env["res.config.settings"].create({"approval_seal_mail_to": addresses}).execute()

    def mails(self):
        return self.env["mail.mail"].search(
            [("email_to", "ilike", "audit@example.com")], order="id"
        )

    def test_nothing_is_mailed_until_somebody_is_named(self):
        """A12: off by default."""
        self.assertFalse(self.mails())
        with self.assertRefused("nobody to send", UserError):
            self.as_user(self.seal, self.manager).action_send()

    def test_every_seal_is_mailed_once_with_hash_and_text(self):
        """A12: the hash in subject and body, the hashed text as attachment."""
        self.set_recipients("audit@example.com, Law <law@example.com>")
        *_before, last = self.seal_days(2)
        self.assertFalse(self.Seal._seal(), "the day is sealed")
        mails = self.mails()
        self.assertEqual(len(mails), 2)
        self.assertIn(last.hash, mails[-1].subject)
        self.assertIn(last.hash, mails[-1].body_html)
        self.assertEqual(mails[-1].email_to, "audit@example.com, law@example.com")
        text = mails[-1].attachment_ids.raw.decode()
        self.assertEqual(digest(last.previous_hash, text), last.hash)

    def test_administrator_sends_a_seal_again_and_nobody_else(self):
        """A12: for addresses named later."""
        self.set_recipients("audit@example.com")
        self.as_user(self.seal, self.manager).action_send()
        self.assertEqual(len(self.mails()), 1)
        with self.assertRefused("Only an approval administrator", AccessError):
            self.as_user(self.seal, self.sales).action_send()

    def test_settings_refuse_what_is_no_address(self):
        """A12: a seal sent nowhere protects nothing."""
        with self.assertRefused("not a list of e-mail addresses", ValidationError):
            self.set_recipients("audit at example")
