import re

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Domain

from odoo.addons.approval_chain.values import lock_rows

# what the customer's tax office knows the buyer by; kept on the customer for the next request
BUYER_FIELDS = (
    "kind",
    "title",
    "tax_number",
    "buyer_address",
    "buyer_phone",
    "bank_name",
    "bank_account",
)
ASKED_FIELDS = frozenset(
    {
        *BUYER_FIELDS,
        "partner_id",
        "company_id",
        "currency_id",
        "basis",
        "needed_by",
        "correction_reason",
        "line_ids",
    }
)
ISSUED_FIELDS = frozenset(
    {
        "move_id",
        "invoice_code",
        "invoice_number",
        "invoice_date",
        "invoice_file_ids",
        "finance_note",
    }
)
SENT_FIELDS = frozenset({"sent_way", "carrier", "tracking_number", "email"})
TAX_NUMBER = re.compile(r"[0-9A-Z]{15}|[0-9A-Z]{17,18}|[0-9A-Z]{20}")


class SaleTaxInvoiceRequest(models.Model):
    """The customer's tax invoice (发票) from the request to the receipt (F24).

    A correction (红字) is a request of its own that names the invoice it takes back; it passes the
    same hands. The state follows from what was done and when; nobody enters it.

    =======================  =============================================================
    action                   who
    =======================  =============================================================
    ask, correct, cancel,    the salesperson of the orders, a sales assistant, a sales
    confirm the receipt      manager
    issue, return            holders of the role Finance in the company, never the one who
                             asked
    send                     finance, and whoever may ask
    =======================  =============================================================
    """

    _name = "sale.tax.invoice.request"
    _description = "Tax Invoice Request"
    _inherit = [
        "order.flow.document",
        "mail.thread",
        "mail.activity.mixin",
    ]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "state",
            "user_id",
            "original_id",
            "requested_at",
            "requested_by_id",
            "issued_at",
            "issued_on",
            "issued_by_id",
            "sent_at",
            "sent_by_id",
            "received_at",
            "received_by_id",
            "cancelled_at",
            "cancelled_by_id",
            "returned_at",
            "amount_untaxed",
            "amount_total",
            "amount_company",
            "timeliness",
            "days_late",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        domain="[('parent_id', '=', False)]",
        tracking=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="The currency of the orders; the invoice is issued in it.",
    )
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Company Currency"
    )
    user_id = fields.Many2one(
        "res.users",
        string="Requested By",
        default=lambda self: self.env.user,
        required=True,
        readonly=True,
        copy=False,
        index=True,
    )
    line_ids = fields.One2many("sale.tax.invoice.request.line", "request_id", copy=False)
    order_ids = fields.Many2many(
        "sale.order",
        string="Sales Orders",
        compute="_compute_order_ids",
        search="_search_order_ids",
    )

    # ------------------------------------------------------------------ what is asked for

    kind = fields.Selection(
        [
            ("special", "Special VAT Invoice"),
            ("ordinary", "Ordinary Invoice"),
            ("electronic", "Electronic Invoice"),
        ],
        string="Kind of Invoice",
        required=True,
        default="ordinary",
        tracking=True,
    )
    title = fields.Char(string="Invoice Title", tracking=True)
    tax_number = fields.Char(tracking=True)
    buyer_address = fields.Char(string="Address")
    buyer_phone = fields.Char(string="Phone")
    bank_name = fields.Char(string="Bank")
    bank_account = fields.Char()
    basis = fields.Selection(
        [("delivered", "Delivered Quantities"), ("agreed", "Agreed Quantities")],
        required=True,
        default="delivered",
        help="Delivered: not more than what the customer received. Agreed: not more than what was "
        "ordered, delivered or not.",
    )
    needed_by = fields.Date(copy=False, tracking=True)
    note = fields.Text(string="Note to Finance")
    original_id = fields.Many2one(
        "sale.tax.invoice.request",
        string="Corrects",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The tax invoice that this red-letter invoice takes back.",
    )
    correction_reason = fields.Text(copy=False)
    correction_ids = fields.One2many("sale.tax.invoice.request", "original_id", copy=False)

    # ------------------------------------------------------------------ what finance issued

    move_id = fields.Many2one(
        "account.move",
        string="Customer Invoice",
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('move_type', '=', 'out_refund' if original_id else 'out_invoice'),"
        " ('state', '!=', 'cancel'), ('commercial_partner_id', '=', partner_id)]",
        help="Leave it empty to have the invoice made from the orders; choose it when it exists.",
    )
    invoice_code = fields.Char(copy=False, help="Empty where an invoice has a number only.")
    invoice_number = fields.Char(copy=False, tracking=True)
    invoice_date = fields.Date(copy=False, tracking=True)
    invoice_file_ids = fields.Many2many(
        "ir.attachment",
        string="Invoice Files",
        copy=False,
        help="The invoice as issued; the customer finds it in the portal.",
    )
    finance_note = fields.Text(
        string="Finance's Remark", copy=False, help="Needed to return the request."
    )

    # ------------------------------------------------------------------ how it reached the customer

    sent_way = fields.Selection(
        [("courier", "Courier"), ("email", "E-mail"), ("hand", "Handed Over")],
        string="Sent By",
        copy=False,
    )
    carrier = fields.Char(copy=False)
    tracking_number = fields.Char(copy=False)
    email = fields.Char(string="Send To", copy=False, help="Address the invoice is mailed to.")

    # ------------------------------------------------------------------ who did what and when

    requested_at = fields.Datetime(string="Requested On", readonly=True, copy=False)
    requested_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    returned_at = fields.Datetime(string="Returned On", readonly=True, copy=False)
    issued_at = fields.Datetime(readonly=True, copy=False)
    issued_on = fields.Date(readonly=True, copy=False)
    issued_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    sent_at = fields.Datetime(string="Sent On", readonly=True, copy=False)
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    received_at = fields.Datetime(string="Received On", readonly=True, copy=False)
    received_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    cancelled_at = fields.Datetime(readonly=True, copy=False)
    cancelled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("requested", "Requested"),
            ("issued", "Issued"),
            ("sent", "Sent"),
            ("received", "Received"),
            ("corrected", "Corrected"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
        group_expand=True,
    )
    is_late = fields.Boolean(compute="_compute_is_late", search="_search_is_late", string="Late")
    timeliness = fields.Selection(
        [("on_time", "On Time"), ("late", "Late")],
        string="Issued in Time",
        compute="_compute_timeliness",
        store=True,
    )
    days_late = fields.Integer(compute="_compute_timeliness", store=True)
    amount_untaxed = fields.Monetary(
        compute="_compute_amounts", store=True, string="Untaxed Amount"
    )
    amount_total = fields.Monetary(compute="_compute_amounts", store=True, string="Total")
    amount_company = fields.Monetary(
        compute="_compute_amounts",
        store=True,
        string="Total in Company Currency",
        currency_field="company_currency_id",
    )
    may_request = fields.Boolean(compute="_compute_may")
    may_issue = fields.Boolean(compute="_compute_may")

    _invoice_number_unique = models.UniqueIndex(
        "(company_id, COALESCE(invoice_code, ''), invoice_number) WHERE invoice_number IS NOT NULL",
        "This invoice number was recorded before: look at the number on the invoice again.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("line_ids.order_id")
    def _compute_order_ids(self):
        # read all at once: assigning reads the orders of one request after the other
        self.line_ids.order_id.mapped("name")
        for request in self:
            request.order_ids = request.line_ids.order_id

    def _search_order_ids(self, operator, value):
        return Domain("line_ids.order_id", operator, value)

    @api.depends(
        "requested_at",
        "issued_at",
        "sent_at",
        "received_at",
        "cancelled_at",
        "correction_ids.issued_at",
    )
    def _compute_state(self):
        taken_back = self._origin.line_ids._corrected_quantities()
        for request in self:
            lines = request._origin.line_ids if request.issued_at else request.line_ids.browse()
            if request.cancelled_at:
                request.state = "cancelled"
            elif lines and all(line._is_taken_back(taken_back) for line in lines):
                request.state = "corrected"
            elif request.received_at:
                request.state = "received"
            elif request.sent_at:
                request.state = "sent"
            elif request.issued_at:
                request.state = "issued"
            else:
                request.state = "requested" if request.requested_at else "draft"

    @api.depends("state", "needed_by")
    def _compute_is_late(self):
        today = fields.Date.context_today(self)
        for request in self:
            request.is_late = bool(
                request.state == "requested" and request.needed_by and request.needed_by < today
            )

    def _search_is_late(self, operator, value):
        if operator != "in":
            return NotImplemented
        late = Domain("state", "=", "requested") & Domain(
            "needed_by", "<", fields.Date.context_today(self)
        )
        return late if True in value else ~late

    @api.depends("issued_on", "needed_by")
    def _compute_timeliness(self):
        for request in self:
            late = 0
            if request.issued_on and request.needed_by:
                late = max((request.issued_on - request.needed_by).days, 0)
            request.days_late = late
            request.timeliness = ("late" if late else "on_time") if request.issued_on else False

    @api.depends("line_ids.amount_untaxed", "line_ids.amount_total", "invoice_date", "original_id")
    def _compute_amounts(self):
        for request in self:
            # what a red-letter invoice takes back counts against what was invoiced
            sign = -1 if request.original_id else 1
            request.amount_untaxed = sign * sum(request.line_ids.mapped("amount_untaxed"))
            request.amount_total = sign * sum(request.line_ids.mapped("amount_total"))
            request.amount_company = request.currency_id._convert(
                request.amount_total,
                request.company_id.currency_id,
                request.company_id,
                request.invoice_date or fields.Date.context_today(request),
            )

    @api.depends_context("uid")
    @api.depends("user_id", "line_ids.order_id")
    def _compute_may(self):
        holds = {
            company: self.env.user._holds_role("finance", company) for company in self.company_id
        }
        for request in self:
            request.may_request = request._may_request()
            request.may_issue = holds.get(request.company_id, False)

    def _may_request(self):
        """Whether the user asks for invoices of all orders of this request."""
        self.ensure_one()
        orders = self.sudo().line_ids.order_id
        if not orders:
            return self.user_id == self.env.user
        return all(order.with_env(self.env)._may_apply_for_delivery() for order in orders)

    # ------------------------------------------------------------------ constraints

    @api.constrains("partner_id", "company_id", "currency_id", "line_ids")
    def _check_lines_belong(self):
        for request in self.sudo():
            for line in request.line_ids:
                order = line.order_line_id.order_id
                if (
                    order.company_id != request.company_id
                    or order.currency_id != request.currency_id
                    or order.partner_id.commercial_partner_id
                    != request.partner_id.commercial_partner_id
                ):
                    raise ValidationError(
                        self.env._(
                            "%(request)s: %(order)s has another customer, company or currency. Make a "
                            "request of its own for it.",
                            request=request.name,
                            order=order.name,
                        )
                    )

    @api.constrains("tax_number")
    def _check_tax_number(self):
        for request in self.filtered("tax_number"):
            if not TAX_NUMBER.fullmatch(request.tax_number):
                raise ValidationError(
                    self.env._(
                        "%(request)s: Tax Number “%(number)s” cannot be right. It has 15, 17, 18 or 20 "
                        "characters, digits and capital letters only.",
                        request=request.name,
                        number=request.tax_number,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._tidy(vals) for vals in vals_list]
        for vals in vals_list:
            if entered := ISSUED_FIELDS.intersection(name for name in vals if vals[name]):
                self._refuse_fields(entered)
        requests = super().create(vals_list)
        for request in requests:
            sequence = self.env["ir.sequence"].with_company(request.company_id)
            request._stamp(
                {"name": sequence.next_by_code("sale.tax.invoice.request") or "/"},
            )
        return requests

    def write(self, vals):
        vals = self._tidy(vals)
        if not ASKED_FIELDS.isdisjoint(vals):
            self._check_draft()
        if not ISSUED_FIELDS.isdisjoint(vals):
            self._flow_check_role("finance")
            self._check_state("requested")
        if not SENT_FIELDS.isdisjoint(vals):
            self._check_may_send()
            self._check_state("draft", "requested", "issued")
        if not {"invoice_code", "invoice_number"}.isdisjoint(vals):
            self._check_number_unused(vals)
        result = super().write(vals)
        if "invoice_file_ids" in vals:
            self._own_files()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        self._check_draft()

    @api.model
    def _tidy(self, vals):
        """Numbers without the blanks and small letters that come along when they are copied."""
        tidy = dict(vals)
        for name in ("tax_number", "invoice_code", "invoice_number"):
            if isinstance(tidy.get(name), str):
                tidy[name] = re.sub(r"\s", "", tidy[name]).upper() or False
        if isinstance(tidy.get("title"), str):
            tidy["title"] = tidy["title"].strip()
        return tidy

    def _own_files(self):
        """Let everybody who may read the request read the invoice."""
        for request in self.sudo():
            loose = request.invoice_file_ids.filtered(
                lambda file: file.res_model in (False, self._name) and not file.res_id
            )
            loose.write({"res_model": self._name, "res_id": request.id})

    def _check_number_unused(self, vals):
        """Before the database says so in its own words: name the request that has the number."""
        for request in self:
            number = vals.get("invoice_number", request.invoice_number)
            code = vals.get("invoice_code", request.invoice_code) or False
            same = number and self.sudo().search(
                [
                    ("company_id", "=", request.company_id.id),
                    ("invoice_number", "=", number),
                    ("invoice_code", "=", code),
                    ("id", "!=", request.id),
                ],
                limit=1,
            )
            if same:
                raise ValidationError(
                    self.env._(
                        "%(request)s: invoice %(number)s was recorded on %(other)s already. Look at the "
                        "number on the invoice again.",
                        request=request.name,
                        number=number,
                        other=same.name,
                    )
                )

    def _refuse_fields(self, names):
        labels = self.fields_get(sorted(names), ["string"])
        raise AccessError(
            self.env._(
                "%s of a tax invoice is recorded by finance, after it was asked for.",
                ", ".join(label["string"] for label in labels.values()),
            )
        )

    # ------------------------------------------------------------------ checks

    def _state_label(self):
        self.ensure_one()
        return dict(self._fields["state"]._description_selection(self.env))[self.state]

    def _check_state(self, *states):
        for request in self:
            if request.state not in states:
                raise UserError(
                    self.env._(
                        "%(request)s is “%(state)s” by now: this cannot be done any more, or not yet. "
                        "Reload it to see where it stands.",
                        request=request.name,
                        state=request._state_label(),
                    )
                )

    def _check_draft(self):
        """Asked for is asked for: finance returns what has to be changed."""
        if handed_in := self.filtered(lambda request: request.state != "draft"):
            raise UserError(
                self.env._(
                    "%s was handed in already: finance can return it, but it cannot be changed or "
                    "deleted.",
                    handed_in[0].name,
                )
            )
        self._check_may_request()

    def _check_may_request(self):
        for request in self:
            if not request._may_request():
                sellers = request.sudo().line_ids.order_id.user_id or request.user_id
                raise AccessError(
                    self.env._(
                        "%(request)s: the salesperson of the orders (%(salesperson)s) asks for their tax "
                        "invoice.",
                        request=request.name,
                        salesperson=", ".join(sellers.mapped("name")),
                    )
                )

    def _check_may_send(self):
        for request in self:
            if not self.env.user._holds_role("finance", request.company_id):
                request._check_may_request()

    def _check_not_own(self):
        """Nobody issues what they asked for (A21)."""
        for request in self:
            if self.env.user in request.user_id | request.requested_by_id:
                raise AccessError(
                    self.env._(
                        "%s is your own request: somebody else of finance has to issue the invoice.",
                        request.name,
                    )
                )

    # ------------------------------------------------------------------ shared by its rooms

    def _lock(self):
        """One after the other: whoever comes second is judged on what the first one left."""
        lock_rows(self.sudo().line_ids.order_id)
        lock_rows(self.sudo())

    def _tell(self, sentence):
        """Tell whoever asked how far the invoice is."""
        for request in self.sudo():
            people = (request.user_id | request.requested_by_id) - self.env.user
            request.message_post(
                body=sentence,
                partner_ids=people.partner_id.ids,
                author_id=self.env.user.partner_id.id,
                subtype_xmlid="mail.mt_note",
            )

    # ------------------------------------------------------------------ opening

    def action_view_orders(self):
        """Open the sales orders of this request."""
        return self.order_ids._get_records_action(name=self.env._("Sales Orders"))

    def action_view_invoice(self):
        """Open the customer invoice or credit note."""
        self.ensure_one()
        return self.move_id._get_records_action(name=self.env._("Customer Invoice"))

    def action_view_corrections(self):
        """Open the red-letter invoices for this one."""
        return self.correction_ids._get_records_action(name=self.env._("Red-Letter Invoices"))
