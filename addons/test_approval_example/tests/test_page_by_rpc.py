import json
import re
from datetime import timedelta
from http import HTTPStatus

from odoo import fields
from odoo.tests import HttpCase, get_db_name, tagged

from . import page
from .test_example import ContractCase

_VARIABLE = re.compile(r"\$(\w+)")


@tagged("post_install", "-at_install")
class TestPageByRpc(ContractCase, HttpCase):
    """A1, A13: the calls of the page, over the wire and with an API key of each person."""

    def key_of(self, user):
        keys = self.env["res.users.apikeys"].with_user(user)
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        return keys._generate(scope="rpc", name="page", expiration_date=tomorrow)

    def call(self, path, body, key):
        return self.url_open(
            path,
            data=json.dumps(body),
            headers={
                "Authorization": f"bearer {key}",
                "Content-Type": "application/json",
                "X-Odoo-Database": get_db_name(),
            },
        )

    def filled_in(self, text, known):
        return _VARIABLE.sub(lambda found: str(known[found.group(1)]), text)

    def learn(self, expected, answer, known):
        """Compare an answer with the one on the page; a new ``$name`` there stands for anything."""
        if isinstance(expected, str) and (found := _VARIABLE.fullmatch(expected)):
            self.assertEqual(known.setdefault(found.group(1), answer), answer)
        elif isinstance(expected, dict):
            self.assertEqual(expected.keys(), answer.keys())
            for name in expected:
                self.learn(expected[name], answer[name], known)
        elif isinstance(expected, list):
            self.assertEqual(len(expected), len(answer))
            for part, got in zip(expected, answer, strict=True):
                self.learn(part, got, known)
        else:
            self.assertEqual(expected, answer)

    def test_calls_of_the_page_work_as_shown(self):
        """A5, A13: submit, read the inbox, decide, and see where it stands."""
        contract = self.make_contract()
        known = {"contract": contract.id}
        keys = {user.login: self.key_of(user) for user in (self.sales, self.president)}
        dialogue = [row for row in page.blocks(page.PAGE) if row[0] in ("http", "json")]
        self.assertEqual(len(dialogue), 8)
        for (_http, who, question), (_json, _note, expected) in zip(
            dialogue[::2], dialogue[1::2], strict=True
        ):
            verb, _blank, body = question.partition("\n")
            path = verb.removeprefix("POST ").strip()
            response = self.call(path, json.loads(self.filled_in(body, known)), keys[who])
            self.assertEqual(response.status_code, HTTPStatus.OK, response.text)
            quoted = re.sub(r'(?<!")\$\w+', r'"\g<0>"', expected)
            self.learn(json.loads(quoted), response.json(), known)
        self.env.invalidate_all()
        self.assertEqual(contract.state, "signed")

    def test_refusals_over_the_wire_are_sentences(self):
        """A10: the same doors, with the same words."""
        contract = self.make_contract()
        model = "/json/2/test.approval.contract"
        sales, sales2 = self.key_of(self.sales), self.key_of(self.sales2)
        refused = self.call(f"{model}/action_sign", {"ids": contract.ids}, sales)
        self.assertEqual(refused.status_code, HTTPStatus.UNPROCESSABLE_ENTITY)
        self.assertIn("Submit it for approval", refused.json()["message"])
        written = self.call(
            f"{model}/write", {"ids": contract.ids, "vals": {"state": "signed"}}, sales
        )
        self.assertIn("Submit it for approval", written.json()["message"])
        self.call(f"{model}/action_approval_submit", {"ids": contract.ids, "code": "sign"}, sales)
        request = self.request_of(contract)
        decide = "/json/2/approval.request/action_decide"
        other = self.call(decide, {"ids": request.ids, "verb": "approve"}, sales2)
        self.assertEqual(other.status_code, HTTPStatus.FORBIDDEN)
        private = self.call("/json/2/approval.request/_transition", {"verb": "execute"}, sales)
        self.assertEqual(private.status_code, HTTPStatus.FORBIDDEN)
        self.assertEqual((contract.state, request.state), ("draft", "pending"))
