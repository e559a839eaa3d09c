from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestSpecialApproval(OrderFlowCase):
    """F5, F6: what is special is found by the system, never declared by the salesperson."""

    def chain_steps(self, order):
        """Roles asked for the order, from its preview."""
        steps = order.approval_panel["steps"]
        return [slot["people"][0]["id"] for step in steps for slot in step["slots"]]

    def make_priced(self, price=100.0, discount=0.0, **values):
        return self.make_order(
            order_line=[
                Command.create(
                    {
                        "product_id": self.pump.id,
                        "product_uom_qty": 5,
                        "price_unit": price,
                        "discount": discount,
                    }
                )
            ],
            **values,
        )

    def enable_pricelists(self):
        self.env.ref("base.group_user").implied_ids |= self.env.ref(
            "product.group_product_pricelist"
        )

    def make_pricelist(self, **item):
        currency = item.pop("currency", self.company.currency_id)
        return self.env["product.pricelist"].create(
            {
                "name": "Dealers",
                "currency_id": currency.id,
                "company_id": self.company.id,
                "item_ids": [
                    Command.create(
                        {
                            "applied_on": "3_global",
                            "compute_price": "percentage",
                            "percent_price": 10,
                            **item,
                        }
                    )
                ],
            }
        )

    # ------------------------------------------------------------------ who decides

    def test_order_at_pricelist_price_is_reviewed_by_the_sales_manager(self):
        """F3, F5: nothing special."""
        order = self.make_priced()
        self.assertEqual(order.special_level, "none")
        self.assertEqual(self.chain_steps(order), self.salesmgr.ids)

    def test_concession_within_the_limit_is_decided_by_the_department_head(self):
        """F6: five percent is within five percent, by discount and by price alike."""
        for order in (self.make_priced(discount=5), self.make_priced(95), self.make_priced(97, 2)):
            self.assertEqual(order.special_level, "head", order.special_reasons)
            self.assertEqual(self.chain_steps(order), self.head.ids)

    def test_concession_beyond_the_limit_goes_to_the_president(self):
        """F6, F5: opinions of VP marketing and finance director come first."""
        for order in (
            self.make_priced(discount=5.01),
            self.make_priced(94.99),
            self.make_priced(97, 3),
        ):
            self.assertEqual(order.special_level, "president", order.special_reasons)
            self.assertEqual(self.chain_steps(order), [self.vp.id, self.cfo.id, self.president.id])

    def test_without_a_limit_every_concession_goes_to_the_president(self):
        """F6: where no limit is set."""
        self.company.head_discount_limit = 0
        self.assertEqual(self.make_priced(discount=0.5).special_level, "president")

    def test_the_reasons_say_what_a_reviewer_asks(self):
        """F6: from which price to which, how many percent, and what the limit is."""
        money = self.company.currency_id.format
        for price, words in (
            (95, ("5.00 % less", "within the 5.00 %")),
            (90, ("10.00 % less", "beyond the 5.00 %")),
            (110, ("price raised", "10.00 % more")),
        ):
            reasons = self.make_priced(price).special_reasons
            for wanted in (*words, f"from {money(100)} to {money(price)}"):
                with self.subTest(price, wanted=wanted):
                    self.assertIn(wanted, reasons)
        self.company.head_discount_limit = 0
        self.assertIn("No discount is left", self.make_priced(95).special_reasons)

    def test_price_rise_goes_to_the_president(self):
        """F5: price rises count too."""
        order = self.make_priced(100.01)
        self.assertEqual(order.special_level, "president")
        self.assertIn("Pump", order.special_reasons)

    def test_one_special_line_makes_the_order_special(self):
        """F5: the highest level decides, and each reason is told."""
        order = self.make_order(
            order_line=[
                Command.create({"product_id": self.pump.id, "discount": 3}),
                Command.create({"product_id": self.hose.id, "price_unit": 12}),
            ]
        )
        self.assertEqual(order.special_level, "president")
        self.assertIn("Pump", order.special_reasons)
        self.assertIn("Hose", order.special_reasons)

    def test_other_payment_term_than_the_customers_goes_to_the_president(self):
        """F5: a changed policy."""
        later = self.env.ref("account.account_payment_term_30days")
        order = self.make_priced(payment_term_id=later.id)
        self.assertEqual(order.special_level, "president")
        self.assertIn(later.display_name, order.special_reasons)
        self.customer.with_company(self.company).property_payment_term_id = later
        self.assertEqual(self.make_priced(payment_term_id=later.id).special_level, "none")
        self.assertEqual(self.make_priced(payment_term_id=False).special_level, "president")

    def test_rebate_on_the_whole_order_counts_as_a_concession(self):
        """F6: a negative line, as the discount wizard makes it, lowers every price."""
        rebate = self.make_product("Rebate", 0.0, 0, type="service")

        def order(amount, discount=0):
            return self.make_order(
                order_line=[
                    Command.create(
                        {"product_id": self.pump.id, "product_uom_qty": 5, "discount": discount}
                    ),
                    Command.create(
                        {"product_id": rebate.id, "product_uom_qty": 1, "price_unit": -amount}
                    ),
                ]
            )

        self.assertEqual(order(25).special_level, "head")
        self.assertEqual(order(26).special_level, "president")
        self.assertEqual(order(10, discount=4).special_level, "president")
        self.assertEqual(order(600).special_level, "president")

    # ------------------------------------------------------------------ what is not special

    def test_discount_of_the_customers_pricelist_is_not_special(self):
        """F5: the pricelist is the policy."""
        self.enable_pricelists()
        pricelist = self.make_pricelist(percent_price=33.333)
        self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
        self.pump.list_price = 9999.99
        order = self.make_order()
        self.assertEqual(order.pricelist_id, pricelist)
        self.assertEqual(order.special_level, "none", order.special_reasons)

    def test_other_pricelist_than_the_customers_is_special(self):
        """F5: choosing a cheaper pricelist is changing the policy."""
        self.enable_pricelists()
        order = self.make_order(pricelist_id=self.make_pricelist().id)
        self.assertEqual(order.special_level, "president")
        self.assertIn("Dealers", order.special_reasons)

    def test_other_units_and_quantities_are_not_special(self):
        """F5: a dozen costs twelve times as much, and quantity prices belong to the pricelist."""
        self.enable_pricelists()
        pricelist = self.make_pricelist(min_quantity=10)
        self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.make_order(
            order_line=[
                Command.create(
                    {"product_id": self.pump.id, "product_uom_qty": 1, "product_uom_id": dozen.id}
                ),
                Command.create({"product_id": self.hose.id, "product_uom_qty": 3}),
            ]
        )
        self.assertEqual(order.special_level, "none", order.special_reasons)

    def test_pricelist_in_another_currency_is_not_special(self):
        """F5, X4: prices are compared in the currency of the order."""
        self.enable_pricelists()
        usd = self.env.ref("base.USD")
        usd.active = True
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": fields.Date.today(),
                "rate": 0.1379,
            }
        )
        pricelist = self.make_pricelist(currency=usd, percent_price=0)
        self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
        order = self.make_order()
        self.assertEqual(order.currency_id, usd)
        self.assertEqual(order.special_level, "none", order.special_reasons)
        order.order_line.price_unit -= 0.01
        self.assertEqual(order.special_level, "head")

    def test_notes_sections_and_services_at_their_price_are_not_special(self):
        """F5: only prices count."""
        order = self.make_order({self.pump: 1, self.training: 2})
        order.order_line = [Command.create({"display_type": "line_section", "name": "Goods"})]
        self.assertEqual(order.special_level, "none", order.special_reasons)

    # ------------------------------------------------------------------ no way round

    def test_salesperson_cannot_change_what_is_usual_for_a_customer(self):
        """F5: otherwise the policy would be whatever the quotation needs."""
        manager = self.env.ref("base.group_partner_manager")
        self.sales.group_ids |= manager
        later = self.env.ref("account.account_payment_term_30days")
        with self.assertRefused("is set by finance", AccessError):
            self.as_user(self.customer, self.sales).property_payment_term_id = later
        self.as_user(self.customer, self.sales).phone = "1"
        self.finance.group_ids |= manager
        self.as_user(self.customer, self.finance).property_payment_term_id = later

    def test_salesperson_cannot_declare_the_level(self):
        """F5: written or imported, it is found anew."""
        order = self.make_priced(discount=20)
        order.write({"special_level": "none"})
        order.invalidate_recordset()
        self.assertEqual(order.special_level, "president")
        order.with_context(default_special_level="none").action_approval_submit()
        self.assertEqual(
            self.request_of(order).step_ids.slot_ids.role_id.mapped("code"),
            [
                "vp_marketing",
                "finance_director",
                "president",
            ],
        )

    def test_date_of_the_order_does_not_choose_an_old_price(self):
        """F5: a price of last year's pricelist is a concession today."""
        self.enable_pricelists()
        pricelist = self.make_pricelist(date_end="2020-12-31")
        self.customer.with_company(self.company).specific_property_product_pricelist = pricelist
        order = self.make_order(date_order="2020-06-01 08:00:00")
        self.assertEqual(order.amount_total, 360)
        self.assertEqual(order.special_level, "president", order.special_reasons)

    def test_reasons_stand_on_the_sheet_the_approvers_read(self):
        """F5, A6: they see what is special without opening the order."""
        order = self.make_priced(discount=20)
        order.action_approval_submit()
        notes = self.as_user(self.request_of(order), self.vp).sheet["notes"]
        self.assertTrue(any("Pump" in note["text"] for note in notes), notes)
