from odoo.tests import tagged, warmup

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestConfirmationQueries(OrderFlowCase):
    """DESIGN 19: what many documents cost at once."""

    def approved(self, number):
        orders = self.env["sale.order"].concat(
            *(self.make_order(require_signature=True) for _number in range(number)),
        )
        orders = self.as_user(orders, self.sales)
        orders.action_approval_submit()
        slots = self.as_user(self.env["approval.request.slot"], self.salesmgr).search(
            [
                ("is_mine", "=", True),
                ("res_model", "=", "sale.order"),
                ("res_id", "in", orders.ids),
            ]
        )
        for slot in slots:
            slot.request_id.action_decide("approve", "Fine.")
        return orders

    def count(self, run):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    @warmup
    def test_confirmation_of_twenty_orders(self):
        """A10, F11: each further order costs its own rows, not the whole search for chains again."""
        self.approved(1).action_confirm()
        one = self.count(self.approved(1).action_confirm)
        twenty = self.count(self.approved(20).action_confirm)
        self.assertLessEqual((twenty - one) / 19, 25, f"{one} queries for one, {twenty} for twenty")

    @warmup
    def test_desk_of_eighty_rows(self):
        """F11: a page of the desk is read with a bounded number of queries."""
        quotations = [self.make_order() for _number in range(40)]
        confirmed = [self.make_confirmed() for _number in range(40)]
        desk = self.as_user(self.env["sale.desk"], self.assistant)
        fields = [
            "name",
            "partner_id",
            "stage",
            "owner",
            "is_mine",
            "action_label",
            "promised_date",
            "expected_date",
            "is_late",
            "since",
            "amount_total",
            "has_checklist",
        ]

        def page(number):
            """Read the rows of as many quotations as confirmed orders."""
            ids = [order.id for order in quotations[:number] + confirmed[:number]]
            rows = desk.search([("res_model", "=", "sale.order"), ("res_id", "in", ids)], limit=80)
            self.assertEqual(len(rows), 2 * number)
            rows.read(fields)
            self.assertEqual(len(desk.release_checklists(rows.ids)), 2 * number)

        page(40)
        few = self.count(lambda: page(4))
        many = self.count(lambda: page(40))
        self.assertLessEqual(many, few + 10, f"{few} queries for 8 rows, {many} for 80")
