import logging
import time

from odoo import models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

MODEL, PLACES = "approval.request", "approval.request.slot"
CONFLICTS = (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError)
TRIES = 5
PATIENCE = 20
"""Seconds a click waits for the others; longer than twenty people need, shorter than a proxy waits."""


class IrHttp(models.AbstractModel):
    """Whoever decides at the same moment as somebody else waits for a turn (A13).

    PostgreSQL refuses the second of two who decide on one request, because it began with what was
    there before the first. Odoo then sleeps for some seconds and tries again, five times at most;
    twenty people (会签) would wait for each other's naps, and the unluckiest would get a trace. Here,
    between Odoo's door and the method, nothing of the call has happened yet, so it can begin anew at
    once: in a queue of its own for each request, with what the one before left. Whoever answers places
    in the inbox stands in the queues of their requests.

    It costs nothing as long as nobody is in the way.
    """

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        model, ids = _named(request.params)
        if not ids or request.env.cr.readonly:
            return super()._dispatch(endpoint)
        try:
            result = super()._dispatch(endpoint)
            # what PostgreSQL refuses when the changes reach it is to be noticed here, too
            request.env.cr.flush()
            return result
        except CONFLICTS:
            _begin_anew()
        with _Turn(_requests_of(model, ids)):
            for _try in range(TRIES):
                try:
                    result = super()._dispatch(endpoint)
                    request.env.cr.commit()
                    return result
                except CONFLICTS as error:
                    _logger.info("%s%s: %s", model, tuple(ids), str(error).partition("\n")[0])
                    _begin_anew()
        raise UserError(
            request.env._(
                "Others are deciding on the same request at this moment, and nothing was recorded of what "
                "you did. Wait some seconds, reload the page, and try again if it still waits for you."
            )
        )


def _named(params):
    """Model and ids when a call (web client or ``/json/2``) is for a method of requests or of their
    places, else no ids."""
    if params.get("model") in (MODEL, PLACES) and "method" in params and "args" in params:
        model, ids = params["model"], (params["args"] or [()])[0]
    elif params.get("__model__") in (MODEL, PLACES):
        model, ids = params["__model__"], params.get("ids") or ()
    else:
        return None, []
    ids = ids if isinstance(ids, list) else [ids]
    return model, sorted({number for number in ids if isinstance(number, int)})


def _requests_of(model, ids):
    """Ids of the requests in whose queues a call stands."""
    if model == MODEL:
        return ids
    return sorted(request.env[PLACES].sudo().browse(ids).exists().request_id.ids)


def _begin_anew():
    """What Odoo's own retry does before the next try."""
    request.env.cr.rollback()
    request.env.transaction.reset()
    request.env.registry.reset_changes()
    can_save = request.session.can_save
    request.session = request._get_session_and_dbname()[0]
    request.session.can_save = can_save


class _Turn:
    """The turn of a click on some requests, held across transactions, so that the next one, begun
    when it is ours, sees all that the others left."""

    def __init__(self, ids):
        self.cr = request.env.cr
        self.ids = ids
        self.held = []

    def __enter__(self):
        until = time.monotonic() + PATIENCE
        try:
            # in the order of the ids, so that two who want the same ones do not wait for each other
            for number in self.ids:
                # PostgreSQL counts anew for each lock, whoever clicked does not
                left = max(1, round(1000 * (until - time.monotonic())))
                self.cr.execute("SELECT set_config('lock_timeout', %s, true)", [f"{left}ms"])
                self.cr.execute(self._call("pg_advisory_lock", number), log_exceptions=False)
                self.held.append(number)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.info("No turn for %s%s within %s s", MODEL, tuple(self.ids), PATIENCE)
        self.cr.rollback()

    def __exit__(self, *error):
        self.cr.rollback()
        for number in self.held:
            self.cr.execute(self._call("pg_advisory_unlock", number))

    def _call(self, function, number):
        table = request.env[MODEL]._table
        return SQL("SELECT %s(%s::regclass::oid::int, %s)", SQL.identifier(function), table, number)
