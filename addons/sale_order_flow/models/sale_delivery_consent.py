from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

CHANNELS = [
    ("portal", "Customer Portal"),
    ("phone", "Phone"),
    ("email", "E-mail"),
    ("fax", "Fax"),
    ("letter", "Letter"),
    ("visit", "Visit"),
]


class SaleDeliveryConsent(models.Model):
    """What the customer said to a later delivery date: who, when, how, and the proof (F7)."""

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "sale.delivery.consent"
    _description = "Consent to a Later Date"
    _order = "id desc"
    _rec_name = "promise_id"

    promise_id = fields.Many2one(
        "sale.order.promise", required=True, readonly=True, index=True, ondelete="cascade"
    )
    order_id = fields.Many2one(related="promise_id.order_id", store=True, index=True)
    company_id = fields.Many2one(related="promise_id.company_id", store=True)
    old_date = fields.Datetime(related="promise_id.old_date")
    new_date = fields.Datetime(related="promise_id.new_date")
    answer = fields.Selection(
        [("agreed", "Agreed"), ("refused", "Refused")], required=True, readonly=True
    )
    partner_id = fields.Many2one("res.partner", required=True, readonly=True, string="Who")
    signed_name = fields.Char(readonly=True, string="Name")
    answered_on = fields.Datetime(required=True, readonly=True)
    channel = fields.Selection(CHANNELS, required=True, readonly=True, string="How")
    evidence_ids = fields.Many2many("ir.attachment", readonly=True)
    note = fields.Text(readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Recorded By")

    _once = models.UniqueIndex("(promise_id)", "The customer has answered this date already.")

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_button()

    def write(self, vals):
        raise self._by_the_button()

    def unlink(self):
        raise self._by_the_button()

    def _by_the_button(self):
        return AccessError(
            self.env._(
                "What the customer said to a later date is recorded with “Record the Consent” on the "
                "order, or in the portal, and stands as it was said.",
            )
        )

    @api.model
    def _record(self, promise, values):
        """Record the answer of the customer, once.

        :param values: answer, partner_id, channel, answered_on, and what proves it
        """
        promise.ensure_one()
        if promise.sudo().consent_state != "missing":
            raise UserError(
                self.env._(
                    "%(order)s: nothing is to be agreed to, or the customer has answered already.",
                    order=promise.order_id.name,
                )
            )
        consent = super(SaleDeliveryConsent, self.sudo()).create(
            [{"promise_id": promise.id, **values}]
        )
        consent.evidence_ids.filtered(lambda file: not file.res_id).write(
            {"res_model": self._name, "res_id": consent.id}
        )
        consent.order_id.message_post(body=consent._sentence())
        return consent

    def _sentence(self):
        labels = dict(self._fields["channel"]._description_selection(self.env))
        sentences = {
            "agreed": self.env._("%(who)s agreed to delivery on %(date)s (%(how)s)."),
            "refused": self.env._("%(who)s did not agree to delivery on %(date)s (%(how)s)."),
        }
        return sentences[self.answer] % {
            "who": self.signed_name or self.partner_id.display_name,
            "date": fields.Date.to_string(self.new_date),
            "how": labels[self.channel],
        }


class SaleOrderPromise(models.Model):
    """A later date of a non-standard order counts when the customer has agreed to it (F7)."""

    _inherit = "sale.order.promise"

    needs_consent = fields.Boolean(
        compute="_compute_needs_consent", store=True, help="Decided when the date is promised."
    )
    consent_ids = fields.One2many("sale.delivery.consent", "promise_id")
    consent_state = fields.Selection(
        [
            ("missing", "Customer to Be Asked"),
            ("agreed", "Agreed"),
            ("refused", "Refused"),
        ],
        compute="_compute_consent_state",
        store=True,
        string="Customer's Consent",
        help="Empty where none is needed.",
    )

    @api.depends("new_date")
    def _compute_needs_consent(self):
        for promise in self:
            order = promise.order_id
            promise.needs_consent = bool(
                order.order_kind == "non_standard"
                and order.company_id.feasibility_review_needed
                and promise.old_date
                and promise.new_date > promise.old_date
            )

    @api.depends("needs_consent", "consent_ids.answer")
    def _compute_consent_state(self):
        for promise in self:
            promise.consent_state = promise.needs_consent and (
                promise.consent_ids[:1].answer or "missing"
            )

    def _in_force(self):
        """Those that count: no consent needed, or given."""
        return self.filtered(lambda promise: promise.consent_state in (False, "agreed"))

    def action_record_consent(self):
        """Open the form to record what the customer said to this date.

        :return: window action
        """
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Record the Consent"),
            "res_model": "sale.delivery.consent.wizard",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_promise_id": self.id},
        }


class SaleOrder(models.Model):
    _inherit = "sale.order"

    consent_missing = fields.Boolean(
        compute="_compute_consent_missing", compute_sudo=True, groups="base.group_user"
    )

    @api.depends("promise_ids.consent_state")
    def _compute_consent_missing(self):
        for order in self:
            order.consent_missing = bool(order._promises_to_answer())

    @api.depends("promise_ids.consent_state")
    def _compute_release_checklist(self):
        return super()._compute_release_checklist()

    def _promises_to_answer(self):
        """Later dates the customer has not answered yet, the newest of each line only."""
        promises = self.sudo().promise_ids.sorted("id")
        newest = {(promise.order_id, promise.line_id): promise.id for promise in promises}
        return promises.browse(newest.values()).filtered(
            lambda promise: promise.consent_state == "missing"
        )

    def action_record_consent(self):
        """Open the form to record what the customer said to the last later date.

        :raise UserError: when nothing waits for an answer
        """
        self.ensure_one()
        promise = self._promises_to_answer()[:1]
        if not promise:
            raise UserError(
                self.env._("%s: no later date waits for the customer's answer.", self.name)
            )
        return promise.action_record_consent()

    def _portal_later_dates(self):
        """Later dates the customer is asked about on the portal page of the order.

        :return: list of ``{"id", "product" (False for all of the order), "old", "new"}``
        """
        self.ensure_one()
        return [
            {
                "id": promise.id,
                "product": promise.line_id.product_id.display_name,
                "old": promise.old_date,
                "new": promise.new_date,
            }
            for promise in self._promises_to_answer()
            # the sales assistant tells the customer first
            if promise.feedback_id.sent_at
        ]

    def _answer_later_date(self, promise_id, agreed, partner, name):
        """The customer answers in the portal.

        :param promise_id: id of the promise that was shown
        :param agreed: bool
        :param name: as the customer wrote it
        :raise UserError: the date was answered or promised anew meanwhile
        """
        promise = self._promises_to_answer().filtered(lambda row: row.id == promise_id)
        if not promise:
            raise UserError(
                self.env._("This date was answered, or another one promised, meanwhile.")
            )
        return self.env["sale.delivery.consent"]._record(
            promise,
            {
                "answer": "agreed" if agreed else "refused",
                "partner_id": partner.id,
                "signed_name": (name or "").strip() or partner.name,
                "channel": "portal",
                "answered_on": fields.Datetime.now(),
            },
        )

    def _release_gates(self):
        """A later date nobody agreed to stands in the checklist; it keeps nothing back."""
        gates = super()._release_gates()
        for order in self.browse(gates).sudo().filtered("consent_missing"):
            reason = self.env._(
                "The customer was promised a later date and has not agreed to it yet."
            )
            gates[order.id].append(
                order._gate(
                    "consent",
                    self.env._("Later Date"),
                    "waiting",
                    reason,
                    order.user_id.name,
                    blocking=False,
                )
            )
        return gates
