import json
from datetime import timedelta

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .. import robots
from .approval_robot import MANAGER, VERB_EVENT

PENDING = ("waiting", "failed")
# minutes until the next try, by the number of tries made
BACKOFF = (1, 5, 15, 60, 240)
# what could not be told within a day is no news any more
STALE = timedelta(days=1)
BATCH = 500
KEEP_SENT = timedelta(days=30)
KEEP_GIVEN_UP = timedelta(days=90)


class ApprovalOutbox(models.Model):
    """Messages of group robots, written with the event they tell and sent afterwards (A20).

    A row is committed or rolled back together with its event. It is sent at least once: the row
    stays locked while it is being sent and its new state is committed at once, so that only a server
    that dies between the two says something twice.
    """

    _name = "approval.outbox"
    _description = "Approval Group Message"
    _inherit = ["approval.engine.record"]
    _order = "id desc"
    _rec_name = "title"

    robot_id = fields.Many2one("approval.robot", required=True, index=True, ondelete="cascade")
    company_id = fields.Many2one(related="robot_id.company_id", store=True, index=True)
    request_id = fields.Many2one("approval.request", required=True, index=True, ondelete="cascade")
    event = fields.Char(required=True)
    title = fields.Char(required=True)
    payload = fields.Text(required=True, string="Message")
    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("sent", "Sent"),
            ("failed", "To Be Tried Again"),
            ("given_up", "Given Up"),
        ],
        string="Status",
        required=True,
        default="waiting",
    )
    attempts = fields.Integer(aggregator=None, string="Tries")
    queued_at = fields.Datetime(required=True, string="Written On")
    next_try = fields.Datetime(required=True)
    last_error = fields.Text(string="Why Not Sent")
    sent_at = fields.Datetime(string="Sent On")

    _queue = models.Index("(robot_id, id) WHERE state IN ('waiting', 'failed')")
    _lately = models.Index("(sent_at) WHERE sent_at IS NOT NULL")

    # ------------------------------------------------------------------ writing

    @api.model
    def _enqueue(self, requests, verb):
        """Write what the robots switched on have to say of an event; no query when there are none.

        :param requests: the requests it happened to
        :param verb: verb of the engine, or ``ask`` when a step opened
        """
        event = VERB_EVENT.get(verb)
        listeners = [
            listener
            for listener in self.env["approval.robot"]._listening()
            if event in listener.events
        ]
        if not listeners or not requests:
            return
        rows = [
            self._row(listener, request, verb)
            # whoever acts need not be allowed to read what the group is told
            for request in requests.sudo()
            for listener in listeners
            if request._robot_concerns(listener, verb)
        ]
        if rows:
            self._engine_create(rows)
            self._wake()

    @api.model
    def _row(self, listener, request, verb):
        message = request.with_context(lang=listener.lang)._robot_message(verb, listener.mention)
        now = fields.Datetime.now()
        return {
            "robot_id": listener.id,
            "request_id": request.id,
            "event": verb,
            "title": message["title"],
            "payload": robots.canonical(message),
            "queued_at": now,
            "next_try": now,
        }

    @api.model
    def _drop_waiting(self, switched_off):
        """Give up what robots that are switched off have not said."""
        rows_sudo = self.sudo().search(
            [("robot_id", "in", switched_off.ids), ("state", "in", PENDING)]
        )
        rows_sudo._engine_write(
            {
                "state": "given_up",
                "last_error": self.env._("The robot was switched off before it could be sent."),
            }
        )

    @api.model
    def _wake(self, at=None):
        self.env.ref("approval_chain.cron_approval_outbox")._trigger(at)

    # ------------------------------------------------------------------ sending

    @api.model
    def _cron_send(self):
        """Send what is due, robot by robot in the order of the events; one commit a message."""
        commit = self.env["ir.cron"]._commit_progress
        due = self._due()
        if not commit(remaining=sum(map(len, due.values()))):
            return
        for rows in due.values():
            for row in rows:
                # every commit empties the cache: do not read all the others again
                going_on = row.with_prefetch()._attempt()
                if not commit(1):
                    return
                if not going_on:
                    break
        commit(remaining=0)

    @api.model
    def _due(self):
        """``{robot: rows to be sent now}``, leaving out robots that pause, within their limits."""
        now = fields.Datetime.now()
        pending = Domain("state", "in", PENDING)
        paused = self._read_group(pending & Domain("next_try", ">", now), ["robot_id"])
        recent = self._read_group(
            [("sent_at", ">", now - timedelta(minutes=1))], ["robot_id"], ["__count"]
        )
        room = {robot: robots.PER_MINUTE[robot.kind] - count for robot, count in recent}
        shut = {robot.id for [robot] in paused} | {robot.id for robot in room if room[robot] <= 0}
        rows = self.search(
            pending & Domain("robot_id.active", "=", True) & Domain("robot_id", "not in", shut),
            order="id",
            limit=BATCH,
        )
        due = {
            robot: own[: room.get(robot, robots.PER_MINUTE[robot.kind])]
            for robot, own in rows.grouped("robot_id").items()
        }
        held_back = sum(map(len, due.values())) < len(rows) or len(rows) == BATCH
        if held_back or any(left <= 0 for left in room.values()):
            self._wake(now + timedelta(minutes=1))
        return due

    def _attempt(self):
        """Try to send one message.

        :return: whether the messages of the robot behind it may be sent now
        """
        try:
            if not self.try_lock_for_update():
                return False
        except psycopg2.errors.SerializationFailure:
            # somebody else has just sent it
            self.env.cr.rollback()
            return False
        self.invalidate_recordset()
        if self.state not in PENDING:
            return True
        if not self.robot_id.active or self.next_try > fields.Datetime.now():
            return False
        # what went wrong is read by those who look after the group
        robot = self.robot_id.with_context(lang=self.robot_id.lang)
        outcome, why = robot._post(json.loads(self.payload))
        if outcome == robots.SENT:
            self._engine_write(
                {
                    "state": "sent",
                    "attempts": self.attempts + 1,
                    "sent_at": fields.Datetime.now(),
                    "last_error": False,
                }
            )
            return True
        self._put_off(outcome, why)
        return False

    def _put_off(self, outcome, why):
        """Plan the next try, or give up and say so."""
        now, attempts = fields.Datetime.now(), self.attempts + 1
        limited = outcome == robots.LIMITED
        minutes = BACKOFF[min(attempts, len(BACKOFF)) - 1]
        if limited:
            minutes = max(minutes, robots.LIMIT_PAUSE[self.robot_id.kind])
        tired = attempts > len(BACKOFF) and not limited
        values = {"attempts": attempts, "last_error": why}
        if tired or now - self.queued_at > STALE:
            self._engine_write({**values, "state": "given_up"})
            self.robot_id._tell_responsible(why)
            self._wake(now + timedelta(minutes=1))
        else:
            next_try = now + timedelta(minutes=minutes)
            self._engine_write({**values, "state": "failed", "next_try": next_try})
            self._wake(next_try)

    # ------------------------------------------------------------------ looking after it

    def action_try_again(self):
        """Send messages again that failed or were given up, as soon as possible (A20).

        :raise AccessError: for users who are not approval administrators
        :raise UserError: a message was sent already or its robot is switched off
        :return: True
        """
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Only an approval administrator can have messages sent again.")
            )
        for row in self:
            if row.state not in ("failed", "given_up"):
                raise UserError(
                    self.env._(
                        "“%s” is not a message that failed: there is nothing to try again.",
                        row.title,
                    )
                )
            if not row.robot_id.active:
                raise UserError(
                    self.env._(
                        "Robot %s is switched off. Switch it on, then try again.", row.robot_id.name
                    )
                )
        now = fields.Datetime.now()
        self._engine_write({"state": "waiting", "attempts": 0, "next_try": now, "queued_at": now})
        self._wake()
        return True

    @api.autovacuum
    def _gc_outbox(self):
        """Delete what was sent a month ago, or given up three months ago."""
        now, limit = fields.Datetime.now(), 1000
        sent = Domain("state", "=", "sent") & Domain("sent_at", "<", now - KEEP_SENT)
        lost = Domain("state", "=", "given_up") & Domain("queued_at", "<", now - KEEP_GIVEN_UP)
        old_sudo = self.sudo().search(sent | lost, limit=limit)
        # not by the door that is closed to everybody
        models.Model.unlink(old_sudo)
        return len(old_sudo), len(old_sudo) == limit
