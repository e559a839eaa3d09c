from odoo import api, fields, models
from odoo.fields import Domain

# a payment that is settled no more, or a credit note that counts no more
UNDONE = Domain("kind", "=", "payment") & Domain("partial_id", "=", False)
UNDONE |= Domain("kind", "=", "refund") & Domain("move_id.state", "!=", "posted")


class CommissionLine(models.Model):
    """What of the commission of a review comes from one payment or credit note (P7).

    Made by the review when its figures are worked out, frozen with it; nobody enters any.
    """

    _name = "commission.line"
    _description = "Commission Line"
    _order = "review_id desc, date, id"

    review_id = fields.Many2one(
        "performance.review", required=True, readonly=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="review_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    user_id = fields.Many2one(related="review_id.user_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("payment", "Collected"),
            ("refund", "Credit Note"),
            ("reversal", "Taken Back"),
        ],
        required=True,
        readonly=True,
        help="Taken back: a payment that was undone, or a credit note that was cancelled, after "
        "commission was approved for it.",
    )
    date = fields.Date(required=True, readonly=True, index=True)
    order_id = fields.Many2one(
        "sale.order", readonly=True, index=True, string="Sales Order", ondelete="restrict"
    )
    partner_id = fields.Many2one(related="order_id.partner_id", string="Customer")
    move_id = fields.Many2one(
        "account.move", readonly=True, index="btree_not_null", string="Invoice", ondelete="restrict"
    )
    partial_id = fields.Many2one(
        "account.partial.reconcile",
        readonly=True,
        index="btree_not_null",
        ondelete="set null",
        groups="base.group_system",
    )
    source_move_id = fields.Many2one(
        "account.move", readonly=True, string="Paid By", ondelete="set null"
    )
    reverses_id = fields.Many2one(
        "commission.line", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    reversed_by_ids = fields.One2many("commission.line", "reverses_id", readonly=True)
    collected = fields.Monetary(
        readonly=True,
        help="Untaxed, of this order; negative for what was credited or taken back.",
    )
    percent = fields.Float(readonly=True, digits=(16, 2), string="Share (%)", aggregator=None)
    base = fields.Monetary(readonly=True, help="The share of the person.")
    rate = fields.Float(readonly=True, digits=(16, 4), string="Rate (%)", aggregator=None)
    amount = fields.Monetary(readonly=True, string="Commission")

    _one_payment = models.UniqueIndex(
        "(user_id, partial_id, order_id) WHERE partial_id IS NOT NULL AND kind = 'payment'",
        "Commission for this payment is in another review of the person already.",
    )
    _one_reversal = models.UniqueIndex(
        "(reverses_id) WHERE reverses_id IS NOT NULL", "This was taken back already."
    )

    @api.depends("order_id", "move_id")
    def _compute_display_name(self):
        for line in self.sudo():
            line.display_name = " ".join(filter(None, [line.order_id.name, line.move_id.name]))

    def action_open_source(self):
        """Open the invoice or the credit note it comes from.

        :return: window action
        """
        self.ensure_one()
        return self.move_id._get_records_action()

    def action_open_payment(self):
        """Open the payment or the entry that paid it.

        :return: window action
        """
        self.ensure_one()
        source = self.source_move_id
        return (source.origin_payment_id or source)._get_records_action()
