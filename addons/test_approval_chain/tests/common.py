import json
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import TransactionCase
from odoo.tools import file_path


def forget_committed(cr, documents):
    """Take documents of a test that really commits out of the throw-away database, log included."""
    cr.execute(
        "SELECT id FROM approval_request WHERE res_model = %s AND res_id IN %s",
        [documents._name, documents._ids],
    )
    requests = tuple(row[0] for row in cr.fetchall()) or (0,)
    cr.execute("ALTER TABLE approval_log DISABLE TRIGGER approval_log_no_change")
    cr.execute("DELETE FROM approval_log WHERE request_id IN %s", [requests])
    cr.execute("ALTER TABLE approval_log ENABLE TRIGGER approval_log_no_change")
    cr.execute("DELETE FROM approval_request WHERE id IN %s", [requests])
    documents.unlink()


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

    def next_transaction(self):
        """As after a commit: what was cached is forgotten, and may be cached again."""
        self.env.flush_all()
        self.env.cr.postrollback.run()

    def migrate(self, version, name):
        """Run one migration script of the engine, as an upgrade does."""
        self.env.flush_all()
        path = file_path(f"approval_chain/migrations/{version}/{name}.py")
        spec = spec_from_file_location("migration_of_approval_chain", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, version)
        self.env.invalidate_all()

    @contextmanager
    def assertRefused(self, text="", exception=UserError):
        """The block must be refused with a sentence containing ``text``, and leave nothing."""
        with self.assertRaises(exception) as caught, self.env.cr.savepoint():
            yield
        if text:
            self.assertIn(text, str(caught.exception))


class RuntimeCase(ApprovalCase):
    """What happens while requests run; whatever a test does, the log must be what was written."""

    def tearDown(self):
        requests = self.env["approval.request"].search([("res_model", "like", "test.approval.")])
        self.assertEqual(self.env["approval.log"]._find_tampering(requests), {})
        super().tearDown()

    @classmethod
    def people(cls, *users, **values):
        """A step that asks these persons, in this order."""
        ids = [user.id for user in users]
        return {"approver": "user", "user_ids": [Command.set(ids)], **values}

    @classmethod
    def holder(cls, code, user):
        return cls.env["approval.role.holder"].create(
            {"role_id": cls.role[code].id, "user_id": user.id, "company_id": cls.company.id}
        )

    @classmethod
    def limit(cls, user, amount):
        return cls.env["approval.limit"].create(
            {"user_id": user.id, "amount": amount, "company_id": cls.company.id}
        )

    @classmethod
    def delegate(cls, person, to, **values):
        """``person`` lets ``to`` stand in, from today on."""
        delegations = cls.env["approval.delegation"].with_user(person)
        today = cls.company._approval_today()
        return delegations.create(
            {"user_id": person.id, "delegate_id": to.id, "date_from": today, **values}
        )

    def submitted(self, user=None, **values):
        order = self.make_order(user, **values)
        order.action_approval_submit()
        return order

    def asking(self, document, user):
        """The newest request of a document as ``user`` opens it."""
        return self.as_user(self.request_of(document), user)

    def step_of(self, document, name):
        return self.request_of(document).step_ids.filtered(lambda step: step.name == name)

    def states(self, document):
        return self.request_of(document).step_ids.mapped("state")

    def open_for(self, document):
        """Who is asked now, by login."""
        slots = self.request_of(document).slot_ids.filtered(lambda slot: slot.state == "open")
        return sorted(user.login for slot in slots for user in slot._people())

    def facts(self, document, verb):
        """What the log holds of the events of one kind, the oldest first."""
        entries = self.env["approval.log"].search(
            [("request_id", "in", self.all_requests(document).ids), ("verb", "=", verb)],
            order="request_id, seq",
        )
        return [json.loads(entry.canonical) for entry in entries]

    def all_requests(self, document):
        return self.env["approval.request"].search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def panel(self, document, user):
        self.env.invalidate_all()
        return self.as_user(document, user).approval_panel
