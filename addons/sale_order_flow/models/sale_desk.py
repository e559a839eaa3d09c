from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .sale_order_stage import FLOW_STAGES

CLOSED_STAGES = ("done", "cancelled")


class SaleDesk(models.Model):
    """The assistant's desk (F11): every order under way, one row, one owner, one next action.

    No table and no view of its own: the rows are read from the stored columns of the documents.
    Another addon adds its documents by appending to :meth:`_desk_queries` and by implementing
    ``_desk_next_action`` and ``action_flow_next`` on them.
    """

    _name = "sale.desk"
    _description = "Order Desk"
    _auto = False
    _order = "is_late desc, promised_date nulls last, id"
    _depends = {
        "sale.order": [
            "name",
            "partner_id",
            "company_id",
            "user_id",
            "flow_stage",
            "flow_stage_since",
            "commitment_date",
            "amount_total",
            "currency_id",
        ],
        "stock.picking": ["sale_id", "state", "scheduled_date"],
    }

    name = fields.Char(string="Number", readonly=True)
    res_model = fields.Char(string="Document Model", readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", string="Document", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    stage = fields.Selection(FLOW_STAGES, string="Waits For", readonly=True)
    owner_role = fields.Char(readonly=True)
    promised_date = fields.Datetime(string="Promised", readonly=True)
    expected_date = fields.Datetime(string="Expected", readonly=True)
    since = fields.Datetime(string="Waiting Since", readonly=True)
    is_late = fields.Boolean(string="Late", readonly=True)
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
        return SQL("(%s)", SQL(" UNION ALL ").join(self._desk_queries()))

    @api.model
    def _desk_queries(self):
        """Hook: the SELECTs whose rows make up the desk.

        Each gives, in this order: id, res_model, res_id, name, partner_id, company_id, user_id,
        stage, owner_role, promised_date, expected_date, since, is_late, amount_total, currency_id.
        Ids must not collide: document id times 8 plus a number of the document kind (orders: 0).
        Extend ``_depends`` with the columns read, so that they are flushed first.

        :return: list of :class:`~odoo.tools.SQL`
        """
        roles = SQL(" ").join(
            SQL("WHEN %s THEN %s", stage, role)
            for stage, role in self.env["sale.order"]._desk_stage_owners().items()
        )
        return [
            SQL(
                """SELECT o.id::bigint * 8 AS id, 'sale.order' AS res_model, o.id AS res_id, o.name,
                      o.partner_id, o.company_id, o.user_id, o.flow_stage AS stage,
                      CASE o.flow_stage %(roles)s END AS owner_role,
                      o.commitment_date AS promised_date, e.expected AS expected_date,
                      o.flow_stage_since AS since,
                      COALESCE(o.flow_stage <> 'feedback'
                               AND (o.commitment_date < (now() AT TIME ZONE 'UTC')
                                    OR e.expected > o.commitment_date), FALSE) AS is_late,
                      o.amount_total, o.currency_id
                 FROM sale_order o
                 LEFT JOIN LATERAL (
                      SELECT max(p.scheduled_date) AS expected FROM stock_picking p
                       WHERE p.sale_id = o.id AND p.state NOT IN ('done', 'cancel')
                 ) e ON TRUE
                WHERE o.flow_stage IS NOT NULL AND o.flow_stage NOT IN %(closed)s""",
                roles=roles,
                closed=CLOSED_STAGES,
            )
        ]

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
            every.mapped("release_checklist")
            for row, document in documents.items():
                row.release_checklist = document.with_prefetch(
                    every._prefetch_ids
                ).release_checklist

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self._domain_mine()
        return mine if True in value else ~mine

    @api.model
    def _domain_mine(self):
        """Hook: rows that wait for the current user: person, role held, or open approval slot."""
        mine = Domain("owner_role", "=", "salesperson") & Domain("user_id", "=", self.env.uid)
        for code, company_id in self.env["sale.order"]._desk_my_roles():
            mine |= Domain("owner_role", "=", code) & Domain("company_id", "=", company_id)
        Slot = self.env["approval.request.slot"].sudo()
        asked = Slot._search(Slot._domain_mine() & Domain("res_model", "=", "sale.order"))
        return mine | (
            Domain("owner_role", "=", "approver")
            & Domain("res_model", "=", "sale.order")
            & Domain("res_id", "in", asked.subselect("res_id"))
        )

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
