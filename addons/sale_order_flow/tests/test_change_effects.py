from odoo.tests import tagged

from .change_case import ChangeCase
from .desk_case import DeskRows


@tagged("post_install", "-at_install")
class TestChangeEffects(DeskRows, ChangeCase):
    """F18: everybody sees before what is touched, and those concerned are told after."""

    def test_the_preview_names_documents_and_money(self):
        """F18: transfer, notice, invoice, what is paid too much."""
        order = self.make_noticed({self.pump: 4})
        invoice = self.as_user(order, self.finance).sudo()._create_invoices()
        request = self.make_change(order, {self.pump: 3})
        text = request.effects
        for document in (self.pickings(order), order.delivery_notice_ids, invoice):
            self.assertIn(document.display_name, text)
        self.assertIn("100.00", text)
        request = self.make_change(order, {self.pump: 5})
        request.action_approval_submit()
        notes = request.sudo().approval_request_id.sheet["notes"]
        self.assertTrue(any(order.delivery_notice_ids.name in note["text"] for note in notes))

    def test_only_what_the_changed_lines_touch_is_named(self):
        """F18: a product more touches no transfer."""
        order = self.make_noticed({self.pump: 4})
        request = self.make_change(order, added={self.training: 1})
        self.assertNotIn(self.pickings(order).name, request.effects)

    def test_those_concerned_are_told(self):
        """F18: salesperson and assistant always, the warehouse because its transfer moves."""
        order = self.make_noticed({self.pump: 4})
        request = self.make_change(order, {self.pump: 3}, user=self.assistant)
        before = order.message_ids
        self.carry_out(request)
        news = (order.message_ids - before).filtered(lambda message: request.name in message.body)
        told = news.sudo().partner_ids
        for user in (self.sales, self.assistant, self.warehouse):
            with self.subTest(user.login):
                self.assertIn(user.partner_id, told)
        self.assertNotIn(self.purchasing.partner_id, told)

    def test_preview_costs_no_query_per_line(self):
        """F18: as many queries for many changed lines as for few."""
        goods = [self.make_product(f"Part {number}", 5, stock=9) for number in range(12)]
        order = self.make_noticed(dict.fromkeys(goods, 2))
        few = self.make_change(order, {goods[0]: 1})
        many = self.make_change(order, dict.fromkeys(goods, 1))

        def cost(request):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertTrue(request.effects)
            return self.env.cr.sql_log_count - before

        cost(few)
        self.assertLessEqual(cost(many), cost(few) + 2)

    def test_it_stands_on_the_desk_until_it_is_carried_out(self):
        """F18, F11: with the salesperson, then with whoever decides."""
        order = self.make_confirmed()
        request = self.make_change(order, {self.pump: 3})
        self.assertOnDesk(
            request, "change_ask", "sales", "Ask for the Change", [self.sales], [self.sales2]
        )
        request.action_approval_submit()
        self.assertOnDesk(
            request, "change_decide", "approval", "Decide", [self.salesmgr], [self.sales]
        )
        self.decide_change(request)
        self.assertOffDesk(request)
