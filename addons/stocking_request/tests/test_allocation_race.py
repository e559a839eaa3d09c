from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.approval_chain.tests.race_case import PeopleAtOnce


@tagged("post_install", "-at_install")
class TestAllocationRace(PeopleAtOnce):
    """S3: two assistants at once."""

    def approved_request(self):
        """A committed, approved request over five pieces that nobody sells."""
        with self.registry.cursor() as cr:
            root = api.Environment(cr, SUPERUSER_ID, {})
            product = root["product.product"].create(
                {"name": "Race Pump", "type": "consu", "is_storable": True}
            )
            request = self.env_of(cr, "sales")["stocking.request"].create(
                {
                    "purpose": "Race",
                    "date_needed": "2099-01-31",
                    "line_ids": [Command.create({"product_id": product.id, "quantity": 5})],
                }
            )
            request.action_send()
            request.with_env(self.env_of(cr, "assistant")).action_submit()
            for login, verb in (("vp", "opinion"), ("cfo", "opinion"), ("president", "approve")):
                approval = self.env_of(cr, login)["approval.request"].search(
                    [("res_model", "=", request._name), ("res_id", "=", request.id)]
                )
                approval.action_decide(verb, "Race.")
            request_id, product_id = request.id, product.id
        self.addCleanup(self.forget, request_id, product_id)
        return request_id

    def forget(self, request_id, product_id):
        with self.someone("assistant") as env:
            env["stocking.request"].browse(request_id).action_cancel()
        with self.root() as root:
            root["product.product"].browse(product_id).action_archive()

    def test_no_quantity_is_allocated_by_two_assistants(self):
        """S3: whoever comes second starts over and learns that nothing remains."""
        request_id = self.approved_request()
        with self.someone_slower("assistant", "stocking.request", request_id) as late:
            supply = late.env["stocking.supply"].browse(late.action_supply()["res_id"])
            with self.someone("assistant") as quick:
                first = quick["stocking.request"].browse(request_id)
                first.env["stocking.supply"].browse(first.action_supply()["res_id"]).action_order()
            with self.assertStartsOver():
                supply.action_order()
        # as Odoo repeats the click: on what the first one left
        with self.someone("assistant") as again:
            request = again["stocking.request"].browse(request_id)
            with self.assertRaisesRegex(UserError, "there is nothing to order"):
                request.action_supply()
            self.assertEqual(sum(request.allocation_ids.mapped("quantity")), 5)
