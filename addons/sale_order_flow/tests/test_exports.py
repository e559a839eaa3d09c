import csv
import io
import json

from odoo import Command
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import OrderFlowCase


@tagged("post_install", "-at_install")
class TestExports(HttpCase, OrderFlowCase):
    """F21: what is exported is what one may read: in the dialog of the web client and by RPC."""

    def setUp(self):
        super().setUp()
        export = self.env.ref("base.group_allow_export")
        (self.sales | self.sales2 | self.assistant).group_ids = [Command.link(export.id)]
        self.mine, self.theirs = self.make_paid(self.sales), self.make_paid(self.sales2)

    def make_paid(self, user):
        """A verified order of that salesperson."""
        order = self.make_confirmed(user=user)
        application = self.make_application(order)
        self.allocate(application, self.make_payment(order.amount_total), order.amount_total)
        self.as_user(application, self.finance).action_verify()
        return order

    def rows(self, model, login, domain=(), ids=False, names=("name",), groupby=()):
        """What the export of the web client gives as CSV, without its header."""
        self.env.flush_all()
        self.authenticate(login, login)
        answer = self.url_open(
            "/web/export/csv",
            data={
                "data": json.dumps(
                    {
                        "model": model,
                        "fields": [{"name": name, "label": name} for name in names],
                        "ids": ids,
                        "domain": list(domain),
                        "groupby": list(groupby),
                        "import_compat": False,
                        "context": {
                            "allowed_company_ids": self.company.ids,
                            "lang": "en_US",
                        },
                    }
                ),
                "csrf_token": Request.csrf_token(self),
            },
        )
        if answer.status_code != 200:
            return answer.status_code
        return list(csv.reader(io.StringIO(answer.text)))[1:]

    def test_the_list_of_a_salesperson_exports_the_own_orders(self):
        """F21: everything selected by the domain, and nothing of others."""
        found = self.rows("sale.order", "sales")
        self.assertIn([self.mine.name], found)
        self.assertNotIn([self.theirs.name], found)
        self.assertIn([self.theirs.name], self.rows("sale.order", "sales2"))
        both = self.rows("sale.order", "assistant")
        for order in (self.mine, self.theirs):
            self.assertIn([order.name], both)

    def test_rows_named_by_id_are_refused(self):
        """F21: ids guessed or kept from before."""
        self.assertEqual(self.rows("sale.order", "sales", ids=self.mine.ids), [[self.mine.name]])
        self.assertNotIn(
            [self.theirs.name],
            self.refused_or_rows("sale.order", (self.mine | self.theirs).ids),
        )

    def refused_or_rows(self, model, ids):
        answer = self.rows(model, "sales", ids=ids)
        return [] if isinstance(answer, int) else answer

    def test_documents_and_lines_of_others_are_not_exported(self):
        """F21: applications, payments, lines; nor reached through a field of another record."""
        for model, names in (
            ("sale.delivery.application", ("order_id/name",)),
            ("sale.payment.allocation", ("order_id/name",)),
            ("sale.order.line", ("order_id/name",)),
            ("sale.order.stage.entry", ("order_id/name",)),
        ):
            with self.subTest(model):
                found = self.rows(model, "sales", names=names)
                self.assertIn([self.mine.name], found)
                self.assertNotIn([self.theirs.name], found)
        for row in self.rows("res.partner", "sales", names=("name", "sale_order_ids/name")):
            self.assertNotIn(self.theirs.name, row)

    def test_export_by_call_is_refused(self):
        """F21: ``export_data`` as an integration calls it."""
        for record in (self.theirs, self.theirs.delivery_application_ids):
            record = self.as_user(record.sudo(False), self.sales)
            with self.subTest(record._name), self.assertRefused("", AccessError):
                record.invalidate_recordset()
                record.export_data(["name"])

    def test_without_the_right_to_export_nothing_is_exported(self):
        """F21: Odoo's own right stands."""
        self.sales.group_ids = [Command.unlink(self.env.ref("base.group_allow_export").id)]
        with self.assertRefused("", Exception):
            self.as_user(self.mine, self.sales).export_data(["name"])
