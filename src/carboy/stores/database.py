"""A store in a table of a database, shared by machines."""

import contextlib
import math
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url
from typing_extensions import override

from carboy.errors import ConfigError, UnavailableError

from .base import Change, Clock, Store, expiry_time, now, parse_count, seconds_left
from .key_column import KeyColumn, short_key

# A key that others change so often during one update is overloaded.
MAX_ATTEMPTS = 200
# Writes between two purges of expired entries.
PURGE_EVERY = 512
MAX_VALUE_BYTES = 2**32 - 1


class DatabaseStore(Store):
    """One row for each key, in a table that is created when it is missing.

    `source` is a URL, an engine, or a function that returns the engine. A site that
    creates its tables by migrations adds `DatabaseStore.make_table(metadata)` to its
    models.
    """

    def __init__(
        self,
        source: str | URL | Engine | Callable[[], Engine],
        *,
        table: str = "carboy_store",
        clock: Clock = now,
    ) -> None:
        self._source = source
        self._clock = clock
        self._engine: Engine | None = None
        self._owns_engine = isinstance(source, str | URL)
        self._table = self.make_table(sa.MetaData(), table)
        self._lock = threading.Lock()
        self._writes = 0

    @staticmethod
    def make_table(metadata: sa.MetaData, name: str = "carboy_store") -> sa.Table:
        """Return the table, for a site that creates it by a migration."""
        # MySQL and MariaDB use LONGBLOB for a length that only LONGBLOB has.
        large = sa.LargeBinary(MAX_VALUE_BYTES)
        return sa.Table(
            name,
            metadata,
            sa.Column("key", KeyColumn(), primary_key=True),
            sa.Column("value", large, nullable=False),
            sa.Column("expires", sa.Double(), nullable=True, index=True),
            # New with each write: shows whether a row has changed since it was read.
            sa.Column("stamp", sa.BigInteger(), nullable=False),
        )

    @override
    def get(self, key: str) -> bytes | None:
        with self._connect() as connection:
            row = self._select(connection, key)
            return None if row is None else bytes(row.value)

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        names = {short_key(key): key for key in keys}
        if not names:
            return {}
        columns = self._table.c
        query = sa.select(columns.key, columns.value).where(
            columns.key.in_(list(names)), self._is_alive()
        )
        with self._connect() as connection:
            rows = connection.execute(query).all()
        return {names[row.key]: bytes(row.value) for row in rows}

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        self.set_many({key: value}, ttl)

    @override
    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        expires = expiry_time(ttl, self._clock())
        rows = [_make_row(key, value, expires) for key, value in values.items()]
        if not rows:
            return
        # Ordered by key, so that two writers never wait for each other.
        rows.sort(key=lambda row: row["key"])
        with self._connect() as connection:
            for row in rows:
                connection.execute(self._upsert(connection, row))
        self._count_writes(len(rows))

    def uses_engine(self, engine: Engine) -> bool:
        """Return whether the table is in the database of an engine."""
        # The own one has options, but the same connections.
        return self._get_engine().pool is engine.pool

    def set_within(
        self, connection: Connection, key: str, value: bytes, ttl: float | None = None
    ) -> None:
        """Store a value in a transaction of the caller, on the same database.

        The table has to be there, as it is after the first use of the store.
        """
        row = _make_row(key, value, expiry_time(ttl, self._clock()))
        connection.execute(self._upsert(connection, row))

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        expires = expiry_time(ttl, self._clock())

        def make(row: Any) -> tuple[bytes, float] | None:
            return None if row is not None else (value, expires)

        return self._compare_and_set(key, make) is not None

    @override
    def delete(self, key: str) -> bool:
        return self.delete_many([key]) == 1

    @override
    def delete_many(self, keys: Iterable[str]) -> int:
        short = [short_key(key) for key in keys]
        column = self._table.c.key
        expired = sa.delete(self._table).where(column.in_(short), ~self._is_alive())
        alive = sa.delete(self._table).where(column.in_(short))
        with self._connect() as connection:
            connection.execute(expired)
            return connection.execute(alive).rowcount

    @override
    def incr(self, key: str, by: int = 1, ttl: float | None = None) -> int:
        first = expiry_time(ttl, self._clock())

        def increment(row: Any) -> tuple[bytes, float]:
            if row is None:
                return b"%d" % by, first
            return b"%d" % (parse_count(key, bytes(row.value)) + by), _row_expiry(row)

        entry = self._compare_and_set(key, increment)
        return parse_count(key, None if entry is None else entry[0])

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        expires = expiry_time(ttl, self._clock())
        for _ in self._attempts(key):
            with self._connect() as connection:
                row = self._select(connection, key)
                value = change(None if row is None else bytes(row.value))
                if value is None:
                    is_done = row is None or self._delete_unchanged(connection, row)
                else:
                    new = _make_row(key, value, expires)
                    is_done = self._replace(connection, row, new)
            if is_done:
                return value
        return None  # pragma: no cover - `_attempts` raises before it ends

    @override
    def expires_in(self, key: str) -> int:
        with self._connect() as connection:
            row = self._select(connection, key)
        return 0 if row is None else seconds_left(_row_expiry(row), self._clock())

    @override
    def clear(self, prefix: str = "") -> None:
        statement = sa.delete(self._table)
        if prefix:
            matches = self._table.c.key.startswith(prefix, autoescape=True)
            if self._get_engine().dialect.name == "sqlite":
                # LIKE ignores case there.
                matches = sa.func.substr(self._table.c.key, 1, len(prefix)) == prefix
            statement = statement.where(matches)
        with self._connect() as connection:
            connection.execute(statement)

    @override
    def purge_expired(self) -> int:
        statement = sa.delete(self._table).where(~self._is_alive())
        with self._connect() as connection:
            return connection.execute(statement).rowcount

    @override
    def close(self) -> None:
        if self._owns_engine and self._engine is not None:
            self._engine.dispose()

    # Rows

    def _compare_and_set(
        self, key: str, change: Callable[[Any], tuple[bytes, float] | None]
    ) -> tuple[bytes, float] | None:
        for _ in self._attempts(key):
            with self._connect() as connection:
                row = self._select(connection, key)
                new = change(row)
                if new is None:
                    return None
                values = _make_row(key, new[0], new[1])
                if self._replace(connection, row, values):
                    return new
        return None  # pragma: no cover - `_attempts` raises before it ends

    def _attempts(self, key: str) -> Iterator[int]:
        for attempt in range(MAX_ATTEMPTS):
            yield attempt
            # Random, so that not all of them try again at the same time.
            time.sleep(random.random() * 0.001 * min(attempt + 1, 20))  # noqa: S311 - no secret
        raise UnavailableError(
            f"The key {key!r} was changed by others {MAX_ATTEMPTS} times during one "
            f"update. Distribute its value over several keys."
        )

    def _select(self, connection: Connection, key: str) -> Any:
        columns = self._table.c
        query = sa.select(columns.key, columns.value, columns.expires, columns.stamp)
        return connection.execute(
            query.where(columns.key == short_key(key), self._is_alive())
        ).one_or_none()

    def _replace(
        self, connection: Connection, row: Any, new: Mapping[str, Any]
    ) -> bool:
        columns = self._table.c
        if row is not None:
            update = sa.update(self._table).where(
                columns.key == new["key"], columns.stamp == row.stamp
            )
            return connection.execute(update.values(new)).rowcount == 1
        expired = sa.delete(self._table).where(
            columns.key == new["key"], ~self._is_alive()
        )
        connection.execute(expired)
        try:
            connection.execute(sa.insert(self._table).values(new))
        except exc.IntegrityError:
            return False
        self._count_writes(1)
        return True

    def _delete_unchanged(self, connection: Connection, row: Any) -> bool:
        columns = self._table.c
        delete = sa.delete(self._table).where(
            columns.key == row.key, columns.stamp == row.stamp
        )
        return connection.execute(delete).rowcount == 1

    def _is_alive(self) -> sa.ColumnElement[bool]:
        expires = self._table.c.expires
        return expires.is_(None) | (expires > self._clock())

    def _upsert(self, connection: Connection, row: dict[str, Any]) -> sa.Insert:
        from carboy.db import upsert  # noqa: PLC0415 - imports the ORM, once needed

        changed = {name: row[name] for name in ("value", "expires", "stamp")}
        return upsert(connection.dialect.name, self._table, row, changed)

    def _count_writes(self, writes: int) -> None:
        self._writes += writes
        if self._writes >= PURGE_EVERY:
            self._writes = 0
            with contextlib.suppress(UnavailableError):
                self.purge_expired()

    # Connections

    def _get_engine(self) -> Engine:
        if self._engine is None:
            with self._lock:
                if self._engine is None:
                    engine = self._make_engine()
                    _create_once(engine, self._table)
                    self._engine = engine
        return self._engine

    def _make_engine(self) -> Engine:
        source = self._source
        if isinstance(source, str | URL):
            return make_engine(make_url(source))
        engine = source if isinstance(source, Engine) else source()
        # Each statement by itself: the number of changed rows shows a race, and no
        # lock is ever held while Python runs.
        return engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextlib.contextmanager
    def _connect(self) -> Iterator[Connection]:
        try:
            with self._get_engine().connect() as connection:
                yield connection
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise _unavailable(error) from error


def make_engine(url: URL) -> Engine:
    """Return an engine that waits for a limited time and survives a restart."""
    from carboy.db import (  # noqa: PLC0415 - imports the ORM, once needed
        configure_psycopg,
        make_sqlite_engine,
        reconnect_after_fork,
    )

    name = url.get_backend_name()
    arguments: dict[str, Any] = {"connect_timeout": 2}
    if name == "sqlite":
        if url.database in {None, "", ":memory:"}:
            raise ConfigError(
                f"{url} would be a database of its own for each thread. For a store in "
                f"memory use memory://, otherwise a file such as "
                f"sqlite:///stores.sqlite."
            )
        return make_sqlite_engine(url, isolation_level="AUTOCOMMIT", pool_pre_ping=True)
    if name in {"mysql", "mariadb"}:
        arguments |= {"read_timeout": 5, "write_timeout": 5}
        if url.drivername in {"mysql", "mariadb"}:
            url = url.set(drivername=f"{url.drivername}+pymysql")
    engine = sa.create_engine(
        url, isolation_level="AUTOCOMMIT", pool_pre_ping=True, connect_args=arguments
    )
    reconnect_after_fork(engine)
    configure_psycopg(engine)
    return engine


def _create_once(engine: Engine, table: sa.Table) -> None:
    try:
        table.create(engine, checkfirst=True)
    except exc.DBAPIError as error:
        # Another process may have created it after the check.
        if isinstance(error, exc.OperationalError | exc.InterfaceError):
            if error.connection_invalidated or not _has_table(engine, table):
                raise _unavailable(error) from error
        elif not _has_table(engine, table):
            raise


def _has_table(engine: Engine, table: sa.Table) -> bool:
    with contextlib.suppress(exc.DBAPIError):
        return sa.inspect(engine).has_table(table.name)
    return False


def _make_row(key: str, value: bytes, expires: float) -> dict[str, Any]:
    return {
        "key": short_key(key),
        "value": value,
        "expires": None if expires == math.inf else expires,
        "stamp": secrets.randbits(63),
    }


def _row_expiry(row: Any) -> float:
    return math.inf if row.expires is None else float(row.expires)


def _unavailable(error: exc.SQLAlchemyError) -> UnavailableError:
    cause = getattr(error, "orig", None) or error
    reason = str(cause).strip().partition("\n")[0].rstrip(".")
    return UnavailableError(
        f"The database of the store does not answer: {reason}. The next request tries "
        f"again."
    )
