from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

_lt = LazyTranslate(__name__)

STATISTICS = "production_statistics"
DISPATCH = "production_dispatch"
TODO = "mail.mail_activity_data_todo"
_STAGES = [
    ("draft", "Draft"),
    ("review", "In Review"),
    ("statistics", "With Statistics"),
    ("dispatch", "With Dispatch"),
    ("scheduled", "Scheduled"),
    ("done", "Done"),
    ("cancelled", "Cancelled"),
]
HANDED_OVER = ("statistics", "dispatch", "scheduled")


class ProductionNotice(models.Model):
    """What sales asks production to make, because orders are short of stock (生产通知单, P3, D11).

    ==================================  ==================================================
    action                              who
    ==================================  ==================================================
    make, change, hand over, take back  salespeople and assistants, each their own; the
                                        sales manager those of others
    review                              the chain: the head of sales
    verify stock, owed, to produce      production statistics
    schedule                            production dispatch
    ==================================  ==================================================
    """

    _name = "production.notice"
    _description = "Production Notice"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset(
        {"name", "state", "source", "verified_by_id", "verified_at", "return_reason"}
    )

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Made By",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
        tracking=True,
        index=True,
    )
    source = fields.Selection(
        [("hand", "By Hand"), ("order", "Sales Order"), ("roundup", "Order Round-Up")],
        default="hand",
        required=True,
        readonly=True,
        copy=False,
    )
    state = fields.Selection(
        [row for row in _STAGES if row[0] not in ("review", "done")],
        string="Decision",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    stage = fields.Selection(
        _STAGES, compute="_compute_stage", store=True, index=True, string="Status"
    )
    line_ids = fields.One2many("production.notice.line", "notice_id", string="Products", copy=True)
    date_needed = fields.Date(
        compute="_compute_date_needed", store=True, string="First Needed", index=True
    )
    note = fields.Text(string="Remarks", help="What production has to know.")
    verified_by_id = fields.Many2one("res.users", readonly=True, copy=False, ondelete="restrict")
    verified_at = fields.Datetime(string="Verified On", readonly=True, copy=False)
    return_reason = fields.Text(string="Why It Was Returned", readonly=True, copy=False)

    # ------------------------------------------------------------------ computes

    @api.depends("state", "line_ids.is_made")
    def _compute_stage(self):
        for notice in self:
            notice.stage = notice._stage_of()

    def _stage_of(self):
        if self.state == "draft" and self._origin.approval_state == "pending":
            return "review"
        if self.state == "scheduled" and all(self.line_ids.mapped("is_made")):
            return "done"
        return self.state

    @api.depends("line_ids.date_needed")
    def _compute_date_needed(self):
        for notice in self:
            dates = [day for day in notice.line_ids.mapped("date_needed") if day]
            notice.date_needed = min(dates, default=False)

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "notice": Operation(
                label=_lt("Give a notice to production"),
                executed=Domain("state", "in", HANDED_OVER),
                inputs={"production.notice": ("state",)},
                watch=("user_id",),
                lines={
                    "line_ids": (
                        Domain("quantity", "!=", 0),
                        ("product_id", "quantity", "product_uom_id", "date_needed"),
                    )
                },
                run="_do_hand_over",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for notice in self:
            reasons = notice._problems()
            if not notice._is_mine():
                reasons.append(notice._not_mine_text())
            missing.setdefault(notice.id, []).extend(reasons)
        return missing

    def _problems(self):
        """Why it cannot be handed over, as full sentences that name the row (P3)."""
        self.ensure_one()
        lines = self.line_ids.filtered("quantity")
        if not lines:
            return [self.env._("%s is empty: enter what has to be made.", self.name)]
        boms = self.env["mrp.bom"].sudo()._bom_find(lines.product_id, company_id=self.company_id.id)
        return [text for line in lines for text in line._problems(boms[line.product_id])]

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        self.env.add_to_compute(self._fields["stage"], self)
        return result

    def _do_hand_over(self):
        """From sales to statistics: what the figures are now stands on the lines from then on."""
        self.line_ids._take_figures()
        self._stamp({"state": "statistics", "return_reason": False})
        self._ask(STATISTICS, _lt("Verify stock, owed and to produce"))

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        sources = [vals.pop("source", "hand") for vals in vals_list]
        notices = super().create(vals_list)
        notices.company_id._check_production_planned()
        if not self.env.su:
            notices._check_mine()
        for notice, source in zip(notices, sources, strict=True):
            sequence = self.env["ir.sequence"].with_company(notice.company_id)
            name = sequence.next_by_code(self._name) or "/"
            known = source if source in ("order", "roundup") else "hand"
            notice._stamp({"name": name, "source": known})
        return notices

    def write(self, vals):
        if not self.env.su and not {"company_id", "user_id"}.isdisjoint(vals):
            self._check_mine()
            self._check_state("draft")
        if "company_id" in vals:
            self._check_company_stays(vals["company_id"])
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if not self.env.su:
            self._check_mine()
        self._check_state("draft", "cancelled")

    def _check_company_stays(self, company_id):
        """:raise UserError: when rows would go along to another company"""
        for notice in self:
            if notice.line_ids and notice.company_id.id != company_id:
                raise UserError(
                    self.env._(
                        "%s has rows and stays with its company. Make another one there.",
                        notice.name,
                    )
                )

    def _check_state(self, *states):
        """:raise UserError: naming the notice that stands elsewhere"""
        labels = dict(self._fields["stage"]._description_selection(self.env))
        for notice in self:
            if notice.state not in states:
                raise UserError(
                    self.env._(
                        "%(notice)s is “%(stage)s”: this cannot be done with it any more.",
                        notice=notice.name,
                        stage=labels[notice.stage],
                    )
                )

    # ------------------------------------------------------------------ actions

    def action_hand_over(self):
        """Give the notice to production, where no chain reviews it first (P3).

        :raise UserError: naming the row that something is wrong with, or whoever has to review it
        :return: True
        """
        self._check_mine()
        self.company_id._check_production_planned()
        lock_rows(self.sudo())
        self._check_state("draft")
        if problems := [text for notice in self for text in notice._problems()]:
            raise UserError("\n".join(problems))
        self._do_hand_over()
        return True

    def action_take_figures(self):
        """Take stock, owed quantity and what to produce anew (production statistics).

        :return: True
        """
        self._flow_check_role(STATISTICS)
        self._check_state("statistics")
        self.line_ids._take_figures()
        return True

    def action_verify(self):
        """Statistics stands for the figures, and gives the notice to dispatch (P3, D11 四).

        :raise AccessError: for anybody but production statistics
        :raise UserError: unless it is with statistics, or when nothing has to be produced
        :return: True
        """
        self._flow_check_role(STATISTICS)
        lock_rows(self.sudo())
        self._check_state("statistics")
        for notice in self:
            if not any(line.to_produce for line in notice.line_ids):
                raise UserError(
                    self.env._(
                        "%s: nothing is to be produced. Return it with the reason instead.",
                        notice.name,
                    )
                )
        self._stamp(
            {
                "state": "dispatch",
                "verified_by_id": self.env.uid,
                "verified_at": fields.Datetime.now(),
            }
        )
        self._ask(DISPATCH, _lt("Schedule the production notice"))
        return True

    def action_return(self, reason=None):
        """Give it back to sales, with the reason (statistics, or dispatch).

        :param reason: why production does not take it as it is
        :raise AccessError: for anybody else
        :raise UserError: without a reason, or when it was scheduled
        :return: True
        """
        reason = (reason or "").strip()
        self._check_state("statistics", "dispatch")
        for notice in self:
            notice._flow_check_role(STATISTICS if notice.state == "statistics" else DISPATCH)
        if not reason:
            raise UserError(self.env._("Say why the notice is returned."))
        self.line_ids._check_not_scheduled()
        self._stamp({"state": "draft", "return_reason": reason, "verified_by_id": False})
        self._done_asking()
        for notice in self.sudo():
            notice.message_post(
                body=notice.env._("Returned by production: %s", reason),
                partner_ids=notice.user_id.partner_id.ids,
            )
        return True

    def action_cancel(self):
        """Give up what was not scheduled yet (whoever made it, or a sales manager).

        :raise UserError: when it was scheduled
        :return: True
        """
        self._check_mine()
        self._check_state("draft", "statistics", "dispatch")
        self.line_ids._check_not_scheduled()
        self._stamp({"state": "cancelled"})
        self._done_asking()
        return True

    def action_draft(self):
        """Bring cancelled notices back to draft.

        :return: True
        """
        self._check_mine()
        self._check_state("cancelled")
        self._stamp({"state": "draft"})
        self.line_ids._check_covered_once()
        return True

    def _check_mine(self):
        """:raise AccessError: for anybody but whoever made it, or a sales manager"""
        self.check_access("write")
        for notice in self:
            if not notice._is_mine():
                raise AccessError(notice._not_mine_text())

    def _is_mine(self):
        user = self.env.user
        return self.user_id == user or user._holds_role("sales_manager", self.company_id)

    def _not_mine_text(self):
        return self.env._(
            "%(notice)s: this is done by whoever made it (%(user)s) or by the sales manager.",
            notice=self.name,
            user=self.user_id.sudo().name,
        )

    def _set_scheduled(self):
        """When rows were scheduled or given up: with one left out, dispatch has to schedule on."""
        with_dispatch = self.filtered(lambda notice: notice.state in ("dispatch", "scheduled"))
        rows = with_dispatch.line_ids
        waiting = (rows - self.env["production.schedule.line"]._taken(rows)).notice_id
        scheduled = with_dispatch - waiting
        scheduled.filtered(lambda notice: notice.state == "dispatch")._done_asking()
        scheduled._stamp({"state": "scheduled"})
        back = waiting.filtered(lambda notice: notice.state == "scheduled")
        back._stamp({"state": "dispatch"})
        back._ask(DISPATCH, _lt("Schedule the production notice"))

    # ------------------------------------------------------------------ who is asked

    def _ask(self, role, summary):
        """One to-do for everybody who holds the role whose turn it is."""
        self._done_asking()
        for notice in self.sudo():
            for user in self.env["approval.role"]._people(role, notice.company_id):
                notice.activity_schedule(
                    TODO,
                    date_deadline=notice.company_id._approval_today(),
                    summary=notice.with_context(lang=user.lang).env._(summary),
                    user_id=user.id,
                )

    def _done_asking(self):
        self.sudo().activity_unlink([TODO])

    def action_view_schedules(self):
        """Open the schedules that these notices are in."""
        schedules = self.line_ids.schedule_line_ids.schedule_id
        return schedules._get_records_action(name=self.env._("Production Schedules"))
