from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .install_case import InstallCase


@tagged("post_install", "-at_install")
class TestLastInvoice(InstallCase):
    """I8: the last invoice waits for the acceptance, the retention money for the warranty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.write({"install_invoice_percent": 70.0, "install_retention_percent": 5.0})

    def down_payment(self, order, percent):
        """A down payment invoice of so much of the order, as a draft."""
        order = self.as_user(order, self.sales)
        wizard = (
            order.env["sale.advance.payment.inv"]
            .with_context(active_model="sale.order", active_ids=order.ids, active_id=order.id)
            .create({"advance_payment_method": "percentage", "amount": percent})
        )
        wizard.create_invoices()
        return self.as_user(order.invoice_ids.sorted("id")[-1:], self.finance)

    def test_before_the_acceptance_no_more_than_the_share_is_posted(self):
        """I8: neither at once nor in two steps; the whole is not even made."""
        order = self.make_shipped({self.pump: 4})
        with self.assertRefused("has not accepted everything yet"):
            self.as_user(order, self.finance)._create_invoices()
        self.down_payment(order, 70).action_post()
        before = len(order.invoice_ids)
        with self.assertRefused("no more than"):
            self.down_payment(order, 10)
        self.assertEqual(len(order.invoice_ids), before)

    def test_what_was_changed_in_a_draft_is_seen_when_it_is_posted(self):
        """I8: a draft within the share, made larger."""
        order = self.make_shipped({self.pump: 4})
        invoice = self.down_payment(order, 10)
        invoice.invoice_line_ids.filtered("sale_line_ids").price_unit = 350
        with self.assertRefused("no more than"):
            invoice.action_post()
        self.assertEqual(invoice.state, "draft")

    def test_after_the_acceptance_the_retention_waits_for_the_warranty(self):
        """I8: 95 of a hundred at once, the rest when the warranty has ended."""
        order = self.make_shipped({self.pump: 4})
        project = self.make_accepted(order)
        self.down_payment(order, 95).action_post()
        with self.assertRefused("retention money"):
            self.as_user(order, self.finance)._create_invoices(final=True)
        with freeze_time(project.warranty_until):
            last = self.as_user(order, self.finance)._create_invoices(final=True)
            last.action_post()
        self.assertEqual(last.amount_total, order.currency_id.round(order.amount_total * 0.05))

    def test_orders_without_installation_are_invoiced_as_ever(self):
        """I8, X1: and every order where it is not switched on."""
        order = self.make_noticed({self.hose: 4})
        self.ship(self.pickings(order))
        self.as_user(order, self.finance)._create_invoices().action_post()
        self.company.install_enabled = False
        order = self.make_noticed({self.pump: 1})
        self.ship(self.pickings(order))
        self.as_user(order, self.finance)._create_invoices().action_post()

    def test_half_shipped_is_not_accepted_as_a_whole(self):
        """I8: what left is accepted, and the share before acceptance holds still."""
        order = self.make_noticed({self.pump: 4}, noticed={self.pump: 2}, **self.need())
        self.ship(self.pickings(order))
        project = self.make_accepted(order)
        self.assertEqual(project.state, "installing")
        with self.assertRefused("no more than"):
            self.down_payment(order, 80).action_post()

    # ------------------------------------------------------------------ milestones

    def test_milestones_are_shares_of_the_order_with_their_days(self):
        """I8: 30 % deposit, 40 % at delivery, 25 % at acceptance, 5 % when the warranty ends."""
        order = self.make_shipped({self.pump: 4})
        project = self.as_user(self.make_accepted(order), self.finance)
        self.assertEqual([row["share"] for row in project._milestones()], [70, 25, 5])
        # the deposit is what Odoo asks to be prepaid online
        order.with_env(self.env).write({"require_payment": True, "prepayment_percent": 0.3})
        rows = project._milestones()
        self.assertEqual([row["share"] for row in rows], [30, 40, 25, 5])
        total = order.amount_total
        self.assertEqual(
            [row["amount"] for row in rows],
            [order.currency_id.round(total * share) for share in (0.3, 0.4, 0.25, 0.05)],
        )
        self.assertEqual([row["reached"] for row in rows], [True, True, True, False])
        self.assertEqual(
            [row["due_on"] for row in rows[1:]],
            [project._shipped_on(), project.accepted_on, project.warranty_until],
        )
        self.assertIn(str(order.currency_id.symbol), project.milestones)

    def test_milestones_agreed_for_an_order_hold_instead_of_the_companys(self):
        """I8, F5: 50 before the acceptance, 10 kept back; that is for the president to decide."""
        order = self.make_order({self.pump: 4}, user=self.sales, **self.need())
        self.assertEqual((order.install_invoice_percent, order.install_retention_percent), (70, 5))
        order.write({"install_invoice_percent": 50, "install_retention_percent": 10})
        levels = [level for level, _text in order._special_findings()[order]]
        self.assertEqual(levels, ["president", "president"])
        # better for the company than usual: nothing special
        order.write({"install_invoice_percent": 80, "install_retention_percent": 0})
        self.assertFalse(order._special_findings()[order])
        for wrong in (-1, 101):
            with self.assertRefused("between 0 and 100", exception=ValidationError):
                order.install_retention_percent = wrong

    def test_agreed_milestones_stay_once_the_order_is_confirmed(self):
        """I8: at whichever field; the invoices follow them."""
        order = self.make_shipped(
            {self.pump: 4},
            has_agreed_install_shares=True,
            agreed_install_invoice_percent=80,
            agreed_install_retention_percent=4,
        )
        project = self.as_user(self.project_of(order), self.finance)
        self.assertEqual([row["share"] for row in project._milestones()], [80, 16, 4])
        with self.assertRefused("no more than"):
            self.down_payment(order, 90)
        self.down_payment(order, 80).action_post()
        mine = self.as_user(order, self.sales)
        for values in (
            {"install_invoice_percent": 100},
            {"agreed_install_retention_percent": 0},
            {"has_agreed_install_shares": False},
        ):
            with self.assertRefused("cannot be changed"):
                mine.write(values)
        self.company.order_flow_enabled = False
        with self.assertRefused("cannot be changed"):
            mine.install_invoice_percent = 100

    def test_a_confirmed_order_that_is_installed_stays_one(self):
        """I8: before its install project is there, too; else everything could be invoiced at once."""
        order = self.make_confirmed({self.pump: 1}, **self.need())
        with self.assertRefused("cannot be changed"):
            self.as_user(order, self.sales).needs_installation = False

    def test_milestones_sum_to_the_order_to_the_cent(self):
        """I8: whatever the shares are; those of nothing are left out."""
        self.company.write(
            {"install_invoice_percent": 100 / 3, "install_retention_percent": 100 / 3}
        )
        self.pump.list_price = 33.335
        order = self.make_shipped({self.pump: 1})
        rows = self.project_of(order)._milestones()
        self.assertEqual(len(rows), 3)
        self.assertEqual(
            order.currency_id.compare_amounts(
                sum(row["amount"] for row in rows), order.amount_total
            ),
            0,
        )

    def test_milestones_are_no_matter_of_the_crew(self):
        """I8, X3"""
        project = self.make_installing()
        with self.assertRaises(AccessError):
            self.as_user(project, self.installer).read(["milestones"])
