from contextlib import contextmanager

import psycopg2

from odoo import SUPERUSER_ID, api
from odoo.tests import TransactionCase
from odoo.tools import mute_logger


class PeopleAtOnce(TransactionCase):
    """People of the demo company at the same moment, with real commits on the throw-away database.

    What a test commits it takes out again itself, by ``addCleanup``.
    """

    def env_of(self, cr, login):
        """The transaction of ``cr`` as the demo user ``login`` works in it, in English."""
        user = self.env.ref(f"approval_chain.demo_user_{login}")
        return api.Environment(
            cr, user.id, {"allowed_company_ids": user.company_id.ids, "lang": "en_US"}
        )

    @contextmanager
    def someone(self, login):
        """A transaction of that person, committed at the end."""
        with self.registry.cursor() as cr:
            yield self.env_of(cr, login)

    @contextmanager
    def root(self):
        """A transaction of the superuser, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})

    @contextmanager
    def someone_slower(self, login, model, record_id):
        """A document as a person sees it who has read it before the others did something.

        What follows has to be refused by PostgreSQL, so that Odoo repeats the call.
        """
        with self.registry.cursor() as slow:
            record = self.env_of(slow, login)[model].browse(record_id)
            # what PostgreSQL shows this person is fixed from the first query on
            slow.execute("SELECT 1")
            record.read(["display_name"])
            yield record
            slow.rollback()

    @contextmanager
    def assertStartsOver(self):
        """PostgreSQL refuses what is done, as somebody else was faster."""
        with (
            self.assertRaises(psycopg2.errors.SerializationFailure),
            mute_logger("odoo.sql_db"),
        ):
            yield
