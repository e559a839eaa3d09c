from contextlib import contextmanager

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase


class ApprovalCase(TransactionCase):
    """The demo company and its people; every test makes its own documents and chains."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.ref("approval_chain.demo_company")
        for login in ("sales", "sales2", "salesmgr", "head", "vp", "cfo", "president", "assistant"):
            setattr(cls, login, cls.env.ref(f"approval_chain.demo_user_{login}"))
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "lang": "en_US",
            }
        )
        cls.role = {role.code: role for role in cls.env["approval.role"].search([])}

    @classmethod
    def make_chain(cls, steps, model="test.approval.order", **values):
        """A chain; ``steps`` is a list of ``(kind, role code)`` or dicts of step values."""
        return cls.env["approval.chain"].create(
            {
                "name": "Test chain",
                "company_id": cls.company.id,
                "model_id": cls.env["ir.model"]._get_id(model),
                "step_ids": [
                    Command.create(
                        {
                            "sequence": 10 * number,
                            "name": f"Step {number}",
                            **(
                                step
                                if isinstance(step, dict)
                                else {
                                    "kind": step[0],
                                    "approver": "role",
                                    "role_id": cls.role[step[1]].id,
                                }
                            ),
                        }
                    )
                    for number, step in enumerate(steps, start=1)
                ],
                **values,
            }
        )

    def as_user(self, records, user):
        """The records as ``user`` sees them in the web client."""
        return records.with_user(user).with_context(
            allowed_company_ids=self.company.ids,
            lang="en_US",
        )

    def make_order(self, user=None, **values):
        orders = self.as_user(self.env["test.approval.order"], user or self.sales)
        return orders.create(
            {
                "name": "T1",
                "partner_name": "Buyer",
                "company_id": self.company.id,
                "line_ids": [
                    Command.create({"product": "Pump", "quantity": 2, "price": 100}),
                    Command.create({"product": "Hose", "quantity": 5, "price": 10}),
                ],
                **values,
            }
        )

    def request_of(self, document):
        return self.env["approval.request"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)],
            limit=1,
        )

    def decide(self, document, user, verb="approve", opinion="Because."):
        self.as_user(self.request_of(document), user).action_decide(verb, opinion)

    @contextmanager
    def assertRefused(self, text="", exception=UserError):
        """The block must be refused with a sentence containing ``text``, and leave nothing."""
        with self.assertRaises(exception) as caught, self.env.cr.savepoint():
            yield
        if text:
            self.assertIn(text, str(caught.exception))
