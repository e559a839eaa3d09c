from odoo import models

from odoo.addons.sale_order_flow.order_check import Finding


class SaleOrder(models.Model):
    """Promotions on an order: the company's own are usual, others ask for special approval (F5)."""

    _inherit = "sale.order"

    def _update_programs_and_rewards(self):
        """Rewards are computed until the order is submitted: what was approved is what is confirmed.

        Odoo empties the reward lines to compute them anew, which would void the approval. Points
        that are not there any more refuse the confirmation as before.
        """
        if self.approval_state in ("pending", "approved"):
            return None
        return super()._update_programs_and_rewards()

    def _reward_lines(self):
        return self.order_line.filtered("reward_id")

    def _check_promotion(self, run):
        findings = dict(super()._check_promotion(run))
        for order in self:
            found = [
                Finding(order._reward_sentence(program, lines))
                for program, lines in order._reward_lines()
                .grouped(lambda line: line.reward_id.sudo().program_id)
                .items()
                if not program.flow_approved or lines._gives_more_than_promised()
            ]
            if found:
                findings[order] = [*findings.get(order, []), *found]
        return findings

    def _reward_sentence(self, program, lines):
        texts = {"promotion": program.name, "amount": self.currency_id.format(lines._given())}
        if not program.flow_approved:
            return self.env._(
                "Promotion “%(promotion)s” gives %(amount)s and is none the company has approved.",
                **texts,
            )
        return self.env._(
            "Promotion “%(promotion)s” gives %(amount)s on this order, more than its reward.",
            **texts,
        )

    def _given_besides(self):
        """Rewards lower the margin: discounts by their amount, free goods by their cost."""
        lines = self._reward_lines()
        cost = sum(line._card_cost() for line in lines.filtered("product_uom_qty"))
        return super()._given_besides() - sum(lines.mapped("price_subtotal")) + cost


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _given(self):
        """What reward lines give the customer, taxes included, in the currency of their order."""
        free = self.filtered(lambda line: line.reward_id.reward_type == "product")
        worth = sum(line.price_unit * line.product_uom_qty for line in free)
        return worth - sum((self - free).mapped("price_total"))

    def _gives_more_than_promised(self):
        """Whether lines give more than their rewards can give on their order at the most.

        Odoo computes reward lines; one that was written in another way is found by this.
        """
        return any(lines._exceeds(reward) for reward, lines in self.grouped("reward_id").items())

    def _exceeds(self, reward):
        reward, order = reward.sudo(), self.order_id
        if reward.reward_type == "product":
            allowed = reward.reward_product_qty * sum(self.mapped("points_cost"))
            asked = sum(self.mapped("product_uom_qty")) * reward.required_points
            return asked > allowed or not self.product_id <= reward.reward_product_ids
        goods = order.order_line.filtered(lambda line: not line.reward_id and not line.display_type)
        most = sum(goods.mapped("price_total"))
        rates = {
            "percent": most * reward.discount / 100,
            "per_order": self._reward_amount(reward, reward.discount) * len(self.coupon_id),
            "per_point": self._reward_amount(
                reward, reward.discount * sum(self.mapped("points_cost"))
            ),
        }
        limit = min(most, rates[reward.discount_mode])
        if reward.discount_max_amount:
            limit = min(limit, self._reward_amount(reward, reward.discount_max_amount))
        # each line of a reward is rounded by itself
        return self._given() - limit > order.currency_id.rounding * max(len(self), 1)

    def _reward_amount(self, reward, amount):
        order = self.order_id
        return reward.currency_id._convert(amount, order.currency_id, order.company_id)
