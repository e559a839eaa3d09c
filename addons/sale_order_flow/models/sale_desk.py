from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .desk_rows import row_id
from .desk_turns import DeskTurns
from .sale_order_stage import FLOW_STAGES

SOON = timedelta(days=3)
TEAMS = [
    ("sales", "Salesperson"),
    ("approval", "Approvers"),
    ("customer", "Customer"),
    ("finance", "Finance"),
    ("assistant", "Sales Assistant"),
    ("stock", "Stock"),
    ("purchase", "Purchasing"),
    ("production", "Production"),
    ("shipping", "Shipping"),
]


# the columns of the arms, and what they read where a kind of document says nothing else
COLUMNS = {
    "name": "d.name",
    "partner_id": "d.partner_id",
    "company_id": "d.company_id",
    "user_id": "d.user_id",
    "assigned_id": "d.desk_user_id",
    "promised_date": "NULL::timestamp",
    "expected_date": "NULL::timestamp",
    "since": "d.desk_since",
    "worry_date": "d.desk_worry_date",
    "is_open": "d.desk_open",
    "amount_total": "NULL::numeric",
    "currency_id": "NULL::integer",
}


class SaleDesk(models.Model):
    """The assistant's desk (F11): every order under way, one row, one owner, one next action.

    No table of its own: each kind of document is one arm of a UNION ALL that reads stored columns of
    one table without a condition, so that the database merges the arms by the indexes of the
    documents and a page costs its rows, whatever the backlog. Another addon adds its documents by
    inheriting ``order.desk.stage`` (or ``order.desk.document``) on them with the indexes of
    ``desk_rows.py``, by appending their model to :meth:`_desk_models`, their stages to ``stage``,
    and what their arm reads to ``_depends``.
    """

    _name = "sale.desk"
    _inherit = ["order.lateness"]
    _description = "Order Desk"
    _auto = False
    _order = "worry_date, id"
    _depends = {
        "sale.order": [
            "name",
            "partner_id",
            "company_id",
            "user_id",
            "flow_stage",
            "flow_stage_since",
            "flow_promised_date",
            "flow_expected_date",
            "desk_open",
            "desk_user_id",
            "desk_worry_date",
            "amount_total",
            "currency_id",
        ],
    }

    name = fields.Char(string="Number", readonly=True)
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", string="Document", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    stage = fields.Selection(FLOW_STAGES, readonly=True)
    waits_for = fields.Selection(TEAMS, readonly=True, help="The team whose turn it is.")
    owner_role = fields.Char(readonly=True)
    assigned_id = fields.Many2one(
        "res.users",
        string="Named Person",
        readonly=True,
        help="Who was named to do it, where somebody was.",
    )
    promised_date = fields.Datetime(string="Promised", readonly=True)
    expected_date = fields.Datetime(string="Expected", readonly=True)
    since = fields.Datetime(string="Waiting Since", readonly=True)
    worry_date = fields.Datetime(
        readonly=True, help="Since when, or from when on, somebody has to worry."
    )
    urgency = fields.Selection(
        [("late", "Late"), ("soon", "Within Three Days"), ("calm", "On Time")], readonly=True
    )
    amount_total = fields.Monetary(string="Total", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    # from the documents, for the rows shown
    action_label = fields.Char(compute="_compute_action_label", string="Next Step")
    owner = fields.Char(compute="_compute_step", string="With")
    is_mine = fields.Boolean(compute="_compute_step", search="_search_is_mine", string="My Turn")
    has_checklist = fields.Boolean(compute="_compute_has_checklist", string="Release")

    # ------------------------------------------------------------------ the rows

    @property
    def _table_query(self):
        now = fields.Datetime.now()
        # the condition stands outside: arms with one of their own would be read whole and sorted
        return SQL(
            """(SELECT documents.*,
                       CASE WHEN worry_date <= %(now)s THEN 'late'
                            WHEN worry_date <= %(soon)s THEN 'soon' ELSE 'calm' END AS urgency
                  FROM (%(documents)s) AS documents WHERE documents.is_open)""",
            now=now,
            soon=now + SOON,
            documents=SQL(" UNION ALL ").join(self._desk_queries()),
        )

    @api.model
    def _desk_models(self):
        """Hook: the models whose documents stand on the desk."""
        return ["sale.order"]

    @api.model
    def _desk_queries(self):
        """The SELECTs whose rows make up the desk, each from one table, without WHERE."""
        return [self._desk_arm(self.env[model]) for model in self._desk_models()]

    @api.model
    def _desk_arm(self, documents):
        """The SELECT over one kind of document, see ``order.desk.document``.

        Everything put together here is written in the code of the kinds.
        """
        stage = f"d.{documents._desk_stage_field}"
        columns = {**COLUMNS, **documents._desk_columns}
        return SQL(
            """SELECT %(id)s AS id, %(model)s::varchar AS res_model, d.id AS res_id,
                      %(stage)s AS stage, %(teams)s AS waits_for, %(roles)s AS owner_role, %(columns)s
                 FROM %(table)s d""",
            id=SQL(row_id(documents._desk_kind, "d.id")),
            model=documents._name,
            stage=SQL(stage),
            teams=self._case(stage, documents._desk_stage_teams()),
            roles=self._case(stage, documents._desk_stage_owners()),
            columns=SQL(", ".join(f"{columns[name]} AS {name}" for name in COLUMNS)),
            table=SQL.identifier(documents._table),
        )

    @api.model
    def _case(self, column, values):
        """A CASE that gives the value of each stage, as text.

        :param column: ``alias.name`` of the stage, a constant of the code
        """
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", *item) for item in values.items())
        return SQL("(CASE %s %s END)::varchar", SQL.identifier(*column.split(".")), whens)

    # ------------------------------------------------------------------ computes

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        """In the calendar nobody knows an order by its number alone."""
        for row in self:
            row.display_name = " ".join(filter(None, (row.name, row.partner_id.name)))

    @api.depends(
        "res_model", "res_id", "company_id", "stage", "owner_role", "user_id", "assigned_id"
    )
    @api.depends_context("uid", "lang")
    def _compute_step(self):
        """By what the rows say: a document is read only where its step depends on it."""
        asked = self.filtered(lambda row: row.owner_role == "approver").grouped("res_model")
        turns = DeskTurns(
            self.env,
            self.company_id.sudo(),
            {model: rows.mapped("res_id") for model, rows in asked.items()},
        )
        for row, row_sudo in zip(self, self.sudo(), strict=True):
            row.owner, row.is_mine = turns.of(
                (row.res_model, row.res_id),
                row_sudo.company_id.id,
                row.owner_role,
                row_sudo.user_id,
                row_sudo.assigned_id,
            )

    @api.depends("is_mine", "res_model", "res_id", "stage")
    @api.depends_context("uid", "lang")
    def _compute_action_label(self):
        labels = self.filtered("is_mine")._action_labels()
        for row in self:
            row.action_label = labels.get(row, False)

    def _action_labels(self):
        """``{row: label of its button}``."""
        labels = {}
        for (model, stage), rows in self.grouped(lambda row: (row.res_model, row.stage)).items():
            documents = self.env[model].sudo()
            if stage not in documents._desk_document_stages:
                _method, label = documents._desk_method(stage)
                labels.update(dict.fromkeys(rows, label))
                continue
            found = documents.browse(rows.mapped("res_id"))._desk_labels()
            labels.update({row: found[row.res_id] for row in rows})
        return labels

    @api.depends("res_model")
    def _compute_has_checklist(self):
        for model, rows in self.grouped("res_model").items():
            rows.has_checklist = bool(model) and "release_checklist" in self.env[model]._fields

    @api.model
    @api.readonly
    def release_checklists(self, ids):
        """The release checklists of rows of a page, asked for once the page stands (DESIGN 14).

        No field: one would be copied gate by gate for every row.

        :param ids: ids of rows; those that left the desk, or have no checklist, are left out
        :return: ``{row id: [gate]}`` with the gates as of ``sale.order._release_gates``
        """
        rows = self.search_fetch(
            Domain("id", "in", ids), ["res_model", "res_id"], order="id"
        ).filtered("has_checklist")
        found = {}
        for model, group in rows.grouped("res_model").items():
            gates = self.env[model].sudo().browse(group.mapped("res_id"))._release_gates()
            found.update({row.id: gates[row.res_id] for row in group if row.res_id in gates})
        return found

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self._domain_mine()
        return mine if True in value else ~mine

    @api.model
    def _domain_mine(self):
        """Rows that wait for the current user: person, role held, or open approval slot."""
        held = self._other_holders()
        return Domain.OR(
            Domain("res_model", "=", model)
            & self._domain_turn(model, self.env[model]._desk_stage_owners(), held)
            for model in self._desk_models()
        )

    @api.model
    def _domain_turn(self, model, roles, held):
        """Those of the rows of one kind of document; by stages, so that their index serves.

        :param roles: ``{stage: role code, or "salesperson" or "approver"}``
        :param held: as :meth:`_other_holders` answers
        """
        stages = {}
        for stage, role in roles.items():
            stages.setdefault(role, []).append(stage)
        mine = Domain("stage", "in", stages.get("salesperson", [])) & Domain(
            "user_id", "=", self.env.uid
        )
        for (code, company_id), others in held.items():
            if code in stages:
                mine |= (
                    Domain("stage", "in", stages[code])
                    & Domain("company_id", "=", company_id)
                    & Domain("assigned_id", "not in", others)
                )
        Slot = self.env["approval.request.slot"].sudo()
        asked = Slot._search(Slot._domain_mine() & Domain("res_model", "=", model))
        return mine | (
            Domain("stage", "in", stages.get("approver", []))
            & Domain("res_id", "in", asked.subselect("res_id"))
        )

    @api.model
    def _other_holders(self):
        """``{(role code, company id) of mine: ids of the others who hold it}``."""
        mine = self.env["sale.order"]._desk_my_roles()
        codes = {code for code, _company in mine}
        roles = self.env["approval.role"].sudo().search([("code", "in", sorted(codes))])
        by_code = {role.code: role for role in roles}
        companies = self.env["res.company"].sudo()
        return {
            (code, company_id): [
                user_id
                for user_id in by_code[code]._holders(companies.browse(company_id).parent_ids).ids
                if user_id != self.env.uid
            ]
            for code, company_id in mine
            if code in by_code
        }

    # ------------------------------------------------------------------ actions

    def _document(self):
        """The document of the row, with the rights of the user."""
        self.ensure_one()
        document = self.env[self.res_model].browse(self.res_id).exists()
        if not document:
            raise UserError(self.env._("%s does not exist any more. Reload the desk.", self.name))
        return document

    def action_next(self):
        """Do the next step of this row, or open exactly the form to do it (F11).

        :raise AccessError: when it is somebody else's turn, naming them
        :return: window action or True
        """
        self.ensure_one()
        document = self._document()
        if self.owner_role == "approver" and not (
            document._desk_decided_on_form and document.has_access("read")
        ):
            return self._open_approval()
        return document.action_flow_next()

    def _open_approval(self):
        """Open the request: who decides reads its sheet, and needs no right to the document."""
        Slot = self.env["approval.request.slot"].sudo()
        slot = Slot.search(
            Slot._domain_mine()
            & Domain("res_model", "=", self.res_model)
            & Domain("res_id", "=", self.res_id),
            limit=1,
        )
        if not slot:
            raise AccessError(
                self.env._(
                    "%(document)s waits for %(owner)s.",
                    document=self.name,
                    owner=self.owner or "-",
                )
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": "approval.request",
            "res_id": slot.request_id.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def action_hand_over(self):
        """Open the form that names who does the part of a role of these rows, with a reason (F11)."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Hand Over"),
            "res_model": "order.desk.handover",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_documents": [[row.res_model, row.res_id] for row in self],
            },
        }

    def action_open(self):
        """Open the document of the row with the user's own rights."""
        document = self._document()
        return {
            "type": "ir.actions.act_window",
            "res_model": document._name,
            "res_id": document.id,
            "views": [(False, "form")],
            "target": "current",
        }
