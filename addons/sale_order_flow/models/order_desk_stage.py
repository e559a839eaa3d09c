from odoo import api, fields, models
from odoo.exceptions import AccessError

DERIVED = ("desk_stage", "desk_since", "desk_open", "desk_worry_date")


class OrderDeskStage(models.AbstractModel):
    """A document whose place on the desk is stored: its stage there, since when, how urgent (F11).

    A kind of document says what it waits for in ``_desk_stage_now`` and since when somebody has to
    worry in ``_desk_worry``, extends ``_compute_desk_stage`` with what both depend on, and declares
    the indexes of ``desk_rows``.
    """

    _name = "order.desk.stage"
    _description = "Document with a Stage of Its Own on the Order Desk"
    _inherit = ["order.desk.document"]

    desk_stage = fields.Char(compute="_compute_desk_stage", store=True, copy=False)
    desk_since = fields.Datetime(compute="_compute_desk_stage", store=True, copy=False)
    desk_open = fields.Boolean(
        compute="_compute_desk_stage",
        store=True,
        copy=False,
        help="Whether the document stands on the desk.",
    )
    desk_worry_date = fields.Datetime(
        compute="_compute_desk_stage",
        store=True,
        copy=False,
        help="Since when, or from when on, somebody has to worry.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._desk_refuse_derived(vals)
        return super().create(vals_list)

    def write(self, vals):
        self._desk_refuse_derived(vals)
        return super().write(vals)

    def _desk_refuse_derived(self, vals):
        if not {*DERIVED, "desk_user_id"}.isdisjoint(vals):
            raise AccessError(
                self.env._(
                    "Where a document stands on the desk is derived from the document: nobody enters it."
                )
            )

    def _compute_desk_stage(self):
        now = fields.Datetime.now()
        for document in self.sudo():
            before, stage = document._origin.desk_stage, document._desk_stage_now()
            document.desk_stage = stage
            document.desk_open = bool(stage)
            if not stage:
                document.desk_since = False
            elif stage != before or not document._origin.desk_since:
                document.desk_since = document._desk_entered() or now
            document.desk_worry_date = stage and document._desk_worry()

    @api.depends("desk_stage")
    def _compute_desk_user_id(self):
        return super()._compute_desk_user_id()

    def _desk_stage_now(self):
        """Hook: what the document waits for, a key of ``_desk_stages``; False for nothing."""
        self.ensure_one()
        return False

    def _desk_entered(self):
        """Hook: when the document came where it stands, as far as it says so itself."""
        self.ensure_one()
        return False

    def _desk_worry(self):
        """Hook: since when, or from when on, somebody has to worry; False for never."""
        self.ensure_one()
        return False

    def _desk_moved(self):
        """Derive the stage anew: for what no field tells, like a decision of a chain."""
        for name in DERIVED:
            self.env.add_to_compute(self._fields[name], self)
