from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)


class StockingCount(models.Model):
    """An inventory count: what was counted, what it differs by, and who decided on it (S8).

    Odoo counts on its stock lines, one by one. Where the difference is worth more than the company
    lets pass, they are collected here, approved together, and applied together.

    ==================  ================================
    action              who
    ==================  ================================
    collect, submit     inventory users
    decide              the chain of the company
    apply               the last decision, by itself
    ==================  ================================
    """

    _name = "stocking.count"
    _description = "Inventory Count"
    _inherit = ["order.flow.document", "mail.thread", "mail.activity.mixin", "approval.mixin"]
    _order = "id desc"
    _check_company_auto = True

    _stamped = frozenset({"name", "state", "applied_at"})

    name = fields.Char(string="Number", readonly=True, copy=False, default="/", index="trigram")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users",
        string="Counted By",
        required=True,
        default=lambda self: self.env.user,
        copy=False,
        tracking=True,
    )
    reason = fields.Char(help="How the difference came about, as far as it is known.")
    line_ids = fields.One2many("stocking.count.line", "count_id", string="Stock Lines")
    currency_id = fields.Many2one(related="company_id.currency_id")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        string="Difference",
        help="What is missing and what is too much, added up, at cost.",
    )
    net_amount = fields.Monetary(
        compute="_compute_amount", store=True, string="Gain or Loss", help="At cost."
    )
    state = fields.Selection(
        [("draft", "Draft"), ("done", "Applied"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        copy=False,
        readonly=True,
        index=True,
        tracking=True,
    )
    applied_at = fields.Datetime(string="Applied On", readonly=True, copy=False)

    @api.depends("line_ids.value")
    def _compute_amount(self):
        for count in self:
            values = count.line_ids.mapped("value")
            count.amount = sum(map(abs, values))
            count.net_amount = sum(values)

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "apply": Operation(
                label=_lt("Apply the count"),
                executed=Domain("state", "=", "done"),
                inputs={"stocking.count": ("state",)},
                watch=("user_id",),
                lines={
                    "line_ids": (
                        Domain.TRUE,
                        (
                            "product_id",
                            "location_id",
                            "lot_id",
                            "package_id",
                            "owner_id",
                            "quantity",
                            "counted_quantity",
                        ),
                    )
                },
                amount="amount",
                run="_do_apply",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for count in self:
            found = missing.setdefault(count.id, [])
            if not count.line_ids:
                found.append(self.env._("%s counts nothing yet: add stock lines.", count.name))
            if not count.reason:
                found.append(
                    self.env._(
                        "%s: say how the difference came about, as far as it is known.", count.name
                    )
                )
            found += count.line_ids._moved_meanwhile()
        return missing

    def action_apply(self):
        """Apply counts that need no approval; others are applied by their last decision (S8).

        :raise UserError: when approval is missing, or the stock moved since it was counted
        :return: True
        """
        self.check_access("write")
        self._do_apply()
        return True

    def _do_apply(self):
        """Bring the stock to what was counted: the state first, so that the doors judge the goods."""
        for count in self:
            if count.state != "draft":
                raise UserError(
                    self.env._(
                        "%(count)s is “%(state)s” and cannot be applied.",
                        count=count.name,
                        state=dict(self._fields["state"]._description_selection(self.env))[
                            count.state
                        ],
                    )
                )
            if moved := count.line_ids._moved_meanwhile():
                raise UserError("\n".join(moved))
        self._stamp({"state": "done", "applied_at": fields.Datetime.now()})
        self.line_ids._apply()

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        counts = super().create(vals_list)
        for count in counts:
            sequence = self.env["ir.sequence"].with_company(count.company_id)
            count._stamp({"name": sequence.next_by_code(self._name) or "/"})
        return counts

    @api.ondelete(at_uninstall=False)
    def _unlink_only_drafts(self):
        if kept := self.filtered(lambda count: count.state == "done"):
            raise UserError(
                self.env._("%s was applied: it says why the stock changed and stays.", kept[0].name)
            )

    def action_cancel(self):
        """Give counts up that were not applied.

        :raise UserError: when one was applied
        :return: True
        """
        self.check_access("write")
        if kept := self.filtered(lambda count: count.state == "done"):
            raise UserError(
                self.env._("%s was applied: count again to correct the stock.", kept[0].name)
            )
        self._stamp({"state": "cancelled"})
        return True

    @api.model
    def _collect(self, quants):
        """Counts with what was entered on stock lines, one for each company.

        :param quants: ``stock.quant`` records with a counted quantity
        """
        return self.create(
            [
                {
                    "company_id": company.id,
                    "line_ids": [
                        Command.create(
                            {"quant_id": quant.id, "counted_quantity": quant.inventory_quantity}
                        )
                        for quant in own
                    ],
                }
                for company, own in quants.grouped("company_id").items()
            ]
        )

    def action_view_moves(self):
        """The stock moves that applied these counts (S8)."""
        moves = self.line_ids.move_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Stock Moves"),
            "res_model": "stock.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", moves.ids)],
            "context": {"create": False},
        }
