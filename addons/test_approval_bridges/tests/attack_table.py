"""The attack table: the doors that people with patience try, on every guarded model.

A new guarded model joins by one class that says how its documents are made, see ``test_attacks.py``.
"""

import inspect
from contextlib import suppress

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.service.model import get_public_method

from .attack_case import AttackCase

MAIL = """MIME-Version: 1.0
From: %(sender)s
To: inbox@example.com
Subject: Taxi 100
Message-Id: <%(id)s@example.com>
Content-Type: text/plain

Please see to this.
"""
# what a client may think opens a door
CONTEXT = {
    "active_test": False,
    "approval_bypass": True,
    "approval_chain": False,
    "bypass_approval": True,
    "disable_approval": True,
    "force_write": True,
    "import_file": True,
    "install_mode": True,
    "mail_notrack": True,
    "module": "approval_chain",
    "no_approval": True,
    "skip_approval": True,
    "skip_readonly_check": True,
    "skip_validation_check": True,
    "su": True,
    "sudo": True,
    "tracking_disable": True,
    "uid": 1,
    "validate_order": True,
}


class AttackTable(AttackCase):
    """A9, A10, A15: doors x guarded models. Every door is also tried where nothing is guarded."""

    # ------------------------------------------------------------------ executing without approval

    def test_writing_the_state_is_refused(self):
        """A10: as the requester, as superuser, by an administrator, by the web client."""
        admin = self.env.ref("base.user_admin")
        self.try_doors(
            write=lambda _doc, records, values: records.write(values) and None,
            sudo=lambda _doc, records, values: records.sudo().write(values) and None,
            administrator=lambda _doc, records, values: (
                self.as_user(records, admin).write(values) and None
            ),
            web_save=lambda _doc, records, values: (
                [row.web_save(dict(values), {}) for row in records] and None
            ),
        )

    def test_context_keys_open_nothing(self):
        """A10: whatever a client sends along, with and without superuser rights."""
        self.try_doors(
            context=lambda _doc, records, values: (
                records.sudo().with_context(**CONTEXT).write(values) and None
            ),
        )

    def test_creating_as_executed_is_refused(self):
        """A10: create, defaults of the context, copy, import of a new one."""

        def create(document, records, values):
            return records.browse().create(self.twin_values(document, records, values))

        def defaults(document, records, values):
            keys = {f"default_{name}": value for name, value in values.items()}
            empty = records.browse().with_context(**keys)
            return empty.create(self.twin_values(document, records, {}))

        def copy(document, records, values):
            return records[0].copy({**values, **self.belonging(document, records)})

        self.try_doors(create=create, defaults=defaults, copy=copy)

    def test_importing_the_state_is_refused(self):
        """A10: a file that names documents by their id."""

        def load(_document, records, values):
            columns, cells = self.as_import(values)
            for record in records:
                self.load(records, [".id", *columns], [str(record.id), *cells])

        self.try_doors(load=load)

    def test_writing_through_the_document_is_refused(self):
        """A10: the state of a line, written by a command on the document."""

        def command(document, records, values):
            name = self.field_of_lines(document, records)
            if name:
                document.write({name: [Command.update(row.id, values) for row in records]})
            else:
                records.write(values)

        self.try_doors(command=command)

    def test_writing_below_the_cache_is_refused(self):
        """A10: the rows themselves are guarded, not the methods that usually write them."""

        def low(_document, records, values):
            records._write(self.as_columns(records, values))

        def multi(_document, records, values):
            records.sudo()._write_multi([self.as_columns(records, values)] * len(records))

        def multi_unread(_document, records, values):
            self.env.invalidate_all()
            records._write_multi([self.as_columns(records, values)] * len(records))

        self.try_doors(low=low, multi=multi, multi_unread=multi_unread)

    def test_executing_methods_are_refused(self):
        """A10: the button, and what other parts of Odoo call instead."""
        document = self.document
        numbers = range(len(self.methods(document)))
        with self.without_chain():
            for number in numbers:
                with self.subTest(plain=number), self.rolled_back():
                    self.methods(document)[number]()
                    self.env.cr.flush()
                    self.assertTrue(self.is_executed(document), "shut even without a chain")
        for number in numbers:
            with self.subTest(method=number), self.assert_shut(document):
                self.methods(document)[number]()

    def test_refusal_that_was_caught_is_not_committed(self):
        """A10: code that swallows the error finds it again when it commits."""

        def twice(_document, records, values):
            for _attempt in (1, 2):
                with suppress(UserError):
                    records.write(values)
                    self.env.cr.flush()

        self.try_doors(twice=twice)

    def attacks(self, document):
        """``{what: attack}``: every raw write and every method that executes the operation."""
        found = {}
        for number, (records, values) in enumerate(self.ways(document)):
            found[f"write {number}"] = lambda records=records, values=values: records.write(values)
            found[f"below {number}"] = lambda records=records, values=values: records._write(
                self.as_columns(records, values)
            )
        for number, method in enumerate(self.methods(document)):
            found[f"method {number}"] = method
        return found

    def test_code_that_goes_on_after_a_refusal_executes_nothing(self):
        """A10: with and without a savepoint, after clearing the caches, and at the second attempt."""
        document = self.document
        with self.without_chain():
            for what, attack in self.attacks(document).items():
                for how, go_on in self.ways_to_go_on().items():
                    if what.startswith("below"):
                        continue  # what is written below the cache may not have followed yet
                    with self.subTest(plain=what, door=how), self.rolled_back():
                        go_on(attack)
                        self.env.cr.flush()
                        self.env.invalidate_all()
                        self.assertTrue(self.is_executed(document), "shut even without a chain")
        for what, attack in self.attacks(document).items():
            for how, go_on in self.ways_to_go_on().items():
                with self.subTest(attack=what, door=how), self.nothing_committed(document):
                    go_on(attack)

    def test_code_that_goes_on_after_a_refusal_changes_nothing(self):
        """A9: values of a pending document stay as they were submitted."""
        document = self.document
        request = self.submit(document)
        for what in self.changes(document):
            for how, go_on in self.ways_to_go_on().items():
                with self.subTest(change=what, door=how), self.rolled_back():
                    with suppress(UserError), self.env.cr.savepoint():
                        go_on(self.changes(document)[what])
                        self.env.cr.flush()
                    self.env.invalidate_all()
                    self.assertEqual(request.state, "pending")
                    now = document._approval_fingerprints(self.code)[document.id]
                    self.assertEqual(now, request.fingerprint)

    def test_code_that_goes_on_after_a_refusal_changes_nothing_executed(self):
        """A9: what was carried out keeps its values, or is taken back."""
        document = self.document
        self.approve(document)
        before = document._approval_fingerprints(self.code)
        for what in self.changes(document):
            for how, go_on in self.ways_to_go_on().items():
                with self.subTest(change=what, door=how), self.rolled_back():
                    with suppress(UserError), self.env.cr.savepoint():
                        go_on(self.changes(document)[what])
                        self.env.cr.flush()
                    self.env.invalidate_all()
                    if self.is_executed(document):
                        self.assertEqual(document._approval_fingerprints(self.code), before)

    def test_server_actions_and_automations_are_refused(self):
        """A10: code that an administrator wrote and an employee, or an event, sets off."""

        def action(_document, records, values):
            code = f"records.sudo().write({values!r})"
            run = self.server_action(records._name, code).with_user(self.sales)
            run.with_context(active_model=records._name, active_ids=records.ids).run()

        def below(_document, records, values):
            code = f"env[{records._name!r}].browse({records.ids})._write({values!r})"
            self.server_action(records._name, code).with_user(self.sales).run()

        def automation(_document, records, values):
            rule = self.env["base.automation"].create(
                {
                    "name": "Attack",
                    "model_id": self.env["ir.model"]._get_id("res.users"),
                    "trigger": "on_write",
                    "trigger_field_ids": [
                        Command.link(self.env["ir.model.fields"]._get("res.users", "signature").id)
                    ],
                }
            )
            self.server_action(
                "res.users", f"env[{records._name!r}].browse({records.ids}).write({values!r})"
            ).base_automation_id = rule
            self.as_user(self.sales, self.sales).write({"signature": "Yours"})

        self.try_doors(action=action, action_below=below, automation=automation)

    def test_portal_is_refused(self):
        """A10: by its own rights, and with those that a controller gives it."""

        def portal(_document, records, values):
            records.with_user(self.portal).sudo().write(values)

        self.try_doors(portal=portal)
        document = self.document
        for records, values in self.ways(document):
            with self.assert_shut(document):
                records.with_user(self.portal).write(values)

    def test_mail_gateway_is_refused(self):
        """A10: a mail that creates or updates a document with values of the caller."""
        threads = [
            way
            for way, (records, _values) in enumerate(self.ways(self.document))
            if "message_process" in dir(records)
        ]
        if not threads:
            return

        def update(_document, records, values):
            if "message_process" in dir(records):
                records.sudo().message_update({}, update_vals=values)
            else:
                records.write(values)

        def new(document, records, values):
            if "message_process" not in dir(records):
                return records.write(values) and None
            mail = {"subject": "Taxi 100", "from": self.sales.email, "email_from": self.sales.email}
            values = self.twin_values(document, records, values)
            return records.browse().sudo().message_new({**mail, "body": ""}, custom_values=values)

        def process(document, records, values):
            if "message_process" not in dir(records):
                return records.write(values) and None
            mail = MAIL % {"sender": self.sales.email, "id": self.id().rpartition(".")[2]}
            values = self.twin_values(document, records, values)
            return records.browse(
                records.browse().message_process(records._name, mail, custom_values=values)
            )

        self.try_doors(message_update=update, message_new=new, message_process=process)

    # ------------------------------------------------------------------ changing what was decided

    def changes(self, document):
        """``{what: attack}``: everything that changes what was decided on."""
        lines = document[self.lines]
        line, back = lines[0], lines._approval_parent
        more = self.line_values(document)
        found = {
            f"write {records._name} {number}": (
                lambda records=records, values=values: records.write(values)
            )
            for number, (records, values) in enumerate(self.tamperings(document))
        }
        for number, (records, values) in enumerate(self.tamperings(document)):
            found[f"below the cache {records._name} {number}"] = (
                lambda records=records, values=values: records._write(
                    self.as_columns(records, values)
                )
            )
        found |= {
            "update by a command": lambda: document.write(
                {self.lines: [Command.update(line.id, self.tampered_line)]}
            ),
            "create by a command": lambda: document.write({self.lines: [Command.create(more)]}),
            "create directly": lambda: lines.create({**more, back: document.id}),
            "create by a default": lambda: lines.with_context(
                **{f"default_{back}": document.id}
            ).create(more),
            "delete by a command": lambda: document.write({self.lines: [Command.delete(line.id)]}),
            "delete directly": line.unlink,
            "delete and make again with other values": lambda: document.write(
                {
                    self.lines: [
                        Command.delete(line.id),
                        Command.create({**more, **self.tampered_line}),
                    ]
                }
            ),
            "import": lambda: self.load(
                line,
                [".id", *self.as_import(self.tampered_line)[0]],
                [str(line.id), *self.as_import(self.tampered_line)[1]],
            ),
            "take the line to another document": lambda: line.write({back: self.another.id}),
        }
        return {what: found[what] for what in found if what not in self.unknown_changes}

    def test_pending_documents_are_locked(self):
        """A9: header and lines, by every door."""
        document = self.document
        request = self.submit(document)
        for what in self.changes(document):
            with self.subTest(change=what):
                with self.assert_shut(document):
                    self.changes(document)[what]()
                self.assertEqual(request.state, "pending")

    def test_changes_are_possible_while_nothing_was_submitted(self):
        """A9: the doors of a draft are open; otherwise the two tests around this prove nothing."""
        document = self.document
        before = document._approval_fingerprints(self.code)
        for what in self.changes(document):
            with self.subTest(change=what), self.rolled_back():
                self.changes(document)[what]()
                self.env.cr.flush()
                self.env.invalidate_all()
                self.assertNotEqual(document._approval_fingerprints(self.code), before)

    def test_change_after_approval_voids_it(self):
        """A9: an approval is good for the values that were approved."""
        document = self.document
        self.approve_without_executing(document)
        request = self.request_of(document)
        for what in self.changes(document):
            with self.subTest(change=what), self.rolled_back():
                self.changes(document)[what]()
                self.env.cr.flush()
                self.assertEqual(request.state, "void")
                records, values = self.ways(document)[0]
                with self.assert_shut(document):
                    records.write(values)

    def test_executed_documents_are_locked(self):
        """A9: what was carried out cannot be changed; at most it is taken back by it."""
        document = self.document
        self.approve(document)
        self.assertTrue(self.is_executed(document))
        for what in self.changes(document):
            with self.subTest(change=what), self.rolled_back():
                try:
                    with self.env.cr.savepoint():
                        self.changes(document)[what]()
                        self.env.cr.flush()
                except UserError:
                    continue
                self.assertFalse(self.is_executed(document), "neither refused nor taken back")

    def test_other_values_stay_free(self):
        """A9: a document made again with the same lines is the same document."""
        document = self.document
        request = self.submit(document)
        records, values = self.tamperings(document)[-1]
        same = {name: records[0][name] for name in values}
        same = {name: getattr(value, "id", value) for name, value in same.items()}
        records[0].write(same)
        self.env.cr.flush()
        self.assertEqual(request.state, "pending")

    # ------------------------------------------------------------------ one approval, one execution

    def test_approval_executes_once(self):
        """A15: undone and done again needs a new approval, by whatever door."""
        document = self.document
        self.approve(document)
        self.assertTrue(self.is_executed(document))
        self.assertEqual(document.approval_state, "executed")
        self.undo(document)
        self.env.cr.flush()
        self.assertFalse(self.is_executed(document))
        for number in range(len(self.ways(document))):
            with self.subTest(way=number), self.assert_shut(document):
                records, values = self.ways(document)[number]
                records.write(values)

    def test_undone_and_done_again_in_one_transaction_is_refused(self):
        """A15: the approval is not good for the second time because it was for the first."""
        document = self.document
        self.approve(document)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.undo(document)
            records, values = self.ways(document)[0]
            records.write(values)
            self.env.cr.flush()

    def test_cancelled_and_written_is_refused(self):
        """A10: the approval goes with the document that was cancelled."""
        if not self.dead:
            return
        document = self.document
        request = self.submit(document)
        document.write(self.dead)
        self.env.cr.flush()
        self.assertEqual(request.state, "cancelled")
        for number in range(len(self.ways(document))):
            with self.subTest(way=number), self.assert_shut(document):
                records, values = self.ways(document)[number]
                records.write(values)

    # ------------------------------------------------------------------ people

    def people_who_may_not_decide(self):
        """``[(why not, user)]``; whoever acts with a delegation that is over joins here."""
        archived = self.president.copy({"login": "attack_archived"})
        self.env["approval.role.holder"].create(
            {
                "role_id": self.role["president"].id,
                "user_id": archived.id,
                "company_id": self.company.id,
            }
        )
        archived.active = False
        return [
            ("asked for it", self.sales),
            ("is a colleague", self.sales2),
            ("administers the system", self.env.ref("base.user_admin")),
            ("works in another company", self.stranger),
            ("is a customer", self.portal),
            ("is archived", archived),
        ]

    def test_nobody_else_decides(self):
        """A10: turn and person are checked on the server."""
        document = self.document
        request = self.submit(document)
        for why, user in self.people_who_may_not_decide():
            with self.subTest(who=why):
                with self.assert_shut(document):
                    self.as_user(request, user).action_decide("approve", "I say so.")
                self.assertEqual(request.state, "pending")

    def test_strangers_submit_nothing(self):
        """A10, X4: a document of another company is not theirs to submit."""
        document = self.document
        for user in (self.stranger, self.portal):
            theirs = document.with_user(user).with_context(allowed_company_ids=user.company_ids.ids)
            if theirs.has_access("write"):
                continue  # whose documents these are is for the rules of the model to say
            with self.assertRaises(AccessError), self.env.cr.savepoint():
                theirs.action_approval_submit(self.code)

    def test_public_methods_refuse_wrong_ids(self):
        """A10: other people's, another company's, and none at all, for every public method."""
        document = self.document
        request = self.submit(document)
        rows = {"approval.request": request, "approval.request.slot": request.slot_ids}
        for model, records in rows.items():
            for name in self.public_methods(model):
                for why, user in (
                    ("colleague", self.sales2),
                    ("other company", self.stranger),
                    ("portal", self.portal),
                ):
                    with self.subTest(method=f"{model}.{name}", who=why):
                        self.assert_refused_call(self.as_user(records, user), name)
                with self.subTest(method=f"{model}.{name}", who="nothing there"):
                    self.assert_refused_call(self.as_user(records.browse(2**30), self.sales), name)
        self.assertEqual(request.state, "pending")

    def public_methods(self, model):
        """Names of the methods of the engine that a client may call."""
        found = set()
        for cls in type(self.env[model]).mro():
            if cls.__module__.startswith("odoo.addons.approval_chain"):
                for name in vars(cls):
                    if callable(vars(cls)[name]) and not name.startswith("_"):
                        with suppress(AccessError, AttributeError):
                            get_public_method(self.env[model], name)
                            found.add(name)
        return sorted(found - {"create", "write", "unlink"})

    def arguments(self, method):
        """A value for every argument that must be given, by its name."""
        sensible = {
            "verb": "approve",
            "opinion": "I say so.",
            "reason": "I say so.",
            "where": "after",
            "changes": {},
            "code": self.code,
            "user_id": self.sales2.id,
            "user_ids": self.sales2.ids,
            "slot_id": self.env["approval.request.slot"].search([], limit=1).id,
            "to_step_id": self.env["approval.request.step"].search([], limit=1).id,
        }
        names = [
            parameter.name
            for parameter in inspect.signature(method).parameters.values()
            if parameter.default is parameter.empty and parameter.name != "self"
        ]
        for name in {"opinion", "reason"} & inspect.signature(method).parameters.keys():
            names.append(name)
        return {name: sensible[name] for name in names}

    def assert_refused_call(self, records, name):
        """The call raises, or reports that none of its records went through."""
        method = getattr(records, name)
        before = self.env["approval.log"].search_count([])
        try:
            with self.env.cr.savepoint():
                result = method(**self.arguments(method))
                self.env.cr.flush()
        except UserError:
            return
        if not (isinstance(result, list) and result and not any(row["ok"] for row in result)):
            self.fail(f"{name}() was not refused: {result}")
        self.assertEqual(self.env["approval.log"].search_count([]), before)
