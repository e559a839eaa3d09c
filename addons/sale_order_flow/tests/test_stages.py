import base64

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.sale_order_flow.demo.sale_order_flow_demo import VOUCHER

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestStages(OrderFlowCase):
    """F11, F16: one stage, derived from the documents, and when the order entered each."""

    def invoice(self, order, post=True):
        """Finance invoices what was delivered."""
        move = self.as_user(order, self.env.ref("base.user_admin"))._create_invoices()
        move.invoice_date = order.date_order.date()
        if post:
            move.action_post()
        return move

    def pay(self, move):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": self.bank.id})
        )
        wizard.action_create_payments()

    def make_delivered(self):
        order = self.make_noticed()
        self.ship(self.pickings(order))
        self.tell(order)
        self.assertEqual(order.flow_stage, "done")
        return order

    def stages(self, order):
        self.env.flush_all()
        return order.stage_entry_ids.sorted("id").mapped("stage")

    # ------------------------------------------------------------------ what is derived

    def test_goods_that_are_missing_are_provided_before_they_are_shipped(self):
        """F11, D9 1: a delivery that cannot leave waits for stock, not for shipping."""
        scarce = self.make_product("Scarce", 20)
        order = self.make_noticed({scarce: 2})
        self.assertEqual(order.flow_stage, "supplying")
        self.env["stock.quant"]._update_available_quantity(
            scarce, self.warehouse_place.lot_stock_id, 2
        )
        self.pickings(order).action_assign()
        self.assertEqual(order.flow_stage, "ship")

    def test_an_order_that_waits_for_a_signature_is_with_the_customer(self):
        """F8, F11: until it is signed."""
        order = self.make_order(require_signature=True)
        order.action_approval_submit()
        self.decide(order, self.salesmgr)
        self.assertEqual(order.flow_stage, "customer")
        order.write({"signature": base64.b64encode(VOUCHER), "signed_by": "Buyer"})
        self.assertEqual(order.flow_stage, "approved")
        order._validate_order()
        self.assertEqual(order.flow_stage, "apply")

    def test_a_delivered_order_is_invoiced_when_every_invoice_is_posted(self):
        """F16: a draft is no invoice."""
        order = self.make_delivered()
        move = self.invoice(order, post=False)
        self.assertEqual(order.flow_stage, "done")
        move.action_post()
        self.assertEqual(order.flow_stage, "invoiced")

    def test_an_invoiced_order_is_settled_when_it_is_paid(self):
        """F16: and no more when the invoice is taken back."""
        order = self.make_delivered()
        move = self.invoice(order)
        self.pay(move)
        self.assertEqual(order.flow_stage, "settled")
        move.button_draft()
        self.assertEqual(order.flow_stage, "done")

    def test_a_signed_delivery_is_received(self):
        """F15: every delivery, and as long as the signature is there."""
        order = self.make_noticed()
        picking = self.pickings(order)
        picking.move_ids.quantity = 3
        picking.move_ids.picked = True
        picking.with_context(skip_backorder=True, picking_ids_not_to_backorder=[]).button_validate()
        rest = self.pickings(order) - picking
        self.ship(rest)
        self.tell(order)
        self.assertEqual(order.flow_stage, "done")
        picking.signature = base64.b64encode(VOUCHER)
        self.assertEqual(order.flow_stage, "done")
        rest.signature = base64.b64encode(VOUCHER)
        self.assertEqual(order.flow_stage, "received")
        self.assertFalse(order.desk_open)
        rest.signature = False
        self.assertEqual(order.flow_stage, "done")

    def test_a_received_order_is_invoiced_and_settled_like_any(self):
        """F15, F16: the receipt stands between delivery and invoice."""
        order = self.make_delivered()
        self.pickings(order).signature = base64.b64encode(VOUCHER)
        self.assertEqual(order.flow_stage, "received")
        move = self.invoice(order)
        self.assertEqual(order.flow_stage, "invoiced")
        self.pay(move)
        self.assertEqual(order.flow_stage, "settled")

    def test_a_settled_order_is_archived_with_its_contract(self):
        """F9, F16: not before it is paid, and not while a contract of it is not in the archive."""
        order = self.make_delivered()
        today = self.company._approval_today()
        contract = self.as_user(self.env["sale.contract"], self.sales).create(
            {
                "partner_id": self.customer.id,
                "order_ids": order.ids,
                "document": base64.b64encode(VOUCHER),
                "company_signed_by_id": self.head.id,
                "company_signed_on": today,
                "customer_signed_by": "Buyer",
                "customer_signed_on": today,
            }
        )
        contract.action_sign()
        archive = self.as_user(contract.archive_id, self.assistant)
        archive.write({"shelf": "A", "folder": "1"})
        archive.action_archive_contracts()
        self.assertEqual(order.flow_stage, "done")
        move = self.invoice(order)
        self.pay(move)
        self.assertEqual(order.flow_stage, "archived")
        later = self.as_user(self.env["sale.contract"], self.sales).create(
            {"partner_id": self.customer.id, "order_ids": order.ids}
        )
        self.assertEqual(order.flow_stage, "settled")
        later.cancel_reason = "Not needed."
        later.action_cancel()
        self.assertEqual(order.flow_stage, "archived")

    def test_an_invoice_before_delivery_changes_nothing(self):
        """F16: the stage says what the order waits for."""
        order = self.make_confirmed()
        self.pump.invoice_policy = "order"
        order.order_line.invalidate_recordset()
        self.invoice(order)
        self.assertEqual(order.flow_stage, "apply")

    def test_delivered_orders_leave_the_desk(self):
        """F11: what is delivered and told waits for nobody on the desk."""
        order = self.make_delivered()
        self.assertFalse(order.desk_open)
        self.assertFalse(order.is_late)

    # ------------------------------------------------------------------ when and who

    def test_every_stage_is_entered_once_and_left_for_the_next(self):
        """F11, F20: who brought it there, without gaps."""
        order = self.make_order()
        # as at the end of the request of the salesperson
        order.env.flush_all()
        order.action_approval_submit()
        order.env.flush_all()
        self.decide(order, self.salesmgr)
        # what is approved is confirmed at once
        self.assertEqual(self.stages(order), ["quotation", "review", "approved", "apply"])
        entries = order.stage_entry_ids.sorted("id")
        first, last = entries[0], entries[-1]
        self.assertEqual(entries[:-1].mapped("left_at"), entries[1:].mapped("entered_at"))
        self.assertFalse(last.left_at)
        self.assertEqual(last.entered_at, order.flow_stage_since)
        self.assertEqual(first.entered_by_id, self.sales)
        self.assertEqual(first.salesperson_id, self.sales)
        self.assertEqual((first.company_id, first.partner_id), (self.company, self.customer))

    def test_the_hours_in_a_stage_can_be_summed_up(self):
        """F20: stored, for pivot and graph."""
        order = self.make_order()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_stage_entry SET entered_at = entered_at - interval '36 hours' "
            "WHERE order_id = %s",
            [order.id],
        )
        order.action_approval_submit()
        self.env.flush_all()
        groups = self.env["sale.order.stage.entry"]._read_group(
            [("order_id", "=", order.id), ("left_at", "!=", False)], ["stage"], ["hours:avg"]
        )
        [(stage, hours)] = groups
        self.assertEqual(stage, "quotation")
        self.assertAlmostEqual(hours, 36, delta=0.1)

    def test_working_hours_in_a_stage_leave_out_nights_and_weekends(self):
        """F20: by the calendar and the clock of the company, beside the hours around the clock."""
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Weekdays from nine to five",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create({"name": day, "dayofweek": day, "hour_from": 9, "hour_to": 17})
                    for day in "01234"
                ],
            }
        )
        order = self.make_order()
        self.env.flush_all()
        order.action_approval_submit()
        self.env.flush_all()
        entry = order.stage_entry_ids.sorted("id")[0]
        # Friday, four in the afternoon in Shanghai, until Monday at eleven
        self.env.cr.execute(
            "UPDATE sale_order_stage_entry SET work_hours = NULL,"
            " entered_at = '2026-03-13 08:00:00', left_at = '2026-03-16 03:00:00' WHERE id = %s",
            entry.ids,
        )
        self.env["sale.order.stage.entry"]._count_work_hours(100000)
        self.env.invalidate_all()
        self.assertEqual(entry.work_hours, 3)
        standing = order.stage_entry_ids - entry
        self.env.cr.execute(
            "SELECT work_hours FROM sale_order_stage_entry WHERE id = %s", standing.ids
        )
        self.assertEqual(self.env.cr.fetchall(), [(None,)])

    def test_many_entries_are_counted_without_a_query_each(self):
        """DESIGN 19: one look at the calendar, one statement."""
        orders = self.env["sale.order"].concat(*(self.make_order() for _number in range(6)))
        self.env.flush_all()
        entries = self.env["sale.order.stage.entry"]
        entries._count_work_hours(100000)
        moment = orders[0].flow_stage_since

        def count(some):
            entries._note({order.id: ("review", moment) for order in some})
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(entries._count_work_hours(100000), len(some))
            return self.env.cr.sql_log_count - before

        self.assertEqual(count(orders[:1]), count(orders[1:]))

    def test_many_orders_are_noted_in_two_statements(self):
        """DESIGN 19: not one by one."""
        orders = self.env["sale.order"].concat(*(self.make_order() for _number in range(8)))
        self.env.flush_all()
        entries = self.env["sale.order.stage.entry"]
        moment = orders[0].flow_stage_since
        before = self.env.cr.sql_log_count
        entries._note({order.id: ("review", moment) for order in orders})
        self.assertEqual(self.env.cr.sql_log_count - before, 2)
        self.assertEqual(
            entries.search_count([("order_id", "in", orders.ids), ("left_at", "=", False)]), 8
        )

    def test_nobody_writes_stages_by_hand(self):
        """A10: neither created nor changed nor deleted, by nobody."""
        order = self.make_order()
        self.env.flush_all()
        entry = order.stage_entry_ids
        for user in (self.sales, self.assistant, self.env.ref("base.user_admin")):
            mine = self.as_user(entry, user)
            with self.subTest(user.login):
                with self.assertRefused("", AccessError):
                    mine.create({"order_id": order.id, "stage": "ship", "entered_at": "2026-01-01"})
                with self.assertRefused("", AccessError):
                    mine.write({"stage": "ship"})
                with self.assertRefused("", AccessError):
                    mine.unlink()

    def test_salespeople_read_the_times_of_their_own_orders(self):
        """F21: not others'."""
        order = self.make_order()
        self.env.flush_all()
        domain = [("order_id", "=", order.id)]
        seen = {
            user.login: self.as_user(self.env["sale.order.stage.entry"], user).search_count(domain)
            for user in (self.sales, self.sales2, self.assistant, self.salesmgr)
        }
        self.assertEqual(seen, {"sales": 1, "sales2": 0, "assistant": 1, "salesmgr": 1})

    def test_deleting_a_quotation_takes_its_times_along(self):
        """X6: nothing is left behind."""
        order = self.make_order()
        self.env.flush_all()
        self.as_user(order, self.env.ref("base.user_admin")).unlink()
        self.assertFalse(
            self.env["sale.order.stage.entry"].search_count([("order_id", "=", order.id)])
        )

    def test_a_copy_begins_anew(self):
        """F11: times, promises and named persons are those of the document."""
        order = self.make_confirmed()
        copy = self.as_user(order, self.sales).copy()
        self.assertEqual(self.stages(copy), ["quotation"])

    def test_the_board_shows_the_way_in_its_order(self):
        """F11: a column for each stage of the way, empty ones too."""
        order = self.make_confirmed()
        groups = (
            self.as_user(self.env["sale.order"], self.assistant)
            .with_context(read_group_expand=True)
            .formatted_read_group([("id", "=", order.id)], ["flow_stage"], ["__count"])
        )
        stages = [group["flow_stage"] for group in groups]
        way = ["quotation", "review", "apply", "verify", "notice", "ship", "done", "settled"]
        self.assertEqual([stage for stage in stages if stage in way], way)
        self.assertNotIn("cancelled", stages)
