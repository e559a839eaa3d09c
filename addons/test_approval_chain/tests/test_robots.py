import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from odoo.addons.approval_chain import robots
from odoo.addons.approval_chain.models.approval_request import TRANSITIONS
from odoo.addons.approval_chain.models.approval_robot import SILENT_VERBS, VERB_EVENT

from .common import ApprovalCase
from .robot_case import RobotCase


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
