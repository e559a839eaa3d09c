from odoo.exceptions import AccessError

from .order_flow_case import OrderFlowCase


class TestDesk(OrderFlowCase):
    def row(self, order, user):
        self.env["sale.desk"].invalidate_model()
        return self.as_user(self.env["sale.desk"], user).search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)],
        )

    def assertStep(self, order, user, stage, label):
        row = self.row(order, user)
        self.assertEqual((row.stage, row.action_label, row.is_mine), (stage, label, True))

    def test_the_button_of_an_incomplete_order_says_what_is_missing(self):
        """F1, F11: the order opens, and every empty field is named."""
        order = self.make_order(payment_way=False, delivery_way=False)
        answer = self.row(order, self.sales).action_next()
        self.assertEqual(answer["tag"], "display_notification")
        for name in ("payment_way", "delivery_way"):
            label = order.fields_get([name], ["string"])[name]["string"]
            self.assertIn(label, answer["params"]["message"])
        opened = answer["params"]["next"]
        self.assertEqual((opened["res_model"], opened["res_id"]), ("sale.order", order.id))
        self.assertFalse(self.request_of(order))

    def test_what_the_checks_refuse_is_said_when_the_button_is_pressed(self):
        """F4, F11: the page asks no check, the button asks all of them."""
        self.env["sale.order.check.policy"].search(
            [("company_id", "=", self.company.id), ("code", "=", "discount")]
        ).means = "stop"
        order = self.make_order()
        self.as_user(order, self.salesmgr).order_line.discount = 60
        self.assertStep(order, self.sales, "quotation", "Submit for Approval")
        answer = self.row(order, self.sales).action_next()
        self.assertIn("60", answer["params"]["message"])
        self.assertFalse(self.request_of(order))

    def test_quotations_are_labelled_by_the_chains_of_their_company(self):
        """F11: what pressing the button can come to is what it says."""
        order, incomplete = self.make_order(), self.make_order(payment_way=False)
        chains = self.env["approval.chain"].search(
            [("company_id", "=", self.company.id), ("model", "=", "sale.order")]
        )
        chains.filtered(lambda chain: chain._always_applies()).active = False
        for each in (order, incomplete):
            self.assertStep(each, self.sales, "quotation", "Submit or Confirm")
        self.row(order, self.sales).action_next()
        self.assertEqual(order.state, "sale")
        chains.active = False
        self.assertStep(incomplete, self.sales, "quotation", "Confirm")

    def test_checklists_are_read_of_rows_one_may_see(self):
        """F11, F21: nobody reads the gates of a row that is not on the desk they see."""
        order = self.make_confirmed()
        row = self.row(order, self.assistant)
        desk = self.env["sale.desk"]
        found = self.as_user(desk, self.assistant).release_checklists(row.ids)
        self.assertEqual(
            [gate["code"] for gate in found[row.id]],
            [gate["code"] for gate in self.as_user(order, self.assistant).release_checklist],
        )
        self.assertEqual(self.as_user(desk, self.sales2).release_checklists(row.ids), {})
        self.assertEqual(self.as_user(desk, self.assistant).release_checklists([0]), {})

    def test_one_row_follows_the_order_to_the_end(self):
        """F11: one owner and one executable action at each step; the stage follows every document."""
        order = self.make_order(payment_way=False)
        self.assertStep(order, self.sales, "quotation", "Complete the Order")
        order.payment_way = "cash"
        self.assertStep(order, self.sales, "quotation", "Submit for Approval")
        self.row(order, self.sales).action_next()
        self.assertStep(order, self.salesmgr, "review", "Decide")
        self.decide(order, self.salesmgr)
        self.assertStep(order, self.sales, "apply", "Apply for Delivery")
        application = self.as_user(
            self.env["sale.delivery.application"].browse(
                self.row(order, self.sales).action_next()["res_id"]
            ),
            self.sales,
        )
        self.attach_voucher(application)
        application.action_submit()
        self.assertStep(order, self.finance, "verify", "Verify Payment")
        opened = self.row(order, self.finance).action_next()
        self.assertEqual(opened["res_id"], application.id)
        self.allocate(application, self.make_payment(400), 400)
        self.as_user(application, self.finance).action_verify()
        self.assertStep(order, self.assistant, "notice", "Issue Delivery Notice")
        notice = self.as_user(
            self.env["sale.delivery.notice"].browse(
                self.row(order, self.assistant).action_next()["res_id"]
            ),
            self.assistant,
        )
        notice.action_issue()
        self.assertStep(order, self.warehouse, "ship", "Ship")
        self.assertEqual(
            self.row(order, self.warehouse).action_next()["res_model"], "stock.picking"
        )
        self.ship(self.pickings(order))
        self.assertStep(order, self.assistant, "feedback", "Pass On News")
        self.row(order, self.assistant).action_next()
        self.assertIn(self.sales.partner_id, order.message_ids[0].partner_ids)
        self.assertIn(self.contact, order.message_ids[0].partner_ids)
        self.assertFalse(self.row(order, self.assistant))
        self.assertEqual(order.flow_stage, "done")

    def test_the_row_names_whoever_it_waits_for(self):
        """F11: owner is a role or a person."""
        order = self.make_confirmed()
        self.make_application(order)
        row = self.row(order, self.assistant)
        self.assertIn(self.finance.name, row.owner)
        self.assertFalse(row.action_label)
        with self.assertRefused(self.finance.name, AccessError):
            row.action_next()

    def test_my_turn_finds_mine_and_nothing_else(self):
        """F11: for every role, by search and by row alike."""
        self.make_order()
        confirmed = self.make_confirmed()
        self.make_application(confirmed)
        for login in ("sales", "salesmgr", "vp", "finance", "assistant", "warehouse"):
            with self.subTest(login=login):
                desk = self.as_user(self.env["sale.desk"], getattr(self, login))
                found = desk.search([("is_mine", "=", True)])
                self.assertEqual(found, desk.search([]).filtered("is_mine"))
                self.assertEqual(desk.search([("is_mine", "=", False)]), desk.search([]) - found)

    def test_salespeople_see_their_own_rows(self):
        """F21: not others' orders."""
        order = self.make_order()
        self.assertTrue(self.row(order, self.sales))
        self.assertFalse(self.row(order, self.sales2))
        self.assertTrue(self.row(order, self.assistant))

    def test_a_promise_in_danger_stands_out(self):
        """F12: late by today, or by the date expected from the transfers."""
        order = self.make_noticed()
        self.assertFalse(self.row(order, self.assistant).is_late)
        self.pickings(order).move_ids.date = order.commitment_date.replace(
            year=order.commitment_date.year + 1
        )
        row = self.row(order, self.assistant)
        self.assertTrue(row.is_late)
        self.assertGreater(row.expected_date, row.promised_date)

    def test_a_cancelled_order_leaves_the_desk(self):
        """F11: nothing dead on the desk."""
        order = self.make_order()
        order.action_cancel()
        self.assertEqual(order.flow_stage, "cancelled")
        self.assertFalse(self.row(order, self.sales))

    def test_withdrawing_brings_the_row_back_to_the_salesperson(self):
        """F11, A5: the stage follows the approval."""
        order = self.make_order()
        order.action_approval_submit()
        self.assertEqual(order.flow_stage, "review")
        self.as_user(self.request_of(order), self.sales).action_withdraw("Wrong customer.")
        self.assertEqual(order.flow_stage, "quotation")

    def test_grouping_by_what_it_waits_for(self):
        """F11: the assistant's view of the day."""
        self.make_order()
        self.make_confirmed()
        desk = self.as_user(self.env["sale.desk"], self.assistant)
        counts = dict(desk._read_group([], ["stage"], ["__count"]))
        self.assertGreaterEqual(counts["quotation"], 1)
        self.assertGreaterEqual(counts["apply"], 1)

    def test_since_when_it_waits(self):
        """F11: the oldest worry first."""
        order = self.make_order()
        before = order.flow_stage_since
        order.flush_recordset()
        self.env.cr.execute(
            "UPDATE sale_order SET flow_stage_since = '2020-01-01' WHERE id = %s",
            [order.id],
        )
        order.invalidate_recordset()
        order.action_approval_submit()
        self.assertGreaterEqual(order.flow_stage_since, before)

    def test_approver_without_rights_to_orders_decides_from_the_desk(self):
        """F11, A6: the button opens the request with its frozen sheet, not the order."""
        order = self.make_order()
        order.order_line.price_unit = 80
        order.action_approval_submit()
        self.env.flush_all()
        row = self.as_user(self.env["sale.desk"], self.vp).search(
            [("res_model", "=", "sale.order"), ("res_id", "=", order.id)],
        )
        with self.assertRefused(exception=AccessError):
            self.as_user(order, self.vp).read(["name"])
        self.env.invalidate_all()
        action = row.action_next()
        self.assertEqual(action["res_model"], "approval.request")
        request = self.as_user(self.env["approval.request"].browse(action["res_id"]), self.vp)
        self.assertEqual(request.sheet["title"], order.name)
