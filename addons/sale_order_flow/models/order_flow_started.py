from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL


class OrderFlowStarted(models.AbstractModel):
    """A document that is made or bought for sales orders: it begins when these may (F7, F11).

    It was launched while the orders were free to start; when a deposit is taken back or an order is
    put on hold meanwhile, whatever has not begun waits, and says why. What has begun goes on.

    The model of the document names its orders in :meth:`_flow_orders` and the values of ``state``
    in which it waits and in which it has begun.
    """

    _name = "order.flow.started"
    _description = "Document Started for Orders"

    _flow_waiting_states = ()
    _flow_begun_states = frozenset()

    start_hold_reason = fields.Text(
        compute="_compute_start_hold_reason",
        string="Why It Cannot Begin",
        help="What keeps the sales orders from being started.",
    )
    waits_for_order = fields.Boolean(
        compute="_compute_start_hold_reason",
        search="_search_waits_for_order",
        string="Waits for the Order",
    )

    def _flow_orders(self):
        """Hook: the sales orders it is made or bought for, as superuser."""
        return self.env["sale.order"].sudo()

    @api.depends("state")
    @api.depends_context("lang")
    def _compute_start_hold_reason(self):
        reasons = self._origin._start_hold_reasons()
        for document in self:
            document.start_hold_reason = reasons.get(document._origin.id, False)
            document.waits_for_order = bool(document.start_hold_reason)

    def _start_hold_reasons(self):
        """Why documents that have not begun may not.

        :return: ``{document id: sentences}``; documents left out may begin, or have
        """
        if not self.env["res.company"]._order_flow_company_ids():
            return {}
        waiting = self.filtered(lambda document: document.state in self._flow_waiting_states)
        return waiting._reasons_of_orders()

    def _reasons_of_orders(self):
        """``{document id: sentences}``, in one round for the orders of all documents."""
        orders = {document: document._flow_orders() for document in self}
        reasons = self.env["sale.order"].sudo().union(*orders.values())._start_reasons()
        return {
            document.id: "\n".join(
                sentence for order in found for sentence in reasons.get(order.id, ())
            )
            for document, found in orders.items()
            if not reasons.keys().isdisjoint(found.ids)
        }

    def _search_waits_for_order(self, operator, value):
        if operator != "in":
            return NotImplemented
        enabled = self.env["res.company"]._order_flow_company_ids()
        waiting = self.search(
            Domain("state", "in", self._flow_waiting_states)
            & Domain("company_id", "in", list(enabled))
        )
        return Domain("id", "in", list(waiting._start_hold_reasons()))

    def _check_may_begin(self):
        """:raise UserError: naming the document and what keeps its orders from being started"""
        self._refuse_to_begin(self._start_hold_reasons())

    def _refuse_to_begin(self, reasons):
        for document_id, reason in reasons.items():
            raise UserError(
                self.env._(
                    "%(document)s cannot begin:\n%(reason)s",
                    document=self.browse(document_id).display_name,
                    reason=reason,
                )
            )

    def _write_multi(self, vals_list):
        """The last door: whatever brings a document into a state in which it has begun."""
        begun = [
            document_id
            for document_id, vals in zip(self._ids, vals_list, strict=True)
            if vals.get("state") in self._flow_begun_states
        ]
        if begun and self.env["res.company"]._order_flow_company_ids():
            # the fields say already what is about to be written: the rows say what was
            rows = self.env.execute_query(
                SQL(
                    "SELECT id FROM %s WHERE id = ANY(%s) AND state = ANY(%s)",
                    SQL.identifier(self._table),
                    begun,
                    list(self._flow_waiting_states),
                )
            )
            waiting = self.browse([row[0] for row in rows])
            self._refuse_to_begin(waiting._reasons_of_orders())
        return super()._write_multi(vals_list)
