from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.approval_chain.tests.race_case import PeopleAtOnce


@tagged("post_install", "-at_install")
class TestPurchaseRaces(PeopleAtOnce):
    """S4, S6, X6: two purchasers at the same moment."""

    settings = ("purchase_review_amount", "purchase_review_unplanned", "purchase_review_price")

    # ------------------------------------------------------------------ committed documents

    def setUp(self):
        super().setUp()
        with self.root() as root:
            company = root.ref("approval_chain.demo_company")
            before = company.read(self.settings)[0]
            # other addons' demo gives the department another manager
            department = root.ref("approval_chain.demo_department_sales")
            self.addCleanup(self.manage, department.manager_id.id)
            department.manager_id = root.ref("approval_chain.demo_employee_head")
            company.write(dict(zip(self.settings, (0, True, False), strict=True)))
            vendors = root["res.partner"].create([{"name": f"Race vendor {n}"} for n in (1, 2)])
            product = root["product.product"].create(
                {
                    "name": "Race part",
                    "type": "consu",
                    "is_storable": True,
                    "standard_price": 5,
                    "supplier_taxes_id": [Command.clear()],
                    "seller_ids": [
                        Command.create(
                            {"partner_id": vendor.id, "price": 5, "company_id": company.id}
                        )
                        for vendor in vendors
                    ],
                }
            )
            self.product_id = product.id
        self.addCleanup(self.forget, {name: before[name] for name in self.settings})

    def manage(self, employee_id):
        """The department has this manager."""
        with self.root() as root:
            root.ref("approval_chain.demo_department_sales").manager_id = employee_id

    def forget(self, settings):
        with self.root() as root:
            root.ref("approval_chain.demo_company").write(settings)
            lines = root["purchase.order.line"].search([("product_id", "=", self.product_id)])
            lines.order_id.filtered(lambda order: order.state != "cancel").button_cancel()
            shortages = root["supply.shortage"].search([("product_id", "=", self.product_id)])
            requests = shortages.request_id.filtered(lambda request: request.state != "cancelled")
            requests_ids = requests.ids
            root["product.product"].browse(self.product_id).action_archive()
        with self.someone("assistant") as env:
            env["stocking.request"].browse(requests_ids).action_cancel()

    def shortage(self):
        """Five pieces ordered from purchasing for a stocking request; id of the shortage."""
        with self.registry.cursor() as cr:
            request = self.env_of(cr, "sales")["stocking.request"].create(
                {
                    "purpose": "Race",
                    "date_needed": "2099-01-31",
                    "line_ids": [Command.create({"product_id": self.product_id, "quantity": 5})],
                }
            )
            request.action_send()
            assistant = request.with_env(self.env_of(cr, "assistant"))
            assistant.action_submit()
            for login, verb in (("vp", "opinion"), ("cfo", "opinion"), ("president", "approve")):
                self.decide(cr, login, request, verb)
            supply = assistant.env["stocking.supply"].browse(assistant.action_supply()["res_id"])
            supply.action_order()
            shortage = request.sudo().allocation_ids.shortage_id
            # with purchasing, which has not asked anybody yet
            shortage.purchase_order_id.button_cancel()
            self.assertEqual(shortage.state, "open")
            return shortage.id

    def purchase_request(self):
        """Ten pieces that a department may buy, both vendors asked; ids of request and lines."""
        with self.registry.cursor() as cr:
            request = self.env_of(cr, "sales")["stocking.purchase.request"].create(
                {
                    "purpose": "Race",
                    "date_needed": "2099-01-31",
                    "line_ids": [
                        Command.create(
                            {"product_id": self.product_id, "quantity": 10, "price_unit": 5}
                        )
                    ],
                }
            )
            request.action_approval_submit()
            for login in ("head", "finance"):
                self.decide(cr, login, request, "approve")
            if request.approval_state == "pending":
                # where there is a general manager, as finance has no limit
                company = request.company_id
                manager = request.env["approval.role"]._people("general_manager", company)
                approval = request.sudo().approval_request_id
                approval.with_user(manager[0]).action_decide("approve", "Race.")
            buyer = request.with_env(self.env_of(cr, "purchasing"))
            wizard = buyer.action_ask_vendors()
            buyer.env[wizard["res_model"]].browse(wizard["res_id"]).action_ask()
            lines = request.sudo().allocation_ids.purchase_line_id
            self.assertEqual(len(lines), 2)
            return request.id, lines.ids

    def decide(self, cr, login, document, verb):
        approval = self.env_of(cr, login)["approval.request"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )
        approval.action_decide(verb, "Race.")

    def confirm(self, line):
        """Order what was asked for; Odoo's alternatives would ask what becomes of the others."""
        line.order_id.with_context(skip_alternative_check=True).button_confirm()

    def bought(self):
        """How much of the product vendors have orders for."""
        with self.root() as root:
            lines = root["purchase.order.line"].search(
                [("product_id", "=", self.product_id), ("state", "!=", "cancel")]
            )
            return sum(lines.mapped("product_qty"))

    # ------------------------------------------------------------------ shortages

    def test_two_purchasers_order_the_same_shortage(self):
        """S4: the second starts over and learns which order brings it."""
        shortage_id = self.shortage()
        with self.someone_slower("purchasing", "supply.shortage", shortage_id) as slow:
            with self.someone("purchasing") as quick:
                quick["supply.shortage"].browse(shortage_id).action_order_and_open()
            with self.assertStartsOver():
                slow.action_order_and_open()
        with (
            self.assertRaisesRegex(UserError, "is ordered already"),
            self.someone("purchasing") as again,
        ):
            again["supply.shortage"].browse(shortage_id).action_order_and_open()
        self.assertEqual(self.bought(), 5)

    def test_a_shortage_is_taken_back_while_it_is_ordered(self):
        """S3, S4: nothing is bought for a request that was cancelled a moment before."""
        shortage_id = self.shortage()
        with self.root() as root:
            request_id = root["supply.shortage"].browse(shortage_id).request_id.id
        with self.someone_slower("purchasing", "supply.shortage", shortage_id) as slow:
            with self.someone("assistant") as quick:
                quick["stocking.request"].browse(request_id).action_cancel()
            with self.assertStartsOver():
                slow.action_order()
        self.assertEqual(self.bought(), 0)

    def test_a_shortage_is_ordered_while_it_is_taken_back(self):
        """S3, S4: the other way round the cancellation finds the quotation and ends it."""
        shortage_id = self.shortage()
        with self.root() as root:
            request_id = root["supply.shortage"].browse(shortage_id).request_id.id
        with self.someone_slower("assistant", "stocking.request", request_id) as slow:
            with self.someone("purchasing") as quick:
                quick["supply.shortage"].browse(shortage_id).action_order()
            with self.assertStartsOver():
                slow.action_cancel()
                slow.env.flush_all()
        self.assertEqual(self.bought(), 5)
        with self.someone("assistant") as again:
            again["stocking.request"].browse(request_id).action_cancel()
        self.assertEqual(self.bought(), 0)

    # ------------------------------------------------------------------ purchase requests

    def test_two_purchasers_confirm_quotations_for_the_same_request(self):
        """S6: the second is unplanned by then, and not ordered without an approval of its own."""
        request_id, (first, second) = self.purchase_request()
        with self.someone_slower("purchasing", "purchase.order.line", second) as slow:
            with self.someone("purchasing") as quick:
                self.confirm(quick["purchase.order.line"].browse(first))
            with self.assertStartsOver():
                self.confirm(slow)
        with (
            self.assertRaisesRegex(UserError, "needs approval"),
            self.someone("purchasing") as again,
        ):
            self.confirm(again["purchase.order.line"].browse(second))
        with self.root() as root:
            request = root["stocking.purchase.request"].browse(request_id)
            self.assertEqual(request.line_ids.ordered_quantity, 10)
            states = root["purchase.order.line"].browse([first, second]).mapped("state")
            self.assertEqual(states.count("purchase"), 1)

    def test_two_purchasers_choose_different_vendors(self):
        """S6: the second does not undo what the first chose, or nobody would be left."""
        _request_id, (first, second) = self.purchase_request()
        with self.someone_slower("purchasing", "purchase.order.line", second) as slow:
            with self.someone("purchasing") as quick:
                quick["purchase.order.line"].browse(first).action_choose_quotation()
            with self.assertStartsOver():
                slow.action_choose_quotation()
        with (
            self.assertRaisesRegex(UserError, "is not asked for it any more"),
            self.someone("purchasing") as again,
        ):
            again["purchase.order.line"].browse(second).action_choose_quotation()
        self.assertEqual(self.bought(), 10)

    def test_two_purchasers_ask_the_vendors_at_once(self):
        """S6: what was ordered a moment before is not asked for again."""
        request_id, (first, _second) = self.purchase_request()
        with self.someone("purchasing") as env:
            action = env["stocking.purchase.request"].browse(request_id).action_ask_vendors()
        with self.someone_slower("purchasing", action["res_model"], action["res_id"]) as slow:
            with self.someone("purchasing") as quick:
                self.confirm(quick["purchase.order.line"].browse(first))
            with self.assertStartsOver():
                slow.action_ask()
        with (
            self.assertRaisesRegex(UserError, "there is nothing to order"),
            self.someone("purchasing") as again,
        ):
            again[action["res_model"]].browse(action["res_id"]).action_ask()
