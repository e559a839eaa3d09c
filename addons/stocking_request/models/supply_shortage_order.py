from odoo import Command, api, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows


class SupplyShortage(models.Model):
    """How missing goods are ordered, for whom, and how an order is taken back (S3, S4)."""

    _inherit = "supply.shortage"

    def action_order(self):
        """Purchasing asks the vendors: one request for quotation for each vendor (S4).

        Open requests for quotation of the same vendor that were made from shortages are continued.

        :raise AccessError: for anybody who does not hold the purchasing role
        :raise UserError: for a product without a vendor, or a shortage that is ordered already
        :return: the ``purchase.order`` records
        """
        self._check_purchasing()
        self._lock_open()
        return self._ask_vendors({shortage: shortage._vendor() for shortage in self})

    def action_order_and_open(self):
        """Make the requests for quotation and open them."""
        orders = self.action_order()
        action = self.env["ir.actions.actions"]._for_xml_id("purchase.purchase_rfq")
        if len(orders) == 1:
            return {**action, "views": [(False, "form")], "res_id": orders.id}
        return {**action, "domain": [("id", "in", orders.ids)], "context": {}}

    def action_open_purchase_order(self):
        """Open the purchase order that brings these goods."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "purchase.order",
            "res_id": self.purchase_order_id.id,
            "views": [(False, "form")],
        }

    def _check_purchasing(self):
        for company in self.company_id:
            if not self.env.user._holds_role("purchasing", company):
                raise AccessError(
                    self.env._(
                        "Only purchasing orders missing goods. Ask an administrator to make you a holder "
                        "of the role Purchasing in %s.",
                        company.name,
                    )
                )

    def _lock_open(self):
        """Two buyers must not order the same shortage: wait for the rows, then look again."""
        lock_rows(self)
        if ordered := self.filtered(lambda shortage: shortage.state != "open"):
            raise UserError(
                self.env._(
                    "%(shortage)s is ordered already (%(order)s).",
                    shortage=ordered[0].display_name,
                    order=ordered[0].document_name or "-",
                )
            )

    def _vendor(self):
        """Who sells the product, by Odoo's own vendor price lists."""
        product = self.product_id.with_company(self.company_id)
        seller = product._stocking_seller(
            self.product_uom_id._compute_quantity(self.quantity, self.product_id.uom_id)
        )
        if not seller:
            raise UserError(
                self.env._(
                    "%s has no vendor: add one on the Purchase tab of the product, then order again.",
                    self.product_id.display_name,
                )
            )
        return seller.partner_id

    # ------------------------------------------------------------------ real documents

    def _ask_vendors(self, vendors):
        """Make or continue the requests for quotation, merged per vendor; the waiting transfers
        get what they bring.

        :param vendors: ``{shortage: res.partner}``
        :return: the ``purchase.order`` records
        """
        PurchaseOrder = self.env["purchase.order"]
        orders = PurchaseOrder._for_shortages(
            {(s.company_id, s.warehouse_id, vendor) for s, vendor in vendors.items()}
        )
        self.browse().union(*vendors).sudo()._bind_transfers()
        lines = self.env["purchase.order.line"].create(
            [
                shortage._prepare_purchase_line_vals(
                    orders[shortage.company_id, shortage.warehouse_id, vendor]
                )
                for shortage, vendor in vendors.items()
            ]
        )
        for shortage, line in zip(vendors, lines, strict=True):
            # the shortage itself is written by nobody by hand
            shortage.sudo().purchase_line_id = line
        return PurchaseOrder.union(*orders.values())

    def _prepare_purchase_line_vals(self, order):
        """Hook: values of the purchase line that brings the goods."""
        self.ensure_one()
        return {
            "order_id": order.id,
            "product_id": self.product_id.id,
            "product_qty": self.quantity,
            "product_uom_id": self.product_uom_id.id,
            "move_dest_ids": [Command.link(move.id) for move in self.sudo()._open_transfers()],
            # a line taken out of the quotation cancels no delivery
            "propagate_cancel": False,
        }

    def _open_transfers(self):
        """The transfers that wait for these goods alone."""
        return self.move_dest_ids.filtered(lambda move: move._is_open())

    def _bind_transfers(self):
        """Let transfers wait for these goods alone, as Odoo does for goods made to order: on
        arrival they are reserved for these and for nobody else.
        """
        for shortage in self:
            if not shortage._open_transfers() and shortage.notice_line_id:
                shortage._split_off_delivery()
        moves = self._open_transfers().filtered(
            lambda move: not move.quantity and move.procure_method == "make_to_stock"
        )
        if moves:
            moves.write({"procure_method": "make_to_order"})
            moves._recompute_state()

    def _split_off_delivery(self):
        """What is missing leaves in a transfer line of its own."""
        moves = self.notice_line_id.order_line_id._carvable_moves()
        quantity = self.product_uom_id._compute_quantity(
            self.quantity, self.product_id.uom_id, rounding_method="HALF-UP"
        )
        part = moves._carve(quantity, {"supply_shortage_id": self.id})
        (moves - part)._action_assign()

    def _withdraw(self):
        """Take back what is not here yet: open ones vanish, lines leave quotations, and of what is
        ordered for good purchasing learns that nobody needs it any more.
        """
        coming = self.filtered(lambda shortage: shortage.state != "arrived")
        coming._withdraw_orders()
        coming.unlink()

    def _withdraw_orders(self):
        """Hook: the documents that were to bring these goods."""
        for shortage in self.filtered("purchase_line_id"):
            order = shortage.purchase_order_id
            order.message_post(
                body=self.env._(
                    "%(shortage)s is not needed any more (%(request)s, taken back by %(user)s).",
                    shortage=shortage.display_name,
                    request=shortage.request_id.name or shortage.sale_order_id.name or "-",
                    user=self.env.user.name,
                )
            )
            if shortage.state == "rfq":
                shortage.purchase_line_id.unlink()
                if not order.order_line:
                    order.button_cancel()
            else:
                shortage._ask_what_to_do(order)

    def _ask_what_to_do(self, order):
        """The vendor has the order: the buyer cancels it, or the goods come into the free stock."""
        order.activity_schedule(
            "mail.mail_activity_data_todo",
            user_id=order._shortage_buyer().id,
            summary=self.env._("Not needed any more: cancel it, or keep it for stock"),
            note=self.display_name,
        )

    @api.ondelete(at_uninstall=False)
    def _free_waiting_transfers(self):
        """What waited for these goods takes others."""
        open_moves = self.sudo().move_dest_ids.filtered(lambda move: move._is_open())
        open_moves.write({"procure_method": "make_to_stock"})
        open_moves._recompute_state()
