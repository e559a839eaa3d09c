from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import Form, new_test_user, tagged

from .robot_case import RobotCase


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

    def test_an_administrator_of_approvals_alone_names_the_documents(self):
        """A20: without the right to read Odoo's list of models."""
        keeper = new_test_user(
            self.env,
            "keeper",
            "base.group_user,approval_chain.group_approval_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        orders = self.as_user(self.env["approval.kind"], keeper).search(
            [("model", "=", "test.approval.order")]
        )
        robots = self.as_user(self.env["approval.robot"], keeper)
        with self.assertRefused(exception=AccessError):
            robots.env["ir.model"].search([], limit=1)
        with Form(robots.browse(self.robot().id)) as form:
            form.user_id = keeper
            form.model_ids.add(orders)
        shown = robots.search([]).web_read({"model_ids": {"fields": {"display_name": {}}}})
        self.assertEqual(shown[0]["model_ids"], [{"id": orders.id, "display_name": "Test Order"}])

    def test_a_robot_of_documents_that_are_gone_does_not_speak_of_all(self):
        """A20: a group must not hear of more because an application was removed."""
        kind = self.env["approval.kind"].search([("model", "=", "test.approval.shipment")])
        robot = self.robot(model_ids=[Command.set(kind.ids)])
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM approval_robot_ir_model_rel")
        self.env.invalidate_all()
        self.submit()
        self.assertFalse(robot.model_ids)
        self.assertFalse(self.rows(robot))

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
