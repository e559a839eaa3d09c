import logging

from odoo import models
from odoo.exceptions import ConcurrencyError, UserError
from odoo.http import request
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

_logger = logging.getLogger(__name__)

MODEL = "approval.request"
TRIES = 5
PATIENCE = "20s"
"""How long a click waits for the others; longer than twenty people need, shorter than a proxy waits."""


class IrHttp(models.AbstractModel):
    """Whoever decides at the same moment as somebody else waits for a turn (A13).

    PostgreSQL refuses the second of two who decide on one request, because it began with what was
    there before the first. Odoo then sleeps for some seconds and tries again, five times at most;
    twenty people (会签) would wait for each other's naps, and the unluckiest would get a trace. Here,
    between Odoo's door and the method, nothing of the call has happened yet, so it can begin anew at
    once: in a queue of its own for each request, with what the one before left.

    It costs nothing as long as nobody is in the way.
    """

    _inherit = "ir.http"

    @classmethod
    def _dispatch(cls, endpoint):
        ids = _requests_named(request.params)
        if not ids or request.env.cr.readonly:
            return super()._dispatch(endpoint)
        try:
            result = super()._dispatch(endpoint)
            # what PostgreSQL refuses when the changes reach it is to be noticed here, too
            request.env.cr.flush()
            return result
        except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError):
            _begin_anew()
        with _Turn(ids):
            for _try in range(TRIES):
                try:
                    result = super()._dispatch(endpoint)
                    request.env.cr.commit()
                    return result
                except (*PG_CONCURRENCY_EXCEPTIONS_TO_RETRY, ConcurrencyError) as error:
                    _logger.info("%s%s: %s", MODEL, tuple(ids), str(error).partition("\n")[0])
                    _begin_anew()
        raise UserError(
            request.env._(
                "Others are deciding on the same request at this moment, and nothing was recorded of what "
                "you did. Wait some seconds, reload the page, and try again if it still waits for you."
            )
        )


def _requests_named(params):
    """The ids when a call (web client or ``/json/2``) is for a method of requests, else nothing."""
    if params.get("model") == MODEL and "method" in params and "args" in params:
        ids = (params["args"] or [()])[0]
    elif params.get("__model__") == MODEL:
        ids = params.get("ids") or ()
    else:
        return []
    ids = ids if isinstance(ids, list) else [ids]
    return sorted({number for number in ids if isinstance(number, int)})


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
        self.cr.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        try:
            # in the order of the ids, so that two who want the same ones do not wait for each other
            for number in self.ids:
                self.cr.execute(self._call("pg_advisory_lock", number), log_exceptions=False)
                self.held.append(number)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            _logger.info("No turn for %s%s within %s", MODEL, tuple(self.ids), PATIENCE)
        self.cr.rollback()

    def __exit__(self, *error):
        self.cr.rollback()
        for number in self.held:
            self.cr.execute(self._call("pg_advisory_unlock", number))

    def _call(self, function, number):
        table = request.env[MODEL]._table
        return SQL("SELECT %s(%s::regclass::oid::int, %s)", SQL.identifier(function), table, number)
