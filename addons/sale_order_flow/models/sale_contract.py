from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError, ValidationError

from .order_flow_signed_document import SIGNATURE_STAMPED

ARCHIVIST = "sales_assistant"


class SaleContract(models.Model):
    """A contract with a customer for one or several orders, kept with its signed copy (F9).

    ===========================  ==============================================================
    action                       who
    ===========================  ==============================================================
    create, change, send out     its salesperson, sales assistants; nobody once it is signed
    record the signatures        its salesperson, sales assistants; the signed copy is needed
    sign in the portal           the customer, where it is sent out for that
    take the signatures back     sales assistants, until it is archived; not the customer's own
    cancel                       its salesperson until it is signed, sales assistants after; an
                                 archived one ends early by a supplementary agreement
    archive                      sales assistants, with the month's archive
    delete                       its salesperson, sales assistants, while it is a draft
    ===========================  ==============================================================
    """

    _name = "sale.contract"
    _description = "Sales Contract"
    _inherit = ["order.flow.signed.document", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _portal_states = ("out", "signed", "archived")
    _stamped = SIGNATURE_STAMPED | frozenset(
        {
            "name",
            "state",
            "sent_at",
            "sent_by_id",
            "sent_version",
            "customer_signed_at",
            "signed_at",
            "signed_by_id",
            "archive_id",
            "archived_at",
            "archived_by_id",
            "cancelled_at",
            "cancelled_by_id",
            "amount_total",
            "currency_id",
            "product_ids",
            "agreed_amounts",
            "ended_on",
        }
    )
    # what was agreed on: nothing of it changes under a signature
    _signed_fields = frozenset(
        {
            "partner_id",
            "company_id",
            "kind",
            "title",
            "order_ids",
            "parent_id",
            "ends_parent_on",
            "end_reason",
            "signed_how",
            "company_signed_by_id",
            "company_signed_on",
            "customer_signed_by",
            "customer_signed_on",
            "valid_until",
            "document",
            "document_name",
            "text_document",
            "text_name",
            "sign_until",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    title = fields.Char(tracking=True, help="What the contract is about, as people call it.")
    kind = fields.Selection(
        [
            ("sale", "Sales Contract"),
            ("frame", "Frame Contract"),
            ("custom", "Non-Standard Equipment"),
            ("install", "Supply and Installation"),
            ("supplement", "Supplementary Agreement"),
        ],
        required=True,
        default="sale",
        tracking=True,
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
        ondelete="restrict",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        required=True,
        index=True,
        default=lambda self: self.env.user,
        tracking=True,
    )
    order_ids = fields.Many2many(
        "sale.order",
        "sale_contract_order_rel",
        "contract_id",
        "order_id",
        string="Sales Orders",
        copy=False,
        check_company=True,
        domain="[('partner_id', 'child_of', partner_id), ('company_id', '=', company_id), ('state', '!=', 'cancel')]",
    )
    order_count = fields.Integer(compute="_compute_order_count")
    amount_total = fields.Monetary(
        string="Total",
        compute="_compute_content",
        store=True,
        help="Total of its orders, as it was when orders were last added, sent out or signed; of a "
        "supplementary agreement, what it adds or takes away.",
    )
    currency_id = fields.Many2one("res.currency", compute="_compute_content", store=True)
    product_ids = fields.Many2many(
        "product.product", compute="_compute_content", store=True, string="Products"
    )
    note = fields.Text(string="Notes", groups="base.group_user")

    # ------------------------------------------------------------------ signing
    signed_how = fields.Selection(
        [("paper", "On Paper"), ("online", "On Line")],
        string="Signed",
        default="paper",
        tracking=True,
    )
    company_signed_by_id = fields.Many2one(
        "res.users", string="Signed for Us By", domain="[('share', '=', False)]", tracking=True
    )
    company_signed_on = fields.Date(string="Signed for Us On", copy=False, tracking=True)
    customer_signed_by = fields.Char(string="Signed for the Customer By", copy=False, tracking=True)
    customer_signed_on = fields.Date(string="Signed for the Customer On", copy=False, tracking=True)
    valid_until = fields.Date(tracking=True, copy=False, index=True)
    document = fields.Binary(attachment=True, string="Signed Copy", copy=False)
    document_name = fields.Char(string="File Name", copy=False)

    # ------------------------------------------------------------------ who and when
    sent_at = fields.Datetime(readonly=True, copy=False, string="Sent Out On")
    sent_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Sent Out By")
    signed_at = fields.Datetime(readonly=True, copy=False, string="Recorded On")
    signed_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Recorded By")
    cancelled_at = fields.Datetime(readonly=True, copy=False, string="Cancelled On")
    cancelled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    cancel_reason = fields.Char(copy=False, tracking=True, groups="base.group_user")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("out", "Out for Signature"),
            ("signed", "Signed"),
            ("archived", "Archived"),
            ("cancelled", "Cancelled"),
        ],
        compute="_compute_state",
        store=True,
        precompute=True,
        index=True,
        tracking=True,
        copy=False,
    )

    # ------------------------------------------------------------------ archive
    archive_id = fields.Many2one(
        "sale.contract.archive",
        string="Monthly Archive",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        groups="base.group_user",
    )
    archive_due = fields.Date(
        related="archive_id.due_date", string="To Be Archived By", groups="base.group_user"
    )
    archive_shelf = fields.Char(string="Shelf", copy=False, groups="base.group_user")
    archive_folder = fields.Char(string="Folder", copy=False, groups="base.group_user")
    archived_at = fields.Datetime(readonly=True, copy=False, string="Archived On")
    archived_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    may_handle = fields.Boolean(compute="_compute_may", groups="base.group_user")
    may_archive = fields.Boolean(compute="_compute_may", groups="base.group_user")

    # ------------------------------------------------------------------ computes

    @api.depends("name", "title")
    def _compute_display_name(self):
        for contract in self:
            contract.display_name = " ".join(filter(None, (contract.name, contract.title)))

    @api.depends("sent_at", "signed_at", "archived_at", "cancelled_at")
    def _compute_state(self):
        for contract in self:
            contract.state = (
                ("cancelled" if contract.cancelled_at else "")
                or ("archived" if contract.archived_at else "")
                or ("signed" if contract.signed_at else "")
                or ("out" if contract.sent_at else "draft")
            )

    @api.depends("order_ids", "sent_at", "signed_at", "company_id")
    def _compute_content(self):
        """Not on the lines of orders: what an order becomes later does not change a contract."""
        for contract in self:
            orders = contract.order_ids.sudo()
            contract.currency_id = orders[:1].currency_id or contract.company_id.currency_id
            contract.amount_total = sum(orders.mapped("amount_total"))
            contract.product_ids = orders.order_line.product_id

    @api.depends("order_ids")
    def _compute_order_count(self):
        for contract in self:
            contract.order_count = len(contract.order_ids)

    @api.depends("company_id", "user_id")
    @api.depends_context("uid")
    def _compute_may(self):
        archivist = {
            company: self.env.user._holds_role(ARCHIVIST, company) for company in self.company_id
        }
        for contract in self:
            contract.may_archive = archivist.get(contract.company_id, False)
            contract.may_handle = contract.may_archive or contract.user_id == self.env.user

    def _compute_access_url(self):
        for contract in self:
            contract.access_url = f"/my/contracts/{contract.id}"

    def _holds_on(self, day):
        """Whether the contract is signed and not over on ``day``."""
        self.ensure_one()
        return self.state in ("signed", "archived") and not (
            self.valid_until and self.valid_until < day
        )

    # ------------------------------------------------------------------ constraints

    @api.constrains("order_ids", "partner_id", "company_id")
    def _check_orders(self):
        for contract in self:
            customer = contract.partner_id.commercial_partner_id
            for order in contract.order_ids.sudo():
                if order.partner_id.commercial_partner_id != customer:
                    raise ValidationError(
                        self.env._(
                            "%(contract)s is a contract with %(customer)s; %(order)s is an order of "
                            "%(other)s. Remove it from “Sales Orders”.",
                            contract=contract.display_name,
                            customer=customer.display_name,
                            order=order.name,
                            other=order.partner_id.commercial_partner_id.display_name,
                        )
                    )
                if order.company_id != contract.company_id:
                    raise ValidationError(
                        self.env._(
                            "%(contract)s is a contract of %(company)s; %(order)s is an order of "
                            "%(other)s. Remove it from “Sales Orders”.",
                            contract=contract.display_name,
                            company=contract.company_id.name,
                            order=order.name,
                            other=order.company_id.name,
                        )
                    )
            if len(contract.order_ids.sudo().currency_id) > 1:
                raise ValidationError(
                    self.env._(
                        "The orders of %s are in several currencies. Make one contract for each "
                        "currency.",
                        contract.display_name,
                    )
                )

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        contracts = super().create(vals_list)
        contracts._check_handles()
        for contract in contracts:
            sequence = self.env["ir.sequence"].with_company(contract.company_id)
            contract._stamp({"name": sequence.next_by_code("sale.contract") or "/"})
        return contracts

    def write(self, vals):
        self.check_access("write")
        if not self._signed_fields.isdisjoint(vals):
            self._check_not_signed(vals)
        if not {"user_id", "archive_shelf", "archive_folder"}.isdisjoint(vals):
            self._check_not_archived()
        self._check_handles()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_draft(self):
        if kept := self.filtered(lambda contract: contract.state != "draft"):
            raise UserError(
                self.env._(
                    "%s was sent out already and is kept. Cancel it instead of deleting it.",
                    kept[0].display_name,
                )
            )
        self._check_handles()

    def _check_handles(self):
        """The salesperson of the contract or an assistant of the company; systems may."""
        if self.env.su:
            return
        for contract in self:
            if not contract.may_handle:
                raise AccessError(
                    self.env._(
                        "%(contract)s is handled by its salesperson (%(salesperson)s) or by "
                        "%(assistant)s.",
                        contract=contract.display_name,
                        salesperson=contract.user_id.name,
                        assistant=self._flow_role_label(ARCHIVIST, contract.company_id),
                    )
                )

    def _check_not_signed(self, vals):
        touched = self._signed_fields.intersection(vals)
        for contract in self.filtered(lambda contract: contract.signed_at or contract.cancelled_at):
            labels = self.fields_get(sorted(touched), ["string"])
            raise UserError(
                self.env._(
                    "%(contract)s is signed or cancelled: “%(fields)s” cannot be changed any more. Make "
                    "a supplementary agreement, or let %(assistant)s take the signatures back.",
                    contract=contract.display_name,
                    fields=", ".join(label["string"] for label in labels.values()),
                    assistant=self._flow_role_label(ARCHIVIST, contract.company_id),
                )
            )

    def _check_not_archived(self):
        if archived := self.filtered("archived_at"):
            raise UserError(
                self.env._(
                    "%s is archived: salesperson and place cannot be changed any more.",
                    archived[0].display_name,
                )
            )

    def _frozen_files(self, files):
        """The files of signed contracts stay as they are (F9)."""
        signed = self.filtered("signed_at")
        kept = ("document", "text_document", "signature")
        return files.filtered(lambda file: file.res_id in signed.ids and file.res_field in kept)

    # ------------------------------------------------------------------ actions

    def action_cancel(self):
        """Cancel contracts that do not hold, saying why in “Cancel Reason” (F9).

        :raise AccessError: for a signed one by anybody but sales assistants
        :raise UserError: without a reason, and when it is archived or cancelled already
        :return: True
        """
        self._check_handles()
        self.filtered("signed_at")._flow_check_role(ARCHIVIST)
        for contract in self:
            contract._check_state("draft", "out", "signed")
            if not contract.cancel_reason:
                raise UserError(
                    self.env._(
                        "%s: write in “Cancel Reason” why it is cancelled first.",
                        contract.display_name,
                    )
                )
        self._stamp(
            {
                "cancelled_at": fields.Datetime.now(),
                "cancelled_by_id": self.env.uid,
                "archive_id": False,
            }
        )
        return True

    def _check_state(self, *states):
        self.ensure_one()
        if self.state not in states:
            labels = dict(self._fields["state"]._description_selection(self.env))
            raise UserError(
                self.env._(
                    "%(contract)s is “%(state)s”: this is done while a contract is “%(needed)s”.",
                    contract=self.display_name,
                    state=labels[self.state],
                    needed=self.env._("” or “").join(labels[state] for state in states),
                )
            )

    def action_view_orders(self):
        """Open the orders of the contract."""
        return self.order_ids._get_records_action(name=self.env._("Sales Orders"))

    def _get_report_base_filename(self):
        self.ensure_one()
        return self.name.replace("/", "-")
