"""The ground on which the attack table is tried: what it must know of a guarded model."""

from contextlib import contextmanager, suppress

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user

from odoo.addons.test_approval_chain.tests.common import ApprovalCase


class RolledBack(Exception):
    """Ends a block whose changes are not to stay."""


class AttackCase(ApprovalCase):
    """What the table needs to know of a guarded model, and the ground it is tried on.

    One document, and another one, are made for all tests of a class; every test starts with them as
    they were made.

    A company without flows of its own gets one chain, decided by the president; the demo people
    work in it with their own rights and the groups named here.
    """

    allow_inherited_tests_method = True  # Odoo's own runner leaves inherited tests out otherwise

    model = None
    """Technical name of the document."""
    code = None
    """Its operation."""
    groups = ()
    """Groups that the requester has, besides those of every employee."""
    executed = {}  # noqa: RUF012
    """Values of the document that make the operation executed."""
    tamper = {}  # noqa: RUF012
    """Decided values of the document, other ones than those it is made with."""
    lines = None
    """The one2many with its lines."""
    tampered_line = {}  # noqa: RUF012
    """Decided values of a line, other ones than those it is made with."""
    dead = {}  # noqa: RUF012
    """Values that cancel the document."""
    shut_by_odoo = ()
    """``(door, number of the way)`` that Odoo itself keeps shut, chain or not."""
    unknown_changes = ()
    """Ways to change a document that Odoo itself does not know for this one."""
    harmless = ()
    """``(door, number of the way)`` that executes nothing, chain or not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.elsewhere, cls.stranger = cls.company, cls.head
        cls.company = cls.env.ref("base.main_company")
        cls.env = cls.env(
            context={
                **cls.env.context,
                "allowed_company_ids": cls.company.ids,
                "mail_create_nosubscribe": True,
                "tracking_disable": True,
            }
        )
        people = cls.sales | cls.sales2 | cls.president | cls.env.ref("base.user_admin")
        people.write({"company_ids": [Command.link(cls.company.id)]})
        cls.sales.write(
            {
                "company_id": cls.company.id,
                "group_ids": [Command.link(cls.env.ref(group).id) for group in cls.groups],
            }
        )
        cls.env["approval.role.holder"].create(
            {
                "role_id": cls.role["president"].id,
                "user_id": cls.president.id,
                "company_id": cls.company.id,
            }
        )
        cls.portal = new_test_user(cls.env, "attack_portal", groups="base.group_portal")
        cls.set_up_ground()
        cls.chain = cls.make_chain([("decide", "president")], model=cls.model, operation=cls.code)
        cls.env.cr.postcommit.run()  # definitions are cached once they are committed
        cls.document, cls.another = cls.make(), cls.make()

    # ------------------------------------------------------------------ said by the models

    @classmethod
    def set_up_ground(cls):
        """Make what the documents need, once for all tests."""

    @classmethod
    def values(cls):
        """Values of a document, ready to be submitted."""
        raise NotImplementedError

    def line_values(self, document):
        """Values of one more line."""
        raise NotImplementedError

    def ways(self, document):
        """``[(records, values)]``: every raw write that makes the operation executed."""
        return [(document, dict(self.executed))]

    def methods(self, document):
        """Methods of the document and of others that execute the operation."""
        return []

    def tamperings(self, document):
        """``[(records, values)]``: raw writes that change what was decided."""
        found = [(document, dict(self.tamper))] if self.tamper else []
        return [*found, (document[self.lines][0], dict(self.tampered_line))]

    def undo(self, document):
        """Take the execution back, as people do."""
        raise NotImplementedError

    def is_executed(self, document):
        return bool(document._approval_executed(self.code))

    # ------------------------------------------------------------------ making

    @classmethod
    def of_requester(cls, model):
        """A model as the requester uses it."""
        return cls.env[model].with_user(cls.sales)

    @classmethod
    def make(cls, **values):
        """A document of the requester."""
        document = cls.of_requester(cls.model).create({**cls.values(), **values})
        cls.env.cr.flush()
        return document

    def submit(self, document):
        document.action_approval_submit(self.code)
        self.env.cr.flush()
        return self.request_of(document)

    def approve(self, document):
        self.submit(document)
        self.decide(document, self.president)
        self.env.cr.flush()

    def approve_without_executing(self, document):
        """Approved while the requester was away: nothing is carried out in his name."""
        self.submit(document)
        self.sales.active = False
        self.decide(document, self.president)
        self.sales.active = True
        self.env.cr.flush()
        self.assertEqual(document.approval_state, "approved")

    # ------------------------------------------------------------------ judging

    @contextmanager
    def rolled_back(self):
        with suppress(RolledBack), self.env.cr.savepoint():
            yield
            raise RolledBack
        self.env.invalidate_all()

    @contextmanager
    def assert_shut(self, document=None):
        """The block is refused, at the latest when it would be committed, and executes nothing."""
        with self.assertRaises(UserError), self.env.cr.savepoint():
            yield
            self.env.cr.flush()
        self.env.invalidate_all()
        if document:
            self.assertFalse(self.is_executed(document))

    @contextmanager
    def nothing_committed(self, document):
        """Whatever the block catches: what would be committed afterwards executes nothing."""
        with self.rolled_back():
            with suppress(UserError), self.env.cr.savepoint():
                yield
                self.env.cr.flush()
            self.env.invalidate_all()
            self.assertFalse(self.is_executed(document), "it would be committed")

    def ways_to_go_on(self):
        """How code goes on after a refusal: ``{name: function that makes the attack}``."""

        def caught(attack):
            with suppress(UserError):
                attack()

        def caught_at_the_flush(attack):
            with suppress(UserError):
                attack()
                self.env.cr.flush()

        def caught_around_a_savepoint(attack):
            with suppress(UserError), self.env.cr.savepoint():
                attack()

        def caught_in_a_savepoint(attack):
            with suppress(UserError), self.env.cr.savepoint():
                caught_at_the_flush(attack)

        def caught_and_tried_again(attack):
            caught_around_a_savepoint(attack)
            caught_at_the_flush(attack)

        def caught_and_cleared(attack):
            # what Odoo offers for recovering from what went wrong; it takes back nothing written
            caught_at_the_flush(attack)
            self.env.clear()

        def cleared(attack):
            with suppress(UserError):
                attack()
                self.env.flush_all()
            self.env.clear()

        doors = (caught, caught_at_the_flush, caught_around_a_savepoint, caught_in_a_savepoint,
                 caught_and_tried_again, caught_and_cleared, cleared)  # fmt: skip
        return {door.__name__: door for door in doors}

    def try_doors(self, **doors):
        """Every door must refuse every raw way to execute, and would have let it through without a
        chain: a door that was never open proves nothing.

        :param doors: ``attack(document, records, values)`` by name
        """
        document = self.document
        tried = [
            (name, number, attack)
            for name, attack in doors.items()
            for number in range(len(self.ways(document)))
        ]
        with self.without_chain():
            for name, number, attack in tried:
                with self.subTest(plain=name, way=number), self.rolled_back():
                    self.try_in_plain_odoo((name, number), attack, document)
        for name, number, attack in tried:
            if {(name, number)}.isdisjoint((*self.harmless, *self.shut_by_odoo)):
                with self.subTest(door=name, way=number), self.assert_shut(document):
                    attack(document, *self.ways(document)[number])

    @contextmanager
    def without_chain(self):
        with self.rolled_back():
            self.chain.active = False
            yield
        self.env.cr.postcommit.run()  # definitions are cached again

    def try_in_plain_odoo(self, door, attack, document):
        """What the attack does without a chain: the table says so, and is held to it."""
        records, values = self.ways(document)[door[1]]
        if door in self.shut_by_odoo:
            try:
                with self.env.cr.savepoint():
                    attack(document, records, values)
            except (UserError, ValueError):
                return
            self.fail("Odoo lets it through")
        made = attack(document, records, values)
        self.env.cr.flush()
        self.env.invalidate_all()
        target = made if made is not None and made._name == self.model else document
        self.assertEqual(self.is_executed(target), door not in self.harmless, f"{records} {values}")

    # ------------------------------------------------------------------ helpers of the doors

    def field_of_lines(self, document, records):
        """The one2many of the document that holds ``records``."""
        for name, field in document._fields.items():
            if field.type == "one2many" and field.comodel_name == records._name:
                if field.store is not False and records <= document[name]:
                    return name
        return None

    def twin_values(self, document, records, values):
        """Values of one more such record, executed from the start."""
        if records == document:
            return {**self.values(), **values}
        [copied] = records[0].copy_data()
        return {**copied, **self.belonging(document, records), **values}

    def belonging(self, document, records):
        """What makes a further such record one of the document."""
        back = getattr(records, "_approval_parent", None)
        return {back: document.id} if back else {}

    def as_import(self, values):
        """Column names and cells for ``load``."""
        columns, cells = [], []
        for name, value in values.items():
            columns.append(f"{name}/.id" if isinstance(value, int) and value is not True else name)
            cells.append(str(value))
        return columns, cells

    def load(self, records, columns, cells):
        result = records.browse().load(columns, [cells])
        if not result["ids"]:
            raise UserError(result["messages"][0]["message"])
        return records.browse(result["ids"])

    def server_action(self, model, code):
        return self.env["ir.actions.server"].create(
            {
                "name": "Attack",
                "model_id": self.env["ir.model"]._get_id(model),
                "state": "code",
                "code": code,
                "group_ids": [Command.link(self.env.ref("base.group_user").id)],
            }
        )

    def as_columns(self, records, values):
        """Values as ``_write`` takes them."""
        columns = {}
        for name, value in values.items():
            field = records._fields[name]
            columns[name] = field.convert_to_column_insert(value, records, values)
        return columns
