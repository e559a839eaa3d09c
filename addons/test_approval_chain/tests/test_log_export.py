import base64
import csv
import io
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .test_log import LogCase

DOCS = Path(__file__).parents[3] / "docs"


@tagged("post_install", "-at_install")
class TestLogExport(LogCase):
    """A12: the log leaves Odoo, and proves itself without it."""

    def export(self, user=None, **values):
        """The text of the file that ``user`` downloads."""
        Export = self.as_user(self.env["approval.log.export"], user or self.manager)
        wizard = Export.create(values)
        action = wizard.action_download()
        self.assertIn(wizard.file_name, action["url"])
        return base64.b64decode(wizard.content).decode("utf-8")

    def test_list_of_entries_is_exported_with_what_is_computed(self):
        """A12: Odoo's own export of the list."""
        entries = self.as_user(self.request.log_ids, self.manager)
        names = ["request_id", "seq", "at", "actor_name", "verb_label", "opinion", "hash"]
        rows = entries.export_data(names)["datas"]
        self.assertEqual(rows[1][1], 2)
        self.assertEqual(rows[1][3:6], ["赵敏", "Opinion given", "A good customer."])
        self.assertEqual(rows[1][6], entries[1].hash)

    def test_json_lines_hold_every_entry_with_its_hashes(self):
        """A12: one entry a line."""
        rows = [json.loads(line) for line in self.export(request_ids=self.request.ids).splitlines()]
        self.assertEqual([row["seq"] for row in rows], [1, 2, 3, 4, 5])
        self.assertEqual([row["hash"] for row in rows], self.request.log_ids.mapped("hash"))
        self.assertEqual(
            (rows[1]["request"], rows[1]["who"], rows[1]["opinion"]),
            (self.request.name, "赵敏", "A good customer."),
        )

    def test_csv_opens_in_a_spreadsheet_and_holds_no_formula(self):
        """A12: Chinese is readable, an opinion is not executed."""
        self.Log._append([(self.request, "comment", {"opinion": "=1+1"})])
        text = self.export(request_ids=self.request.ids, file_format="csv")
        self.assertTrue(text.startswith("\ufeff"))
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        self.assertEqual((rows[1]["who"], rows[5]["opinion"]), ("赵敏", "'=1+1"))
        self.assertEqual(rows[4]["canonical"], self.request.log_ids[4].canonical)

    def test_dates_choose_requests_and_each_has_its_whole_history(self):
        """A12: a chain proves itself from its beginning; days are those of whoever asks."""
        # half an hour before midnight UTC it is the next day in Shanghai
        with freeze_time("2026-06-30 23:30:00"):
            self.Log._append([(self.request, "comment", {"opinion": "Late."})])
        self.manager.tz = "Asia/Shanghai"
        text = self.export(date_from="2026-07-01", date_to="2026-07-01")
        self.assertEqual(text.count(f'"{self.request.name}"'), 6)
        with self.assertRefused("no entry to download", UserError):
            self.export(date_from="2026-06-30", date_to="2026-06-30")
        with self.assertRefused("no entry to download", UserError):
            self.export(date_to="2001-01-01")

    def test_file_too_long_for_one_download_is_refused(self):
        """A12: refused with what to do, before the memory is gone."""
        self.request._engine_write({"log_seq": 200_001})
        with self.assertRefused("Choose a shorter period"):
            self.export(request_ids=self.request.ids)

    def test_users_download_what_they_may_read_and_no_more(self):
        """A12: somebody else's requests are not in the file."""
        other = self.make_order(user=self.sales2, name="T2")
        other.action_approval_submit()
        hidden, own = self.request_of(other), self.request
        text = self.export(self.sales)
        self.assertNotIn(hidden.name, text)
        self.assertIn(own.name, text)
        with self.assertRefused(exception=AccessError):
            self.export(self.sales, request_ids=(hidden + own).ids)

    def test_program_in_the_documentation_verifies_a_file_and_finds_a_forgery(self):
        """A12: a third party needs Python and the page, in both languages."""
        text = self.export(request_ids=self.request.ids)
        programs = set()
        for page in ("approval-log.md", "approval-log.zh-CN.md"):
            source = (DOCS / page).read_text(encoding="utf-8")
            programs.update(re.findall(r"```python\n(import hashlib.*?)```", source, re.DOTALL))
        self.assertEqual(len(programs), 1, "both pages show the same program")
        [program] = programs
        self.assertIn("1 requests are genuine", self.run_program(program, text).stdout)
        for forged in (
            text.replace("good", "bad"),
            text.replace("\n", "\n\n", 1).split("\n", 1)[1],
        ):
            self.assertNotEqual(self.run_program(program, forged.lstrip()).returncode, 0)

    def run_program(self, program, text):
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "verify.py").write_text(program, encoding="utf-8")
            Path(folder, "log.jsonl").write_text(text, encoding="utf-8")
            return subprocess.run(
                [sys.executable, "verify.py", "log.jsonl"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=False,
            )

    def test_seal_program_in_the_documentation_verifies_a_mailed_seal(self):
        """A12: the attachment and the hash before give the hash in the subject."""
        source = (DOCS / "approval-log.md").read_text(encoding="utf-8")
        [program] = re.findall(r"```python\n(# seal.*?)```", source, re.DOTALL)
        [(seal, text)] = self.env["approval.log.seal"]._seal()._texts()
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "seal.json").write_bytes(text.encode())
            answer = subprocess.run(
                [sys.executable, "-c", program, seal.previous_hash, "seal.json"],
                cwd=folder,
                capture_output=True,
                text=True,
                check=True,
            )
        self.assertEqual(answer.stdout.strip(), seal.hash)
