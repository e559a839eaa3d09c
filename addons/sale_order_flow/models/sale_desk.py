from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from .sale_order_stage import OWNERS, STAGES


class SaleDesk(models.Model):
    """The assistant's desk: every order under way, the oldest worry first (F11).

    A view over stored columns of the documents. What is next, who has it and whether it is the
    user's turn is asked of the document itself, so that list, button and refusal never differ.
    """

    _name = "sale.desk"
    _description = "Order Desk"
    _auto = False
    _order = "since, id"

    name = fields.Char(readonly=True, string="Number")
    res_model = fields.Char(readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", readonly=True)
    kind = fields.Selection([("order", "Sales Order")], readonly=True)
    order_id = fields.Many2one("sale.order", readonly=True, string="Sales Order")
    partner_id = fields.Many2one("res.partner", readonly=True, string="Customer")
    company_id = fields.Many2one("res.company", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, string="Salesperson")
    amount = fields.Monetary(readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    promised_date = fields.Datetime(readonly=True, string="Promised")
    expected_date = fields.Datetime(readonly=True, string="Expected")
    is_late = fields.Boolean(readonly=True, string="Late")
    stage = fields.Selection(selection=STAGES, readonly=True, string="Waits For")
    since = fields.Datetime(readonly=True)
    owner_name = fields.Char(compute="_compute_next", string="With")
    next_label = fields.Char(compute="_compute_next", string="Next Step")
    is_mine = fields.Boolean(compute="_compute_next", search="_search_is_mine", string="My Turn")
    release_checklist = fields.Json(compute="_compute_release_checklist", string="Release")

    @property
    def _table_query(self):
        return SQL(" UNION ALL ").join(self._desk_queries())

    @api.model
    def _desk_queries(self):
        """Hook: one SELECT for each kind of document, with the columns of this model in order.

        Ids are unique across kinds: ``10 * id + kind``; sale orders have kind 0.

        :return: list of ``SQL``
        """
        return [SQL("""
            SELECT 10 * o.id AS id, o.name, 'sale.order' AS res_model, o.id AS res_id, 'order' AS kind,
                   o.id AS order_id, o.partner_id, o.company_id, o.user_id, o.amount_total AS amount,
                   o.currency_id, o.commitment_date AS promised_date,
                   o.flow_expected_date AS expected_date, o.flow_stage AS stage, o.flow_since AS since,
                   COALESCE(GREATEST(o.flow_expected_date, now() AT TIME ZONE 'UTC') > o.commitment_date
                            AND o.flow_stage NOT IN ('shipped', 'feedback'), FALSE) AS is_late
              FROM sale_order o
              JOIN res_company c ON c.id = o.company_id AND c.order_flow_enabled
             WHERE o.flow_stage IS NOT NULL AND o.flow_stage NOT IN ('cancel', 'shipped')
        """)]

    def _documents(self):
        """``{desk row: document}``, one browse for each model."""
        return {row: self.env[row.res_model].browse(row.res_id) for row in self}

    def _compute_next(self):
        for row, document in self._documents().items():
            row.owner_name = document._desk_owner()[1]
            row.next_label = document._desk_steps().get(row.stage, ("", ""))[1]
            row.is_mine = document._desk_is_mine()

    def _compute_release_checklist(self):
        gates = {}
        for model, rows in self.grouped("res_model").items():
            documents = self.env[model].browse(rows.mapped("res_id"))
            gates[model] = documents._release_gates()
        for row in self:
            row.release_checklist = gates[row.res_model].get(row.res_id) or False

    def _search_is_mine(self, operator, value):
        if operator != "in":
            return NotImplemented
        mine = self._domain_mine()
        return mine if True in value else ~mine

    @api.model
    def _domain_mine(self):
        """Rows whose next step the current user can take, as stages and companies."""
        user = self.env.user
        holders = self.env["approval.role.holder"]._of_user(user)
        domain = Domain("user_id", "=", user.id) & Domain(
            "stage", "in", [stage for stage, owner in self._owners().items() if owner == "salesperson"],
        )
        for holder in holders:
            stages = [stage for stage, owner in self._owners().items() if owner == holder.role_id.code]
            domain |= Domain("stage", "in", stages) & Domain("company_id", "=", holder.company_id.id)
        slots = self.env["approval.request.slot"].sudo()
        asked = slots.search_fetch(slots._domain_mine(), ["res_model", "res_id"], limit=1000)
        for model, mine in asked.grouped("res_model").items():
            domain |= Domain("res_model", "=", model) & Domain("res_id", "in", mine.mapped("res_id"))
        return domain

    @api.model
    def _owners(self):
        """Hook: ``{stage: role code or "salesperson"}``."""
        return OWNERS

    def action_next(self):
        """Take the next step of the row's document, with the document's own checks."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).action_desk_next()

    def action_open(self):
        """Open the document of the row."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id).get_formview_action()
