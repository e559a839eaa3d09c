import time
from typing import NamedTuple

import requests

from odoo import api, fields, models, tools
from odoo.exceptions import AccessError, UserError, ValidationError

from .. import robots

KINDS = [
    ("dingtalk", "DingTalk"),
    ("wecom", "WeCom"),
    ("feishu", "Feishu / Lark"),
    ("plain", "Plain JSON Webhook"),
]

# which switch of a robot a verb of the engine belongs to; "ask" is a step that opens
EVENT_VERBS = {
    "on_ask": ("ask", "hand_over", "replace", "propose", "reopen"),
    "on_answer": ("approve", "opinion", "handle", "dissent", "accept", "decline"),
    "on_approved": ("complete", "confirm"),
    "on_refused": ("refuse", "return", "send_back", "auto_refuse"),
    "on_executed": ("execute",),
    "on_failed": ("fail",),
    "on_overdue": ("urge", "remind", "escalate", "hand_on", "auto_approve"),
    "on_emergency": ("break_glass",),
    "on_closed": ("withdraw", "void", "cancel"),
}
VERB_EVENT = {verb: event for event, verbs in EVENT_VERBS.items() for verb in verbs}
# what a group need not hear: a submission or an approver added shows as the step that asks somebody
SILENT_VERBS = {"submit", "add_approver", "pass", "comment", "copy", "keep"}

HTTP_HOSTS = "approval_chain.robot_http_hosts"
MANAGER = "approval_chain.group_approval_manager"
CREDENTIALS = f"{MANAGER},base.group_system"
TIMEOUT = 10
ANSWER_BYTES = 65536
_CHANGED = "approval_robots_changed"


class Listener(NamedTuple):
    """What has to be known of a robot that is switched on, kept in the cache."""

    id: int
    company_id: int
    lang: str
    mention: bool
    models: frozenset
    events: frozenset


class ApprovalRobot(models.Model):
    """A robot of a chat group that is told what happens to requests; switched off by default (A20).

    It only speaks: the link in its messages opens the request, it never signs anybody in and never
    decides. Address and secret let anybody post into the group: only approval administrators read
    them, and no message, error or log entry contains them.
    """

    _name = "approval.robot"
    _description = "Approval Group Robot"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "company_id, name, id"

    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(
        default=False,
        copy=False,
        tracking=True,
        string="Switched On",
        help="Nothing is sent while the robot is switched off.",
    )
    kind = fields.Selection(KINDS, required=True, default="dingtalk", tracking=True)
    webhook = fields.Char(
        required=True,
        groups=CREDENTIALS,
        string="Webhook Address",
        help="The address the group shows when the robot is added. Whoever knows it can post there.",
    )
    secret = fields.Char(
        groups=CREDENTIALS,
        copy=False,
        help="DingTalk and Feishu: the secret of the robot's signature check. Plain webhook: messages "
        "are signed with it. WeCom has none: its key is part of the address.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        tracking=True,
        help="The robot speaks of requests of this company and of its branches.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        domain="[('share', '=', False)]",
        help="Is told when messages could not be sent.",
    )
    # same ids as ir.model, which approval administrators may not read
    model_ids = fields.Many2many(
        "approval.kind",
        relation="approval_robot_ir_model_rel",
        column1="approval_robot_id",
        column2="ir_model_id",
        string="Documents",
        help="Speak of requests for these documents only. Empty: of all.",
    )
    # kept by name: a robot of kinds that are gone must not become one that speaks of all
    model_names = fields.Char(compute="_compute_model_names", store=True)
    lang = fields.Selection(
        lambda self: self.env["res.lang"].get_installed(),
        required=True,
        string="Language",
        default=lambda self: self._default_lang(),
    )
    mention = fields.Boolean(
        string="Call the People Asked",
        help="DingTalk and WeCom: mention those whose turn it is, by the work mobile number of the "
        "employee. Feishu cannot mention by number.",
    )
    on_ask = fields.Boolean("Somebody Is Asked", default=True)
    on_answer = fields.Boolean("A Step Was Answered")
    on_approved = fields.Boolean("Approved", default=True)
    on_refused = fields.Boolean("Refused or Returned", default=True)
    on_executed = fields.Boolean("Executed")
    on_failed = fields.Boolean("Could Not Be Executed", default=True)
    on_overdue = fields.Boolean("Urged or Overdue", default=True)
    on_emergency = fields.Boolean("Emergency Release", default=True)
    on_closed = fields.Boolean("Withdrawn, Void or Cancelled")
    waiting_count = fields.Integer(compute="_compute_counts", string="To Send")
    given_up_count = fields.Integer(compute="_compute_counts", string="Given Up")

    # ------------------------------------------------------------------ computes and checks

    @api.model
    def _default_lang(self):
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        return self.env.lang if self.env.lang in installed else installed[0]

    @api.depends("model_ids")
    def _compute_model_names(self):
        for robot in self:
            robot.model_names = " ".join(sorted(robot.model_ids.mapped("model")))

    def _compute_counts(self):
        groups = self.env["approval.outbox"]._read_group(
            [("robot_id", "in", self.ids), ("state", "!=", "sent")],
            ["robot_id", "state"],
            ["__count"],
        )
        counts = {(robot.id, state): count for robot, state, count in groups}
        for robot in self:
            waiting = [counts.get((robot.id, state), 0) for state in ("waiting", "failed")]
            robot.waiting_count = sum(waiting)
            robot.given_up_count = counts.get((robot.id, "given_up"), 0)

    @api.constrains("webhook")
    def _check_webhook(self):
        hosts = self._http_hosts()
        for robot in self:
            if problem := robots.address_problem(robot.webhook, hosts):
                raise ValidationError(self._address_sentence(problem, robot.name))

    @api.constrains("user_id")
    def _check_user(self):
        for robot in self:
            if not robot.user_id.has_group(MANAGER):
                raise ValidationError(
                    self.env._(
                        "%(user)s cannot be responsible for robot %(robot)s: only approval "
                        "administrators can open it. Choose one of them.",
                        user=robot.user_id.name,
                        robot=robot.name,
                    )
                )

    def _address_sentence(self, problem, name):
        """Why an address is refused; never the address itself."""
        if problem == "http":
            return self.env._(
                "The webhook address of %s must begin with https://, so that nobody on the way reads "
                "it. Copy it again from the settings of the group.",
                name,
            )
        if problem == "login":
            return self.env._(
                "The webhook address of %s must not contain a user name or password. Use the secret.",
                name,
            )
        return self.env._(
            "The webhook address of %s is not an address. Copy it again from the settings of the "
            "group.",
            name,
        )

    @api.model
    def _http_hosts(self):
        """Hosts that may be spoken to without encryption: none, unless a system administrator says so."""
        parameters_sudo = self.env["ir.config_parameter"].sudo()
        hosts = (parameters_sudo.get_param(HTTP_HOSTS) or "").split(",")
        return {host.strip() for host in hosts if host.strip()}

    # ------------------------------------------------------------------ changes

    @api.model_create_multi
    def create(self, vals_list):
        created = super().create(vals_list)
        self._robots_changed()
        return created

    def write(self, vals):
        result = super().write(vals)
        if "active" in vals and not vals["active"]:
            self.env["approval.outbox"]._drop_waiting(self)
        self._robots_changed()
        return result

    def unlink(self):
        result = super().unlink()
        self._robots_changed()
        return result

    @api.model
    def _robots_changed(self):
        """Forget what was cached, and cache nothing in this transaction until it ends.

        A robot that is not committed must neither be cached for others nor be missed here.
        """
        registry, cr = self.env.registry, self.env.cr
        registry.clear_cache()
        if cr.cache.get(_CHANGED):
            return
        cr.cache[_CHANGED] = True

        def forget():
            cr.cache.pop(_CHANGED, None)
            registry.clear_cache()

        cr.postcommit.add(forget)
        cr.postrollback.add(forget)

    @api.model
    def _listening(self):
        """The robots switched on, as :class:`Listener`; no query once cached."""
        changed = self.env.cr.cache.get(_CHANGED)
        return self._read_listening() if changed else self._cached_listening()

    @api.model
    @tools.ormcache()
    def _cached_listening(self):
        return self._read_listening()

    @api.model
    def _read_listening(self):
        # whoever acts need not see the robots that speak of it
        robots_sudo = self.with_env(self.env(su=True, context={})).search([])  # pylint: disable=no-search-all
        return tuple(
            Listener(
                id=robot.id,
                company_id=robot.company_id.id,
                lang=robot.lang,
                mention=robot.mention,
                models=frozenset((robot.model_names or "").split()),
                events=frozenset(event for event in EVENT_VERBS if robot[event]),
            )
            for robot in robots_sudo
        )

    # ------------------------------------------------------------------ speaking

    def _post(self, message):
        """Post a message into the group, now.

        :param message: see :func:`..robots.prepare`
        :return: ``(sent, limited or failed, why as a sentence without credentials)``
        """
        self.ensure_one()
        robot_sudo = self.sudo()  # the address is not for whoever's action is told
        webhook, secret = robot_sudo.webhook, robot_sudo.secret or ""
        if problem := robots.address_problem(webhook, self._http_hosts()):
            return robots.FAILED, self._address_sentence(problem, robot_sudo.name)
        url, headers, body = robots.prepare(self.kind, webhook, secret, message, time.time())
        # the texts of these exceptions contain the address: they are neither kept nor logged
        try:
            status, content = self._exchange(url, headers, body)
        except requests.Timeout:
            return robots.FAILED, self.env._("There was no answer within %s seconds.", TIMEOUT)
        except requests.RequestException:
            return robots.FAILED, self.env._("The connection could not be made, or it broke off.")
        answer = robots.read_answer(self.kind, status, content)
        return answer.outcome, self._answer_sentence(answer, webhook, secret)

    @staticmethod
    def _exchange(url, headers, body):
        # a redirection could lead the message to somebody else, an answer without end fill the memory
        with requests.post(
            url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False, stream=True
        ) as response:
            return response.status_code, next(response.iter_content(ANSWER_BYTES), b"")

    def _answer_sentence(self, answer, webhook, secret):
        detail = robots.mask(answer.detail, webhook, secret)
        return {
            "": "",
            "limited": self.env._("Too many messages in a short time (%s).", detail),
            "status": self.env._("The answer was HTTP status %s.", detail),
            "garbage": self.env._("The answer could not be understood; is the address right?"),
            "code": self.env._("The message was not accepted: %s.", detail),
        }[answer.reason]

    def action_send_test(self):
        """Post a test message into the group, also while the robot is switched off (A20).

        :raise AccessError: for users who are not approval administrators
        :raise UserError: the message was not accepted, and why
        :return: a notification
        """
        self.ensure_one()
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(self.env._("Only an approval administrator can send a test message."))
        outcome, why = self._post(self.with_context(lang=self.lang)._test_message())
        if outcome != robots.SENT:
            raise UserError(
                self.env._(
                    "The test message of %(robot)s was not sent. %(why)s Check address and secret, "
                    "then try again.",
                    robot=self.name,
                    why=why,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._("The test message was accepted. Look into the group."),
            },
        }

    def _test_message(self):
        return {
            "event": "test",
            "title": self.env._("Approval: test message"),
            "lines": [
                [self.env._("Robot"), self.name],
                [self.env._("Sent By"), self.env.user.name],
            ],
            "link": f"{self.get_base_url()}/odoo",
            "link_label": self.env._("Open in Odoo"),
            "mobiles": [],
        }

    def action_view_outbox(self):
        """Open the messages of this robot."""
        self.ensure_one()
        action = self.env["ir.actions.actions"]._for_xml_id("approval_chain.action_approval_outbox")
        return {**action, "domain": [("robot_id", "=", self.id)], "context": {}}

    def _keeper(self):
        """Who is told of trouble: the responsible person, or another when that one cannot look."""
        managers = self.env.ref(MANAGER).all_user_ids.filtered(
            lambda user: user.active and self.company_id in user.company_ids
        )
        return (self.user_id & managers) or managers[:1]

    def _tell_responsible(self, why):
        """One activity, not one for each message, until somebody looks after it."""
        self.ensure_one()
        kind, user = "mail.mail_activity_data_warning", self._keeper()
        if self.activity_search([kind], user_id=user.id):
            return
        told = self.with_context(lang=user.lang)
        told.activity_schedule(
            kind,
            user_id=user.id,
            summary=told.env._("Messages could not be sent"),
            note=told.env._(
                "%(robot)s gave up on a message: %(why)s Open its messages to try again.",
                robot=self.name,
                why=why,
            ),
        )
