from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestChainDefinition(ApprovalCase):
    """A1, A2: what an administrator declares, and which chain a document follows."""

    def chain_of(self, order):
        order.action_approval_submit()
        return self.request_of(order).chain_id

    def test_first_matching_chain_by_sequence_is_used(self):
        """A1: conditions, then sequence."""
        self.make_chain([("decide", "president")], sequence=20)
        special = self.make_chain(
            [("decide", "vp_marketing")],
            sequence=10,
            domain="[('partner_name', '=', 'Special')]",
        )
        plain = self.make_chain([("decide", "department_head")], sequence=15)
        self.assertEqual(self.chain_of(self.make_order()), plain)
        self.assertEqual(self.chain_of(self.make_order(partner_name="Special")), special)

    def test_amount_range_is_compared_in_the_currency_of_the_chain(self):
        """A1, A3, X4: 250 CNY is below a minimum of 100 USD and above one of 20 USD."""
        usd = self.env.ref("base.USD")
        self.env["res.currency.rate"].create(
            {
                "currency_id": usd.id,
                "company_id": self.company.id,
                "name": "2020-01-01",
                "rate": 0.14,
            }
        )
        self.make_chain([("decide", "president")], amount_min=100, currency_id=usd.id)
        order = self.make_order()
        self.assertFalse(order.approval_required)
        chain = self.make_chain([("decide", "president")], amount_min=20, currency_id=usd.id)
        self.env.invalidate_all()
        self.assertEqual(self.chain_of(order), chain)

    def test_document_without_a_matching_chain_needs_no_approval(self):
        """A1: the rest of the company works as before."""
        self.make_chain([("decide", "president")], amount_min=100000)
        order = self.make_order()
        with self.assertRefused("can be carried out without approval"):
            order.action_approval_submit()
        order.action_finish()
        self.assertEqual(order.state, "done")

    def test_conditions_are_data_not_code(self):
        """A1: a condition with anything but a domain in it is refused with a sentence."""
        for domain in (
            "__import__('os')",
            "[('nope', '=', 1)]",
            "[('state', '=', user.id)]",
            "1 +",
        ):
            with self.assertRefused("conditions cannot be used", ValidationError):
                self.make_chain([("decide", "president")], domain=domain)

    def test_step_must_say_who_is_asked(self):
        """A2: a step without role, persons or field is refused."""
        for step in (
            {"approver": "role"},
            {"approver": "user"},
            {"approver": "field", "field_name": "partner_name"},
            {"approver": "field"},
        ):
            with self.assertRefused("does not say who is asked", ValidationError):
                self.make_chain([step])

    def test_used_chain_is_archived_not_deleted(self):
        """A12: requests keep the chain they refer to."""
        chain = self.make_chain([("decide", "president")])
        self.make_order().action_approval_submit()
        with self.assertRefused("Archive it instead", UserError):
            chain.unlink()

    def test_role_dates_must_be_in_order(self):
        """A2, X6: a role that ends before it begins is refused."""
        with self.assertRaises(Exception) as caught, self.env.cr.savepoint():
            self.env["approval.role.holder"].create(
                {
                    "role_id": self.role["president"].id,
                    "user_id": self.head.id,
                    "company_id": self.company.id,
                    "date_from": "2026-02-01",
                    "date_to": "2026-01-01",
                }
            )
        self.assertIn("approval_role_holder", str(caught.exception))
