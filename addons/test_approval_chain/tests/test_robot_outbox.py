import json
import logging
import socket
import time
from datetime import timedelta

from freezegun import freeze_time

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import UserError
from odoo.tests import TransactionCase, new_test_user, tagged
from odoo.tools import mute_logger

from .robot_case import RobotCase
from .robot_server import PATHS, SECRET, TOKEN, GroupServer


@tagged("post_install", "-at_install")
class TestRobotOutbox(RobotCase):
    """A20: signed, retried, in order, never twice, never of what did not happen."""

    def test_failures_are_tried_again_later_and_later_then_given_up(self):
        """A20: 1, 5, 15, 60, 240 minutes, then the administrator is told and may try again."""
        robot = self.robot()
        self.submit()
        self.server.replies = [
            (500, "Internal error"),
            (200, "<html>Welcome</html>"),
            lambda: time.sleep(1.5) or (200, {"errcode": 0}),
            (200, {"errcode": 310000, "errmsg": "keywords not in content"}),
            (200, "[]"),
            (404, ""),
        ]
        row, minutes = self.rows(robot), 0
        expected = [
            (1, "HTTP status 500"),
            (5, "could not be understood"),
            (15, "no answer within"),
            (60, "310000 keywords not in content"),
            (240, "could not be understood"),
        ]
        for count, (wait, why) in enumerate(expected, start=1):
            self.send(minutes)
            self.assertEqual((row.state, row.attempts), ("failed", count))
            self.assertIn(why, row.last_error)
            due = row.next_try - fields.Datetime.now() - timedelta(minutes=minutes)
            self.assertAlmostEqual(due.total_seconds() / 60, wait, delta=0.2)
            self.send(minutes + wait - 1)
            self.assertEqual(len(self.server.received), count, "tried before it was due")
            minutes += wait + 1
        self.send(minutes)
        self.assertEqual((row.state, row.attempts), ("given_up", 6))
        self.assertEqual(robot.activity_ids.user_id, self.admin)
        self.assertIn("HTTP status 404", robot.activity_ids.note)
        self.send(minutes + 1000)
        self.assertEqual(len(self.server.received), 6)
        row.action_try_again()
        self.send()
        self.assertEqual((row.state, row.last_error), ("sent", False))

    def test_trouble_is_told_to_another_administrator_when_the_responsible_one_left(self):
        """A20: the message in trouble is not forgotten, and holds up none behind it."""
        gone = new_test_user(
            self.env,
            "gone",
            "base.group_user,approval_chain.group_approval_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        robot = self.robot(user_id=gone.id)
        self.submit()
        self.submit()
        self.as_user(gone, self.admin).active = False
        self.server.replies = [(500, "")]
        self.send(60 * 25)
        self.send(60 * 25)
        self.assertEqual(self.rows(robot).mapped("state"), ["given_up", "sent"])
        self.assertTrue(robot.activity_ids.user_id)
        self.assertNotEqual(robot.activity_ids.user_id, gone)

    def test_too_many_messages_are_sent_later_in_their_order(self):
        """A20: the limits of the vendors; a message never overtakes an earlier one."""
        limits = {
            "dingtalk": [{"errcode": 130101, "errmsg": "send too fast"}, (302, "")],
            "wecom": [{"errcode": 45009, "errmsg": "api freq out of limit"}],
            "feishu": [(400, {"code": 11232, "msg": "frequency limited"}), {"code": 9499}],
            "plain": [(429, "")],
        }
        for kind, replies in limits.items():
            robot = self.robot(kind)
            names = [f"{kind}-{number}" for number in range(3)]
            for name in names:
                self.submit(name=name)
            for step, reply in enumerate(replies):
                del self.server.received[:]
                self.server.replies = [reply]
                self.send(step * 60)
                self.assertEqual(len(self.server.received), 1, "others waited")
                first, *others = self.rows(robot)
                self.assertEqual((kind, first.state), (kind, "failed"))
                self.assertIn("Too many messages", first.last_error)
                self.assertEqual({row.state for row in others}, {"waiting"})
                self.assertNotIn("/stolen", str(self.server.received))
            del self.server.received[:]
            self.send(600)
            self.assertEqual(set(self.rows(robot).mapped("state")), {"sent"})
            said = [json.dumps(body) for body in self.server.bodies()]
            self.assertEqual(len(said), 3)
            for name, text in zip(names, said, strict=True):
                self.assertIn(name, text)
            robot.active = False

    def test_no_more_than_twenty_messages_a_minute_go_to_one_group(self):
        """A20: DingTalk shuts a robot out for ten minutes when it is told more."""
        robot = self.robot()
        for number in range(23):
            self.submit(name=f"N{number}")
        self.send()
        self.assertEqual(len(self.server.received), 20)
        self.send()
        self.assertEqual(len(self.server.received), 20)
        self.send(2)
        self.assertEqual(len(self.server.received), 23)
        self.assertEqual(set(self.rows(robot).mapped("state")), {"sent"})

    def test_one_group_in_trouble_does_not_hold_up_another(self):
        """A20: order is kept for each robot on its own."""
        broken, sound = self.robot(), self.robot("wecom")
        self.submit()
        self.submit()
        self.server.replies = [(500, "")]
        self.send()
        self.assertEqual(self.rows(broken).mapped("state"), ["failed", "waiting"])
        self.assertEqual(self.rows(sound).mapped("state"), ["sent", "sent"])

    def test_what_is_rolled_back_is_never_said(self):
        """A20: the message is written in the transaction of the event."""
        robot = self.robot()
        order = self.make_order()
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            order.action_approval_submit()
            self.assertTrue(self.rows(robot))
            raise ZeroDivisionError
        self.send()
        self.assertFalse(self.rows(robot))
        self.assertEqual(self.server.received, [])

    def test_what_was_sent_is_not_sent_again(self):
        """A20: running the job again says nothing."""
        self.robot()
        self.submit()
        self.send()
        self.send()
        self.send(600)
        self.assertEqual(len(self.server.received), 1)

    def test_switching_off_gives_up_what_was_not_said(self):
        """A20: switched on again, the robot does not tell old news."""
        robot = self.robot()
        self.submit()
        robot.active = False
        self.assertEqual(self.rows(robot).state, "given_up")
        with self.assertRefused("switched off"):
            self.rows(robot).action_try_again()
        robot.active = True
        self.send()
        self.assertEqual(self.server.received, [])

    def test_old_messages_are_deleted(self):
        """A20: what was sent is kept for a month."""
        robot = self.robot()
        self.submit()
        self.send()
        outbox = self.env["approval.outbox"]
        outbox._gc_outbox()
        self.assertTrue(self.rows(robot))
        with freeze_time(fields.Datetime.now() + timedelta(days=31)):
            self.assertEqual(outbox._gc_outbox(), (1, False))
        self.assertFalse(self.rows(robot))

    def test_server_without_credentials_in_errors_and_logs(self):
        """A20: whoever could post into the group with it never finds it in a message or log."""
        robot = self.robot()
        self.submit()
        echo = f"{TOKEN} {SECRET} {PATHS['dingtalk']} {self.server.address('dingtalk')}"
        self.server.replies = [{"errcode": 1, "errmsg": echo}, (500, echo), (200, echo), (302, "")]
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            nobody = f"http://127.0.0.1:{closed.getsockname()[1]}{PATHS['dingtalk']}"
        texts, minutes = [], 0
        with (
            self.assertNoLogs("urllib3", logging.INFO),
            self.assertNoLogs("requests", logging.INFO),
            self.assertLogs("odoo", logging.INFO) as logs,
        ):
            for _attempt in range(4):
                self.send(minutes)
                texts.append(self.rows(robot).last_error)
                minutes += 300
            robot.webhook = nobody
            self.rows(robot).action_try_again()
            self.send()
            texts.append(self.rows(robot).last_error)
            with self.assertRaises(UserError) as refused:
                robot.action_send_test()
            texts.append(str(refused.exception))
        self.assertIn("***", texts[0])
        self.assertIn("connection could not be made", texts[-1])
        texts += logs.output + robot.message_ids.mapped("body") + robot.activity_ids.mapped("note")
        for text in texts:
            for credential in (TOKEN, SECRET, "access_token"):
                self.assertNotIn(credential, text)


@tagged("post_install", "-at_install")
class TestRobotWorkers(TransactionCase):
    """A20: two workers at once, with real commits on the throw-away test database."""

    def setUp(self):
        super().setUp()
        self.server = GroupServer()
        self.addCleanup(self.server.stop)
        self.addCleanup(self.clean_up)
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["ir.config_parameter"].set_param("approval_chain.robot_http_hosts", "127.0.0.1")
            company = env.ref("approval_chain.demo_company")
            robot = env["approval.robot"].create(
                {
                    "name": "Workers",
                    "kind": "wecom",
                    "webhook": self.server.address("wecom"),
                    "company_id": company.id,
                    "active": True,
                }
            )
            requests = env["approval.request"]._engine_create(
                [
                    {
                        "name": f"W{number}",
                        "res_model": "test.approval.order",
                        "res_id": 1000000 + number,
                        "document_name": f"W{number}",
                        "operation": "finish",
                        "company_id": company.id,
                        "state": "refused",
                    }
                    for number in range(3)
                ]
            )
            env["approval.outbox"]._enqueue(requests, "refuse")
            self.robot_id, self.request_ids = robot.id, requests.ids

    def clean_up(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["approval.robot"].browse(self.robot_id).unlink()
            env["ir.config_parameter"].set_param("approval_chain.robot_http_hosts", False)
            cr.execute("DELETE FROM approval_request WHERE id IN %s", [tuple(self.request_ids)])

    def work(self):
        with self.registry.cursor() as cr:
            api.Environment(cr, SUPERUSER_ID, {})["approval.outbox"]._cron_send()

    def assertSaidOnce(self):
        said = [body["markdown"]["content"] for body in self.server.bodies()]
        self.assertEqual(len(said), 3)
        for number, text in enumerate(said):
            self.assertIn(f"W{number}", text)

    def test_second_worker_leaves_a_robot_alone_that_another_is_sending_for(self):
        """A20: while the group has not answered the first, the second says nothing."""
        seen = []

        def meanwhile():
            self.work()
            seen.append(len(self.server.received))
            return {"errcode": 0}

        self.server.replies = [meanwhile, meanwhile]
        self.work()
        self.assertEqual(seen, [1, 2])
        self.assertSaidOnce()

    def test_worker_on_an_old_snapshot_does_not_repeat_what_was_sent_meanwhile(self):
        """A20: it saw the rows waiting, and finds them sent."""
        with self.registry.cursor() as old:
            outbox = api.Environment(old, SUPERUSER_ID, {})["approval.outbox"]
            rows = outbox.search([("robot_id", "=", self.robot_id)], order="id")
            self.assertEqual(set(rows.mapped("state")), {"waiting"})
            self.work()
            with mute_logger("odoo.sql_db"):
                self.assertFalse(rows[0]._attempt())
            outbox._cron_send()
        self.assertSaidOnce()

    def test_worker_that_dies_loses_nothing(self):
        """A20: what was not committed is sent by the next one; what was, is not."""

        class Killed(BaseException):
            pass

        def die():
            raise Killed

        cr = self.registry.cursor()
        self.addCleanup(cr.close)
        commits, commit = [], cr.commit

        def commit_twice():
            commits.append(1)
            return commit() if len(commits) < 3 else die()

        cr.commit = commit_twice
        with self.assertRaises(Killed):
            api.Environment(cr, SUPERUSER_ID, {})["approval.outbox"]._cron_send()
        cr.close()
        self.assertEqual(len(self.server.received), 2)
        self.work()
        said = [body["markdown"]["content"] for body in self.server.bodies()]
        self.assertEqual(
            [next(f"W{n}" for n in range(3) if f"W{n}" in text) for text in said],
            ["W0", "W1", "W1", "W2"],
            "the one whose answer was not recorded is said twice, none is lost",
        )
