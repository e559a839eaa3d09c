from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

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


class SaleDesk(models.Model):
    """The assistant's desk (F11): every order under way, one row, one owner, one next action.

    No table of its own: each kind of document is one arm of a UNION ALL that reads stored columns of
    one table without a condition, so that the database merges the arms by the indexes of the
    documents and a page costs its rows, whatever the backlog. Another addon adds its documents by
    appending to :meth:`_desk_queries`, with the two indexes of ``sale_order_desk.py``, and by
    implementing ``order.desk.document`` on them.
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
    action_label = fields.Char(compute="_compute_step", string="Next Step")
    owner = fields.Char(compute="_compute_step", string="With")
    is_mine = fields.Boolean(compute="_compute_step", search="_search_is_mine", string="My Turn")
    release_checklist = fields.Json(compute="_compute_release_checklist", string="Release")

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
    def _desk_queries(self):
        """Hook: the SELECTs whose rows make up the desk, each from one table, without WHERE.

        Each gives, in this order: id, res_model, res_id, name, partner_id, company_id, user_id,
        stage, waits_for, owner_role, assigned_id, promised_date, expected_date, since, worry_date,
        is_open, amount_total, currency_id.
        Ids must not collide: document id times 8 plus a number of the document kind (orders: 0).
        Extend ``_depends`` with the columns read, so that they are flushed first.

        :return: list of :class:`~odoo.tools.SQL`
        """
        roles = self._desk_stage_roles()["sale.order"]
        return [
            SQL(
                """SELECT o.id::bigint * 8 AS id, 'sale.order' AS res_model, o.id AS res_id, o.name,
                      o.partner_id, o.company_id, o.user_id, o.flow_stage AS stage,
                      %(teams)s AS waits_for, %(roles)s AS owner_role,
                      o.desk_user_id AS assigned_id, o.flow_promised_date AS promised_date,
                      o.flow_expected_date AS expected_date, o.flow_stage_since AS since,
                      o.desk_worry_date AS worry_date, o.desk_open AS is_open,
                      o.amount_total, o.currency_id
                 FROM sale_order o""",
                teams=self._case("o.flow_stage", self.env["sale.order"]._desk_stage_teams()),
                roles=self._case("o.flow_stage", roles),
            )
        ]

    @api.model
    def _case(self, column, values):
        """A CASE that gives the value of each stage, as text.

        :param column: ``alias.name`` of the stage, a constant of the code
        """
        whens = SQL(" ").join(SQL("WHEN %s THEN %s", *item) for item in values.items())
        return SQL("(CASE %s %s END)::varchar", SQL.identifier(*column.split(".")), whens)

    @api.model
    def _desk_stage_roles(self):
        """Hook: ``{model: {stage: role code, or "salesperson" or "approver"}}``."""
        return {"sale.order": self.env["sale.order"]._desk_stage_owners()}

    def _documents(self):
        """``{model: {row: document}}`` of the rows, as superuser."""
        return {
            model: {row: self.env[model].sudo().browse(row.res_id) for row in rows}
            for model, rows in self.grouped("res_model").items()
            if model
        }

    # ------------------------------------------------------------------ computes

    @api.depends("res_model", "res_id", "stage")
    @api.depends_context("uid", "lang")
    def _compute_step(self):
        steps = {}
        for model, documents in self._documents().items():
            every = self.env[model].sudo().browse([document.id for document in documents.values()])
            found = every._desk_next_action()
            steps.update({row: found.get(document.id, {}) for row, document in documents.items()})
        for row in self:
            step = steps.get(row, {})
            row.is_mine = bool(step.get("mine"))
            row.action_label = step.get("label") if row.is_mine else False
            row.owner = step.get("owner")

    @api.depends("res_model", "res_id", "stage")
    @api.depends_context("lang")
    def _compute_release_checklist(self):
        self.release_checklist = False
        for model, documents in self._documents().items():
            if "release_checklist" not in self.env[model]._fields:
                continue
            every = self.env[model].sudo().browse([document.id for document in documents.values()])
            gates = every._release_gates()
            for row, document in documents.items():
                row.release_checklist = gates.get(document.id) or False

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self._domain_mine()
        return mine if True in value else ~mine

    @api.model
    def _domain_mine(self):
        """Rows that wait for the current user: person, role held, or open approval slot."""
        return Domain.OR(
            Domain("res_model", "=", model) & self._domain_turn(model, stages)
            for model, stages in self._desk_stage_roles().items()
        )

    @api.model
    def _domain_turn(self, model, roles):
        """Those of the rows of one kind of document; by stages, so that their index serves.

        :param roles: ``{stage: role code, or "salesperson" or "approver"}``
        """
        stages = {}
        for stage, role in roles.items():
            stages.setdefault(role, []).append(stage)
        mine = Domain("stage", "in", stages.get("salesperson", [])) & Domain(
            "user_id", "=", self.env.uid
        )
        for (code, company_id), others in self._other_holders().items():
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
        if self.owner_role == "approver":
            return self._open_approval()
        return self._document().action_flow_next()

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
