from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

STATES = [
    ("draft", "Draft"),
    ("submitted", "In Approval"),
    ("returned", "Returned"),
    ("approved", "Approved"),
    ("closed", "Closed"),
    ("cancelled", "Cancelled"),
]
# set by actions, or derived from the employee: who decides and who may read goes by them
DOCUMENT_STAMPED = frozenset({"name", "state", "user_id", "department_id"})
# where a document is written by whoever made it
OPEN_STATES = ("draft", "returned")
# what the employee says of any document; those who decide read it. Notes stay free for all remarks.
_SAID = frozenset({"purpose", "date"})
# the state after each event of the approval; other events leave it
_STATE_AFTER = {
    "submit": "submitted",
    "reopen": "submitted",
    "refuse": "returned",
    "return": "returned",
    "withdraw": "draft",
    "void": "draft",
}


class ExpenseDocument(models.AbstractModel):
    """What claims, applications and everything else an employee asks money for share.

    A document belongs to one employee of one company, has a number, and follows its approval: the
    ``state`` is stamped by the approval and by the actions, never by hand.

    =================  ============================================================
    who                sees
    =================  ============================================================
    employee           the own
    department head,   those of the people below
    superior
    whoever is asked   that document, from then on
    finance            all of the company
    =================  ============================================================
    """

    _name = "expense.document"
    _description = "Expense Document"
    _inherit = ["approval.stamped", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _check_company_auto = True

    _stamped = DOCUMENT_STAMPED

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    purpose = fields.Char(
        required=True, tracking=True, help="What the money is for, in a few words."
    )
    date = fields.Date(required=True, default=fields.Date.context_today, copy=False)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    employee_id = fields.Many2one(
        "hr.employee",
        required=True,
        index=True,
        check_company=True,
        compute="_compute_employee_id",
        store=True,
        readonly=False,
        precompute=True,
        domain=[("filter_for_expense", "=", True)],
        tracking=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="User of the Employee",
        related="employee_id.user_id",
        store=True,
        index=True,
    )
    department_id = fields.Many2one(
        "hr.department",
        related="employee_id.department_id",
        store=True,
        index=True,
    )
    note = fields.Text(string="Notes")
    state = fields.Selection(
        STATES,
        string="Status",
        required=True,
        default="draft",
        copy=False,
        readonly=True,
        index=True,
        tracking=True,
    )
    is_own = fields.Boolean(compute="_compute_is_own", search="_search_is_own")
    is_concerned = fields.Boolean(
        compute="_compute_is_concerned",
        search="_search_is_concerned",
        help="The user is or was asked for it, or it was copied to the user.",
    )

    # ------------------------------------------------------------------ computes

    @api.depends("company_id")
    def _compute_employee_id(self):
        if self.env.context.get("default_employee_id"):
            return
        for document in self:
            document.employee_id = self.env.user.with_company(document.company_id).employee_id

    @api.depends("user_id")
    @api.depends_context("uid")
    def _compute_is_own(self):
        for document in self:
            document.is_own = document.user_id == self.env.user

    def _search_is_own(self, operator, value):
        if operator != "in":
            return NotImplemented
        own = Domain("user_id", "=", self.env.uid)
        return own if True in value else ~own

    @api.depends_context("uid")
    def _compute_is_concerned(self):
        concerned = self.sudo().filtered_domain(Domain("id", "in", self._concerned_query()))
        for document in self:
            document.is_concerned = document in concerned

    def _search_is_concerned(self, operator, value):
        if operator != "in":
            return NotImplemented
        concerned = Domain("id", "in", self._concerned_query())
        return concerned if True in value else ~concerned

    def _concerned_query(self):
        """Ids of the documents whose approval the current user takes part in."""
        requests = self.env["approval.request"].sudo()
        mine = requests._domain_participant() & Domain("res_model", "=", self._name)
        return requests._search(mine).subselect("res_id")

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        documents = super().create(vals_list)
        documents._check_enabled()
        documents._check_own()
        for document in documents:
            sequence = self.env["ir.sequence"].with_company(document.company_id)
            document._stamp({"name": sequence.next_by_code(self._name) or "/"})
        return documents

    def write(self, vals):
        if not _SAID.isdisjoint(vals):
            self._refuse_said(vals)
        result = super().write(vals)
        if "employee_id" in vals:
            self._check_own()
        if "company_id" in vals:
            self._check_enabled()
        return result

    def _refuse_said(self, vals):
        """What was submitted stays as it was read; what is watched besides voids the approval (A9)."""
        said = self.filtered(lambda document: document.state not in OPEN_STATES)
        if not said:
            return
        watched = {
            name for operation in self._approval_operations().values() for name in operation.watch
        }
        if touched := _SAID.intersection(vals) - watched:
            labels = self.fields_get(sorted(touched), ["string"])
            raise UserError(
                self.env._(
                    "%(document)s is “%(state)s”: %(fields)s cannot be changed, because those who decide "
                    "have read it. Withdraw it first, or make another.",
                    document=said[0].name,
                    state=said[0]._state_label(),
                    fields=", ".join(label["string"] for label in labels.values()),
                )
            )

    def _do_approve(self):
        """What carries out an approval that changes the state and nothing else."""
        self._stamp({"state": "approved"})

    def _frozen_files(self, files):
        """What was attached at submission is what is decided on (A9)."""
        decided = self.filtered(lambda row: row.state not in (*OPEN_STATES, "cancelled"))
        return files.filtered(lambda file: file.res_id in decided.ids)

    def _check_own(self):
        """Nobody asks in the name of somebody who can ask personally.

        No constraint: those are checked as superuser.
        """
        foreign = self.filtered(lambda row: row.user_id and row.user_id != self.env.user)
        if foreign and not self.env.su:
            raise AccessError(
                self.env._(
                    "%(document)s would belong to %(employee)s, who can log in and has to make it "
                    "personally.",
                    document=foreign[0].name,
                    employee=foreign[0].employee_id.sudo().name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if kept := self.filtered(lambda document: document.state not in ("draft", "cancelled")):
            raise UserError(
                self.env._(
                    "%s was submitted once and cannot be deleted, so that its number and what was said "
                    "about it stay. Cancel it instead.",
                    kept[0].name,
                )
            )

    def _check_enabled(self):
        """Nothing of this exists in a company until somebody switches it on."""
        for company in self.company_id:
            if not company.sudo().reimbursement_enabled:
                raise UserError(
                    self.env._(
                        "Reimbursement is not switched on in %s. Ask an administrator to set it up in "
                        "the settings.",
                        company.name,
                    )
                )

    # ------------------------------------------------------------------ approval

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        if state := self._state_after(event):
            self._stamp({"state": state})
        return result

    def _state_after(self, event):
        """Hook: the state an event of the approval leads to; empty: it stays as it is."""
        return _STATE_AFTER.get(event.verb)

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for document in self:
            if found := document._submission_errors():
                missing.setdefault(document.id, []).extend(found)
        return missing

    def _submission_errors(self):
        """Hook: what keeps this document from being submitted, in full sentences.

        :return: list of sentences
        """
        self.ensure_one()
        if self.state in (*OPEN_STATES, "submitted", "approved"):
            # the approval itself says what is under way or done
            return self._requester_errors()
        return [
            self.env._(
                "%(document)s is “%(state)s” and cannot be submitted.",
                document=self.name,
                state=self._state_label(),
            )
        ]

    def _requester_errors(self):
        """Only the employee submits the own document, so that nobody decides on what is his.

        For an employee who cannot log in, finance does.
        """
        employee = self.employee_id.sudo()
        if not employee.active:
            return [
                self.env._(
                    "%(document)s belongs to %(employee)s, who is archived. Ask the personnel "
                    "department to restore the employee, or cancel the document.",
                    document=self.name,
                    employee=employee.name,
                )
            ]
        if employee.user_id and employee.user_id != self.env.user:
            return [
                self.env._(
                    "%(document)s belongs to %(employee)s, who has to submit it personally.",
                    document=self.name,
                    employee=employee.name,
                )
            ]
        if not employee.user_id and not self._is_finance():
            return [
                self.env._(
                    "%(employee)s cannot log in, so finance submits %(document)s.",
                    document=self.name,
                    employee=employee.name,
                )
            ]
        return []

    @api.model
    def _is_finance(self):
        return self.env.user.has_group("expense_approval.group_expense_finance")

    # ------------------------------------------------------------------ actions

    def action_cancel(self):
        """The employee gives the document up; its approval is cancelled with it.

        :raise UserError: when it is approved or closed
        :return: True
        """
        self.check_access("write")
        if kept := self.filtered(
            lambda document: document.state not in (*OPEN_STATES, "submitted")
        ):
            raise UserError(
                self.env._(
                    "%(document)s is “%(state)s” and cannot be cancelled any more.",
                    document=kept[0].name,
                    state=kept[0]._state_label(),
                )
            )
        self._stamp({"state": "cancelled"})
        return True

    def action_draft(self):
        """Bring cancelled documents back to draft.

        :raise UserError: when one is not cancelled
        :return: True
        """
        self.check_access("write")
        if kept := self.filtered(lambda document: document.state != "cancelled"):
            raise UserError(self.env._("%s is not cancelled.", kept[0].name))
        self._stamp({"state": "draft"})
        return True

    def _state_label(self):
        return dict(self._fields["state"]._description_selection(self.env))[self.state]
