from odoo.tests import tagged

from .common import StockingCase


@tagged("post_install", "-at_install")
class TestDemoStates(StockingCase):
    """The demo company shows what is decided about stock in its states, as its people made it."""

    def states(self, model, *domain):
        """``{(state, state of the approval)}`` of the documents of the demo company."""
        documents = self.env[model].search([("company_id", "=", self.company.id), *domain])
        return {(document.state, document.approval_state) for document in documents}

    def test_scrap_counts_and_transfers_stand_in_their_states(self):
        """S8: to be submitted, in approval, carried out, refused or given up."""
        self.assertGreaterEqual(
            self.states("stock.scrap"),
            {
                ("done", False),
                ("draft", False),
                ("draft", "pending"),
                ("done", "executed"),
                ("draft", "refused"),
            },
        )
        self.assertGreaterEqual(
            self.states("stocking.count"),
            {
                ("draft", False),
                ("draft", "pending"),
                ("done", "executed"),
                ("cancelled", False),
            },
        )
        self.assertGreaterEqual(
            self.states("stocking.transfer"),
            {("draft", "pending"), ("approved", "executed"), ("draft", "refused")},
        )

    def test_transfers_wait_for_an_application_and_are_done_with_one(self):
        """S8: goods reached the second warehouse, and others need to be applied for."""
        transfers = self.env["stocking.transfer"].search([("company_id", "=", self.company.id)])
        self.assertLessEqual({"assigned", "done"}, set(transfers.picking_id.mapped("state")))
        branch = transfers.location_dest_id.warehouse_id
        waiting = self.env["stock.picking"].search(
            [
                ("location_dest_id", "=", branch.lot_stock_id.id),
                ("transfer_application_ids", "=", False),
            ]
        )
        self.assertTrue(waiting.needs_transfer_application)

    def test_goods_put_aside_have_an_age_and_the_assistant_is_asked(self):
        """S9: held longer than the company wants."""
        self.env.flush_all()
        goods = self.env["stocking.held.goods"].search(
            [("company_id", "=", self.company.id), ("status", "=", "held"), ("age_days", ">", 60)]
        )
        kind = self.env.ref("stocking_request.mail_activity_held_goods")
        asked = goods.request_id.activity_ids.filtered(lambda row: row.activity_type_id == kind)
        self.assertIn(self.assistant, asked.user_id)
