import logging
from datetime import timedelta

import psycopg2

from odoo import api, fields, models
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

RETRY_AFTER = timedelta(hours=1)


class ApprovalBatchMixin(models.AbstractModel):
    """Work of a cron on many records of the engine: in batches, resumable, one failure stops no other."""

    _name = "approval.batch.mixin"
    _description = "Approval Work in Batches"

    look_at = fields.Datetime(help="Nothing is done by itself before.")

    @api.model
    def _in_batches(self, domain_of, order, act, batch):
        """Act on records one by one, one transaction a batch; one that fails stops no other.

        :return: whether there is time left
        """
        now, left_out, Cron = fields.Datetime.now(), [], self.env["ir.cron"]
        found = self.sudo()
        while True:
            domain = domain_of(now)
            rows = found.search(domain & Domain("id", "not in", left_out), limit=batch, order=order)
            if not rows:
                return True
            left_out += rows._ids
            for row in rows:
                row._act_safely(act)
            remaining = found.search_count(domain & Domain("id", "not in", left_out))
            if not Cron._commit_progress(len(rows), remaining=remaining):
                return False
            # others decided meanwhile
            self.env.invalidate_all()

    def _act_safely(self, act):
        """Act in a savepoint; what fails is left for later, and the reason goes to the server log."""
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                act(self)
        except psycopg2.OperationalError:
            # somebody is deciding at this moment: the next run sees what came of it
            _logger.info("%s is being decided right now, left for the next run", self)
        except Exception:
            _logger.exception("%s is overdue and could not be acted on", self)
            self._engine_write({"look_at": fields.Datetime.now() + RETRY_AFTER})
