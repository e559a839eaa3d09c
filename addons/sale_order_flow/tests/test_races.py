from odoo import SUPERUSER_ID, Command, api, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.approval_chain.tests.race_case import PeopleAtOnce


@tagged("post_install", "-at_install")
class TestRaces(PeopleAtOnce):
    """X6: two people at the same moment."""

    def verified_order(self, quantity=4):
        """A verified order, committed; cancelled and its payment reset when the test is over.

        :return: id of the order
        """
        with self.registry.cursor() as cr:
            root = api.Environment(cr, SUPERUSER_ID, {})
            company = root.ref("approval_chain.demo_company")
            # what is raced here is the cancellation itself
            company.cancel_needs_request = False
            product = root["product.product"].create(
                {
                    "name": "Race pump",
                    "type": "consu",
                    "list_price": 100,
                    "taxes_id": [Command.clear()],
                    "company_id": company.id,
                }
            )
            customer = root["res.partner"].create({"name": "Race customer"})
            sales = self.env_of(cr, "sales")
            order = sales["sale.order"].create(
                {
                    "partner_id": customer.id,
                    "contact_id": customer.id,
                    "order_channel": "phone",
                    "delivery_way": "carrier",
                    "payment_way": "transfer",
                    "require_signature": False,
                    "company_id": company.id,
                    "commitment_date": fields.Datetime.add(fields.Datetime.now(), days=10),
                    "order_line": [
                        Command.create({"product_id": product.id, "product_uom_qty": quantity})
                    ],
                }
            )
            order.action_approval_submit()
            request = self.env_of(cr, "salesmgr")["approval.request"].search(
                [("res_model", "=", "sale.order"), ("res_id", "=", order.id)]
            )
            request.action_decide("approve", "Because.")
            application = sales["sale.delivery.application"].create({"order_id": order.id})
            application.voucher_ids = [
                Command.create({"name": "slip.txt", "raw": application.name.encode()})
            ]
            application.action_submit()
            finance = self.env_of(cr, "finance")
            bank = root["account.journal"].search(
                [("type", "=", "bank"), ("company_id", "=", company.id)], limit=1
            )
            payment = finance["account.payment"].create(
                {
                    "payment_type": "inbound",
                    "partner_type": "customer",
                    "partner_id": customer.id,
                    "amount": order.amount_total,
                    "journal_id": bank.id,
                }
            )
            payment.action_post()
            finance["sale.payment.allocation"].create(
                {
                    "application_id": application.id,
                    "payment_id": payment.id,
                    "amount": order.amount_total,
                }
            )
            order_id = order.id
        self.addCleanup(self.forget, order_id)
        return order_id

    def forget(self, order_id):
        with self.root() as root:
            order = root["sale.order"].browse(order_id)
            order.company_id.cancel_needs_request = False
            if order.state == "sale":
                order._action_cancel()
            order.company_id.cancel_needs_request = True

    def verify(self, env, order_id):
        env["sale.order"].browse(order_id).delivery_application_ids.action_verify()

    # ------------------------------------------------------------------ the tests

    def test_two_assistants_issue_the_same_notice(self):
        """F10: the second is told that it was issued; the goods are ordered once."""
        order_id = self.verified_order()
        with self.someone("finance") as env:
            self.verify(env, order_id)
        with self.someone("assistant") as env:
            notice_id = (
                env["sale.order"].browse(order_id).action_prepare_delivery_notice()["res_id"]
            )
        with self.someone_slower("assistant", "sale.order", order_id) as slow:
            notice = slow.env["sale.delivery.notice"].browse(notice_id)
            self.assertEqual(notice.state, "draft")
            with self.someone("assistant") as quick:
                quick["sale.delivery.notice"].browse(notice_id).action_issue()
            with self.assertStartsOver():
                notice.action_issue()
        with (
            self.assertRaisesRegex(UserError, "was issued already"),
            self.someone("assistant") as e,
        ):
            e["sale.delivery.notice"].browse(notice_id).action_issue()
        with self.someone("assistant") as env:
            moves = env["sale.order"].sudo().browse(order_id).order_line.move_ids
            self.assertEqual(sum(moves.mapped("product_uom_qty")), 4)

    def test_two_notices_for_the_same_goods(self):
        """F10: each assistant made an own notice for all; together they would ship twice."""
        order_id = self.verified_order()
        with self.someone("finance") as env:
            self.verify(env, order_id)
        with self.someone("assistant") as env:
            line = env["sale.order"].browse(order_id).order_line
            first, second = (
                env["sale.delivery.notice"]
                .create(
                    {
                        "order_id": order_id,
                        "line_ids": [Command.create({"order_line_id": line.id, "quantity": 4})],
                    }
                )
                .id
                for _number in range(2)
            )
        with self.someone_slower("assistant", "sale.order", order_id) as slow:
            with self.someone("assistant") as quick:
                quick["sale.delivery.notice"].browse(first).action_issue()
            with self.assertStartsOver():
                slow.env["sale.delivery.notice"].browse(second).action_issue()
        with (
            self.assertRaisesRegex(UserError, "only 0.0 are ordered"),
            self.someone("assistant") as env,
        ):
            env["sale.delivery.notice"].browse(second).action_issue()

    def test_an_order_is_cancelled_while_finance_verifies(self):
        """F10: whoever comes second sees what the first one did, whichever way round."""
        order_id = self.verified_order()
        with self.someone_slower("finance", "sale.order", order_id) as slow:
            with self.someone("salesmgr") as quick:
                quick["sale.order"].browse(order_id)._action_cancel()
            with self.assertStartsOver():
                self.verify(slow.env, order_id)
        with self.assertRaisesRegex(UserError, "nothing to verify"), self.someone("finance") as env:
            self.verify(env, order_id)

    def test_finance_verifies_while_the_order_is_cancelled(self):
        """F10: the cancellation is repeated and finds the verification."""
        order_id = self.verified_order()
        with self.someone_slower("salesmgr", "sale.order", order_id) as slow:
            with self.someone("finance") as quick:
                self.verify(quick, order_id)
            with self.assertStartsOver():
                slow._action_cancel()
                slow.env.flush_all()
        with self.someone("salesmgr") as env:
            env["sale.order"].browse(order_id)._action_cancel()
        with self.someone("finance") as env:
            order = env["sale.order"].browse(order_id)
            self.assertEqual(order.state, "cancel")
            self.assertEqual(order.delivery_application_ids.state, "verified")

    def test_a_double_click_submits_once(self):
        """F3: two calls of the same button at once make one request."""
        with self.someone("sales") as env:
            copied = (
                env["sale.order"]
                .browse(self.verified_order())
                .copy(
                    {
                        "contact_id": False,
                        "commitment_date": fields.Datetime.add(fields.Datetime.now(), days=10),
                    }
                )
            )
            copied.contact_id = copied.partner_id
            order_id = copied.id
        self.addCleanup(self.drop, order_id)
        with self.someone_slower("sales", "sale.order", order_id) as slow:
            with self.someone("sales") as quick:
                quick["sale.order"].browse(order_id).action_approval_submit()
            with self.assertStartsOver():
                slow.action_approval_submit()
                slow.env.flush_all()
        with self.assertRaises(UserError), self.someone("sales") as env:
            env["sale.order"].browse(order_id).action_approval_submit()

    def drop(self, order_id):
        with self.root() as root:
            root["sale.order"].browse(order_id)._action_cancel()
