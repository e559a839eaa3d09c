from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate, formatLang

from odoo.addons.approval_chain.operation import Operation

_lt = LazyTranslate(__name__)

# what people decide on is added to by nobody else: it would be refused, or the approval void (A9)
TAKES_MORE = ("approval_state", "not in", ("pending", "approved"))
_OPEN = ("draft", "sent", "to approve")
_FLAGS = {"amount": "is_over_review_amount", "unplanned": "is_unplanned", "price": "is_dearer"}


class PurchaseOrder(models.Model):
    """An approval stage on purchase orders: by amount, unplanned, or dearer than before (S6).

    What is looked at is switched on per company; what it means is said by the chains. Odoo's double
    validation stays what it is: an order may need both.
    """

    _name = "purchase.order"
    _inherit = ["purchase.order", "approval.mixin"]

    needs_review = fields.Boolean(
        compute="_compute_review",
        compute_sudo=True,
        search="_search_needs_review",
        groups="base.group_user",
        help="Something about the order has to be decided by somebody else than purchasing.",
    )
    is_over_review_amount = fields.Boolean(
        compute="_compute_review",
        compute_sudo=True,
        string="Over the Amount",
        search="_search_is_over_review_amount",
        groups="base.group_user",
    )
    is_unplanned = fields.Boolean(
        compute="_compute_review",
        compute_sudo=True,
        string="Unplanned",
        search="_search_is_unplanned",
        groups="base.group_user",
        help="More is bought than requests, shortages and replenishment asked for.",
    )
    is_dearer = fields.Boolean(
        compute="_compute_review",
        compute_sudo=True,
        string="Dearer",
        search="_search_is_dearer",
        groups="base.group_user",
        help="A price is above the last one, the vendor's pricelist or the approved estimate.",
    )
    review_reasons = fields.Text(
        compute="_compute_review", compute_sudo=True, groups="base.group_user"
    )

    # ------------------------------------------------------------------ computes

    @api.depends(
        "company_id",
        "partner_id",
        "currency_id",
        "date_order",
        "amount_total",
        "shortage_ids.quantity",
        "shortage_ids.purchase_line_id",
        "order_line.product_id",
        "order_line.product_qty",
        "order_line.product_uom_id",
        "order_line.price_unit",
        "order_line.discount",
        "order_line.price_subtotal",
        "order_line.procured_quantity",
        "order_line.allocation_ids.line_id.quantity",
        "order_line.allocation_ids.line_id.short_closed",
        "order_line.allocation_ids.line_id.allocation_ids.quantity",
        "company_id.purchase_review_amount",
        "company_id.purchase_review_unplanned",
        "company_id.purchase_review_price",
        "company_id.purchase_price_tolerance",
    )
    @api.depends_context("lang")
    def _compute_review(self):
        found = self._review_findings()
        for order in self:
            kinds = {kind for kind, _sentence in found.get(order, ())}
            for kind, name in _FLAGS.items():
                order[name] = kind in kinds
            order.needs_review = bool(kinds)
            order.review_reasons = "\n".join(sentence for _kind, sentence in found.get(order, ()))

    def _search_needs_review(self, operator, value):
        return self._search_review("needs_review", operator, value)

    def _search_is_over_review_amount(self, operator, value):
        return self._search_review("is_over_review_amount", operator, value)

    def _search_is_unplanned(self, operator, value):
        return self._search_review("is_unplanned", operator, value)

    def _search_is_dearer(self, operator, value):
        return self._search_review("is_dearer", operator, value)

    def _search_review(self, name, operator, value):
        """Among open quotations: confirmed orders were looked at when they were confirmed."""
        if operator != "in":
            return NotImplemented
        orders = self.search([("state", "in", _OPEN)]).filtered(name)
        return Domain("id", "in" if True in value else "not in", orders.ids)

    # ------------------------------------------------------------------ what is found

    def _review_findings(self):
        """What has to be decided about these orders: all at once, a few queries a company.

        :return: ``{order: [(kind, sentence)]}`` with kind ``amount``, ``unplanned`` or ``price``
        """
        found = {}
        for company, orders in self.grouped("company_id").items():
            if not company._reviews_purchases():
                continue
            orders = orders.with_company(company)
            for findings in (
                orders._findings_amount(company),
                orders._findings_unplanned(company),
                orders._findings_price(company),
            ):
                for order, pairs in findings.items():
                    found.setdefault(order, []).extend(pairs)
        return found

    def _findings_amount(self, company):
        limit, currency = company.purchase_review_amount, company.currency_id
        found = {}
        for order in self if limit else ():
            amount = order.amount_total / (order.currency_rate or 1.0)
            if currency.compare_amounts(amount, limit) > 0:
                sentence = self.env._(
                    "%(amount)s in all, more than %(limit)s.",
                    amount=currency.format(amount),
                    limit=currency.format(limit),
                )
                found[order] = [("amount", sentence)]
        return found

    def _findings_unplanned(self, company):
        found = {}
        if not company.purchase_review_unplanned:
            return found
        lines = self._demanded_lines()
        planned = lines._planned_quantities()
        for line in lines:
            if line.product_uom_id.compare(line.product_qty, planned[line]) <= 0:
                continue
            sentence = self.env._(
                "%(product)s: %(quantity)s %(unit)s are bought, and %(planned)s %(unit)s of them were "
                "asked for by a request, a shortage or replenishment.",
                product=line.product_id.display_name,
                quantity=formatLang(self.env, line.product_qty, dp="Product Unit"),
                planned=formatLang(self.env, planned[line], dp="Product Unit"),
                unit=line.product_uom_id.name,
            )
            found.setdefault(line.order_id, []).append(("unplanned", sentence))
        return found

    def _findings_price(self, company):
        found = {}
        if not company.purchase_review_price:
            return found
        lines = self._demanded_lines()
        last = {}
        for order in self:
            # usually one order is looked at; each has its own predecessors
            last[order] = order._demanded_lines().product_id._last_purchase_prices(company, order)
        for line in lines:
            for sentence in line._dearer_than(last[line.order_id].get(line.product_id.id)):
                found.setdefault(line.order_id, []).append(("price", sentence))
        return found

    # ------------------------------------------------------------------ what is guarded

    def _approval_operations(self):
        demanded = (
            Domain("display_type", "=", False)
            & Domain("is_downpayment", "=", False)
            & Domain("product_qty", "!=", 0)
        )
        # dates are answers of the vendor, and move (S5)
        return {
            **super()._approval_operations(),
            "confirm": Operation(
                label=_lt("Confirm the purchase"),
                executed=Domain("state", "=", "purchase"),
                inputs={"purchase.order": ("state",)},
                watch=("partner_id", "currency_id", "payment_term_id"),
                lines={
                    "order_line": (
                        demanded,
                        (
                            "product_id",
                            "product_qty",
                            "product_uom_id",
                            "price_unit",
                            "discount",
                        ),
                    )
                },
                amount="amount_total",
                date="date_order",
                run="_confirm_reviewed",
                dead=Domain("state", "=", "cancel"),
                better={
                    "order_line": {"product_qty": "down", "price_unit": "down", "discount": "up"}
                },
            ),
        }

    def _confirm_reviewed(self):
        """Confirm after the last decision; of what waits for Odoo's second validation, that too."""
        self.filtered(lambda order: order.state in ("draft", "sent")).button_confirm()
        self.filtered(lambda order: order.state == "to approve").button_approve()

    def action_approval_submit(self, code=None, chosen=None):
        """Submit by what is found at this moment: fields do not depend on other people's orders."""
        self.invalidate_recordset(["needs_review", "review_reasons", *_FLAGS.values()])
        return super().action_approval_submit(code, chosen)

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for order in self.filtered(lambda order: not order._demanded_lines()):
            missing.setdefault(order.id, []).append(
                self.env._("%s buys nothing yet: add the products and quantities.", order.name)
            )
        return missing

    def _approval_sheet_notes(self, code):
        notes = super()._approval_sheet_notes(code)
        for order in self:
            notes.setdefault(order.id, []).extend(
                {"level": "warning", "text": sentence}
                for sentence in (order.review_reasons or "").splitlines()
            )
        return notes

    def _approval_may_execute(self, code):
        """Odoo's double validation is asked besides: the requester may not be who gives it."""
        waiting = super()._approval_may_execute(code)
        for order in self._awaiting_second_validation(code):
            waiting[order.id] = self.env._(
                "%s: a purchase administrator approves it besides (double validation).", order.name
            )
        return waiting

    def _awaiting_second_validation(self, code):
        live = self.env["approval.request"]._live(self, code) if self else {}
        return self.filtered(
            lambda order: (
                order.id in live
                and not order.with_user(live[order.id].sudo().requester_id)
                .with_company(order.company_id)
                ._approval_allowed()
            )
        )

    def _on_approval_event(self, event):
        result = super()._on_approval_event(event)
        if event.verb == "complete":
            waiting = self._awaiting_second_validation(event.request.operation)
            waiting.filtered(lambda order: order.state in ("draft", "sent")).write(
                {"state": "to approve"}
            )
        return result

    def _approval_is_better(self, code, approved, now):
        """Buying less or cheaper is not decided anew, nor is setting a product to zero."""
        if code != "confirm":
            return super()._approval_is_better(code, approved, now)
        zero = self.sudo().order_line.filtered(
            lambda line: line.product_id and not line.product_qty
        )
        given_up = {(line.product_id.id, line.product_uom_id.id) for line in zero}
        given_up -= {(row[0], row[2]) for row in now["lines"]["order_line"]}
        rows = [row for row in approved["lines"]["order_line"] if (row[0], row[2]) not in given_up]
        return super()._approval_is_better(code, {**approved, "lines": {"order_line": rows}}, now)

    def _approval_refuse_changed(self, code):
        """What was approved and ordered may still be lowered, as when a vendor cannot deliver all."""
        latest = self.env["approval.request"]._latest(self, code) if self else {}
        values = self._approval_values(code)
        worse = self.filtered(
            lambda order: (
                not (
                    (request := latest.get(order.id))
                    and request.state == "executed"
                    and order._approval_is_better(code, request.sudo().watched, values[order.id])
                )
            )
        )
        return super(PurchaseOrder, worse)._approval_refuse_changed(code)
