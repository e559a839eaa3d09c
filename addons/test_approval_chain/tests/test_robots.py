import json
import logging
import socket
import time
from datetime import timedelta

from freezegun import freeze_time

from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import HttpCase, TransactionCase, common, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.approval_chain import robots
from odoo.addons.approval_chain.models.approval_request import TRANSITIONS
from odoo.addons.approval_chain.models.approval_robot import SILENT_VERBS, VERB_EVENT

from .common import ApprovalCase
from .robot_server import PATHS, SECRET, TOKEN, GroupServer


class RobotCase(ApprovalCase):
    """One step asks the president; a group listens on the own machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("decide", "president")])
        cls.admin = cls.env.ref("base.user_admin")
        cls.cron = cls.env.ref("approval_chain.cron_approval_outbox")
        cls.env["ir.config_parameter"].set_param(
            "approval_chain.robot_http_hosts", "127.0.0.1, localhost"
        )
        cls.env["ir.config_parameter"].set_param("web.base.url", "https://erp.example.com")

    @classmethod
    def _request_handler(cls, session, request, /, **options):
        # a real exchange, with less patience: every post must have a time limit
        options["timeout"] = min(options["timeout"], 1)
        return common._super_send(session, request, **options)

    def setUp(self):
        super().setUp()
        self.server = GroupServer()
        self.addCleanup(self.server.stop)

    def robot(self, kind="dingtalk", **values):
        """A robot switched on, made by the approval administrator."""
        robots_admin = self.as_user(self.env["approval.robot"], self.admin)
        return robots_admin.create(
            {
                "name": f"{kind} group",
                "kind": kind,
                "webhook": self.server.address(kind),
                "secret": SECRET if kind != "wecom" else False,
                "active": True,
                "lang": "en_US",
                **values,
            }
        )

    def submit(self, **values):
        order = self.make_order(**values)
        order.action_approval_submit()
        return order

    def send(self, minutes=0):
        """The scheduled job runs, ``minutes`` from now."""
        with (
            self.enter_registry_test_mode(),
            freeze_time(fields.Datetime.now() + timedelta(minutes=minutes)),
        ):
            self.cron.method_direct_trigger()

    def rows(self, robot):
        outbox = self.as_user(self.env["approval.outbox"], self.admin)
        return outbox.search([("robot_id", "=", robot.id)], order="id")


@tagged("post_install", "-at_install")
class TestRobotMessages(RobotCase):
    """A20: what groups are told, and how it is signed."""

    def test_nothing_is_written_or_sent_while_robots_are_switched_off(self):
        """A20: a new robot is switched off, and says nothing until somebody switches it on."""
        robot = self.robot()
        robot.active = False
        fresh = self.as_user(self.env["approval.robot"], self.admin).create(
            {"name": "New", "webhook": self.server.address("dingtalk")}
        )
        self.assertFalse(fresh.active)
        self.assertIn(fresh.lang, dict(self.env["res.lang"].get_installed()))
        self.submit()
        self.send()
        self.assertFalse(self.rows(robot) | self.rows(fresh))
        self.assertEqual(self.server.received, [])

    def test_dingtalk_accepts_the_signed_message_with_a_link_to_the_request(self):
        """A20: DingTalk's signature; document, amount, requester, whose turn, link."""
        robot = self.robot()
        order = self.submit(name="T-77")
        self.send()
        row = self.rows(robot)
        self.assertEqual((row.state, row.attempts, row.last_error), ("sent", 1, False))
        [body] = self.server.bodies()
        text = body["markdown"]["text"]
        link = f"https://erp.example.com/odoo/approval.request/{self.request_of(order).id}"
        self.assertIn(f"]({link})", text)
        self.assertEqual(body["markdown"]["title"], "Approval: Waiting for a decision · T-77")
        for fact in ("Document: T-77", "250.00", "Requested By: 林晓", "Waiting For: President"):
            self.assertIn(fact, text)

    def test_feishu_accepts_the_signed_card(self):
        """A20: Feishu's signature in the body, the link as a button."""
        robot = self.robot("feishu")
        order = self.submit()
        self.send()
        self.assertEqual(self.rows(robot).state, "sent")
        [body] = self.server.bodies()
        _facts, actions = body["card"]["elements"]
        self.assertEqual(
            actions["actions"][0]["url"],
            f"https://erp.example.com/odoo/approval.request/{self.request_of(order).id}",
        )

    def test_wecom_accepts_the_message(self):
        """A20: WeCom's robots have no signature; the key is in the address."""
        robot = self.robot("wecom")
        self.submit()
        self.send()
        self.assertEqual(self.rows(robot).state, "sent")
        [body] = self.server.bodies()
        self.assertIn("> Requested By: 林晓", body["markdown"]["content"])

    def test_plain_webhook_gets_signed_facts(self):
        """A20: any other system can check who speaks."""
        robot = self.robot("plain")
        order = self.submit()
        self.send()
        self.assertEqual(self.rows(robot).state, "sent")
        [body] = self.server.bodies()
        self.assertEqual((body["event"], body["request"]), ("ask", self.request_of(order).name))

    def test_wrong_secret_is_refused_by_the_group(self):
        """A20: the server checks signatures, else the tests above would show nothing."""
        for kind in ("dingtalk", "feishu", "plain"):
            robot = self.robot(kind, secret="SEC-wrong", name=kind)
        self.submit()
        self.send()
        for robot in self.as_user(self.env["approval.robot"], self.admin).search([]):
            row = self.rows(robot)
            self.assertEqual((robot.kind, row.state), (robot.kind, "failed"))
            self.assertRegex(row.last_error, "sign not match|sign match fail|403")

    def test_people_asked_are_called_by_their_work_mobile(self):
        """A20: DingTalk in markdown, WeCom in plain text, which alone can call by number."""
        employee = self.as_user(self.env["hr.employee"], self.admin).search(
            [("user_id", "=", self.president.id), ("company_id", "=", self.company.id)]
        )
        employee.mobile_phone = "+86 138 0013 8000"
        self.robot(mention=True)
        self.robot("wecom", mention=True)
        self.submit(name="名" * 500)
        self.send()
        dingtalk, wecom = self.server.bodies()
        self.assertEqual(dingtalk["at"], {"atMobiles": ["13800138000"], "isAtAll": False})
        self.assertIn("@13800138000", dingtalk["markdown"]["text"])
        self.assertEqual(wecom["text"]["mentioned_mobile_list"], ["13800138000"])
        self.assertRegex(wecom["text"]["content"], r"\nhttps://erp[^ ]+/\d+$")
        self.assertFalse(
            self.as_user(self.env["approval.outbox"], self.admin).search([("state", "!=", "sent")])
        )

    def test_what_people_type_is_neither_markup_nor_mention_nor_link(self):
        """A20: a document's name cannot speak as the robot."""
        for kind in ("dingtalk", "wecom", "feishu"):
            self.robot(kind)
        self.submit(name="[Pay](https://evil.example) <@all> **now**\n# @all `x`")
        self.send()
        for body in self.server.bodies():
            text = json.dumps(body, ensure_ascii=False)
            for forged in ("[Pay", "://evil", "@all", "<@", "**now", "\\n# ", "`x"):
                self.assertNotIn(forged, text)
            self.assertIn("［Pay］", text)

    def test_events_documents_and_companies_of_the_robot_are_respected(self):
        """A20: only what the robot is told to speak of."""
        quiet = self.robot(on_ask=False)
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        other = self.robot(name="Other")
        self.env["approval.robot"].browse(other.id).company_id = elsewhere
        model = self.env["ir.model"]._get("test.approval.shipment")
        shipments = self.robot(name="Shipments", model_ids=[Command.link(model.id)])
        orders = self.robot(
            name="Orders",
            model_ids=[Command.link(self.env["ir.model"]._get("test.approval.order").id)],
            on_executed=True,
        )
        order = self.submit()
        self.decide(order, self.president)
        self.assertEqual(quiet.env["approval.outbox"].search([]).robot_id, quiet | orders)
        self.assertFalse(self.rows(other) | self.rows(shipments))
        self.assertEqual(self.rows(quiet).mapped("event"), ["complete"])
        self.assertEqual(self.rows(orders).mapped("event"), ["ask", "complete", "execute"])

    def ask_two_in_order(self):
        return self.make_chain(
            [
                {
                    "kind": "decide",
                    "approver": "user",
                    "mode": "order",
                    "user_ids": [Command.set([self.vp.id, self.cfo.id])],
                }
            ],
            sequence=1,
        )

    def turns(self, robot):
        """``[(event, whose turn)]`` as the group heard it."""
        return [
            (row.event, dict(json.loads(row.payload)["lines"]).get("Waiting For", ""))
            for row in self.rows(robot)
        ]

    def test_everybody_asked_is_told_once_when_the_turn_comes(self):
        """A20: in order, added beside, and urged: each time those whose turn it is."""
        robot = self.robot(on_approved=False)
        chain = self.ask_two_in_order()
        order = self.submit()
        first, second = chain.step_ids._people(order)
        self.decide(order, first)
        self.as_user(self.request_of(order), self.sales).action_urge()
        self.as_user(self.request_of(order), second).action_add_approvers(
            "beside", self.assistant.ids
        )
        self.assertEqual(
            self.turns(robot),
            [
                ("ask", first.name),
                ("ask", second.name),
                ("urge", second.name),
                ("ask", f"{second.name}, {self.assistant.name}"),
            ],
        )

    def test_emergency_release_is_told_and_not_called_an_approval(self):
        """A19, A20: released, executed, and the approval asked for afterwards."""
        robot = self.robot(on_executed=True)
        self.env["approval.chain"].search([("name", "=", "Test chain")]).allow_break_glass = True
        self.sales.group_ids += self.env.ref("approval_chain.group_break_glass")
        order = self.make_order()
        order.action_approval_break_glass("finish", "The truck is leaving.")
        events = self.rows(robot).mapped("event")
        self.assertEqual(events, ["break_glass", "execute", "ask"])
        self.assertIn("Emergency release", self.rows(robot)[0].title)
        self.assertIn(self.sales.name, self.rows(robot)[0].payload)

    def test_refusal_says_who_but_not_why(self):
        """A20: opinions are for those concerned, not for the whole group."""
        robot = self.robot(on_ask=False)
        self.decide(self.submit(), self.president, "refuse", "He owes us a fortune.")
        self.send()
        [body] = self.server.bodies()
        text = json.dumps(body, ensure_ascii=False)
        self.assertIn(f"By: {self.president.name}", text)
        self.assertIn("Approval: Refused", text)
        self.assertNotIn("fortune", text)
        self.assertNotIn("fortune", self.rows(robot).payload)

    def test_message_is_in_the_language_of_the_robot(self):
        """A20: whatever the language of whoever acts."""
        self.robot(lang="zh_CN")
        self.robot("wecom")
        self.submit()
        self.send()
        chinese, english = self.server.bodies()
        self.assertIn("250.00", english["markdown"]["content"])
        self.assertIn("Requested By", english["markdown"]["content"])
        self.assertIn("总裁", chinese["markdown"]["text"])

    def test_test_message_is_sent_by_the_administrator_also_before_switching_on(self):
        """A20: the button tells at once whether address and secret are right."""
        robot = self.robot(active=False)
        self.assertEqual(robot.action_send_test()["params"]["type"], "success")
        self.assertEqual(len(self.server.received), 1)
        robot.secret = "SEC-wrong"
        with self.assertRefused("sign not match"):
            robot.action_send_test()
        with self.assertRefused(exception=AccessError):
            self.as_user(robot, self.sales).action_send_test()


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
class TestRobotRights(RobotCase):
    """A20: who may see and do what."""

    def test_only_administrators_read_robots_addresses_and_messages(self):
        """A20: the address alone lets anybody post into the group."""
        robot = self.robot()
        self.submit()
        self.assertEqual(robot.webhook, self.server.address("dingtalk"))
        for user in (self.sales, self.president):
            with self.assertRefused(exception=AccessError):
                self.as_user(robot, user).read(["name"])
            with self.assertRefused(exception=AccessError):
                self.as_user(robot, user).read(["webhook", "secret"])
            with self.assertRefused(exception=AccessError):
                self.as_user(robot, user).search([("webhook", "like", "token-0")])
            with self.assertRefused(exception=AccessError):
                self.as_user(self.rows(robot), user).read(["payload"])
            with self.assertRefused(exception=AccessError):
                self.as_user(self.rows(robot), user).action_try_again()
            with self.assertRefused(exception=AccessError):
                self.as_user(robot, user).write({"active": False})
            self.assertNotIn("webhook", self.as_user(robot, user).fields_get())

    def test_nobody_writes_messages_by_hand(self):
        """A20: a group hears from the engine only, not even from an administrator."""
        robot = self.robot()
        self.submit()
        row = self.rows(robot)
        for values in ({"state": "sent"}, {"payload": "{}"}):
            with self.assertRefused(exception=AccessError):
                row.write(values)
        with self.assertRefused(exception=AccessError):
            row.unlink()
        with self.assertRefused(exception=AccessError):
            row.create({"robot_id": robot.id, "title": "Forged", "payload": "{}"})
        with self.assertRefused("nothing to try again"):
            row.action_try_again()

    def test_addresses_without_encryption_are_refused(self):
        """A20: http only for hosts a system administrator named, also when sending later."""
        for address, why in (
            ("http://oapi.dingtalk.com/robot/send?access_token=abcdef99", "https://"),
            ("ftp://oapi.dingtalk.com/abcdef99", "not an address"),
            ("https://user:abcdef99@oapi.dingtalk.com/x", "user name or password"),
            ("https://[abcdef99", "not an address"),
            ("https://oapi.dingtalk.com/x?a=abcdef99\nHost: evil", "not an address"),
            ("abcdef99", "not an address"),
        ):
            with self.assertRaises(ValidationError) as refused, self.env.cr.savepoint():
                self.robot(webhook=address)
            self.assertIn(why, str(refused.exception))
            self.assertNotIn("abcdef99", str(refused.exception))
        robot = self.robot()
        self.submit()
        self.env["ir.config_parameter"].set_param("approval_chain.robot_http_hosts", "")
        self.send()
        self.assertEqual(self.server.received, [])
        self.assertIn("https://", self.rows(robot).last_error)

    def test_redirections_are_not_followed(self):
        """A20: the message goes to the address that was entered and nowhere else."""
        robot = self.robot("plain")
        self.submit()
        self.server.replies = [(302, "")]
        self.send()
        self.assertEqual(len(self.server.received), 1)
        self.assertIn("302", self.rows(robot).last_error)

    def test_administrators_of_one_company_do_not_see_robots_of_another(self):
        """A20: rules by company."""
        robot = self.robot()
        self.submit()
        other = self.env["res.company"].create({"name": "Elsewhere"})
        foreign = new_test_user(
            self.env,
            "elsewhere",
            "base.group_user,approval_chain.group_approval_manager",
            company_id=other.id,
            company_ids=[Command.set(other.ids)],
        )
        for records in (robot, self.rows(robot)):
            seen = records.with_user(foreign).with_context(allowed_company_ids=other.ids)
            self.assertFalse(seen.search([("id", "in", records.ids)]))
            with self.assertRefused(exception=AccessError):
                seen.read(["display_name"])

    def test_responsible_person_must_be_able_to_open_the_robot(self):
        """A20: whoever is told of trouble can do something about it."""
        with self.assertRefused("only approval administrators"):
            self.robot(user_id=self.sales.id)


@tagged("post_install", "-at_install")
class TestNoRobot(ApprovalCase):
    """A20: who does not use robots does not pay for them."""

    def test_no_query_is_made_without_robots(self):
        """A20: the event is looked up in the cache only."""
        self.make_chain([("decide", "president")])
        order = self.make_order()
        order.action_approval_submit()
        request, outbox = self.request_of(order), self.env["approval.outbox"]
        outbox._enqueue(request, "ask")
        self.env.flush_all()
        with self.assertQueryCount(0):
            outbox._enqueue(request, "ask")
            outbox._enqueue(request, "complete")

    def test_every_verb_of_the_engine_is_told_or_kept_silent_on_purpose(self):
        """A20: a new verb needs a decision whether groups hear of it."""
        self.assertFalse(set(TRANSITIONS) - set(VERB_EVENT) - SILENT_VERBS)
        self.assertFalse(set(VERB_EVENT) & SILENT_VERBS)

    def test_signatures_are_those_other_tools_compute(self):
        """A20: fixed values made with openssl."""
        self.assertEqual(
            robots.sign_dingtalk("SECtest", 1700000000123),
            "lrMq5E54T40t3FfGVjxdvoqIbXlWY6mzkZYiVoI6emk=",
        )
        self.assertEqual(
            robots.sign_feishu("SECtest", 1700000000),
            "G7XpBpG8NgG02fJOAhX6FRAObIljmFoxVReo8I62pEk=",
        )
        self.assertEqual(
            robots.sign_plain("SECtest", 1700000000, '{"a":1}'),
            "fcb51ec4942f871bf6bb7039d37a5ac7dd46311afc0620d07c5c84f8958cb4d1",
        )


@tagged("post_install", "-at_install")
class TestRobotLink(HttpCase):
    """A20: the link opens the request and does nothing else."""

    def test_link_asks_strangers_to_sign_in(self):
        """A20: the link neither signs anybody in nor decides."""
        answer = self.url_open("/odoo/approval.request/1", allow_redirects=False)
        self.assertIn(answer.status_code, (302, 303))
        self.assertIn("/web/login", answer.headers["Location"])


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
            self.assertIn(f"Document: W{number}", text)

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
