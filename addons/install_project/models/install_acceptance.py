import json
from hashlib import sha256

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows
from odoo.addons.sale_order_flow.models.order_flow_signed_document import SIGNATURE_STAMPED

REPORT = "install_project.action_report_acceptance"


class InstallAcceptance(models.Model):
    """The customer accepts what was installed, all or part of it, and signs for it (I6).

    Checked and completed by whoever leads the work, then signed in the portal or on the device on
    site, once; or refused with a reason. What was signed stays as it was signed.
    """

    _name = "install.acceptance"
    _description = "Installation Acceptance"
    _inherit = ["order.flow.signed.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _portal_states = ("ready", "signed", "refused")
    _stamped = SIGNATURE_STAMPED | frozenset(
        {
            "name",
            "state",
            "company_id",
            "partner_id",
            "user_id",
            "project_id",
            "order_id",
            "signed_how",
            "signed_at",
            "accepted_on",
            "ready_at",
            "reminded_at",
            "refused_count",
            "document",
            "document_name",
            "refusal_reason",
        }
    )

    name = fields.Char(
        string="Document Number", readonly=True, copy=False, default="/", index="trigram"
    )
    # stamped right after the record is made, so nothing here is required
    project_id = fields.Many2one(
        "install.project", string="Install Project", readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="project_id.company_id", store=True, index=True)
    order_id = fields.Many2one(related="project_id.order_id", store=True, string="Sales Order")
    partner_id = fields.Many2one(
        related="project_id.partner_id", store=True, index=True, string="Customer"
    )
    user_id = fields.Many2one(related="project_id.user_id", store=True, string="Salesperson")
    site_id = fields.Many2one(related="project_id.site_id")
    state = fields.Selection(
        [
            ("draft", "Being Checked"),
            ("ready", "With the Customer"),
            ("signed", "Accepted"),
            ("refused", "Refused"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    line_ids = fields.One2many("install.acceptance.line", "acceptance_id", string="Goods")
    check_ids = fields.One2many("install.acceptance.check", "acceptance_id", string="Checklist")
    punch_ids = fields.One2many("install.punch.item", "acceptance_id", string="Punch List")
    open_punch_count = fields.Integer(
        compute="_compute_open_punch_count", store=True, string="Open Punch Items"
    )
    note = fields.Text(string="Documents Handed Over and Remarks")
    ready_at = fields.Datetime(readonly=True, copy=False, string="With the Customer Since")
    signed_by = fields.Char(copy=False, tracking=True, help="Who signs for the customer.")
    signed_how = fields.Selection(
        [("portal", "In the Portal"), ("phone", "On Site")],
        readonly=True,
        copy=False,
        string="Accepted How",
    )
    signed_at = fields.Datetime(readonly=True, copy=False, string="Signed On")
    accepted_on = fields.Date(readonly=True, copy=False, index="btree_not_null")
    document = fields.Binary(
        attachment=True, readonly=True, copy=False, string="Acceptance Certificate"
    )
    document_name = fields.Char(readonly=True, copy=False)
    refusal_reason = fields.Text(readonly=True, copy=False)
    refused_count = fields.Integer(readonly=True, copy=False, string="Times Refused")
    may_lead = fields.Boolean(compute="_compute_may_lead")

    _one_open = models.UniqueIndex(
        "(project_id) WHERE state IN ('draft', 'ready')",
        "The install project has an acceptance under way already.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("punch_ids.state")
    def _compute_open_punch_count(self):
        for acceptance in self:
            items = acceptance.punch_ids.filtered(lambda item: item.state != "verified")
            acceptance.open_punch_count = len(items)

    @api.depends("project_id.lead_id")
    @api.depends_context("uid")
    def _compute_may_lead(self):
        for acceptance in self:
            acceptance.may_lead = acceptance.project_id.may_lead

    def _compute_access_url(self):
        for acceptance in self:
            acceptance.access_url = f"/my/acceptances/{acceptance.id}"

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name.replace("/", "-")

    def _frozen_files(self, files):
        """The files of signed acceptances stay as they are."""
        signed = self.filtered(lambda acceptance: acceptance.state == "signed")
        kept = ("document", "signature")
        return files.filtered(lambda file: file.res_id in signed.ids and file.res_field in kept)

    # ------------------------------------------------------------------ who enters what

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise AccessError(
                self.env._("Acceptances are prepared with the button of the install project.")
            )
        return super().create(vals_list)

    def write(self, vals):
        """Odoo's signature widget writes the picture, with the name typed before: that signs it."""
        if vals.keys() == {"signature"} and vals["signature"]:
            self._sign_on_site(vals["signature"])
            return True
        if not self.env.su and not {"note", "line_ids", "check_ids", "punch_ids"}.isdisjoint(vals):
            self._check_editable()
        if not self.env.su and "signed_by" in vals:
            self.project_id._check_leads()
            self._check_state("ready")
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Acceptances stay: they tell what the customer accepted."))

    def _check_editable(self):
        """:raise UserError: when it is with the customer, or decided"""
        if self.env.su:
            return
        self.project_id._check_leads()
        self._check_state("draft")

    def _check_state(self, *states):
        labels = dict(self._fields["state"]._description_selection(self.env))
        for acceptance in self:
            if acceptance.state not in states:
                raise UserError(
                    self.env._(
                        "%(acceptance)s is “%(state)s”: it stands as it is.",
                        acceptance=acceptance.name,
                        state=labels[acceptance.state],
                    )
                )

    # ------------------------------------------------------------------ actions

    def _problems(self):
        """Why it cannot go to the customer, as full sentences."""
        self.ensure_one()
        problems = []
        if not any(line.quantity > 0 for line in self.line_ids):
            problems.append(self.env._("%s: enter what is accepted.", self.name))
        problems += [text for line in self.line_ids if (text := line._problem())]
        problems += [text for check in self.check_ids if (text := check._problem())]
        return problems + [text for item in self.punch_ids if (text := item._problem())]

    def action_ready(self):
        """Give it to the customer to sign: checked, and nothing open that stands in the way (I6).

        :raise AccessError: for anybody but the person responsible and project directors
        :raise UserError: naming what is missing
        :return: True
        """
        self.project_id._check_leads()
        self._check_state("draft")
        self.project_id._check_state("installing")
        for acceptance in self:
            acceptance.project_id._raise_problems(acceptance._problems())
            acceptance._stamp(
                {"state": "ready", "ready_at": fields.Datetime.now(), "reminded_at": False}
            )
            acceptance._ask_customer()
        return True

    def _ask_customer(self):
        """Mail the address at which it is signed."""
        self.ensure_one()
        self.project_id._tell_customer(
            lambda env: env._(
                "%(acceptance)s of your installation %(project)s waits for your signature: %(link)s",
                acceptance=self.name,
                project=self.project_id.name,
                link=f"{self.get_base_url()}{self.get_portal_url()}",
            )
        )

    def action_back(self):
        """Take it back from the customer to change it: what they have opened is void then.

        :return: True
        """
        self.project_id._check_leads()
        self._check_state("ready", "refused")
        self._stamp({"state": "draft", "refusal_reason": False})
        return True

    def action_cancel(self):
        """Give it up before it was signed.

        :return: True
        """
        self.project_id._check_leads()
        self._check_state("draft", "ready", "refused")
        self._stamp({"state": "cancelled"})
        return True

    def _project_given_up(self):
        """Nothing is installed any more: what was not signed yet is not asked for."""
        undecided = ("draft", "ready", "refused")
        self.filtered(lambda one: one.state in undecided)._stamp({"state": "cancelled"})

    def action_refuse(self, reason=None):
        """Record that the customer does not accept it, and why (I6).

        :param reason: the customer's words
        :raise UserError: without a reason
        :return: True
        """
        self.project_id._check_leads()
        self._refuse(reason)
        return True

    def _refuse(self, reason):
        lock_rows(self.sudo())
        self._check_state("ready")
        if not (reason or "").strip():
            raise UserError(self.env._("Say what is not in order."))
        for acceptance in self:
            acceptance._stamp(
                {
                    "state": "refused",
                    "refusal_reason": reason.strip(),
                    "refused_count": acceptance.refused_count + 1,
                }
            )
            project = acceptance.project_id
            project._tell(
                project._crew() | project._house(),
                self.env._(
                    "%(acceptance)s was refused: %(reason)s",
                    acceptance=acceptance.name,
                    reason=reason.strip(),
                ),
            )

    # ------------------------------------------------------------------ signing

    def _signature_refusal(self):
        if self.state != "ready":
            return self.env._("%s was decided already: nothing is left to sign.", self.name)
        if self.project_id.state != "installing":
            return self.env._(
                "%s cannot be signed now: the installation is being planned anew. You will be asked "
                "again.",
                self.name,
            )
        return super()._signature_refusal()

    def _signing_version(self):
        self.ensure_one()
        known = self.sudo()
        rows = (known.line_ids, known.check_ids, known.punch_ids)
        content = [known.name, known.note or "", [[r._fingerprint() for r in s] for s in rows]]
        return sha256(json.dumps(content).encode()).hexdigest()

    def _sign(self, name, signature):
        self._accept("portal", name, signature)

    def _sign_on_site(self, signature):
        """The customer signs on the device of whoever leads the work."""
        self.ensure_one()
        self.project_id._check_leads()
        lock_rows(self.sudo())
        self._check_state("ready")
        self.project_id._check_state("installing")
        contact = self.sudo().project_id.contact_id or self.sudo().partner_id
        self._accept("phone", self.signed_by or contact.name, signature)

    def _accept(self, how, name, signature):
        """The one way it is accepted: kept as signed, told, and the project follows (I4, I6)."""
        self.ensure_one()
        self._stamp(
            {
                "signature": signature,
                "signed_by": name,
                "signed_how": how,
                "signed_at": fields.Datetime.now(),
                "accepted_on": self.company_id._approval_today(),
            }
        )
        self._stamp(self._signed_file_values(self._certificate_pdf()))
        # from here on its files stay as they are
        self._stamp({"state": "signed"})
        project = self.sudo().project_id

        def said(env):
            return env._(
                "%(person)s accepted the installation of %(order)s (%(acceptance)s).",
                person=name,
                order=project.order_id.name,
                acceptance=self.name,
            )

        project._tell(project._crew() | project._house(), said(self.env))
        project._tell_customer(said)
        project._on_accepted()

    def _certificate_pdf(self):
        """The certificate as it was signed, in the language of the customer."""
        self.ensure_one()
        language = self.sudo().partner_id.lang or self.env.lang
        zone = self.company_id._approval_tz()
        return self.sudo().with_context(lang=language, tz=zone)._print_signed(REPORT)
