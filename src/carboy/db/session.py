"""The session of one request, task or `with app.app_context()`."""

from __future__ import annotations

# The names of the fast path in signatures are not there while it is off.
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol, TypeAlias, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.exc import NoInspectionAvailable, UnboundExecutionError

from . import fastpath
from .commit_hooks import Callback, TransactionCallbacks
from .engines import begin_writing, coerce_text, in_transaction, is_supported
from .peers import find_lazy_state, load_lazily

F = TypeVar("F", bound=Callable[..., object])

_NOT_LOADED = object()
_SIMPLE_KEYS = frozenset({int, str, UUID})

Bind: TypeAlias = sa.Engine | sa.Connection


def same_signature(original: F) -> Callable[[Callable[..., object]], F]:
    """Declare that the decorated function is called as `original` is."""

    def declare(function: Callable[..., Any]) -> F:
        function.__doc__ = function.__doc__ or original.__doc__
        declared: Any = function
        return declared  # type: ignore[no-any-return]  # that is its purpose

    return declare


class EngineSource(Protocol):
    """What a session needs of the `SQLAlchemy` object that makes it."""

    @property
    def engines(self) -> Mapping[str | None, sa.Engine]:
        """The engines of the current app, by bind key."""


class Session(orm.Session):
    """A session that knows its databases, and calls back after a commit."""

    def __init__(self, db: EngineSource, **options: Any) -> None:
        super().__init__(**options)
        self._db = db
        self._engines = db.engines
        self._callbacks: TransactionCallbacks | None = None
        self._reader: fastpath.Reader | None = None
        self.uses_fast_path = fastpath.is_enabled(self._engines.get(None))

    def get_bind(
        self,
        mapper: Any = None,
        *,
        clause: Any = None,
        bind: Bind | None = None,
        **options: Any,
    ) -> Bind:
        """Return the engine that the `bind_key` of a table names."""
        if bind is not None:
            return bind
        if self.bind is not None:
            return self.bind
        engines = self._engines
        if len(engines) > 1 or None not in engines:
            engine = _get_engine(mapper, clause, engines)
            if engine is not None:
                return engine
        if None in engines:
            return engines[None]
        return super().get_bind(mapper, clause=clause, **options)

    # Reading, on the fast path where it can

    @same_signature(orm.Session.get)
    def get(self, entity: object, ident: object, **options: Any) -> Any:
        """Return the object with this primary key, or None."""
        if not options and type(ident) in _SIMPLE_KEYS:
            instance = self._get_fast(entity, ident)
            if instance is not _NOT_LOADED:
                return instance
        get: Callable[..., object] = super().get
        return get(entity, ident, **options)

    @same_signature(orm.Session.execute)
    def execute(self, statement: object, params: Any = None, **options: Any) -> Any:
        """Execute a statement; see SQLAlchemy."""
        if params is None and not options:
            loaded = self.load_fast(statement)
            if loaded is not None:
                return loaded.result()
        elif options and (state := find_lazy_state(options)) is not None:
            peers = load_lazily(self, statement, state, self._engines.get(None))
            if peers is not None:
                return peers
        return super().execute(coerce_text(statement, "execute"), params, **options)

    @same_signature(orm.Session.scalars)
    def scalars(self, statement: object, params: Any = None, **options: Any) -> Any:
        """Execute a statement and return the first element of each row."""
        if params is None and not options:
            loaded = self.load_fast(statement)
            if loaded is not None:
                return loaded.result().scalars()
        return super().scalars(coerce_text(statement, "scalars"), params, **options)

    @same_signature(orm.Session.scalar)  # type: ignore[arg-type]  # mypy sees a Never there
    def scalar(self, statement: object, params: Any = None, **options: Any) -> Any:  # type: ignore[override]  # as above
        """Execute a statement and return the first element of the first row."""
        if params is None and not options:
            loaded = self.load_fast(statement)
            if loaded is not None:
                return loaded.scalar()
        return super().scalar(coerce_text(statement, "scalar"), params, **options)

    def load_fast(self, query: object) -> fastpath.LoadedQuery | None:
        """Load a `select()` or `Query`, or return None if SQLAlchemy has to."""
        reader = self._reader or self._make_reader()
        return None if reader is None else reader.load(self, query)

    def count_fast(self, query: object) -> int | None:
        """Count the rows of a `select()` or `Query`, or return None."""
        reader = self._reader or self._make_reader()
        return None if reader is None else reader.count(self, query)

    def _get_fast(self, entity: object, ident: object) -> object:
        reader = self._reader or self._make_reader()
        if reader is None:
            return _NOT_LOADED
        instance = reader.get(self, entity, ident)
        return _NOT_LOADED if instance is fastpath.NOT_LOADED else instance

    def _make_reader(self) -> fastpath.Reader | None:
        if not self.uses_fast_path or type(self).get_bind is not Session.get_bind:
            return None
        self._reader = fastpath.make_reader(self, self._engines[None])
        return self._reader

    def _autobegin_t(self, *args: Any, **options: Any) -> orm.SessionTransaction:
        # A transaction takes a connection of its own: never two in one session, or
        # threads that are as many as the pool's connections wait for each other.
        self._release()
        return super()._autobegin_t(*args, **options)

    def _close_impl(self, *args: Any, **options: Any) -> None:
        self._release()
        super()._close_impl(*args, **options)

    def rollback(self) -> None:
        """Undo the transaction; objects are read again when used."""
        self._release()
        if self._transaction is None:
            # What was read without a transaction is as old as what was read in one.
            self.expire_all()
        super().rollback()

    def _flush(self, objects: Any = None) -> None:
        reader = self._reader or self._make_reader()
        if reader is None or objects or not fastpath.flush_fast(self, reader.engine):
            super()._flush(objects)

    def _release(self) -> None:
        if self._reader is not None:
            self._reader.release()

    # What happens after

    def after_commit(self, callback: Callback) -> None:
        """Call once the current transaction has been committed.

        When nothing waits to be committed (`is_writing()` is false), it is called at
        once. Otherwise it is called outside the transaction, in the order of
        registration, and never after a rollback, of this transaction or of the
        savepoint in which it was registered. An error in it is logged and not raised:
        what is committed stays committed.
        """
        if self.is_writing():
            self._get_callbacks().add(self, "commit", callback)
        else:
            callback()

    def after_rollback(self, callback: Callback) -> None:
        """Call once the current transaction, or its savepoint, was rolled back.

        A session that ends without a commit is rolled back. With nothing to roll back
        it is not called.
        """
        if self.is_writing():
            self._get_callbacks().add(self, "rollback", callback)

    def is_writing(self) -> bool:
        """Return whether there is something that only a commit makes lasting."""
        if self.new or self.deleted or self.dirty:
            return True
        transaction = self.get_transaction()
        if transaction is None:
            return False
        return any(map(_is_writing, _list_connections(transaction)))

    def begin_writing(self, bind_key: str | None = None) -> None:
        """Begin the transaction now, so that all reads from here on are part of it.

        On SQLite this takes the writer's lock: read, decide and write after it, and
        nobody comes in between. Elsewhere, lock rows with `with_for_update()`.
        """
        engine = self._engines[bind_key]
        connection = self.connection(bind_arguments={"bind": engine})
        dbapi_connection = connection.connection.dbapi_connection
        if is_supported(engine.dialect.driver) and dbapi_connection is not None:
            begin_writing(dbapi_connection, engine.dialect.driver)

    def _get_callbacks(self) -> TransactionCallbacks:
        if self._callbacks is None:
            self._callbacks = TransactionCallbacks()
        return self._callbacks


@event.listens_for(Session, "after_commit")
def _on_commit(session: Session) -> None:
    if session._callbacks is not None:  # noqa: SLF001 - this module's own class
        session._callbacks.on_commit(session)  # noqa: SLF001 - as above


@event.listens_for(Session, "after_transaction_end")
def _on_end(session: Session, ended: orm.SessionTransaction) -> None:
    if session._callbacks is not None:  # noqa: SLF001 - this module's own class
        session._callbacks.on_end(ended)  # noqa: SLF001 - as above


def _list_connections(transaction: orm.SessionTransaction) -> Iterable[sa.Connection]:
    items = set(transaction._connections.values())  # noqa: SLF001 - no public name for it
    return [item[0] for item in items]


def _is_writing(connection: sa.Connection) -> bool:
    driver = connection.dialect.driver
    if connection.invalidated or not is_supported(driver):
        return not connection.invalidated
    dbapi_connection = connection.connection.dbapi_connection
    return dbapi_connection is not None and in_transaction(dbapi_connection, driver)


def _get_engine(
    mapper: object, clause: object, engines: Mapping[str | None, sa.Engine]
) -> sa.Engine | None:
    for target in (mapper, clause):
        table = _find_table(target)
        if table is not None and "bind_key" in table.metadata.info:
            key = table.metadata.info["bind_key"]
            if key in engines:
                return engines[key]
            msg = (
                f"The table {table.name!r} is in the database {key!r}, which "
                f"SQLALCHEMY_BINDS does not name. Add it there."
            )
            raise UnboundExecutionError(msg)
    return None


def _find_table(target: object) -> sa.Table | None:
    if target is None or isinstance(target, sa.Table):
        return target
    if isinstance(target, sa.UpdateBase):
        return target.table if isinstance(target.table, sa.Table) else None
    if isinstance(target, sa.ClauseElement):
        return None
    try:
        inspected: Any = sa.inspect(target)
    except NoInspectionAvailable as error:
        if isinstance(target, type):
            raise orm.exc.UnmappedClassError(target) from error
        raise
    table = inspected.local_table
    return table if isinstance(table, sa.Table) else None
