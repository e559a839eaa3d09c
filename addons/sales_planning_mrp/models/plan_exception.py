from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

from ..documents import open_rows
from .purchase_plan import DISPATCH, PRODUCTION_VP

ACTIVITY = "sales_planning_mrp.activity_plan_exception"
# what whoever tells of an exception enters
ENTERED = frozenset({"summary", "product_id", "production_id", "order_line_ids", "decision"})


class PlanException(models.Model):
    """Something does not go as planned, and somebody has to act (P6, D11 八 九).

    ==========================  ========================================================
    action                      who
    ==========================  ========================================================
    found                       by itself, daily: late arrivals, productions, shortages
    told by hand                whoever reads the planning of production
    say what is done            production dispatch; the VP of production when a
                                promised date is in danger
    closed                      by itself, when it is over
    ==========================  ========================================================
    """

    # pylint: disable=super-method-mismatch

    _name = "plan.exception"
    _description = "Planning Exception"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin"]
    _order = "in_danger desc, promised_date, id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {
            "name",
            "key",
            "kind",
            "state",
            "partner_id",
            "purchase_line_id",
            "plan_line_id",
            "planned_date",
            "expected_date",
            "in_danger",
            "promised_date",
            "escalated_at",
            "escalated_by_id",
            "handled_by_id",
            "handled_at",
            "closed_at",
            "user_id",
        }
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    key = fields.Char(
        readonly=True, copy=False, help="What was found: it is told once until it is over."
    )
    kind = fields.Selection(
        [
            ("shortage", "Shortage"),
            ("purchase", "Late Arrival"),
            ("production", "Late Production"),
            ("subcontract", "Late Subcontracting"),
            ("other", "Other"),
        ],
        default="other",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    summary = fields.Text(string="What Happened", required=True)
    product_id = fields.Many2one("product.product", index=True)
    partner_id = fields.Many2one("res.partner", string="Supplier", readonly=True, copy=False)
    user_id = fields.Many2one(
        "res.users", string="Told By", readonly=True, copy=False, default=lambda self: self.env.user
    )
    production_id = fields.Many2one(
        "mrp.production", string="Manufacturing Order", check_company=True, index="btree_not_null"
    )
    purchase_line_id = fields.Many2one(
        "purchase.order.line", readonly=True, copy=False, index="btree_not_null"
    )
    purchase_order_id = fields.Many2one(related="purchase_line_id.order_id")
    plan_line_id = fields.Many2one(
        "purchase.plan.line", readonly=True, copy=False, ondelete="set null"
    )
    order_line_ids = fields.Many2many(
        "sale.order.line",
        string="Order Lines",
        check_company=True,
        help="What customers wait for.",
    )
    order_text = fields.Char(compute="_compute_order_text", compute_sudo=True, string="Orders")
    planned_date = fields.Date(readonly=True, copy=False)
    expected_date = fields.Date(readonly=True, copy=False, string="Expected")
    days_late = fields.Integer(compute="_compute_days_late", store=True)
    in_danger = fields.Boolean(
        readonly=True,
        copy=False,
        tracking=True,
        string="Promise in Danger",
        help="A customer will not get the goods on the promised day unless something is done.",
    )
    promised_date = fields.Date(
        readonly=True, copy=False, string="Promised", help="The earliest promise in danger."
    )
    escalated_at = fields.Datetime(readonly=True, copy=False, string="VP Told On")
    escalated_by_id = fields.Many2one(
        "res.users",
        readonly=True,
        copy=False,
        string="VP Told By",
        help="Who of production dispatch put it before the VP; empty when it was told by itself.",
    )
    decision = fields.Text(string="What Is Done", copy=False)
    handled_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    handled_at = fields.Datetime(readonly=True, copy=False, string="Handled On")
    closed_at = fields.Datetime(readonly=True, copy=False, string="Over On")
    state = fields.Selection(
        [("open", "Open"), ("handled", "Handled"), ("closed", "Over")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    is_mine = fields.Boolean(compute="_compute_is_mine")

    _once = models.UniqueIndex(
        "(key) WHERE key IS NOT NULL AND state != 'closed'",
        "This exception was told already.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("planned_date", "expected_date")
    def _compute_days_late(self):
        for exception in self:
            planned, expected = exception.planned_date, exception.expected_date
            exception.days_late = (expected - planned).days if planned and expected else 0

    @api.depends("order_line_ids.order_id.name")
    def _compute_order_text(self):
        for exception in self:
            exception.order_text = ", ".join(exception.order_line_ids.order_id.mapped("name"))

    @api.depends("state", "in_danger", "company_id")
    @api.depends_context("uid")
    def _compute_is_mine(self):
        user = self.env.user
        for exception in self:
            exception.is_mine = exception.state == "open" and any(
                user._holds_role(code, exception.company_id) for code in exception._deciders()
            )

    def _deciders(self):
        """The roles that may say what is done."""
        return (PRODUCTION_VP,) if self.in_danger else (DISPATCH, PRODUCTION_VP)

    # ------------------------------------------------------------------ told by hand

    @api.model_create_multi
    def create(self, vals_list):
        exceptions = super().create(vals_list)
        if elsewhere := exceptions.company_id.filtered(
            lambda company: not company.planning_enabled
        ):
            raise UserError(
                self.env._(
                    "%s does not plan here: switch “Sales Planning” on in Settings / Order Flow.",
                    elsewhere[0].name,
                )
            )
        exceptions.sudo()._number()
        exceptions.sudo()._tell(DISPATCH)
        return exceptions

    @api.model
    def _found(self, company, vals_list):
        """Exceptions as they were found, as superuser.

        :param vals_list: values, stamped ones among them; whoever has to act is told
        """
        plain = [{"summary": vals["summary"], "company_id": company.id} for vals in vals_list]
        exceptions = super(PlanException, self.sudo()).create(plain)
        exceptions._number()
        for exception, vals in zip(exceptions, vals_list, strict=True):
            exception._stamp({**vals, "user_id": False})
        danger = exceptions.filtered("in_danger")
        danger._escalate()
        exceptions._tell(DISPATCH)
        return exceptions

    def _number(self):
        for exception in self:
            sequence = self.env["ir.sequence"].with_company(exception.company_id)
            exception._stamp({"name": sequence.next_by_code(self._name) or "/"})

    def write(self, vals):
        if "company_id" in vals and (
            moved := self.filtered(lambda one: one.company_id.id != vals["company_id"])
        ):
            raise UserError(
                self.env._(
                    "%s stays in its company, whose people were told: tell of it in the other one anew.",
                    moved[0].name,
                )
            )
        if not self.env.su and not ENTERED.isdisjoint(vals):
            self._check_open()
            if found := self.filtered(lambda one: one.key and vals.keys() & ENTERED - {"decision"}):
                raise AccessError(
                    self.env._(
                        "%s was found by itself: only what is done about it is entered.",
                        found[0].name,
                    )
                )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(
            self.env._("Exceptions stay: they tell what went wrong and what was done about it.")
        )

    def _check_open(self):
        for exception in self:
            if exception.state != "open":
                raise UserError(
                    self.env._("%s was handled already: it stands as it is.", exception.name)
                )

    # ------------------------------------------------------------------ actions

    def action_handle(self, decision=None):
        """Say what is done about exceptions (P6).

        :param decision: text; what was entered on the form by default
        :raise AccessError: for anybody but production dispatch or, when a promise is in danger, the VP
        :raise UserError: without saying what is done, or when it was handled already
        :return: True
        """
        self.check_access("read")
        lock_rows(self.sudo())
        self._check_open()
        for exception in self:
            self._check_decider(exception)
            text = (decision or exception.decision or "").strip()
            if not text:
                raise UserError(
                    self.env._("%s: say what is done about it, then press again.", exception.name)
                )
            exception.sudo()._stamp(
                {
                    "state": "handled",
                    "decision": text,
                    "handled_by_id": self.env.uid,
                    "handled_at": fields.Datetime.now(),
                }
            )
        self.sudo().activity_unlink([ACTIVITY])
        return True

    def _check_decider(self, exception):
        codes = exception._deciders()
        if not any(self.env.user._holds_role(code, exception.company_id) for code in codes):
            exception._flow_check_role(codes[0])

    def action_escalate(self):
        """Put exceptions before the VP of production: a promise is in danger (dispatch; P6).

        :raise AccessError: for anybody who is not production dispatch
        :return: True
        """
        self._flow_check_role(DISPATCH)
        lock_rows(self.sudo())
        self._check_open()
        calm = self.filtered(lambda exception: not exception.in_danger).sudo()
        calm._stamp({"escalated_by_id": self.env.uid})
        calm._escalate()
        return True

    # ------------------------------------------------------------------ who is told

    def _escalate(self):
        """A promised date is in danger: the VP of production decides."""
        for exception in self:
            exception._stamp(
                {
                    "in_danger": True,
                    "escalated_at": fields.Datetime.now(),
                    "promised_date": exception.promised_date or exception._first_promise(),
                }
            )
        self._tell(PRODUCTION_VP)

    def _first_promise(self):
        """The earliest day promised of what is still owed; nothing when nothing is."""
        owed = self.order_line_ids.filtered(lambda line: line._is_owed())
        moments = filter(None, owed.mapped("promised_date"))
        first = min(moments, default=False)
        return first and self.company_id._approval_local(first).date()

    def _tell(self, role):
        """An activity for everybody who holds the role, as superuser."""
        for exception in self:
            for user in self.env["approval.role"]._people(role, exception.company_id):
                told = exception.with_context(lang=user.lang)
                told.activity_schedule(
                    ACTIVITY,
                    user_id=user.id,
                    date_deadline=exception.company_id._approval_today(),
                    note=exception.summary,
                )

    def action_open_document(self):
        """Open the production or purchase that is late."""
        self.ensure_one()
        rows = self.sudo().production_id or self.purchase_line_id
        if rows:
            return open_rows(rows, self.name)
        if not self.plan_line_id:
            raise UserError(self.env._("%s was told without a document.", self.name))
        return self.plan_line_id.plan_id._get_records_action()

    def action_view_orders(self):
        """Open the order lines that wait."""
        self.ensure_one()
        return open_rows(self.sudo().order_line_ids, self.env._("Order Lines in Danger"))
