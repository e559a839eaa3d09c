from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.http import request
from odoo.tools import SQL

BATCH = 1000


class SaleOrderStageEntry(models.Model):
    """When an order entered a stage, when it left it and by whom (F11, F20).

    Written by the order itself whenever its derived stage is stored, in one statement for all the
    orders of a flush; nobody else writes here.
    """

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "sale.order.stage.entry"
    _description = "Stage of an Order"
    _order = "order_id desc, entered_at, id"
    _rec_name = "stage"
    _log_access = False

    order_id = fields.Many2one(
        "sale.order", required=True, readonly=True, index=True, ondelete="cascade"
    )
    # as it was: who sold the order then, and which company made the figures
    company_id = fields.Many2one("res.company", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    salesperson_id = fields.Many2one("res.users", readonly=True)
    stage = fields.Selection(
        selection=lambda self: (
            self.env["sale.order"]._fields["flow_stage"]._description_selection(self.env)
        ),
        required=True,
        readonly=True,
    )
    entered_at = fields.Datetime(required=True, readonly=True)
    left_at = fields.Datetime(readonly=True, help="Empty for the stage the order is in.")
    entered_by_id = fields.Many2one("res.users", string="Brought Here By", readonly=True)
    hours = fields.Float(
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="How long the order stood in the stage, in hours around the clock. Empty while it does.",
    )
    work_hours = fields.Float(
        string="Working Hours",
        readonly=True,
        aggregator="avg",
        digits=(16, 2),
        help="How long the order stood in the stage, in working hours of its company. Counted within "
        "the hour after it left.",
    )

    # two transactions that move one order write the order first: this is the second net
    _one_open = models.UniqueIndex("(order_id) WHERE left_at IS NULL")
    _to_count = models.Index("(id) WHERE left_at IS NOT NULL AND work_hours IS NULL")

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_orders()

    def write(self, vals):
        raise self._by_the_orders()

    def unlink(self):
        raise self._by_the_orders()

    def _by_the_orders(self):
        return AccessError(
            self.env._(
                "The stages of an order are derived from its documents: nobody enters, changes or "
                "deletes them.",
            )
        )

    @api.model
    def _note(self, stages):
        """Close the open entries of orders and open those of their new stages, in two statements.

        :param stages: ``{order id: (stage or False, entered at)}``
        """
        # who is logged in: what follows from their click is often stored as superuser
        uid = request.env.uid if request else self.env.uid
        rows = SQL(", ").join(
            SQL("(%s, %s::varchar, %s::timestamp)", order_id, stage or None, moment or None)
            for order_id, (stage, moment) in stages.items()
        )
        self.env.cr.execute(
            SQL(
                """WITH changed (order_id, stage, moment) AS (VALUES %(rows)s)
                 UPDATE sale_order_stage_entry e
                    SET left_at = GREATEST(COALESCE(c.moment, %(now)s), e.entered_at),
                        hours = EXTRACT(EPOCH FROM GREATEST(COALESCE(c.moment, %(now)s), e.entered_at)
                                                   - e.entered_at) / 3600
                   FROM changed c
                  WHERE e.order_id = c.order_id AND e.left_at IS NULL
                        AND e.stage IS DISTINCT FROM c.stage""",
                rows=rows,
                now=fields.Datetime.now(),
            )
        )
        self.env.cr.execute(
            SQL(
                """WITH changed (order_id, stage, moment) AS (VALUES %(rows)s)
                 INSERT INTO sale_order_stage_entry
                        (order_id, company_id, partner_id, salesperson_id, stage, entered_at,
                         entered_by_id)
                 SELECT o.id, o.company_id, o.partner_id, o.user_id, c.stage,
                        COALESCE(c.moment, %(now)s), %(uid)s
                   FROM changed c JOIN sale_order o ON o.id = c.order_id
                  WHERE c.stage IS NOT NULL AND NOT EXISTS (
                        SELECT 1 FROM sale_order_stage_entry e
                         WHERE e.order_id = c.order_id AND e.left_at IS NULL)""",
                rows=rows,
                now=fields.Datetime.now(),
                uid=uid,
            )
        )
        self.invalidate_model(flush=False)
        self.env["sale.order"].browse(stages).invalidate_recordset(["stage_entry_ids"], flush=False)

    # ------------------------------------------------------------------ working time

    @api.model
    def _cron_work_hours(self):
        """Count the working hours of stages that orders have left since (F20).

        Not when they leave: nobody who confirms an order waits for calendars.
        """
        done = self._count_work_hours(BATCH)
        left = self._left_uncounted(1) if done == BATCH else []
        self.env["ir.cron"]._commit_progress(done, remaining=len(left))

    @api.model
    def _left_uncounted(self, limit):
        """Entries that were left and not counted: ``[(id, company id, entered at, left at)]``."""
        self.flush_model()
        return self.env.execute_query(
            SQL(
                """SELECT id, company_id, entered_at, left_at
                     FROM sale_order_stage_entry
                    WHERE left_at IS NOT NULL AND work_hours IS NULL
                 ORDER BY id
                    LIMIT %s""",
                limit,
            )
        )

    @api.model
    def _count_work_hours(self, limit):
        """Count up to ``limit`` entries, with one look at each company's calendar.

        :return: how many were counted
        """
        by_company = defaultdict(list)
        for entry_id, company_id, entered_at, left_at in self._left_uncounted(limit):
            by_company[company_id].append((entry_id, entered_at, left_at))
        counted = []
        for company_id, entries in by_company.items():
            company = self.env["res.company"].browse(company_id)
            spans = [(entered_at, left_at) for _id, entered_at, left_at in entries]
            hours = company._approval_hours_worked(spans)
            counted += zip((entry[0] for entry in entries), hours, strict=True)
        if counted:
            rows = SQL(", ").join(SQL("(%s, %s::double precision)", *row) for row in counted)
            self.env.cr.execute(
                SQL(
                    """UPDATE sale_order_stage_entry e SET work_hours = c.hours
                         FROM (VALUES %s) AS c (id, hours) WHERE e.id = c.id""",
                    rows,
                )
            )
            self.invalidate_model(["work_hours"], flush=False)
        return len(counted)


class SaleOrder(models.Model):
    _inherit = "sale.order"

    stage_entry_ids = fields.One2many(
        "sale.order.stage.entry",
        "order_id",
        string="Stages",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )

    def _write_multi(self, vals_list):
        result = super()._write_multi(vals_list)
        stages = {
            order_id: (vals["flow_stage"], vals.get("flow_stage_since"))
            for order_id, vals in zip(self._ids, vals_list, strict=True)
            if "flow_stage" in vals
        }
        if stages:
            self.env["sale.order.stage.entry"]._note(stages)
        return result

    def action_view_stage_entries(self):
        """Open when these orders entered and left their stages."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "sale_order_flow.action_sale_order_stage_entry"
        )
        return {**action, "domain": [("order_id", "in", self.ids)], "context": {}}
