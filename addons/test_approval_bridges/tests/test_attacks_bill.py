from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from . import attack_table


@tagged("post_install", "-at_install")
class TestAttackBill(attack_table.AttackTable):
    """account.move: vendor bills alone; whatever else is posted stays as in plain Odoo."""

    model, code = "account.move", "post"
    groups = ("account.group_account_invoice", "base.group_partner_manager")
    executed, dead = {"state": "posted"}, {"state": "cancel"}
    lines, tampered_line = "invoice_line_ids", {"price_unit": 1.0}
    shut_by_odoo = (("create", 0), ("copy", 0), ("message_process", 0))
    harmless = (("message_new", 0),)  # a mail makes a draft
    unknown_changes = ("create by a default",)

    @classmethod
    def set_up_ground(cls):
        kinds = ("expense", "liability_payable", "income", "asset_receivable", "liability_current")
        accounts = cls.env["account.account"].create(
            [
                {
                    "name": kind,
                    "code": f"ATTACK{number}",
                    "account_type": kind,
                    "reconcile": kind in ("liability_payable", "asset_receivable"),
                    "company_ids": [Command.set(cls.company.ids)],
                }
                for number, kind in enumerate(kinds)
            ]
        )
        cls.cost, cls.payable, cls.revenue, cls.receivable, cls.tax_account = accounts
        cls.journal, cls.sales_journal, cls.misc, cls.bank = cls.env["account.journal"].create(
            [
                {"name": "Bills", "code": "ATTB", "type": "purchase"},
                {"name": "Invoices", "code": "ATTI", "type": "sale"},
                {"name": "Entries", "code": "ATTE", "type": "general"},
                {"name": "Bank", "code": "ATTK", "type": "bank"},
            ]
        )
        cls.vendor = cls.env["res.partner"].create(
            {
                "name": "Vendor",
                "property_account_payable_id": cls.payable.id,
                "property_account_receivable_id": cls.receivable.id,
            }
        )
        cls.term = cls.env["account.payment.term"].create({"name": "Someday"})
        cls.tamper = {"invoice_payment_term_id": cls.term.id}
        group = cls.env["account.tax.group"].create(
            {
                "name": "Ten",
                "company_id": cls.company.id,
                "country_id": cls.company.account_fiscal_country_id.id,
                "tax_payable_account_id": cls.tax_account.id,
            }
        )
        cls.tax = cls.env["account.tax"].create(
            {
                "name": "Ten attacked",
                "amount": 10,
                "type_tax_use": "purchase",
                "tax_group_id": group.id,
                "country_id": cls.company.account_fiscal_country_id.id,
                "company_id": cls.company.id,
            }
        )

    @classmethod
    def values(cls):
        return {
            "move_type": "in_invoice",
            "journal_id": cls.journal.id,
            "partner_id": cls.vendor.id,
            "invoice_date": "2026-11-02",
            "company_id": cls.company.id,
            "invoice_line_ids": [
                Command.create(cls.line_of("Pump", 2, 100)),
                Command.create(cls.line_of("Hose", 5, 10)),
            ],
        }

    @classmethod
    def line_of(cls, name, quantity, price, account=None):
        return {
            "name": name,
            "quantity": quantity,
            "price_unit": price,
            "account_id": (account or cls.cost).id,
            "tax_ids": [Command.set(cls.tax.ids)],
        }

    def line_values(self, document):
        return self.line_of("Gold", 9, 9)

    def methods(self, document):
        wizard = self.of_requester("validate.account.move")
        return [
            document.action_post,
            lambda: document._post(soft=False),
            document.action_validate_moves_with_confirmation,
            lambda: wizard.create({"move_ids": [Command.set(document.ids)]}).validate_move(),
            document.sudo().with_context(**attack_table.CONTEXT).action_post,
        ]

    def undo(self, document):
        document.button_draft()

    # ------------------------------------------------------------------ what is no bill

    def entry(self, **values):
        line = {"account_id": self.cost.id, "name": "-"}
        return self.of_requester("account.move").create(
            {
                "move_type": "entry",
                "journal_id": self.misc.id,
                "line_ids": [
                    Command.create({**line, "debit": 7}),
                    Command.create({**line, "credit": 7}),
                ],
                **values,
            }
        )

    def test_entries_and_customer_invoices_are_none_of_it(self):
        """A1: outside the scope everything is posted as in plain Odoo."""
        entry = self.entry()
        invoice = self.make(
            move_type="out_invoice",
            journal_id=self.sales_journal.id,
            invoice_line_ids=[
                Command.create({"name": "P", "price_unit": 9, "account_id": self.revenue.id})
            ],
        )
        (entry | invoice)._post(soft=False)
        self.env.cr.flush()
        self.assertEqual(set((entry | invoice).mapped("state")), {"posted"})
        self.assertFalse(any((entry | invoice).mapped("approval_required")))
        with self.assertRefused("No approval chain applies"):
            self.entry().action_approval_submit(self.code)

    def definitions_are_committed(self):
        """From here on definitions may be cached, as in a transaction that changes none."""
        self.env.cr.postcommit.run()
        self.env.cr.approval_definitions_changed = False

    def test_entries_out_of_scope_cost_three_queries_at_most(self):
        """A1: one to see that it is none; two because Odoo then numbers the entry at another moment."""
        self.definitions_are_committed()
        moves = [self.entry() for _number in range(8)]

        def queries(move):
            # both begin with nothing read but the entry itself
            self.env.flush_all()
            self.env.invalidate_all()
            move.mapped("line_ids.name")
            before = self.env.cr.sql_log_count
            move.write({"state": "posted"})
            self.env.cr.flush()
            return self.env.cr.sql_log_count - before

        # numbering costs more or less from entry to entry: the cheapest of each side are compared
        guarded = min(queries(move) for move in moves[:4])
        self.chain.unlink()
        self.definitions_are_committed()
        self.assertLessEqual(guarded, min(queries(move) for move in moves[4:]) + 3)

    def test_leaving_the_scope_and_coming_back_posted_is_refused(self):
        """A10: a bill posted as something else is not a posted bill."""
        bill = self.document
        for method in ("write", "_write"):
            with self.subTest(method=method), self.assert_shut(bill):
                getattr(bill, method)({"move_type": "entry"})
                bill.write({"state": "posted"})
                self.env.cr.flush()
                getattr(bill, method)({"move_type": "in_invoice"})
        self.submit(bill)
        with self.assertRefused("is in approval"):
            bill.write({"move_type": "in_refund"})

    def test_payment_of_an_approved_bill_posts_its_own_entries(self):
        """A1: payment, exchange and cash-basis entries come along without approvals of their own."""
        bill = self.document
        self.approve(bill)
        self.assertEqual(bill.state, "posted")
        wizard = self.of_requester("account.payment.register").with_context(
            active_model="account.move", active_ids=bill.ids
        )
        wizard.create({"journal_id": self.bank.id}).action_create_payments()
        self.env.cr.flush()
        self.assertIn(bill.payment_state, ("in_payment", "paid"))
        self.assertEqual(bill.approval_state, "executed")

    def test_reversal_is_a_refund_that_needs_its_own_approval(self):
        """A10: the refund of a bill is in scope, whatever makes it."""
        bill = self.document
        self.approve(bill)
        reversal = self.of_requester("account.move.reversal").with_context(
            active_model="account.move", active_ids=bill.ids
        )
        refused = reversal.create({"journal_id": self.journal.id, "date": "2026-11-03"})
        with self.assertRefused("needs approval"):
            refused.modify_moves()
        refund = self.env["account.move"].browse(refused.refund_moves()["res_id"])
        self.assertEqual((refund.move_type, refund.state), ("in_refund", "draft"))

    def test_tax_typed_in_by_hand_is_a_change(self):
        """A9: the tax lines of a bill are typed in; what is paid was decided on."""
        bill = self.document
        self.submit(bill)
        with self.assert_shut(bill):
            tax = bill.line_ids.filtered("tax_line_id")
            payable = bill.line_ids.filtered(lambda line: line.account_id == self.payable)
            bill.write(
                {
                    "line_ids": [
                        Command.update(tax.id, {"amount_currency": 900, "balance": 900}),
                        Command.update(payable.id, {"amount_currency": -1150, "balance": -1150}),
                    ]
                }
            )
        self.assertEqual(bill.approval_state, "pending")

    def test_bill_is_saved_by_its_form_while_pending(self):
        """A9: the form saves what nobody decided on."""
        bill = self.document
        self.submit(bill)
        with Form(bill) as form:
            form.narration = "Call first."
        self.assertEqual(bill.approval_state, "pending")
        with self.assertRaises(UserError), self.env.cr.savepoint(), Form(bill) as form:
            form.invoice_date = "2026-11-03"
