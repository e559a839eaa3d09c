import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.fields import Domain
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from odoo.addons.approval_chain.values import lock_rows

from .production_notice import DISPATCH

_logger = logging.getLogger(__name__)

INLINE = 20
"""So many manufacturing orders are made at once, with the decision; more are made in the background."""
BATCH = 20
TRIES = 4
"""How often a batch is begun while others change the same orders."""
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)


class ProductionSchedule(models.Model):
    """The manufacturing orders of an approved schedule: a few at once, many in the background (P4).

    In the background every batch is a transaction of its own. A product and the material that is made
    for it belong together: all of it is made, or none. What cannot be made says why at its row, and
    waits for dispatch; the rest goes on.
    """

    _inherit = "production.schedule"

    to_make_count = fields.Integer(
        compute="_compute_making", string="Manufacturing Orders Still to Be Made"
    )
    failure_count = fields.Integer(compute="_compute_making", string="Not Made")

    @api.depends("state", "line_ids.kind", "line_ids.is_placed", "line_ids.failure")
    def _compute_making(self):
        for schedule in self:
            rows = schedule.line_ids._to_place() if schedule.state == "approved" else ()
            schedule.failure_count = len([row for row in rows if row.failure])
            schedule.to_make_count = len(rows) - schedule.failure_count

    def action_make_productions(self):
        """Try again to make what could not be made (production dispatch).

        :raise AccessError: for anybody but production dispatch
        :raise UserError: unless it is in force, or where it still cannot be made
        :return: True
        """
        self._flow_check_role(DISPATCH)
        # the background may be at it
        lock_rows(self.sudo())
        self._check_state("approved")
        for schedule in self.sudo():
            schedule.line_ids._to_place()._stamp({"failure": False})
            schedule._begin_making()
        return True

    def _begin_making(self):
        """Make and plan the productions now, or have it done, as superuser."""
        self.ensure_one()
        rows = self.line_ids._to_place()
        cron = self.env.ref("sales_planning_mrp.cron_make_productions", raise_if_not_found=False)
        if len(rows) <= INLINE or not cron:
            rows._make_productions()
        else:
            cron._trigger()

    def _check_made(self):
        """:raise UserError: while productions are being made in the background"""
        for schedule in self:
            if schedule.to_make_count:
                raise UserError(
                    self.env._(
                        "%(count)s manufacturing orders of %(schedule)s are still being made. Wait a few "
                        "minutes.",
                        count=schedule.to_make_count,
                        schedule=schedule.name,
                    )
                )

    # ------------------------------------------------------------------ in the background

    @api.model
    def _cron_make_productions(self, batch=BATCH):
        """Make what approved schedules still wait for, batch by batch (P4)."""
        waiting = Domain("kind", "=", "make") & Domain("is_placed", "=", False)
        waiting &= Domain("failure", "=", False)
        schedules = self.sudo().search(
            Domain("state", "=", "approved") & Domain("line_ids", "any", waiting), order="id"
        )
        for schedule in schedules:
            # people read what is written about it
            schedule = schedule.with_company(schedule.company_id).with_context(
                lang=schedule.user_id.lang
            )
            if not schedule._make_in_batches(batch):
                break

    def _make_in_batches(self, batch):
        """:return: whether there is time left"""
        Cron = self.env["ir.cron"]
        while trees := self._next_trees(batch):
            self._make_patiently(trees)
            done = sum(len(rows) for rows in trees)
            if not self.to_make_count:
                self._tell_made()
            if not Cron._commit_progress(done, remaining=self.to_make_count):
                return False
            self.env.invalidate_all()
        return True

    def _next_trees(self, batch):
        """Rows with the material that is made for them, until they are ``batch`` together."""
        rows = self.line_ids._to_place().filtered(lambda row: not row.failure)
        trees, count = [], 0
        for tree in rows.grouped(lambda row: row._top()).values():
            if trees and count + len(tree) > batch:
                break
            trees.append(tree)
            count += len(tree)
        return trees

    def _make_patiently(self, trees):
        """Make these; if somebody else is faster, look at what came of it and begin anew."""
        for _try in range(TRIES):
            try:
                self._make_safely(trees)
                # what PostgreSQL refuses is to be noticed here, too
                self.env.cr.flush()
                return
            except CONFLICTS as error:
                _logger.info("%s: %s", self, str(error).partition("\n")[0])
                self.env.cr.rollback()
        for tree in trees:
            tree._stamp(
                {
                    "failure": self.env._(
                        "Others changed the same documents again and again. Try it again."
                    )
                }
            )

    def _make_safely(self, trees):
        """All together; if something is wrong, each by itself, so that one holds up no other."""
        rows = trees[0].union(*trees)
        self.env.cr.flush()
        try:
            with self.env.cr.savepoint():
                lock_rows(self)
                if self.state == "approved":
                    rows._to_place()._make_productions()
                self.env.cr.flush()
            return
        except (psycopg2.OperationalError, ConcurrencyError):
            raise
        except UserError as error:
            text = str(error)
        except Exception as error:
            _logger.exception("%s could not be made", rows)
            text = self.env._(
                "An unexpected error (%(error)s). Tell your administrator.", error=error
            )
        if len(trees) == 1:
            rows._stamp({"failure": text})
        else:
            for tree in trees:
                self._make_safely([tree])

    def _tell_made(self):
        """The dispatcher learns that all was made, or what was not."""
        body = (
            self.env._(
                "%s manufacturing orders could not be made. The rows say why.", self.failure_count
            )
            if self.failure_count
            else self.env._("All manufacturing orders were made and planned.")
        )
        self.message_post(body=body, partner_ids=self.user_id.partner_id.ids)
