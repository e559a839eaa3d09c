import time

from odoo import fields, models
from odoo.exceptions import AccessError

# What one click may take, well below the time limit of a worker.
SECONDS = 30
SHOWN = 200


class ApprovalLogCheck(models.TransientModel):
    """The page on which an administrator has the log checked (A12)."""

    _name = "approval.log.check"
    _description = "Check the Log"

    state = fields.Selection(
        [("new", "Not Started"), ("part", "Under Way"), ("done", "Finished")],
        default="new",
        readonly=True,
    )
    mailed_hash = fields.Char(
        string="Hash Received by Mail",
        help="Paste the hash from the mail of a seal: the check then also says whether this very "
        "seal is still there.",
    )
    position = fields.Integer(readonly=True)
    requests = fields.Integer(readonly=True)
    entries = fields.Integer(string="Log Entries", readonly=True)
    seals = fields.Integer(readonly=True)
    finding_count = fields.Integer(string="Number of Findings", readonly=True)
    findings = fields.Text(readonly=True)

    def action_check(self):
        """Check everything, or go on where the last click stopped.

        :raise AccessError: for anybody but an approval administrator
        :return: the page with the result
        """
        self.ensure_one()
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(self.env._("Only an approval administrator can check the log."))
        until = time.monotonic() + SECONDS
        Log, findings = self.env["approval.log"].sudo(), []
        totals = {"requests": self.requests, "entries": self.entries, "seals": self.seals}
        position = self.position
        if self.state != "part":
            totals, position = {"requests": 0, "entries": 0}, 0
            totals["seals"], findings = Log._check_seals(self.mailed_hash)
        while position is not None and time.monotonic() < until:
            position, requests, entries, found = Log._verify_batch(position)
            totals["requests"] += requests
            totals["entries"] += entries
            findings += found
        self._store(position, totals, findings)
        return self._page()

    def _store(self, position, totals, findings):
        before = self.state == "part"
        count = self.finding_count * before + len(findings)
        lines = [*((self.findings or "").splitlines() if before else ()), *findings][:SHOWN]
        if count > SHOWN:
            lines = [*lines[: SHOWN - 1], self.env._("... and more: %s findings.", count)]
        self.write(
            {
                **totals,
                "state": "done" if position is None else "part",
                "position": position or 0,
                "finding_count": count,
                "findings": "\n".join(lines),
            }
        )

    def _page(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Check the Log"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }
