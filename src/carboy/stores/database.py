"""A store in a table: survives everything its database survives, shared by machines."""

import contextlib
import math
import random
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import sqlalchemy as sa
from sqlalchemy import exc
from sqlalchemy.engine import URL, Connection, Engine, make_url
from typing_extensions import override

from carboy.errors import ConfigError, UnavailableError

from .base import Change, Clock, Store, count_of, expiry, now, seconds_left
from .key_column import KeyText, short_key

# After this many lost races for one key something else is wrong.
TRIES = 200
# How many writes pass between two looks for what has expired.
SWEEP_EVERY = 512
LARGEST = 2**32 - 1


class DatabaseStore(Store):
    """One row for each key, in a table that is made when it is first missed.

    Give a URL, an engine, or a function that gives the engine. A site that keeps its
    tables by migrations adds `DatabaseStore.make_table(metadata)` to its models.
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
        """Describe the table, for a site that makes it by a migration."""
        # MySQL and MariaDB make a LONGBLOB of a length that only that can hold.
        large = sa.LargeBinary(LARGEST)
        return sa.Table(
            name,
            metadata,
            sa.Column("key", KeyText(), primary_key=True),
            sa.Column("value", large, nullable=False),
            sa.Column("expires", sa.Double(), nullable=True, index=True),
            # Anew with every write: who read the row can see whether it is the same.
            sa.Column("stamp", sa.BigInteger(), nullable=False),
        )

    @override
    def get(self, key: str) -> bytes | None:
        with self._connect() as connection:
            row = self._find(connection, key)
            return None if row is None else bytes(row.value)

    @override
    def get_many(self, keys: Iterable[str]) -> dict[str, bytes]:
        asked = {short_key(key): key for key in keys}
        if not asked:
            return {}
        columns = self._table.c
        query = sa.select(columns.key, columns.value).where(
            columns.key.in_(list(asked)), self._is_alive()
        )
        with self._connect() as connection:
            rows = connection.execute(query).all()
        return {asked[row.key]: bytes(row.value) for row in rows}

    @override
    def set(self, key: str, value: bytes, ttl: float | None = None) -> None:
        self.set_many({key: value}, ttl)

    @override
    def set_many(self, values: Mapping[str, bytes], ttl: float | None = None) -> None:
        expires = expiry(ttl, self._clock())
        rows = [_row(key, value, expires) for key, value in values.items()]
        if not rows:
            return
        # In the order of the keys, so that two writers never wait for each other.
        rows.sort(key=lambda row: row["key"])
        with self._connect() as connection:
            for row in rows:
                connection.execute(self._upsert(connection, row))
        self._tidy(len(rows))

    @override
    def add(self, key: str, value: bytes, ttl: float | None = None) -> bool:
        expires = expiry(ttl, self._clock())

        def put(old: Any) -> tuple[bytes, float] | None:
            return None if old is not None else (value, expires)

        return self._swap(key, put) is not None

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
        first = expiry(ttl, self._clock())

        def count(old: Any) -> tuple[bytes, float]:
            if old is None:
                return b"%d" % by, first
            return b"%d" % (count_of(key, bytes(old.value)) + by), _expiry_of(old)

        done = self._swap(key, count)
        return count_of(key, None if done is None else done[0])

    @override
    def update(
        self, key: str, change: Change, ttl: float | None = None
    ) -> bytes | None:
        expires = expiry(ttl, self._clock())
        for _ in self._races(key):
            with self._connect() as connection:
                row = self._find(connection, key)
                value = change(None if row is None else bytes(row.value))
                if value is None:
                    done = row is None or self._delete_seen(connection, row)
                else:
                    new = _row(key, value, expires)
                    done = self._replace(connection, row, new)
            if done:
                return value
        return None  # pragma: no cover - `_races` raises before it ends

    @override
    def expires_in(self, key: str) -> int:
        with self._connect() as connection:
            row = self._find(connection, key)
        return 0 if row is None else seconds_left(_expiry_of(row), self._clock())

    @override
    def clear(self, prefix: str = "") -> None:
        statement = sa.delete(self._table)
        if prefix:
            start = self._table.c.key.startswith(prefix, autoescape=True)
            if self._get_engine().dialect.name == "sqlite":
                # There LIKE ignores case.
                start = sa.func.substr(self._table.c.key, 1, len(prefix)) == prefix
            statement = statement.where(start)
        with self._connect() as connection:
            connection.execute(statement)

    @override
    def sweep(self) -> int:
        statement = sa.delete(self._table).where(~self._is_alive())
        with self._connect() as connection:
            return connection.execute(statement).rowcount

    @override
    def close(self) -> None:
        if self._owns_engine and self._engine is not None:
            self._engine.dispose()

    # Rows

    def _swap(
        self, key: str, change: Callable[[Any], tuple[bytes, float] | None]
    ) -> tuple[bytes, float] | None:
        for _ in self._races(key):
            with self._connect() as connection:
                row = self._find(connection, key)
                new = change(row)
                if new is None:
                    return None
                values = _row(key, new[0], new[1])
                if self._replace(connection, row, values):
                    return new
        return None  # pragma: no cover - `_races` raises before it ends

    def _races(self, key: str) -> Iterator[int]:
        for attempt in range(TRIES):
            yield attempt
            # Whoever won is done by now; apart, so that not all try at once again.
            time.sleep(random.random() * 0.001 * min(attempt + 1, 20))  # noqa: S311 - no secret
        raise UnavailableError(
            f"The key {key!r} was changed by others {TRIES} times while it was to be "
            f"changed here. Spread what it holds over several keys."
        )

    def _find(self, connection: Connection, key: str) -> Any:
        columns = self._table.c
        query = sa.select(columns.key, columns.value, columns.expires, columns.stamp)
        return connection.execute(
            query.where(columns.key == short_key(key), self._is_alive())
        ).one_or_none()

    def _replace(
        self, connection: Connection, seen: Any, new: Mapping[str, Any]
    ) -> bool:
        columns = self._table.c
        if seen is not None:
            changed = sa.update(self._table).where(
                columns.key == new["key"], columns.stamp == seen.stamp
            )
            return connection.execute(changed.values(new)).rowcount == 1
        expired = sa.delete(self._table).where(
            columns.key == new["key"], ~self._is_alive()
        )
        connection.execute(expired)
        try:
            connection.execute(sa.insert(self._table).values(new))
        except exc.IntegrityError:
            return False
        self._tidy(1)
        return True

    def _delete_seen(self, connection: Connection, seen: Any) -> bool:
        columns = self._table.c
        gone = sa.delete(self._table).where(
            columns.key == seen.key, columns.stamp == seen.stamp
        )
        return connection.execute(gone).rowcount == 1

    def _is_alive(self) -> sa.ColumnElement[bool]:
        expires = self._table.c.expires
        return expires.is_(None) | (expires > self._clock())

    def _upsert(self, connection: Connection, row: dict[str, Any]) -> Any:
        changed = {name: row[name] for name in ("value", "expires", "stamp")}
        name = connection.dialect.name
        insert = _load_insert(name)(self._table).values(row)
        if name in {"mysql", "mariadb"}:
            return insert.on_duplicate_key_update(changed)
        return insert.on_conflict_do_update(index_elements=["key"], set_=changed)

    def _tidy(self, writes: int) -> None:
        self._writes += writes
        if self._writes >= SWEEP_EVERY:
            self._writes = 0
            with contextlib.suppress(UnavailableError):
                self.sweep()

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
        # Each statement for itself: a race shows in the number of rows changed, and
        # no lock is ever held while Python runs.
        return engine.execution_options(isolation_level="AUTOCOMMIT")

    @contextlib.contextmanager
    def _connect(self) -> Iterator[Connection]:
        try:
            with self._get_engine().connect() as connection:
                yield connection
        except (exc.OperationalError, exc.InterfaceError, exc.TimeoutError) as error:
            raise _unavailable(error) from error


def make_engine(url: URL) -> Engine:
    """Make an engine that waits for a bounded time and survives a restart."""
    name = url.get_backend_name()
    arguments: dict[str, Any] = {"connect_timeout": 2}
    if name == "sqlite":
        if url.database in {None, "", ":memory:"}:
            raise ConfigError(
                f"{url} is a database that each thread would have for itself. For a "
                f"store inside the process use memory://, else name a file: "
                f"sqlite:///stores.sqlite."
            )
        from carboy.db import ClosingConnection, close_before_fork  # noqa: PLC0415 - not for other databases

        arguments = {"timeout": 5, "factory": ClosingConnection}
    elif name in {"mysql", "mariadb"}:
        arguments |= {"read_timeout": 5, "write_timeout": 5}
        if url.drivername in {"mysql", "mariadb"}:
            url = url.set(drivername=f"{url.drivername}+pymysql")
    engine = sa.create_engine(
        url, isolation_level="AUTOCOMMIT", pool_pre_ping=True, connect_args=arguments
    )
    if name == "sqlite":
        sa.event.listen(engine, "connect", _tune_sqlite)
        close_before_fork(engine)
    return engine


@cache
def _load_insert(dialect: str) -> Callable[[sa.Table], Any]:
    # All three dialects at the start would cost 50 ms.
    name = "mysql" if dialect == "mariadb" else dialect
    insert: Callable[[sa.Table], Any] = import_module(
        f"sqlalchemy.dialects.{name}"
    ).insert
    return insert


def _tune_sqlite(connection: Any, _record: object) -> None:
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}").close()


def _create_once(engine: Engine, table: sa.Table) -> None:
    try:
        table.create(engine, checkfirst=True)
    except exc.DBAPIError as error:
        # Another process may have been faster between looking and creating.
        if isinstance(error, exc.OperationalError | exc.InterfaceError):
            if error.connection_invalidated or not _has_table(engine, table):
                raise _unavailable(error) from error
        elif not _has_table(engine, table):
            raise


def _has_table(engine: Engine, table: sa.Table) -> bool:
    with contextlib.suppress(exc.DBAPIError):
        return sa.inspect(engine).has_table(table.name)
    return False


def _row(key: str, value: bytes, expires: float) -> dict[str, Any]:
    return {
        "key": short_key(key),
        "value": value,
        "expires": None if expires == math.inf else expires,
        "stamp": secrets.randbits(63),
    }


def _expiry_of(row: Any) -> float:
    return math.inf if row.expires is None else float(row.expires)


def _unavailable(error: exc.SQLAlchemyError) -> UnavailableError:
    cause = getattr(error, "orig", None) or error
    first = str(cause).strip().partition("\n")[0].rstrip(".")
    return UnavailableError(
        f"The database that keeps the store does not answer: {first}. It is asked "
        f"again with the next request."
    )
