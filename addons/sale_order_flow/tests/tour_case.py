from odoo.tests import HttpCase


class RecordTourCase(HttpCase):
    """Tours on the forms of documents, by whoever works on them; comes before the other cases."""

    browser_size = "1366x768"

    def walk(self, tour, record, login, path=None):
        """The tour on the form of ``record``, or on another page, as the person with that login."""
        self.env.flush_all()
        self.start_tour(path or f"/odoo/{record._name}/{record.id}", tour, login=login)
        self.env.invalidate_all()
