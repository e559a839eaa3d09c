import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from .approval_request import OPINION_REQUIRED, VERBS

_logger = logging.getLogger(__name__)

INLINE = 200
BATCH = 100
TRIES = 4
"""How often a batch is begun while others decide on the same requests."""
PROGRESS = "approval.bulk/progress"
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)


class ApprovalBulk(models.Model):
    """Many places answered in the background, with the rights of whoever asked for it (A13).

    ==============  ============================================================================
    action          who
    ==============  ============================================================================
    create          whoever answers more than 200 places at once
    read            the same person
    write, delete   nobody: the engine alone
    ==============  ============================================================================
    """

    _name = "approval.bulk"
    _description = "Approval Answers in the Background"
    _inherit = ["approval.engine.record"]
    _order = "id desc"

    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    verb = fields.Char(required=True)
    verb_label = fields.Char(compute="_compute_verb_label", string="Answer")
    opinion = fields.Text()
    company_ids = fields.Json(help="The companies that were chosen when it was asked for.")
    slots = fields.Json(required=True, help="The places to be answered, in order.")
    count = fields.Integer(string="Places", aggregator=None)
    done = fields.Integer(string="Looked At", aggregator=None)
    answered = fields.Integer(compute="_compute_answered")
    progress = fields.Float(compute="_compute_answered")
    failed = fields.Json(string="Not Answered")
    failed_count = fields.Integer(compute="_compute_answered", string="Not Answered Count")
    failed_text = fields.Text(compute="_compute_answered", string="Why Not")
    state = fields.Selection(
        [("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
        required=True,
        default="waiting",
    )
    started_at = fields.Datetime(string="Started On")
    finished_at = fields.Datetime(string="Finished On")

    _unfinished = models.Index("(id) WHERE state IN ('waiting', 'running')")

    @api.depends("verb", "count")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for job in self:
            job.display_name = self.env._(
                "%(answer)s: %(count)s selected", answer=job.verb_label, count=job.count
            )

    @api.depends("verb")
    @api.depends_context("lang")
    def _compute_verb_label(self):
        # what was asked for, not what has happened: it may be under way still
        Request, known = self.env["approval.request"], set(sum(VERBS.values(), ()))
        for job in self:
            verb = job.verb
            job.verb_label = Request._panel_action(verb)["label"] if verb in known else verb

    @api.depends("done", "failed", "count")
    def _compute_answered(self):
        for job in self:
            failed = job.failed or []
            job.failed_count = len(failed)
            job.answered = job.done - len(failed)
            job.progress = 100.0 * job.done / job.count if job.count else 100.0
            job.failed_text = "\n".join(f"{row['name']}: {row['message']}" for row in failed)

    # ------------------------------------------------------------------ asking for it

    @api.model
    def _start(self, slots, verb, opinion):
        """Have places answered in the background.

        :param slots: as the user who answers them
        :return: the job
        """
        job = self._engine_create(
            [
                {
                    "user_id": self.env.uid,
                    "verb": verb,
                    "opinion": opinion,
                    "company_ids": self.env.companies.ids,
                    "slots": list(dict.fromkeys(slots.ids)),
                    "count": len(set(slots.ids)),
                    "failed": [],
                }
            ]
        )
        # ordinary users may not start crons
        self.env.ref("approval_chain.cron_approval_bulk").sudo()._trigger()
        return job.sudo(self.env.su)

    # ------------------------------------------------------------------ working

    @api.model
    def _cron_run(self, batch=BATCH):
        """Go on with what is unfinished; every batch is a transaction of its own (A13)."""
        jobs = self.sudo().search([("state", "in", ("waiting", "running"))], order="id")
        for job in jobs:
            if not job._run(batch):
                break

    def _run(self, batch):
        """Answer one batch after the other.

        :return: whether there is time left
        """
        Cron = self.env["ir.cron"]
        while self.state != "done":
            ids = self.slots[self.done : self.done + batch]
            self._record(ids, self._answer_patiently(ids))
            left = self.count - self.done
            if not Cron._commit_progress(len(ids), remaining=left):
                return False
            self.env.invalidate_all()
        return True

    def _answer_patiently(self, ids):
        """Answer these places; if somebody else is faster, look at what came of it and begin anew.

        :return: as :meth:`_answer`; none of them was answered if others were faster every time
        """
        for _try in range(TRIES):
            try:
                failed = self._answer(ids)
                # what PostgreSQL refuses when the answers reach it is to be noticed here, too
                self.env.cr.flush()
                return failed
            except CONFLICTS as error:
                _logger.info("%s: %s", self, str(error).partition("\n")[0])
                self.env.cr.rollback()
        return self._all_failed(
            ids,
            self.with_context(lang=self.user_id.lang).env._(
                "Others were deciding on the same requests again and again, so it was not answered. "
                "Answer it again if it still waits for you."
            ),
        )

    def _answer(self, ids):
        """Answer these places as the user.

        :return: list of ``{"id", "name", "message"}`` of those that were not answered
        """
        user, Slot = self.user_id, self.env["approval.request.slot"]
        if not user.active:
            return self._all_failed(ids, self.env._("Whoever asked for it has left."))
        slots = (
            Slot.with_env(
                self.env(
                    user=user.id,
                    su=False,
                    context={
                        "lang": user.lang,
                        "tz": user.tz,
                        "allowed_company_ids": self.company_ids,
                    },
                )
            )
            .browse(ids)
            .exists()
        )
        gone = self._all_failed(
            set(ids) - set(slots.ids), self.env._("It does not exist any more.")
        )
        readable = slots._filtered_access("read")
        foreign = self._all_failed(
            (slots - readable).ids, slots.env._("It is not yours to answer any more.")
        )
        return gone + foreign + self._answer_safely(readable)

    def _answer_safely(self, slots):
        """All together; if something unexpected happens, each by itself."""
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                results = slots.action_bulk_decide(self.verb, self.opinion)
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except UserError as error:
            if len(slots) == 1:
                return self._all_failed(slots.ids, str(error))
            return [row for slot in slots for row in self._answer_safely(slot)]
        except Exception as error:
            if len(slots) == 1:
                _logger.exception("%s could not be answered in the background", slots)
                text = slots.env._(
                    "An unexpected error (%(error)s). Tell your administrator.", error=error
                )
                return self._all_failed(slots.ids, text)
            return [row for slot in slots for row in self._answer_safely(slot)]
        return [
            {"id": row["id"], "name": row["name"], "message": row["message"]}
            for row in results
            if not row["ok"]
        ]

    def _all_failed(self, ids, message):
        slots_sudo = self.env["approval.request.slot"].sudo().browse(ids).exists()
        names = {slot.id: slot.document_name for slot in slots_sudo}
        return [{"id": id_, "name": names.get(id_) or "-", "message": message} for id_ in ids]

    def _record(self, ids, failed):
        now = fields.Datetime.now()
        done = self.done + len(ids)
        self._engine_write(
            {
                "done": done,
                "failed": (self.failed or []) + failed,
                "state": "done" if done >= self.count else "running",
                "started_at": self.started_at or now,
                "finished_at": now if done >= self.count else False,
            }
        )
        # on the open pages of the user: how far it is, and that less waits now
        self.user_id._bus_send(PROGRESS, {"id": self.id, "done": self.state == "done"})
        if self.state == "done":
            self._tell()

    def _tell(self):
        """Say on the user's open pages that it is done; who is away finds it in the list."""
        env = self.with_context(lang=self.user_id.lang).env
        message = (
            env._(
                "%(count)s answered, %(failed)s not: open the list to see why.",
                count=self.answered,
                failed=self.failed_count,
            )
            if self.failed_count
            else env._("%s answered.", self.answered)
        )
        self.user_id._bus_send(
            "simple_notification",
            {
                "title": env._("Approvals"),
                "message": message,
                "type": "warning" if self.failed_count else "success",
                "sticky": bool(self.failed_count),
            },
        )

    # ------------------------------------------------------------------ what is left

    def action_open_failed(self):
        """Open the places that were not answered."""
        self.ensure_one()
        self.check_access("read")
        ids = [row["id"] for row in self.failed or ()]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Not Answered"),
            "res_model": "approval.request.slot",
            "views": [(False, "list")],
            "domain": [("id", "in", ids)],
        }


class ApprovalBulkSlot(models.Model):
    _inherit = "approval.request.slot"

    def action_bulk_decide(self, verb, opinion=None):
        """Answer several places; more than 200 are answered in the background (A13).

        :return: list of results as before, or ``{"job": id, "count": number of places}``
        """
        if len(self) <= INLINE:
            return super().action_bulk_decide(verb, opinion)
        self.check_access("read")
        self._check_bulk(verb, opinion)
        job = self.env["approval.bulk"]._start(self, verb, (opinion or "").strip())
        return {"job": job.id, "count": job.count}

    def _check_bulk(self, verb, opinion):
        """What would fail for every place is said at once.

        :raise UserError: for an answer nobody takes, or without the opinion it needs
        """
        if verb not in {name for verbs in VERBS.values() for name in verbs}:
            raise UserError(self.env._("There is no such answer. Reload the page and try again."))
        if verb in OPINION_REQUIRED and not (opinion or "").strip():
            raise UserError(self.env._("Please write your opinion: those who read it need it."))
