from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate, format_date

from odoo.addons.approval_chain.operation import Operation

from .expense_document import DOCUMENT_STAMPED

_lt = LazyTranslate(__name__)


class FundRequest(models.Model):
    """Money the company raises, uses, invests or distributes: approved, then paid as planned (E11).

    The plan is in the instalments, what really moved is in their payments. The entries of those stay
    with the accountant.
    """

    _name = "fund.request"
    _description = "Fund Request"
    _inherit = ["expense.document"]
    _order = "id desc"

    _stamped = DOCUMENT_STAMPED.union(
        {
            # derived from the kind, the instalments and their payments
            "direction",
            "planned_amount",
            "actual_amount",
            "open_amount",
            "stage",
        }
    )

    kind = fields.Selection(
        [
            ("raising", "Raising of Funds"),
            ("operating", "Operating Use"),
            ("investment", "Investment Use"),
            ("distribution", "Distribution of Profit"),
        ],
        required=True,
        default="operating",
        tracking=True,
    )
    direction = fields.Selection(
        [("inbound", "Receive"), ("outbound", "Pay")], compute="_compute_direction", store=True
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Counterparty",
        required=True,
        check_company=True,
        index=True,
        ondelete="restrict",
        tracking=True,
        help="Bank, lender, supplier, company invested in, or shareholder.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        related=None,
        required=True,
        readonly=False,
        store=True,
        compute="_compute_currency_id",
        precompute=True,
        tracking=True,
    )
    amount = fields.Monetary(required=True, tracking=True)
    document_ids = fields.Many2many(
        "ir.attachment",
        string="Documents",
        copy=False,
        help="Contract, resolution, calculation and the like.",
    )
    instalment_ids = fields.One2many(
        "fund.request.instalment", "request_id", string="Instalments", copy=True
    )
    planned_amount = fields.Monetary(
        string="Planned", compute="_compute_planned_amount", store=True
    )
    actual_amount = fields.Monetary(string="Actual", compute="_compute_actual_amount", store=True)
    open_amount = fields.Monetary(string="Open", compute="_compute_actual_amount", store=True)
    stage = fields.Selection(
        [
            ("draft", "Draft"),
            ("submitted", "In Approval"),
            ("returned", "Returned"),
            ("approved", "Approved"),
            ("partly", "Partly Carried Out"),
            ("done", "Carried Out"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_stage",
        store=True,
        index=True,
    )

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "The amount of a fund request must be more than zero."
    )

    # ------------------------------------------------------------------ computes

    @api.depends("kind")
    def _compute_direction(self):
        for request in self:
            request.direction = "inbound" if request.kind == "raising" else "outbound"

    @api.depends("company_id")
    def _compute_currency_id(self):
        for request in self:
            request.currency_id = request.currency_id or request.company_id.currency_id

    @api.depends("instalment_ids.amount")
    def _compute_planned_amount(self):
        for request in self:
            request.planned_amount = sum(request.instalment_ids.mapped("amount"))

    @api.depends("amount", "instalment_ids.actual_amount")
    def _compute_actual_amount(self):
        for request in self:
            request.actual_amount = sum(request.instalment_ids.mapped("actual_amount"))
            request.open_amount = request.amount - request.actual_amount

    @api.depends("state", "amount", "actual_amount", "currency_id")
    def _compute_stage(self):
        for request in self:
            currency = request.currency_id
            if request.state != "approved" or currency.is_zero(request.actual_amount):
                request.stage = request.state
            elif currency.compare_amounts(request.actual_amount, request.amount) < 0:
                request.stage = "partly"
            else:
                request.stage = "done"

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        requests = super().create(vals_list)
        requests._adopt_documents()
        return requests

    def write(self, vals):
        result = super().write(vals)
        if "document_ids" in vals:
            self._adopt_documents()
        return result

    def _adopt_documents(self):
        """The documents belong to the request: whoever reads it reads them, and nobody else does.

        The form uploads the documents of a new request before it is there.
        """
        for request in self:
            for document_sudo in request.sudo().document_ids:
                place = (document_sudo.res_model, document_sudo.res_id)
                if place == (request._name, request.id):
                    continue
                if document_sudo.res_id or document_sudo.create_uid != self.env.user:
                    raise UserError(
                        self.env._(
                            "“%(file)s” belongs to another document and cannot be attached to "
                            "%(document)s: upload it again here.",
                            file=document_sudo.name,
                            document=request.name,
                        )
                    )
                document_sudo.write({"res_model": request._name, "res_id": request.id})

    # ------------------------------------------------------------------ approval

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "approve": Operation(
                label=_lt("Approve the fund request"),
                executed=Domain("state", "in", ("approved", "closed")),
                inputs={"fund.request": ("state",)},
                watch=(
                    "employee_id",
                    "kind",
                    "partner_id",
                    "purpose",
                    "amount",
                    "currency_id",
                    "date",
                    "document_ids",
                ),
                lines={"instalment_ids": (Domain.TRUE, ("due_date", "amount"))},
                amount="amount",
                date="date",
                run="_do_approve",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _submission_errors(self):
        errors = [*super()._submission_errors(), *self._date_errors()]
        if missing := self.currency_id._rate_error(self.company_id, self.date):
            errors.append(missing)
        if self.currency_id.compare_amounts(self.planned_amount, self.amount):
            errors.append(
                self.env._(
                    "The instalments of %(document)s are %(planned)s in all, and the request is over "
                    "%(amount)s. Correct the instalments or the amount.",
                    document=self.name,
                    planned=self.currency_id.format(self.planned_amount),
                    amount=self.currency_id.format(self.amount),
                )
            )
        return errors

    def _date_errors(self):
        """The rate of the day of the request is known, and nothing was due before."""
        errors = []
        # whoever asks may live a day ahead of the company
        today = max(self.company_id._approval_today(), fields.Date.context_today(self))
        if self.date > today:
            errors.append(
                self.env._(
                    "%(document)s is dated %(date)s, which is to come. Enter the day on which the money is "
                    "asked for.",
                    document=self.name,
                    date=format_date(self.env, self.date),
                )
            )
        for instalment in self.instalment_ids.filtered(lambda row: row.due_date < self.date):
            errors.append(
                self.env._(
                    "An instalment of %(document)s is due before it is asked for: on %(due)s, while the "
                    "request is of %(date)s. Correct one of the two days.",
                    document=self.name,
                    due=format_date(self.env, instalment.due_date),
                    date=format_date(self.env, self.date),
                )
            )
        return errors

    # ------------------------------------------------------------------ actions

    def action_close(self):
        """Finance closes an approved request: what was not carried out is given up.

        :raise AccessError: for others than finance
        :raise UserError: when it is not approved
        :return: True
        """
        self.check_access("read")
        if not self._is_finance():
            raise AccessError(self.env._("Only finance closes fund requests."))
        if kept := self.filtered(lambda request: request.state != "approved"):
            raise UserError(
                self.env._(
                    "%(document)s is “%(state)s”: only approved fund requests are closed.",
                    document=kept[0].name,
                    state=kept[0]._state_label(),
                )
            )
        self.sudo()._stamp({"state": "closed"})  # finance does not write what others ask for
        return True

    def action_open_payments(self):
        """The payments of these requests (finance).

        :return: action
        """
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Payments"),
            "res_model": "account.payment",
            "view_mode": "list,form",
            "domain": [("fund_instalment_id", "in", self.instalment_ids.ids)],
            "context": {"create": False},
        }
