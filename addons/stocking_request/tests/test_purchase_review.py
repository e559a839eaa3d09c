from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .purchase_case import PurchaseCase


@tagged("post_install", "-at_install")
class TestPurchaseReview(PurchaseCase):
    """S6, A9, A10: purchase orders out of the ordinary are decided by somebody else than purchasing."""

    def decide_order(self, order, user=None):
        order.action_approval_submit()
        self.as_user(self.request_of(order), user or self.cfo).action_decide("approve")

    def planned_order(self, **values):
        """A quotation that a request stands behind."""
        return self.ask(self.approved_request(**values))

    # ------------------------------------------------------------------ what is found

    def test_planned_purchase_at_the_usual_price_is_plain_odoo(self):
        """S6: no approval, no findings, one click."""
        order = self.planned_order()
        self.assertFalse(order.needs_review)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_unplanned_purchase_needs_approval(self):
        """S6: what nobody asked for, or more of it."""
        order = self.make_order()
        self.assertTrue(order.is_unplanned)
        self.assertIn("10.00 Units are bought, and 0.00", order.review_reasons)
        with self.assertRefused("needs approval by “Purchase out of the ordinary”"):
            order.button_confirm()
        self.decide_order(order)
        self.assertEqual(order.state, "purchase")
        more = self.planned_order()
        more.order_line.product_qty = 12
        self.assertIn("12.00 Units are bought, and 10.00", more.review_reasons)

    def test_findings_are_what_approvers_read_first(self):
        """S6, A6: frozen on the sheet, in full sentences."""
        order = self.make_order()
        order.action_approval_submit()
        notes = self.request_of(order).sheet["notes"]
        self.assertEqual([note["text"] for note in notes], order.review_reasons.splitlines())

    def test_shortages_are_planned(self):
        """S6: purchasing orders what the warehouse or the assistant misses."""
        request = self.make_stocking_request()
        self.approve_stocking(request)
        self.order_goods(request)
        order = self.as_user(request.allocation_ids.shortage_id.purchase_order_id, self.purchasing)
        self.assertFalse(order.needs_review)
        order.order_line.product_qty += 1
        self.assertTrue(order.is_unplanned)

    def test_replenishment_is_planned_as_far_as_it_asked(self):
        """S6: an orderpoint, and not a unit more by hand, nor another product."""
        order = self.replenished_order()
        self.assertEqual(order.order_line.procured_quantity, 8)
        self.assertFalse(order.is_unplanned)
        order.order_line.product_qty = 9
        self.assertTrue(order.is_unplanned)
        order.order_line.product_qty = 8
        order.order_line.product_id = self.make_product("Valve")
        self.assertTrue(order.is_unplanned)

    def replenished_order(self, product=None):
        """What a reordering rule over eight makes."""
        product = product or self.make_product()
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", self.company.id)], limit=1
        )
        product.route_ids = self.env.ref("purchase_stock.route_warehouse0_buy")
        rule = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "warehouse_id": warehouse.id,
                "location_id": warehouse.lot_stock_id.id,
                "company_id": self.company.id,
                "product_min_qty": 8,
                "product_max_qty": 8,
            }
        )
        rule.action_replenish()
        line = self.env["purchase.order.line"].search([("product_id", "=", product.id)])
        return self.as_user(line.order_id, self.purchasing)

    def test_planned_quantities_are_not_entered_by_hand(self):
        """S6, A10: by no door of the buyer."""
        order = self.make_order()
        lines = self.as_user(self.env["purchase.order.line"], self.purchasing)
        values = {"order_id": order.id, "product_id": self.make_product().id, "product_qty": 5}
        with self.assertRefused("recorded by replenishment", AccessError):
            order.order_line.write({"procured_quantity": 10})
        with self.assertRefused("recorded by replenishment", AccessError):
            lines.create({**values, "procured_quantity": 5})
        line = lines.with_context(default_procured_quantity=5).create(values)
        self.assertEqual(line.procured_quantity, 0)
        self.assertEqual(self.replenished_order().copy().order_line.procured_quantity, 0)

    def test_price_above_the_last_one_needs_approval(self):
        """S6: beyond what the company tolerates, in any currency and unit."""
        product = self.make_product(vendor=False)
        first = self.planned_order(product=product, price=100)
        first.order_line.price_unit = 50
        first.button_confirm()
        second = self.planned_order(product=product, price=100)
        for price, dearer in ((50, False), (52.5, False), (52.51, True)):
            second.order_line.price_unit = price
            self.assertEqual(second.is_dearer, dearer, price)
        second.order_line.write({"price_unit": 60, "discount": 20})
        self.assertFalse(second.is_dearer)
        dozen = self.env.ref("uom.product_uom_dozen")
        product.uom_ids += dozen
        second.order_line.write({"product_uom_id": dozen.id, "product_qty": 0.5})
        second.order_line.write({"price_unit": 600, "discount": 0})
        self.assertFalse(second.is_dearer)
        second.order_line.price_unit = 660
        self.assertIn("it cost", second.review_reasons)

    def test_price_above_the_vendor_pricelist_needs_approval(self):
        """S6: even when it was never bought before."""
        order = self.planned_order(price=100)
        order.order_line.price_unit = 60
        self.assertIn("the pricelist of the vendor says", order.review_reasons)
        with self.assertRefused("needs approval"):
            order.button_confirm()

    def test_price_above_the_approved_estimate_needs_approval(self):
        """S6: the request was approved with a price."""
        request = self.approved_request(product=self.make_product(vendor=False), price=40)
        order = self.ask(request)
        order.order_line.price_unit = 45
        self.assertIn(f"{request.name} was approved with", order.review_reasons)

    def test_large_purchase_needs_approval(self):
        """S6: over the amount of the company, by whoever may decide so much."""
        request = self.make_purchase_request(quantity=2000)
        request.action_approval_submit()
        for user in (self.head, self.finance, self.boss):
            self.as_user(self.request_of(request), user).action_decide("approve")
        order = self.ask(request)
        order.order_line.tax_ids = False
        self.assertIn("in all, more than", order.review_reasons)
        order.action_approval_submit()
        approval = self.request_of(order)
        self.as_user(approval, self.cfo).action_decide("approve")
        self.assertEqual(order.state, "draft", "over the limit of the finance director")
        self.as_user(approval, self.boss).action_decide("approve")
        self.assertEqual((order.state, request.stage), ("purchase", "ordered"))

    # ------------------------------------------------------------------ switched on per company

    def test_what_a_company_does_not_look_at_is_plain_odoo(self):
        """S6, DESIGN 1: each of the three by itself."""
        order = self.make_order(quantity=3000, price=60)
        names = ("is_over_review_amount", "is_unplanned", "is_dearer")
        for name, values in (
            ("is_over_review_amount", {"purchase_review_amount": 0}),
            ("is_unplanned", {"purchase_review_unplanned": False}),
            ("is_dearer", {"purchase_review_price": False}),
        ):
            self.assertTrue(order[name])
            self.company.write(values)
            self.assertFalse(order[name])
        self.assertFalse(any(order[name] for name in (*names, "needs_review")))
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    def test_another_company_is_left_alone(self):
        """S6, DESIGN 1."""
        other = self.env["res.company"].create({"name": "Untouched"})
        order = (
            self.env["purchase.order"]
            .with_context(allowed_company_ids=other.ids)
            .with_company(other)
            .create(
                {
                    "partner_id": self.vendor.id,
                    "company_id": other.id,
                    "order_line": [
                        Command.create({"product_id": self.make_product().id, "product_qty": 1})
                    ],
                }
            )
        )
        self.assertFalse(order.needs_review)
        order.button_confirm()
        self.assertEqual(order.state, "purchase")

    # ------------------------------------------------------------------ double validation

    def test_double_validation_is_asked_besides(self):
        """S6: plain Odoo's second validation goes on, before and after the decision."""
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 100})
        plain = self.planned_order()
        plain.button_confirm()
        self.assertEqual(plain.state, "to approve")
        order = self.make_order()
        order.button_confirm()
        self.assertEqual(order.state, "to approve")
        manager = self.env.ref("base.user_admin")
        with self.assertRefused("needs approval"):
            self.as_user(order, manager).button_approve()
        self.decide_order(order)
        self.assertEqual((order.state, order.approval_state), ("to approve", "approved"))
        self.assertIn("double validation", self.request_of(order).failure)
        self.as_user(order | plain, manager).button_approve()
        self.assertEqual((order | plain).mapped("state"), ["purchase", "purchase"])
        self.assertEqual(order.approval_state, "executed")

    def test_approved_draft_goes_on_to_the_second_validation(self):
        """S6: nobody has to press the button once more for it to be seen there."""
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 100})
        order = self.make_order()
        self.decide_order(order)
        self.assertEqual(order.state, "to approve")

    # ------------------------------------------------------------------ doors

    def test_no_door_confirms_what_nobody_approved(self):
        """A10: state, creation, copy, import, buttons, as buyer, administrator and superuser."""
        order = self.make_order()
        orders = order.browse()
        values = {
            "partner_id": self.vendor.id,
            "company_id": self.company.id,
            "state": "purchase",
            "order_line": [
                Command.create({"product_id": self.make_product().id, "product_qty": 1})
            ],
        }
        admin = self.as_user(order, self.env.ref("base.user_admin"))
        keys = {"skip_alternative_check": True, "approval_bypass": True, "import_file": True}
        self.refusal_table(
            {
                "button": order.button_confirm,
                "approve": order.button_approve,
                "force": lambda: order.sudo().button_approve(force=True),
                "administrator": admin.button_confirm,
                "context": order.with_context(**keys).button_confirm,
                "write": lambda: order.write({"state": "purchase"}),
                "sudo": lambda: order.sudo().write({"state": "purchase"}),
                "below": lambda: order.sudo()._write({"state": "purchase"}),
                "run": order._confirm_reviewed,
                "create": lambda: orders.create(values),
                "default": lambda: orders.with_context(default_state="purchase").create(
                    {name: value for name, value in values.items() if name != "state"}
                ),
                "copy": lambda: order.copy({"state": "purchase"}),
                "several": lambda: (order | self.planned_order()).button_confirm(),
            },
            "needs approval",
            switch_off=lambda: self.switch_off_chain("purchase.order"),
            # Odoo leaves drafts alone there
            shut=("approve", "force", "copy"),
        )
        result = orders.load(
            ["partner_id/.id", "state", "order_line/product_id/.id", "order_line/product_qty"],
            [[str(self.vendor.id), "Purchase Order", str(self.make_product().id), "3"]],
        )
        self.assertFalse(result["ids"])
        self.assertEqual(order.state, "draft")

    def test_nothing_changes_while_it_is_decided(self):
        """A9: by order, by line, by another document, by merging."""
        order = self.make_order()
        other = self.make_order(product=order.order_line.product_id)
        order.action_approval_submit()
        line = order.order_line
        moved = self.make_order().order_line
        self.refusal_table(
            {
                "vendor": lambda: order.write({"partner_id": self.vendor2.id}),
                "currency": lambda: order.write({"currency_id": self.env.ref("base.USD").id}),
                "quantity": lambda: line.write({"product_qty": 11}),
                "price": lambda: line.write({"price_unit": 54}),
                "discount": lambda: line.write({"discount": 1}),
                "line": lambda: order.write(
                    {
                        "order_line": [
                            Command.create({"product_id": line.product_id.id, "product_qty": 1})
                        ]
                    }
                ),
                "moved line": lambda: moved.write({"order_id": order.id}),
                "deleted": line.unlink,
                "sudo": lambda: line.sudo().write({"product_qty": 11}),
                "merge": lambda: (order | other).action_merge(),
            },
            "locked until it is decided",
        )

    def test_a_change_after_approval_voids_it(self):
        """A9: approved is what was read."""
        self.company.write({"po_double_validation": "two_step", "po_double_validation_amount": 100})
        order = self.make_order()
        self.decide_order(order)
        order.order_line.price_unit = 70
        self.assertEqual(self.request_of(order).state, "void")
        with self.assertRefused("needs approval"):
            self.as_user(order, self.env.ref("base.user_admin")).button_approve()

    def test_an_order_only_shrinks_once_it_was_approved(self):
        """A9, S6: less or cheaper is no new decision, more or dearer is refused; dates are free."""
        order = self.make_order()
        self.decide_order(order)
        line = order.order_line
        line.product_qty = 8
        line.price_unit = 50
        line.date_planned = fields.Datetime.add(line.date_planned, days=3)
        self.refusal_table(
            {
                "quantity": lambda: line.write({"product_qty": 11}),
                "price": lambda: line.write({"price_unit": 56}),
                "vendor": lambda: order.write({"partner_id": self.vendor2.id}),
                "line": lambda: order.write(
                    {
                        "order_line": [
                            Command.create(
                                {"product_id": self.make_product("Hose").id, "product_qty": 1}
                            )
                        ]
                    }
                ),
            },
            "cannot be changed any more",
        )
        line.product_qty = 0
        self.assertEqual(order.state, "purchase")

    def test_a_plain_order_does_not_grow_beyond_what_was_planned(self):
        """A10, S6: nor after it was confirmed without approval."""
        order = self.planned_order()
        order.button_confirm()
        with self.assertRefused("needs approval"):
            order.order_line.product_qty = 11

    def test_approval_is_used_once(self):
        """A15: cancelled and confirmed again needs another decision."""
        order = self.make_order()
        self.decide_order(order)
        order.button_cancel()
        order.button_draft()
        with self.assertRefused("needs approval"):
            order.button_confirm()

    def test_replenishment_does_not_add_to_what_is_decided(self):
        """S6, A9: the next need opens another quotation, and no sales order fails."""
        product = self.make_product()
        order = self.replenished_order(product)
        order.order_line.price_unit = 90
        order.action_approval_submit()
        other = self.make_product("Valve")
        second = self.replenished_order(other)
        self.assertNotEqual(second, order)
        self.assertEqual((order.approval_state, second.state), ("pending", "draft"))

    def test_shortages_do_not_join_what_is_decided(self):
        """S6, A9: purchasing orders them in another quotation."""
        orders = []
        for _number in range(2):
            request = self.make_stocking_request()
            self.approve_stocking(request)
            self.order_goods(request)
            order = self.as_user(
                request.allocation_ids.shortage_id.purchase_order_id, self.purchasing
            )
            orders.append(order)
            if not order.needs_review:
                order.order_line.price_unit = 90
            if not order.approval_state:
                order.action_approval_submit()
        self.assertNotEqual(*orders)

    def test_a_vendor_confirms_nothing(self):
        """S6: in the portal vendors acknowledge and change dates; neither asks nor gives approval."""
        order = self.make_order()
        order.action_approval_submit()
        order.sudo().action_acknowledge()
        self.assertEqual((order.state, order.approval_state), ("draft", "pending"))

    def test_quotations_that_need_approval_are_found(self):
        """S6: by the filter of the list."""
        plain, odd = self.planned_order(), self.make_order()
        orders = self.as_user(self.env["purchase.order"], self.purchasing)
        found = orders.search([("needs_review", "=", True), ("id", "in", (plain | odd).ids)])
        self.assertEqual(found, odd)
        self.assertIn(odd, orders.search([("is_unplanned", "=", True)]))
        self.assertNotIn(odd, orders.search([("is_dearer", "=", True)]))

    # ------------------------------------------------------------------ cost

    def test_looking_at_an_order_costs_no_query_per_line(self):
        """S6: forty lines as four."""
        few, many = (self._review_queries(count) for count in (4, 40))
        self.assertLessEqual(many, few + 2)

    def _review_queries(self, count):
        order = self.make_order(
            order_line=[
                Command.create({"product_id": self.make_product(f"R{number}").id, "product_qty": 1})
                for number in range(count)
            ]
        )
        self.env.flush_all()
        self.env.invalidate_all()
        self.company.mapped("purchase_review_amount")
        before = self.env.cr.sql_log_count
        self.assertTrue(order.needs_review)
        return self.env.cr.sql_log_count - before
