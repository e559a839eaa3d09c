from datetime import timedelta

from freezegun import freeze_time

from odoo import fields
from odoo.tests import common

from .common import ApprovalCase
from .robot_server import SECRET, GroupServer


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
