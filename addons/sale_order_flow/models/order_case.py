from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

# kinds that are approved before anybody starts
SUPPORT = ("technical", "advertising")
OPEN_STATES = ("new", "progress", "waiting")
# what the case is about, and what its owner finds out
SUBJECT = frozenset(
    {
        "subject",
        "kind",
        "partner_id",
        "order_id",
        "product_id",
        "description",
        "priority",
        "amount",
        "user_id",
    }
)
FINDINGS = frozenset({"cause", "measure", "result"})


class OrderCase(models.Model):
    """A complaint, feedback, or a request for technical or advertising support (F19, F22).

    ======================  ==================================================================
    action                  who
    ======================  ==================================================================
    open                    everybody of the order flow; customers in the portal or by mail
    change what it is about who opened it, its salesperson and the role, until it is taken;
                            then its owner
    approve (support)       the chain of the company, before anybody starts
    take, hand over         holders of the role of its kind; hand over also its owner
    wait, close             its owner; to close, cause, measure and result are needed
    cancel                  its owner, with a reason; until it is taken also who opened it
    ======================  ==================================================================
    """

    _name = "order.case"
    _description = "Case"
    _inherit = [
        "order.flow.document",
        "portal.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "approval.mixin",
    ]
    _order = "id desc"
    _rec_names_search = ["name", "subject"]
    _check_company_auto = True
    # customers answer in the portal; by it Odoo finds loops of mails
    _mail_post_access = "read"
    _primary_email = "email_from"

    _stamped = frozenset(
        {
            "name",
            "state",
            "owner_id",
            "opened_at",
            "source",
            "email_from",
            "paused_hours",
            "waiting_since",
            "escalated_at",
            "closed_at",
            "closed_by_id",
            "parent_id",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    subject = fields.Char(required=True, tracking=True)
    kind = fields.Selection(
        [
            ("complaint", "Complaint"),
            ("feedback", "Feedback"),
            ("technical", "Technical Support"),
            ("advertising", "Advertising Support"),
        ],
        required=True,
        default="complaint",
        tracking=True,
        index=True,
    )
    source = fields.Selection(
        [
            ("internal", "Entered by Us"),
            ("portal", "Portal"),
            ("mail", "Mail"),
            ("receipt", "Receipt"),
            ("survey", "Satisfaction"),
        ],
        default="internal",
        readonly=True,
        copy=False,
        string="Opened From",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        ondelete="restrict",
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Customer",
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
        help="Empty only for a mail of somebody who is not known yet.",
    )
    email_from = fields.Char(string="From", readonly=True, copy=False, groups="base.group_user")
    order_id = fields.Many2one(
        "sale.order",
        string="Sales Order",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
        domain="[('company_id', '=', company_id), ('partner_id', 'child_of', partner_id)]",
    )
    product_id = fields.Many2one(
        "product.product", index="btree_not_null", ondelete="restrict", check_company=True
    )
    categ_id = fields.Many2one(related="product_id.categ_id", store=True, string="Product Category")
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        compute="_compute_user_id",
        store=True,
        precompute=True,
        readonly=False,
        index=True,
        domain="[('share', '=', False)]",
    )
    priority = fields.Selection(
        [("0", "Normal"), ("1", "High"), ("2", "Urgent")],
        required=True,
        default="0",
        tracking=True,
        index=True,
    )
    description = fields.Text(string="What Happened")
    currency_id = fields.Many2one(related="company_id.currency_id", groups="base.group_user")
    amount = fields.Monetary(
        tracking=True,
        copy=False,
        groups="base.group_user",
        help="What advertising support is asked for, in the currency of the company.",
    )
    # ------------------------------------------------------------------ findings
    cause = fields.Text(copy=False, tracking=True, groups="base.group_user")
    measure = fields.Text(
        copy=False,
        tracking=True,
        groups="base.group_user",
        help="What was done, and what is done so that it does not happen again.",
    )
    result = fields.Text(copy=False, help="What came of it; the customer reads it in the portal.")
    # ------------------------------------------------------------------ where it comes from
    opened_at = fields.Datetime(readonly=True, copy=False, string="Reported On")
    parent_id = fields.Many2one(
        "order.case",
        readonly=True,
        copy=False,
        string="Follows",
        index="btree_not_null",
        groups="base.group_user",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("name", "subject")
    def _compute_display_name(self):
        for case in self:
            case.display_name = " ".join(filter(None, (case.name, case.subject)))

    @api.depends("order_id", "partner_id", "kind")
    def _compute_user_id(self):
        """Whose customer it is; support is asked for by whoever asks."""
        for case in self:
            if case._origin and case.user_id:
                continue
            asking = self.env.user if not self.env.user.share else self.env["res.users"]
            asking = asking.filtered(lambda user: user.id != self.env.ref("base.user_root").id)
            order, customer = case.order_id.sudo(), case.partner_id.sudo()
            sells = order.user_id or customer.user_id or customer.commercial_partner_id.user_id
            case.user_id = (asking or sells) if case.kind in SUPPORT else (sells or asking)

    def _compute_access_url(self):
        for case in self:
            case.access_url = f"/my/cases/{case.id}"

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("order_id") and not vals.get("partner_id"):
                order = self.env["sale.order"].browse(vals["order_id"])
                vals["partner_id"] = order.partner_id.id
            if not FINDINGS.isdisjoint(vals):
                raise UserError(
                    self.env._("Cause, measure and result are written by the owner of the case.")
                )
        cases = super().create(vals_list)
        cases.order_id.check_access("read")
        now = fields.Datetime.now()
        for case in cases:
            sequence = self.env["ir.sequence"].sudo().with_company(case.company_id)
            case._stamp({"name": sequence.next_by_code("order.case") or "/", "opened_at": now})
            case._check_order()
        cases.sudo()._route()
        return cases

    def write(self, vals):
        if "company_id" in vals and any(c.company_id.id != vals["company_id"] for c in self):
            raise UserError(
                self.env._("%s stays with its company. Open another case there.", self[:1].name)
            )
        if not (SUBJECT | FINDINGS).isdisjoint(vals):
            self._check_may_edit(vals)
        result = super().write(vals)
        if "order_id" in vals:
            self.order_id.check_access("read")
        if not {"order_id", "partner_id"}.isdisjoint(vals):
            for case in self:
                case._check_order()
        if "kind" in vals:
            self.sudo()._route()
        if "priority" in vals:
            self._reschedule_activity()
        return result

    def _check_may_edit(self, vals):
        found = FINDINGS.intersection(vals)
        for case in self:
            if case.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%s is closed: what was written stands. Open another case instead.",
                        case.name,
                    )
                )
            if "kind" in vals and vals["kind"] != case.kind and case.state != "new":
                raise UserError(
                    self.env._(
                        "%s is being worked on: its kind stands. Open another case for the other "
                        "matter.",
                        case.name,
                    )
                )
            if self.env.su or (case.may_work if found else case.may_edit):
                continue
            raise AccessError(
                self.env._(
                    "%(case)s is written by its owner (%(owner)s); before it is taken, by who "
                    "opened it, its salesperson and %(role)s.",
                    case=case.name,
                    owner=case.owner_id.name or "-",
                    role=case._role_label(),
                )
            )

    def _check_order(self):
        """An order of the customer, and no other; in words, whatever door it came by."""
        self.ensure_one()
        order = self.order_id.sudo()
        customer = self.partner_id.sudo().commercial_partner_id
        if order and order.partner_id.commercial_partner_id != customer:
            raise UserError(
                self.env._(
                    "%(case)s is about %(customer)s; %(order)s is an order of another customer. "
                    "Choose one of its orders.",
                    case=self.display_name,
                    customer=customer.display_name or "-",
                    order=order.name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Cases stay: cancel one that was opened by mistake."))

    # ------------------------------------------------------------------ opened by code

    @api.model
    def _open_case(self, values):
        """Open a case from code: a receipt, a mail, the portal, an unhappy answer (F19).

        :param values: fields of the case; ``source`` and ``email_from`` and ``parent_id`` may be
            among them, which nobody enters by hand
        :return: the case, as superuser
        """
        stamped = {name: values[name] for name in self._stamped & values.keys()}
        entered = {name: value for name, value in values.items() if name not in stamped}
        case = self.sudo().create(entered)
        if stamped:
            case._stamp(stamped)
        return case
