import re

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..einvoice import UnreadableError, normal, read_file, read_qr
from .expense_document import OPEN_STATES

KINDS = [
    ("digital_special", "Digital Special VAT Invoice"),
    ("digital_ordinary", "Digital Ordinary VAT Invoice"),
    ("special", "Special VAT Invoice"),
    ("ordinary", "Ordinary VAT Invoice"),
    ("train", "Railway Ticket"),
    ("flight", "Air Itinerary"),
    ("other", "Other"),
]
_NORMAL = ("code", "number", "check_code", "buyer_vat", "seller_vat")


def _taken_message(env, diagnostics):
    """What the loser of two people at once reads; the winner is in the database by then."""
    detail = (diagnostics and diagnostics.message_detail) or ""
    match = re.search(r"=\((\d+), (.*), (.*)\) ", detail)
    if not match:
        return env._("The invoice is registered already. Ask finance for the other document.")
    company_id, code, number = match.groups()
    return env["expense.invoice"]._taken_sentence(int(company_id), code, number)


class ExpenseInvoice(models.Model):
    """A tax invoice (发票, E8) of an expense or of a vendor bill: one register for both.

    An invoice is registered once in a company: whoever enters it holds it. It is free again when its
    expense is refused or deleted, its claim cancelled or its bill cancelled or deleted.

    ===============  ==============================================
    who              may
    ===============  ==============================================
    claimant         write the own until the expense is submitted
    who may see the  read those of its expenses
    claim
    finance          read all, write for those who cannot log in
    accountants      write those of vendor bills
    ===============  ==============================================
    """

    _name = "expense.invoice"
    _description = "Tax Invoice"
    _inherit = ["approval.stamped"]
    _order = "date desc, id desc"
    _rec_name = "number"
    _rec_names_search = ["number", "seller_name"]

    _stamped = frozenset({"company_id", "given_up", "is_live"})

    expense_id = fields.Many2one("hr.expense", index="btree_not_null", ondelete="cascade")
    move_id = fields.Many2one(
        "account.move", string="Vendor Bill", index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one(
        "res.company", compute="_compute_company_id", store=True, precompute=True, index=True
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_currency_id")
    employee_id = fields.Many2one(related="expense_id.employee_id", string="Employee")
    claim_id = fields.Many2one(related="expense_id.claim_id", string="Claim")
    kind = fields.Selection(KINDS, default="digital_ordinary", required=True)
    code = fields.Char(help="10 or 12 digits; digital invoices have none.")
    number = fields.Char(
        required=True, index="trigram", help="8 digits, or 20 of a digital invoice."
    )
    date = fields.Date(help="When the seller issued the invoice.")
    amount_untaxed = fields.Monetary(string="Amount without Tax")
    amount_tax = fields.Monetary(string="Tax")
    amount_total = fields.Monetary(string="Total")
    check_code = fields.Char()
    buyer_name = fields.Char(string="Buyer")
    buyer_vat = fields.Char(string="Buyer's Tax Number")
    seller_name = fields.Char(string="Seller")
    seller_vat = fields.Char(string="Seller's Tax Number")
    attachment_id = fields.Many2one(
        "ir.attachment",
        string="File",
        index="btree_not_null",
        ondelete="set null",
        domain="[('res_model', '=', 'hr.expense'), ('res_id', '=', expense_id)]",
    )
    qr_text = fields.Char(
        string="QR Code",
        help="Scan the QR code on the invoice into this field, or paste its text: what it says is "
        "proposed.",
    )
    is_proposed = fields.Boolean(
        string="To Check",
        help="Read from the file and not looked at yet: compare it with the invoice.",
    )
    given_up = fields.Boolean(readonly=True, copy=False, help="Its claim was cancelled.")
    is_live = fields.Boolean(
        compute="_compute_is_live",
        store=True,
        precompute=True,
        string="Registered",
        help="Nobody else can enter the same invoice in the company.",
    )

    _one_document = models.Constraint(
        "CHECK (num_nonnulls(expense_id, move_id) = 1)",
        "A tax invoice belongs to one expense or one vendor bill.",
    )
    _registered_once = models.UniqueIndex(
        "(company_id, (COALESCE(code, '')), number) WHERE is_live", _taken_message
    )

    # ------------------------------------------------------------------ computes

    @api.depends("expense_id.company_id", "move_id.company_id")
    def _compute_company_id(self):
        for invoice in self:
            invoice.company_id = invoice.expense_id.company_id or invoice.move_id.company_id

    @api.depends("expense_id.currency_id", "move_id.currency_id")
    def _compute_currency_id(self):
        for invoice in self:
            invoice.currency_id = invoice.expense_id.currency_id or invoice.move_id.currency_id

    @api.depends("expense_id.approval_state", "expense_id.claim_id", "given_up", "move_id.state")
    def _compute_is_live(self):
        for invoice in self:
            expense = invoice.expense_id
            if expense:
                claimed = expense.claim_id or expense.approval_state
                invoice.is_live = expense.approval_state != "refused" and (
                    bool(claimed) or not invoice.given_up
                )
            else:
                invoice.is_live = invoice.move_id.state != "cancel"

    @api.depends("code", "number", "seller_name")
    def _compute_display_name(self):
        for invoice in self:
            number = " ".join(filter(None, [invoice.code, invoice.number]))
            invoice.display_name = ", ".join(filter(None, [number, invoice.seller_name]))

    @api.constrains("attachment_id", "expense_id")
    def _check_attachment(self):
        for invoice in self:
            file = invoice.attachment_id.sudo()
            if file and (file.res_model, file.res_id) != ("hr.expense", invoice.expense_id.id):
                raise ValidationError(
                    self.env._(
                        "The file of invoice %s must be attached to its own expense. Attach it there "
                        "first.",
                        invoice.number,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        vals_list = [self._cleaned(self._with_qr(vals)) for vals in vals_list]
        for vals in vals_list:
            expense = self.env["hr.expense"].browse(vals.get("expense_id") or ())
            expense.check_access("read")
            self._check_open(expense)
            company = (expense or self.env["account.move"].browse(vals.get("move_id"))).company_id
            self._refuse_taken(company.id, vals.get("code"), vals.get("number"))
        return super().create(vals_list)

    def write(self, vals):
        vals = self._cleaned(vals)
        self.check_access("read")
        expenses = self.expense_id | self.expense_id.browse(vals.get("expense_id") or ())
        expenses.check_access("read")
        self._check_open(expenses)
        if {"code", "number"}.intersection(vals):
            for invoice in self.filtered("is_live"):
                self._refuse_taken(
                    invoice.company_id.id,
                    vals.get("code", invoice.code),
                    vals.get("number", invoice.number),
                    invoice,
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_open_only(self):
        self._check_open(self.expense_id)

    def _cleaned(self, vals):
        """Numbers as they are compared: without spaces, full-width characters as plain ones."""
        changed = {name: normal(vals[name]).upper() for name in _NORMAL if vals.get(name)}
        return {**vals, **changed}

    def _give_up(self):
        """Free the invoices of cancelled claims: for the claims only."""
        if self:
            self._stamp({"given_up": True})

    def _check_open(self, expenses):
        """Invoices are part of what is claimed: locked once the expense is submitted."""
        for expense in expenses.sudo():
            if expense.approval_state or expense.claim_id.state not in (False, *OPEN_STATES):
                raise UserError(
                    self.env._(
                        "%(expense)s was submitted: its invoices cannot be changed any more. Have it "
                        "returned, or withdraw it, first.",
                        expense=expense.name,
                    )
                )

    # ------------------------------------------------------------------ registered once

    @api.model
    def _find_live(self, company_id, code, number):
        return self.sudo().search(
            [
                ("company_id", "=", company_id),
                ("number", "=", number),
                ("code", "=", code or False),
                ("is_live", "=", True),
            ]
        )

    @api.model
    def _refuse_taken(self, company_id, code, number, own=None):
        """Refuse an invoice that another document holds; PostgreSQL refuses the one entered meanwhile."""
        if self._find_live(company_id, code, number) - (own or self.browse()).sudo():
            raise ValidationError(self._taken_sentence(company_id, code, number))

    def _refuse_taken_again(self):
        """Before invoices that were free are held again."""
        for invoice in self.sudo().filtered(lambda row: not row.is_live):
            self._refuse_taken(invoice.company_id.id, invoice.code, invoice.number, invoice)

    @api.model
    def _taken_sentence(self, company_id, code, number):
        """Names the other document to whoever may read it, and finance to all others."""
        holder_sudo = self._find_live(company_id, code, number)[:1]
        label = " ".join(filter(None, [code, number]))
        document = holder_sudo._holder_for(self.env.user)
        if not document:
            return self.env._(
                "Invoice %s is registered already in another document of the company, which you may not "
                "read. An invoice is claimed once: remove it here, or ask finance.",
                label,
            )
        return self.env._(
            "Invoice %(invoice)s is registered already in %(document)s. An invoice is claimed once: "
            "remove it here or there.",
            invoice=label,
            document=document,
        )

    def _holder_for(self, user):
        """Name of the document of an invoice, empty when the user may not read it."""
        document = (self.expense_id or self.move_id).with_user(user)
        if not document or not document.has_access("read"):
            return ""
        if self.move_id:
            return self.move_id.display_name
        claim = self.expense_id.claim_id
        return f"{claim.name}, {self.expense_id.name}" if claim else self.expense_id.name

    # ------------------------------------------------------------------ proposals

    @api.model
    def _with_qr(self, vals):
        """What the QR code says, where nothing was entered."""
        proposed = read_qr(vals.get("qr_text")) if vals.get("qr_text") else {}
        typed = {name: value for name, value in vals.items() if value or name not in proposed}
        return {**proposed, **typed}

    @api.onchange("qr_text")
    def _onchange_qr_text(self):
        if not self.qr_text:
            return None
        proposed = read_qr(self.qr_text)
        if not proposed:
            return {
                "warning": {
                    "title": self.env._("No invoice in it"),
                    "message": self.env._(
                        "This text is not that of the QR code of an invoice. Scan it again, or type the "
                        "numbers."
                    ),
                }
            }
        self._propose(proposed)
        return None

    @api.onchange("number")
    def _onchange_number(self):
        digital = {"digital_special": "special", "digital_ordinary": "ordinary"}
        if len(normal(self.number)) == 8 and self.kind in digital:
            self.kind = digital[self.kind]

    def _propose(self, values):
        """Fill what is empty; what was typed stays.

        :param values: as from the reader of electronic invoices
        :return: names of the fields that were filled
        """
        fill = {name: value for name, value in values.items() if not self[name]}
        if "number" in fill and values.get("kind"):
            fill["kind"] = values["kind"]  # the default was not typed
        self.update(fill)
        return sorted(fill)

    @api.model
    def _read_attachment(self, attachment):
        """What a file says of an invoice; empty when it cannot be read."""
        try:
            return read_file(attachment.raw or b"")
        except UnreadableError:
            return {}

    def action_confirm(self):
        """The claimant compared with the invoice what was read from its file.

        :return: True
        """
        self.write({"is_proposed": False})
        return True
