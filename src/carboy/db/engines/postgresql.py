"""PostgreSQL as a site needs it: connections that end with the pool that held them."""

from functools import cache
from pkgutil import resolve_name

from sqlalchemy import Engine, event


def configure_psycopg(engine: Engine) -> None:
    """Make the connections of `engine` end without a warning when its pool goes away.

    Psycopg warns of each that was not closed by hand, also of those that a pool held
    whose site is gone, as after each test.
    """
    if engine.dialect.driver != "psycopg":
        return
    plain, quiet = _connection_classes()

    def on_connect(connection: object, _record: object) -> None:
        # A class of somebody's own, which `creator` may have made, stays as it is.
        if connection.__class__ is plain:
            connection.__class__ = quiet

    event.listen(engine, "connect", on_connect)


@cache
def _connection_classes() -> tuple[type, type]:
    # Imported here: this driver is in use.
    plain: type = resolve_name("psycopg:Connection")

    def end(_connection: object, _warn: object = None) -> None:
        # What psycopg holds of libpq closes itself, but not in a forked child, whose
        # parent still uses it.
        pass

    return plain, type("QuietConnection", (plain,), {"__del__": end})
