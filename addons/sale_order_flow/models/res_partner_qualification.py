from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tools import format_date

VERIFIERS = ("finance", "sales_assistant")
REMIND_DAYS = 30
BATCH = 500


class ResPartnerQualification(models.Model):
    """A document that says a customer may be dealt with (F2): a licence, an authorisation.

    =====================  =====================================================================
    action                 who
    =====================  =====================================================================
    create, write          users of the order flow; a change of what was verified undoes that
    verify, take it back   holders of the role Finance or Sales Assistant in the company
    delete                 users of the order flow while it is not verified
    =====================  =====================================================================

    It belongs to the commercial partner: the contacts of a customer share its documents.
    """

    _name = "res.partner.qualification"
    _description = "Qualification Document"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "valid_until desc, id desc"
    _check_company_auto = True

    _stamped = frozenset({"verified_by_id", "verified_at", "reminded_for"})
    # what was looked at when the document was verified; its copy is watched where files are written
    _verified_fields = frozenset(
        {"partner_id", "company_id", "kind_id", "number", "valid_from", "valid_until"}
    )

    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="cascade",
    )
    user_id = fields.Many2one(
        related="partner_id.user_id",
        string="Salesperson",
    )
    kind_id = fields.Many2one(
        "res.partner.qualification.kind",
        required=True,
        index=True,
        ondelete="restrict",
        tracking=True,
    )
    number = fields.Char(required=True, tracking=True)
    valid_from = fields.Date(tracking=True)
    valid_until = fields.Date(tracking=True, index=True)
    document = fields.Binary(attachment=True, string="Copy of the Document", copy=False)
    document_name = fields.Char(string="File Name", copy=False)
    active = fields.Boolean(default=True, tracking=True)
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False, tracking=True)
    verified_at = fields.Datetime(readonly=True, copy=False, string="Verified On")
    reminded_for = fields.Date(
        readonly=True,
        copy=False,
        help="The end of validity of which the salesperson was reminded.",
    )
    status = fields.Selection(
        [
            ("unverified", "Not Verified"),
            ("valid", "Valid"),
            ("later", "Not Valid Yet"),
            ("expiring", "Expiring Soon"),
            ("expired", "Expired"),
        ],
        compute="_compute_status",
    )
    may_verify = fields.Boolean(compute="_compute_may_verify")

    _number_unique = models.UniqueIndex(
        "(company_id, partner_id, kind_id, number) WHERE active",
        "This customer has a document of this kind with this number already.",
    )
    _dates_order = models.Constraint(
        "CHECK (valid_from IS NULL OR valid_until IS NULL OR valid_from <= valid_until)",
        "A document cannot expire before it becomes valid: correct “Valid From” or “Valid Until”.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("kind_id", "number")
    def _compute_display_name(self):
        for document in self:
            document.display_name = " ".join(filter(None, (document.kind_id.name, document.number)))

    @api.depends("valid_from", "valid_until", "verified_at", "company_id")
    def _compute_status(self):
        for document in self:
            company = document.company_id or self.env.company
            document.status = document._status_on(company._approval_today())

    def _status_on(self, today):
        if self.valid_until and self.valid_until < today:
            return "expired"
        if not self.verified_at:
            return "unverified"
        if self.valid_from and self.valid_from > today:
            return "later"
        if self.valid_until and self.valid_until <= today + timedelta(days=REMIND_DAYS):
            return "expiring"
        return "valid"

    @api.depends("company_id")
    @api.depends_context("uid")
    def _compute_may_verify(self):
        allowed = {
            company: any(self.env.user._holds_role(code, company) for code in VERIFIERS)
            for company in self.company_id
        }
        for document in self:
            document.may_verify = allowed.get(document.company_id, False)

    @api.constrains("kind_id", "valid_until")
    def _check_expiry(self):
        for document in self:
            if document.kind_id.expires and not document.valid_until:
                raise ValidationError(
                    self.env._(
                        "%(document)s: enter until when it is valid; documents of this kind expire.",
                        document=document.display_name,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._for_commercial_partner(vals) for vals in vals_list])

    def write(self, vals):
        vals = self._for_commercial_partner(vals)
        touched = self._verified_fields.intersection(vals)
        before = {document: [document[name] for name in touched] for document in self}
        result = super().write(vals)
        changed = self.filtered(
            lambda document: [document[name] for name in touched] != before[document]
        )
        changed._withdraw_verification()
        return result

    @api.model
    def _for_commercial_partner(self, vals):
        """The contacts of a customer share its documents."""
        if not vals.get("partner_id"):
            return vals
        partner = self.env["res.partner"].browse(vals["partner_id"])
        return {**vals, "partner_id": partner.commercial_partner_id.id}

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_verified(self):
        for document in self:
            if document.verified_at:
                raise UserError(
                    self.env._(
                        "%(document)s of %(customer)s is verified: orders rest on it. Archive it "
                        "instead.",
                        document=document.display_name,
                        customer=document.partner_id.display_name,
                    )
                )

    # ------------------------------------------------------------------ verification

    def action_verify(self):
        """Finance or a sales assistant has seen the document and found it in order (F2).

        :raise AccessError: for anybody else
        :raise UserError: without a copy of the document, or when it has expired
        :return: True
        """
        self._check_may_verify()
        for document in self:
            if not document.document:
                raise UserError(
                    self.env._(
                        "%(document)s of %(customer)s has no copy: attach it in “%(field)s” before it "
                        "is verified.",
                        document=document.display_name,
                        customer=document.partner_id.display_name,
                        field=self.fields_get(["document"], ["string"])["document"]["string"],
                    )
                )
            if document.status == "expired":
                raise UserError(document._gap_text(document.company_id._approval_today()))
        self._stamp({"verified_by_id": self.env.uid, "verified_at": fields.Datetime.now()})
        return True

    def action_withdraw_verification(self):
        """Take the verification back, when it was given by mistake (F2).

        :raise AccessError: for anybody but finance and sales assistants
        :return: True
        """
        self._check_may_verify()
        self._withdraw_verification()
        return True

    def _check_may_verify(self):
        self.check_access("write")
        for document in self:
            if not document.may_verify:
                raise AccessError(
                    self.env._(
                        "%(document)s of %(customer)s is verified by %(finance)s or %(assistant)s.",
                        document=document.display_name,
                        customer=document.partner_id.display_name,
                        finance=self._flow_role_label("finance", document.company_id),
                        assistant=self._flow_role_label("sales_assistant", document.company_id),
                    )
                )

    def _withdraw_verification(self):
        """What was verified is no longer what stands there."""
        if verified := self.filtered("verified_at"):
            verified._stamp({"verified_by_id": False, "verified_at": False})
            body = self.env._("The verification no longer holds.")
            verified._message_log_batch(bodies=dict.fromkeys(verified.ids, body))

    # ------------------------------------------------------------------ for orders

    @api.model
    def _documents_of(self, customers, kinds):
        """Documents of these kinds that the customers hold, verified or not."""
        return self.sudo().search(
            [("partner_id", "in", customers.ids), ("kind_id", "in", kinds.ids)]
        )

    def _is_valid_on(self, day):
        self.ensure_one()
        return not (
            (self.valid_from and self.valid_from > day)
            or (self.valid_until and self.valid_until < day)
        )

    def _gap_text(self, day):
        """Why none of these documents of one kind is valid on a day: about the newest one."""
        newest = max(self, key=lambda document: document.valid_until or document.valid_from)
        texts = {
            "customer": newest.partner_id.name or "",
            "kind": newest.kind_id.name,
            "number": newest.number,
        }
        if newest.valid_until and newest.valid_until < day:
            return self.env._(
                "%(customer)s: %(kind)s %(number)s is valid until %(date)s only, needed is %(day)s. "
                "Ask for the renewed one and enter it.",
                date=format_date(self.env, newest.valid_until),
                day=format_date(self.env, day),
                **texts,
            )
        return self.env._(
            "%(customer)s: %(kind)s %(number)s is not valid before %(date)s.",
            date=format_date(self.env, newest.valid_from),
            **texts,
        )

    # ------------------------------------------------------------------ reminders

    @api.model
    def _cron_remind(self):
        """Tell salespeople once, some weeks ahead, which documents of their customers expire (F2)."""
        documents = self._expiring(limit=BATCH)
        documents._remind()
        left = len(self._expiring(limit=BATCH)) if len(documents) == BATCH else 0
        self.env["ir.cron"]._commit_progress(len(documents), remaining=left)

    @api.model
    def _expiring(self, limit=None):
        """Documents about to expire whose salesperson was not told, in companies with the flow."""
        companies = self.env["res.company"].browse(
            self.env["res.company"]._order_flow_company_ids()
        )
        today = fields.Date.today()
        soon = self.search(
            [
                ("company_id", "in", companies.ids),
                ("valid_until", ">=", today - timedelta(days=1)),
                ("valid_until", "<=", today + timedelta(days=REMIND_DAYS)),
            ]
        )
        due = soon.filtered(lambda document: document.reminded_for != document.valid_until)
        return due[:limit]

    def _remind(self):
        """One activity a document, unless the renewed one is there already.

        Without a mail each: what waits for them stands in their activities.
        """
        renewed = self._renewed()
        for user, documents in (self - renewed).grouped(lambda doc: doc._reminded_user()).items():
            for lang, group in (
                documents.grouped(lambda _doc, user=user: user.lang).items() if user else ()
            ):
                group = group.with_context(lang=lang, mail_activity_quick_update=True)
                group.activity_schedule(
                    "mail.mail_activity_data_todo",
                    user_id=user.id,
                    summary=group.env._("Ask the customer for the renewed document"),
                )
        for valid_until, documents in self.grouped("valid_until").items():
            documents._stamp({"reminded_for": valid_until})

    def _renewed(self):
        """Those whose customer handed in a later document of the same kind."""
        others = self.search(
            [
                ("partner_id", "in", self.partner_id.ids),
                ("kind_id", "in", self.kind_id.ids),
                ("company_id", "in", self.company_id.ids),
            ]
        )
        latest = {}
        for other in others:
            key = (other.partner_id, other.kind_id, other.company_id)
            latest[key] = max(latest.get(key, fields.Date.to_date("0001-01-01")), other._end())
        return self.filtered(
            lambda document: (
                latest[document.partner_id, document.kind_id, document.company_id]
                > document.valid_until
            )
        )

    def _end(self):
        return self.valid_until or fields.Date.to_date("9999-12-31")

    def _reminded_user(self):
        """The customer's salesperson, or whoever entered the document; only who may read it."""
        self.ensure_one()
        for user in (self.user_id, self.create_uid):
            if user.active and user.has_group("sale_order_flow.group_flow_user"):
                return user
        return self.env["res.users"]
