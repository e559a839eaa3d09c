from datetime import timedelta

from freezegun import freeze_time

from odoo import Command, fields
from odoo.fields import Domain
from odoo.tests import tagged
from odoo.tools import SQL

from .common import OrderFlowCase
from .return_case import ReturnCase


@tagged("post_install", "-at_install")
class TestStatisticsFigures(OrderFlowCase):
    """F20: figures of deliveries in parts, returns, replacements, services, and several companies."""

    def report(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["sale.flow.report"].search([("order_id", "=", order.id)])

    def paid(self, quantities, **values):
        order = self.make_confirmed(quantities, **values)
        self.make_verified(order)
        return order

    def give_back(self, order, quantity, to_refund=True):
        picking = self.pickings(order).filtered(
            lambda row: row.state == "done" and row.picking_type_code == "outgoing"
        )[:1]
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
            .create({})
        )
        wizard.product_return_moves.write({"quantity": quantity, "to_refund": to_refund})
        back = wizard._create_return()
        back.move_ids.write({"quantity": quantity, "picked": True})
        back.with_context(skip_backorder=True)._action_done()
        return back

    def test_a_line_that_left_in_parts_is_delivered_with_the_last(self):
        """F20: late as the last part; before it, not delivered."""
        moment = fields.Datetime.now().replace(hour=2, minute=0, second=0, microsecond=0)
        promised = moment + timedelta(days=3)
        with freeze_time(moment):
            order = self.paid({self.pump: 4}, commitment_date=promised)
            self.make_notice(order, {self.pump: 1})
            self.ship(self.pickings(order), 1)
            row = self.report(order)
            self.assertEqual((row.delivered, row.delivered_date), (1, False))
        with freeze_time(promised + timedelta(days=2)):
            self.make_notice(order)
            self.ship(self.pickings(order).filtered(lambda p: p.state != "done"))
            row = self.report(order)
        self.assertEqual((row.delivered, row.on_time, row.days_late), (4, 0, 2))

    def test_what_came_back_without_credit_does_not_count_as_delivered_twice(self):
        """F20, F17: two of four left and one came back to be repaired: the line is not delivered."""
        order = self.paid({self.pump: 4})
        self.make_notice(order, {self.pump: 2})
        self.ship(self.pickings(order), 2)
        self.give_back(order, 2, to_refund=False)
        self.assertEqual(order.order_line.qty_delivered, 2)
        row = self.report(order)
        self.assertEqual((row.returned, row.delivered_date), (2, False))

    def test_fractions_that_came_back_do_not_make_a_line_undelivered(self):
        """F20: 0.7 and 0.1 are 0.8, whatever a computer adds them up to."""
        unit = self.env["uom.uom"].create({"name": "tenth", "relative_factor": 1})
        goods = self.make_product("Powder", 100, stock=10, uom_id=unit.id)
        order = self.paid({goods: 0.8})
        self.make_notice(order)
        self.ship(self.pickings(order))
        self.give_back(order, 0.1)
        self.assertTrue(self.report(order).delivered_date)

    def test_cancelled_lines_and_services_are_no_late_goods(self):
        """F20: a line set to nothing is not overdue; of a service no day is judged."""
        order = self.make_confirmed({self.pump: 4, self.hose: 2, self.training: 1})
        hose = order.order_line.filtered(lambda line: line.product_id == self.hose)
        # as an approved change request leaves it
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order_line SET product_uom_qty = 0 WHERE id = %s", hose.ids
        )
        with freeze_time(order.commitment_date + timedelta(days=3)):
            rows = {row.product_id: row for row in self.report(order)}
            self.assertEqual(rows[self.pump].days_late, 3)
            judged = self.env["sale.flow.report"].search(
                [("order_id", "=", order.id), ("judged", "=", True)]
            )
            self.assertEqual(judged.product_id, self.pump)
            self.assertEqual(rows[self.training].revenue, 30)

    def test_a_page_reads_only_the_tables_of_what_it_shows(self):
        """F20: orders and revenue are counted without a look at the transfers of the warehouse."""
        Report = self.env["sale.flow.report"]

        def plan(figures):
            rows = self.env.execute_query(
                SQL(
                    "EXPLAIN SELECT user_id, %s FROM (%s) AS report GROUP BY user_id",
                    SQL(figures),
                    Report._table_query,
                )
            )
            return "\n".join(row[0] for row in rows)

        cheap = plan("COUNT(DISTINCT orders), SUM(revenue), SUM(quantity), SUM(delivered)")
        self.assertNotIn("stock_", cheap)
        self.assertNotIn("res_partner", cheap)
        self.assertIn("stock_move", plan("AVG(on_time)"))

    def test_contacts_of_one_customer_are_one_customer(self):
        """F20: counted are companies, not the people who ordered."""
        other = self.env["res.partner"].create({"name": "Buyer 2", "parent_id": self.customer.id})
        one = self.make_confirmed()
        two = self.make_confirmed(partner_id=other.id, contact_id=other.id)
        self.env.flush_all()
        ((customers,),) = self.env["sale.flow.report"]._read_group(
            [("order_id", "in", (one | two).ids)], [], ["customers:count_distinct"]
        )
        self.assertEqual(customers, 1)

    def test_companies_of_several_currencies_sum_in_the_one_that_looks(self):
        """F20, X4: as Odoo's own sales analysis does, to the cent."""
        currency = self.env["res.currency"].create({"name": "TSU", "symbol": "T"})
        other = self.env["res.company"].create({"name": "Sister", "currency_id": currency.id})
        for company, rate in ((self.company, 4), (other, 1)):
            self.env["res.currency.rate"].create(
                {"currency_id": currency.id, "company_id": company.id, "rate": rate}
            )
        other.order_flow_enabled = True
        mine = self.make_confirmed({self.pump: 3})
        partner = self.env["res.partner"].create({"name": "Elsewhere", "company_id": other.id})
        theirs = (
            self.env["sale.order"]
            .with_company(other)
            .create(
                {
                    "partner_id": partner.id,
                    "company_id": other.id,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": self.pump.id,
                                "product_uom_qty": 2,
                                "price_unit": 50,
                                "tax_ids": [],
                            }
                        )
                    ],
                }
            )
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE sale_order SET state = 'sale', flow_stage = %s WHERE id = %s",
            (mine.flow_stage, theirs.id),
        )
        self.env.cr.execute(
            "UPDATE sale_order_line SET state = 'sale' WHERE order_id = %s", (theirs.id,)
        )
        self.env.invalidate_all()
        both = Domain("order_id", "in", (mine | theirs).ids)
        Report = self.env["sale.flow.report"].with_context(
            allowed_company_ids=[self.company.id, other.id]
        )
        sums = dict(Report._read_group(both, ["order_id"], ["revenue:sum"]))
        self.assertEqual(sums[mine], 300)
        Odoo = self.env["sale.report"].with_context(allowed_company_ids=[self.company.id, other.id])
        own = {
            int(reference.split(",")[1]): total
            for reference, total in Odoo._read_group(
                Domain("order_reference", "in", [f"sale.order,{o.id}" for o in mine | theirs]),
                ["order_reference"],
                ["price_subtotal:sum"],
            )
        }
        self.assertEqual(
            {o.id: round(v, 2) for o, v in sums.items()}, {k: round(v, 2) for k, v in own.items()}
        )
        self.assertEqual(
            len(Report.with_context(allowed_company_ids=self.company.ids).search(both)), 1
        )

    def test_a_late_line_is_behind_the_figure_of_punctuality(self):
        """F20: zero percent is a figure, and opens its line; what is not due yet is none."""
        order = self.make_confirmed()
        today = self.company._approval_today()
        with freeze_time(order.commitment_date + timedelta(days=3)):
            self.env.flush_all()
            tiles = {
                tile["key"]: tile
                for tile in self.as_user(self.env["order.flow.dashboard"], self.salesmgr).figures(
                    str(today), str(today)
                )
            }
            self.assertFalse(
                self.env["sale.flow.report"].search_count(
                    [("order_id", "=", self.make_confirmed().id), ("judged", "=", True)]
                )
            )
            for key in ("on_time", "days_late"):
                domain = Domain(tiles[key]["action"]["domain"]) & Domain("order_id", "=", order.id)
                with self.subTest(key):
                    self.assertEqual(len(self.env["sale.flow.report"].search(domain)), 1)

    def test_nothing_is_compared_with_no_figure(self):
        """F20: days late are not worse than a period in which nothing was delivered."""
        order = self.make_confirmed()
        today = self.company._approval_today()
        with freeze_time(order.commitment_date + timedelta(days=3)):
            self.env.flush_all()
            tiles = {
                tile["key"]: tile
                for tile in self.as_user(self.env["order.flow.dashboard"], self.salesmgr).figures(
                    str(today), str(today)
                )
            }
        for tile in tiles.values():
            if "–" in (tile["value"], tile["before"]):
                with self.subTest(tile["key"]):
                    self.assertIsNone(tile["better"])
        self.assertEqual(tiles["days_late"]["before"], "–")


@tagged("post_install", "-at_install")
class TestStatisticsOfExchanges(ReturnCase):
    """F20, F17: goods that are exchanged."""

    def test_a_replacement_does_not_make_a_punctual_line_late(self):
        """F20, F17: all left in time, one came back, its replacement left after the promised day."""
        order = self.make_shipped({self.pump: 4}, invoice=False)
        self.env.flush_all()
        row = self.env["sale.flow.report"].search([("order_id", "=", order.id)])
        left = row.delivered_date
        self.assertEqual(row.on_time, 100)
        with freeze_time(order.commitment_date + timedelta(days=4)):
            request = self.accept(self.make_return(order, {self.pump: 1}, kind="exchange"))
            self.take_back(request)
            self.inspect(request)
            self.make_notice(order)
            self.ship(self.pickings(order).filtered(lambda picking: picking.state != "done"))
            self.assertEqual(order.order_line.qty_delivered, 4)
            self.env.flush_all()
            self.env.invalidate_all()
            self.assertEqual((row.on_time, row.days_late, row.returned), (100, 0, 1))
        self.assertEqual(row.delivered_date, left)
