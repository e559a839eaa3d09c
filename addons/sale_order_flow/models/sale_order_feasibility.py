from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class SaleOrder(models.Model):
    """No price is offered for what nobody has found feasible (F7)."""

    _inherit = "sale.order"

    feasibility_review_ids = fields.One2many(
        "sale.feasibility.review",
        "order_id",
        string="Feasibility Reviews",
        copy=False,
        groups="sale_order_flow.group_flow_user",
    )
    feasibility_review_count = fields.Integer(
        compute="_compute_feasibility", compute_sudo=True, groups="base.group_user"
    )
    feasibility_missing = fields.Text(
        compute="_compute_feasibility",
        compute_sudo=True,
        groups="base.group_user",
        help="Why no price can be offered yet.",
    )

    @api.depends(
        "order_kind",
        "order_line.product_id",
        "order_line.product_uom_qty",
        "feasibility_review_ids.state",
    )
    @api.depends_context("lang")
    def _compute_feasibility(self):
        reasons = self._feasibility_reasons()
        for order in self:
            order.feasibility_review_count = len(order.feasibility_review_ids)
            order.feasibility_missing = "\n".join(reasons.get(order._origin.id, []))

    def _feasibility_reasons(self):
        """Why no price can be offered to the customer yet: the one oracle of all doors.

        :return: ``{order id: [sentence]}``; orders left out may be offered
        """
        asked = self._origin.filtered(lambda order: order._needs_feasibility())
        reasons = {}
        for order in asked.sudo():
            reviews = order.feasibility_review_ids.filtered(
                lambda review: review.state != "cancelled"
            )
            for line in order._feasibility_lines():
                own = reviews.filtered(lambda review, line=line: review._covers(line))
                if "done" not in own.mapped("state"):
                    reasons.setdefault(order.id, []).append(
                        order._feasibility_reason(line, own.sorted("id")[-1:])
                    )
        return reasons

    def _needs_feasibility(self):
        self.ensure_one()
        order = self.sudo()
        return (
            order.order_kind == "non_standard"
            and order.state in ("draft", "sent")
            and order.company_id.id in self.env["res.company"]._order_flow_company_ids()
            and order.company_id.feasibility_review_needed
        )

    def _feasibility_lines(self):
        """The lines somebody has to find feasible: non-standard ones, or all goods of an order that
        was marked.
        """
        self.ensure_one()
        return self.order_line.filtered(
            lambda line: (
                line.product_id
                and not line.display_type
                and not line.is_downpayment
                and line.product_uom_qty > 0
                and (
                    line.is_non_standard
                    or (self.is_marked_non_standard and line.product_id.type == "consu")
                )
            )
        )

    def _feasibility_reason(self, line, review):
        names = {
            "order": self.name,
            "product": line.product_id.display_name,
            "review": review.name,
        }
        if review.approval_state == "refused":
            return self.env._(
                "%(order)s: %(product)s cannot be made as it was asked for (%(review)s). Change what "
                "is asked for and have it reviewed again, or take it off the order.",
                **names,
            )
        if review:
            return self.env._(
                "%(order)s: the feasibility review %(review)s of %(product)s is not finished. A price "
                "can be offered when it is.",
                **names,
            )
        return self.env._(
            "%(order)s: %(product)s is non-standard and, as it is ordered now, was reviewed by nobody. "
            "Ask for a feasibility review before a price is offered.",
            **names,
        )

    def _feasibility_found(self):
        """A review found something feasible: its lead time and cost go to the lines."""
        for order in self:
            for line in order._feasibility_lines():
                line.customer_lead = line.feasibility_review_id.lead_time_days or line.customer_lead
        self.invalidate_recordset(["feasibility_missing"])

    # ------------------------------------------------------------------ doors

    def _check_feasible(self):
        """:raise UserError: naming the reviews that are open, negative or missing"""
        reasons = self._feasibility_reasons()
        if found := [sentence for sentences in reasons.values() for sentence in sentences]:
            raise UserError("\n".join(found))

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders.filtered(lambda order: order.state != "draft")._check_feasible()
        return orders

    def write(self, vals):
        if vals.get("state") in ("sent", "sale"):
            self._check_feasible()
        return super().write(vals)

    def action_quotation_send(self):
        """Refused while nobody has found feasible what would be offered (F7)."""
        self._check_feasible()
        return super().action_quotation_send()

    def _confirmation_error_message(self):
        return super()._confirmation_error_message() or "\n".join(
            self._feasibility_reasons().get(self.id, [])
        )

    def _is_withheld_from_customer(self):
        return super()._is_withheld_from_customer() or bool(self._feasibility_reasons())

    def _approval_check_submission(self, code):
        missing = super()._approval_check_submission(code)
        for order_id, sentences in self._feasibility_reasons().items():
            missing.setdefault(order_id, []).extend(sentences)
        return missing

    # ------------------------------------------------------------------ asking

    def _check_may_ask_feasibility(self):
        """:raise AccessError: for anybody but salesperson, sales assistant and sales manager"""
        for order in self:
            if not order._may_apply_for_delivery():
                raise AccessError(
                    self.env._(
                        "%(order)s: its salesperson (%(salesperson)s) asks for feasibility reviews.",
                        order=order.name,
                        salesperson=order.sudo().user_id.name or "-",
                    )
                )

    def action_ask_feasibility(self):
        """Open the reviews of this order; those that are missing are made (F7).

        :raise AccessError: for anybody but salesperson, sales assistant and sales manager
        :return: window action of the reviews
        """
        self.ensure_one()
        self._check_may_ask_feasibility()
        reviews = self.feasibility_review_ids.filtered(lambda review: review.state != "cancelled")
        missing = self._feasibility_lines().filtered(
            lambda line: not any(review._covers(line) for review in reviews)
        )
        self.env["sale.feasibility.review"].create(
            [{"order_id": self.id, "line_id": line.id} for line in missing]
        )
        return self.action_view_feasibility_reviews()

    def action_view_feasibility_reviews(self):
        """Open the feasibility reviews of these orders."""
        return self.feasibility_review_ids._get_records_action(
            name=self.env._("Feasibility Reviews")
        )


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    feasibility_review_id = fields.Many2one(
        "sale.feasibility.review",
        compute="_compute_feasibility_review_id",
        compute_sudo=True,
        groups="base.group_user",
        help="The last review that found this line feasible as it stands.",
    )

    @api.depends("order_id.feasibility_review_ids.state", "product_id", "product_uom_qty")
    def _compute_feasibility_review_id(self):
        for line in self:
            line.feasibility_review_id = line.order_id.feasibility_review_ids.filtered(
                lambda review, line=line: review.state == "done" and review._covers(line._origin)
            ).sorted("id")[-1:]

    def _usual_lead_time(self):
        """Days, as the review says it."""
        return self.feasibility_review_id.lead_time_days or super()._usual_lead_time()

    def _card_cost(self):
        """What the review found out, where the product itself has no cost of its own."""
        review = self.sudo().feasibility_review_id
        if not review.unit_cost or review.is_whole_order:
            return super()._card_cost()
        return review.unit_cost * self.product_uom_qty * self.order_id.currency_rate
