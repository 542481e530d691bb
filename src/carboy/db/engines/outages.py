"""Turn the many ways in which a database is unavailable into one error."""

import logging
import re
import select
from collections.abc import Callable
from time import monotonic

from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError

from carboy.db.errors import DatabaseUnavailableError

log = logging.getLogger("carboy.db")

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL = {
    "53100": "its disk is full",
    "53200": "it has no memory left",
    "53300": "it has too many connections",
    "57014": "the statement took longer than DATABASE_STATEMENT_TIMEOUT allows",
    "57P01": "it is being stopped",
    "57P02": "it has crashed",
    "57P03": "it is starting or stopping",
}
_LOGIN = "it refuses the user or the password"
_NO_DATABASE = "it has no database of this name"
_NO_HOST = "there is no host of this name"
# Reasons that no waiting removes.
_MISCONFIGURED = frozenset({_LOGIN, _NO_DATABASE, _NO_HOST})
# libpq has no codes for connections that fail, only texts.
_LIBPQ = (
    (re.compile(r"authentication failed|no password supplied"), _LOGIN),
    (re.compile(r'role ".*" does not exist'), _LOGIN),
    (re.compile(r'database ".*" does not exist'), _NO_DATABASE),
    (re.compile(r"host name|resolve host|Name or service not known"), _NO_HOST),
)
_MYSQL = {
    1044: _LOGIN,
    1045: _LOGIN,
    1049: _NO_DATABASE,
    1021: "its disk is full",
    1040: "it has too many connections",
    1053: "it is being stopped",
    1114: "its table space is full",
    1205: "another transaction held a lock for too long",
    1969: "the statement took longer than DATABASE_STATEMENT_TIMEOUT allows",
    2002: "it cannot be reached",
    2003: "it cannot be reached",
    2006: "the connection was lost",
    2013: "the connection was lost",
    3024: "the statement took longer than DATABASE_STATEMENT_TIMEOUT allows",
}
# Primary result codes of SQLite, https://www.sqlite.org/rescode.html
_SQLITE = {
    5: "another process held its lock for longer than DATABASE_SQLITE_BUSY_TIMEOUT",
    8: "its file is read-only",
    10: "the disk failed",
    13: "the disk is full",
    14: "its file cannot be opened",
}


def install_outages(engine: Engine) -> None:
    """Raise `DatabaseUnavailableError` where the database itself is what fails."""
    log_outage = _make_logger()
    url = engine.url.set(password=None, query={}).render_as_string()

    def on_error(context: ExceptionContext) -> DatabaseUnavailableError | None:
        error = context.original_exception
        reason = find_reason(error)
        if reason is None and context.is_disconnect:
            reason = "the connection was lost"
        if reason is None or not isinstance(error, Exception):
            return None
        unavailable = DatabaseUnavailableError(
            f"The database {url} cannot be used now: {reason}. {_advise(reason)}",
            error,
        )
        log_outage(unavailable)
        return unavailable

    event.listen(engine, "handle_error", on_error)
    if engine.dialect.driver in {"psycopg", "pymysql"}:
        event.listen(engine, "checkout", _check_connection)


def _advise(reason: str) -> str:
    if reason in _MISCONFIGURED:
        return "Correct DATABASE_URL, or create what it names."
    return "Try again in a few seconds; /-/ready says when it is back."


def _make_logger() -> Callable[[Exception], None]:
    """Log an outage once a second, not once a request."""
    last = [0.0]

    def log_outage(error: Exception) -> None:
        now = monotonic()
        if now - last[0] >= 1:
            last[0] = now
            log.error("%s", error)

    return log_outage


def find_reason(error: BaseException) -> str | None:
    """Return why the database cannot be used, or None if the statement is to blame."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is not None:
        return _SQLITE.get(code & 0xFF)
    kind = type(error)
    if kind.__module__.startswith("pymysql"):
        return _MYSQL.get(error.args[0]) if error.args else None
    if kind.__module__.startswith("psycopg"):
        return _find_postgresql(error)
    return None


def is_lost(error: BaseException) -> bool:
    """Return whether the server ended the connection."""
    state = getattr(error, "sqlstate", None) or ""
    return state.startswith(("08", "57P"))


def _find_postgresql(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None)
    if state is not None:
        return "it cannot be reached" if state[:2] == "08" else _POSTGRESQL.get(state)
    # Without a state no connection was made.
    for pattern, reason in _LIBPQ:
        if pattern.search(str(error)):
            return reason
    is_lost = type(error).__name__ in {"OperationalError", "ConnectionTimeout"}
    return "it cannot be reached" if is_lost else None


def _check_connection(
    connection: DBAPIConnection, _record: object, _proxy: object
) -> None:
    """Raise for a connection that the server closed, without asking it anything.

    A closed socket is readable; a live one without a question is not.
    """
    if not _is_idle(connection):
        raise DisconnectionError


def _is_idle(connection: DBAPIConnection) -> bool:
    try:
        number = _socket_of(connection)
        if number is None:
            return False
        poll = select.poll()
        poll.register(number, select.POLLIN)
        return not poll.poll(0)
    except (OSError, ValueError, AttributeError):
        return False


def _socket_of(connection: DBAPIConnection) -> int | None:
    if hasattr(connection, "pgconn"):
        return None if connection.closed else int(connection.pgconn.socket)
    socket = connection._sock  # noqa: SLF001 - PyMySQL has no public name for it
    return None if socket is None else int(socket.fileno())
