from odoo.tests import warmup

from .order_flow_case import OrderFlowCase


class TestQueryCounts(OrderFlowCase):
    """DESIGN 19: hot paths do not grow with the number of records."""

    def count(self, run):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        run()
        return self.env.cr.sql_log_count - before

    def assertFlat(self, few, many, run):
        """As many queries for ``many`` as for ``few``, once caches are warm."""
        run(many)
        first, second = self.count(lambda: run(few)), self.count(lambda: run(many))
        self.assertLessEqual(
            second, first + 2, f"{first} queries for {len(few)}, {second} for {len(many)}"
        )

    @warmup
    def test_special_reasons_of_many_orders(self):
        """F5: batched."""
        orders = self.env["sale.order"].concat(*(self.make_order() for _number in range(6)))
        self.assertFlat(orders[:2], orders, lambda orders: orders.mapped("special_reasons"))

    @warmup
    def test_the_checklists_of_many_orders(self):
        """DESIGN 14: the checklist line of the desk."""
        orders = self.env["sale.order"].concat(*(self.make_confirmed() for _number in range(6)))
        self.assertFlat(orders[:2], orders, lambda orders: orders.mapped("release_checklist"))

    @warmup
    def test_the_desk(self):
        """F11: labels, owners and marks of a page."""
        orders = self.env["sale.order"].concat(
            *(self.make_confirmed() for _number in range(4)),
            *(self.make_order() for _number in range(2)),
        )
        desk = self.as_user(self.env["sale.desk"], self.assistant)
        rows = desk.search([("res_id", "in", orders.ids), ("res_model", "=", "sale.order")])
        few = (
            rows.filtered(lambda row: row.stage == "quotation")[:1]
            | rows.filtered(lambda row: row.stage == "apply")[:1]
        )
        self.assertFlat(
            few,
            rows,
            lambda rows: rows.read(
                ["name", "stage", "owner", "action_label", "release_checklist"],
            ),
        )

    @warmup
    def test_stages_of_many_orders(self):
        """F11: recomputed in a batch."""
        orders = self.env["sale.order"].concat(*(self.make_confirmed() for _number in range(6)))
        self.assertFlat(orders[:2], orders, lambda orders: orders._flow_stage_of())

    @warmup
    def test_reasons_of_many_transfers(self):
        """F10: the release gate of a batch."""
        pickings = self.env["stock.picking"].concat(
            *(self.pickings(self.make_noticed()) for _number in range(4))
        )
        self.assertFlat(
            pickings[:1],
            pickings,
            lambda pickings: pickings.move_ids._release_reasons(),
        )
