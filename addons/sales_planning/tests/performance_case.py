from datetime import date, datetime

from odoo import Command
from odoo.tools import SQL

from .planning_case import PlanningCase

MARCH = date(2026, 3, 1)


class PerformanceCase(PlanningCase):
    """A scheme of the company, and orders invoiced and paid on days of one's own.

    The targets of a person are what a test says: plans have tests of their own.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # orders here are only counted: how they come about is tested elsewhere
        cls.company.order_flow_enabled = False
        chains = cls.env["approval.chain"].search(
            [
                ("model", "in", ("performance.review", "sale.order")),
                ("company_id", "=", cls.company.id),
            ]
        )
        chains.active = False
        # and what the demo company has sold counts for nobody here
        sold = cls.env["sale.order"].search(
            [("user_id", "in", (cls.sales | cls.sales2).ids), ("state", "=", "sale")]
        )
        sold.user_id = cls.planner
        cls.manager = cls.salesmgr
        planners = cls.salesmgr | cls.vp | cls.president
        planners.group_ids |= cls.env.ref("sales_planning.group_planning_planner")
        cls.scheme = cls.env["performance.scheme"].create(
            {
                "name": "Monthly",
                "period": "month",
                "date_from": "2020-01-01",
                "criterion_ids": [
                    Command.create(
                        {"name": "Attainment", "kind": "attainment", "percent": 50, "cap": 120}
                    ),
                    Command.create({"name": "Collection", "kind": "collection", "percent": 30}),
                    Command.create({"name": "Attitude", "kind": "manual", "percent": 20}),
                ],
                "tier_ids": [
                    Command.create({"attainment_from": 0, "rate": 1}),
                    Command.create({"attainment_from": 80, "rate": 2}),
                    Command.create({"attainment_from": 100, "rate": 3}),
                ],
            }
        )
        cls.targets = {}
        cls.service_product = cls.env["product.product"].create(
            {
                "name": "Consulting",
                "type": "service",
                "invoice_policy": "order",
                "list_price": 1,
                "taxes_id": [Command.clear()],
            }
        )
        cls.tax = cls.env["account.tax"].search(
            [
                ("company_id", "=", cls.company.id),
                ("type_tax_use", "=", "sale"),
                ("amount_type", "=", "percent"),
                ("amount", ">", 0),
                ("price_include", "=", False),
            ],
            limit=1,
        )

    def setUp(self):
        super().setUp()
        targets = self.targets = {}
        self.patch(
            self.env.registry["performance.review"],
            "_target_amounts",
            lambda records, company, users, first, last: {
                user.id: targets[user] for user in users if user in targets
            },
        )

    # ------------------------------------------------------------------ what happened

    def make_sale(self, amount, day=MARCH, user=None, tax=False, **values):
        """A confirmed order of ``amount`` untaxed, as the order flow leaves it."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "user_id": (user or self.sales).id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.service_product.id,
                            "product_uom_qty": 1,
                            "price_unit": amount,
                            "tax_ids": [Command.set(self.tax.ids if tax else [])],
                        }
                    )
                ],
                **values,
            }
        )
        order.action_confirm()
        order.date_order = datetime.combine(day, datetime.min.time())
        return order

    def make_invoice(self, orders, day=MARCH):
        invoice = orders._create_invoices()
        invoice.write({"invoice_date": day, "invoice_date_due": day, "date": day})
        invoice.action_post()
        return invoice

    def pay(self, invoice, amount, day=MARCH):
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": self.bank.id, "amount": amount, "payment_date": day})
        )
        return payment._create_payments()

    def credit(self, invoice, amount, day=MARCH):
        """A credit note of ``amount`` untaxed for the order of the invoice, not yet set off."""
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create({"journal_id": invoice.journal_id.id, "date": day})
        )
        refund = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        refund.invoice_line_ids.price_unit = amount
        refund.write({"invoice_date": day, "date": day})
        refund.action_post()
        return refund

    def set_off(self, invoice, refund):
        lines = (invoice | refund).line_ids
        lines.filtered(lambda line: line.account_type == "asset_receivable").reconcile()

    # ------------------------------------------------------------------ reviews

    def make_review(self, user=None, day=MARCH, scheme=None, by=None, **values):
        Review = self.as_user(self.env["performance.review"], by or self.planner)
        review = Review.create(
            {
                "scheme_id": (scheme or self.scheme).id,
                "user_id": (user or self.sales).id,
                "date_from": day,
                **values,
            }
        )
        return review

    def row_of(self, record):
        """Where the database keeps a record: elsewhere once its row was written."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("SELECT ctid FROM %s WHERE id = %s", SQL.identifier(record._table), record.id)
        )
        return self.env.cr.fetchone()[0]

    def line(self, review, kind):
        return review.line_ids.filtered(lambda line: line.kind == kind)

    def hand_in(self, review):
        """Started by the planner, handed in by the person.

        :return: the review as its manager has it
        """
        review.action_start()
        self.as_user(review, review.user_id).action_hand_in()
        return self.as_user(review, review.manager_id)

    def make_submitted(self, review):
        mine = self.hand_in(review)
        for line in mine.line_ids.filtered(lambda line: not line.has_figure):
            line.write({"manager_points": 80, "manager_remark": "By what I saw."})
        mine.action_submit()
        return mine

    def make_approved(self, review):
        self.make_submitted(review)
        self.as_user(review, self.vp).action_approve()
        self.assertEqual(review.state, "approved")
        return review
