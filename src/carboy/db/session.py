"""The session of one request, task or `with app.app_context()`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event, orm
from sqlalchemy.exc import NoInspectionAvailable, UnboundExecutionError

from carboy.core import ContextState

from .commit_hooks import Callback, Hooks
from .engines import begin_writing, in_transaction, knows, text_of
from .fastpath import (
    Objects,
    Plan,
    Reader,
    ReconnectError,
    can_read,
    flush_plainly,
    result_of,
    run_in_transaction,
)
from .signatures import like

_NOT_LOADED: Any = object()
_SIMPLE = frozenset({int, str, UUID})


class Engines(Protocol):
    """What a session needs of the `SQLAlchemy` object that makes it."""

    @property
    def engines(self) -> Mapping[str | None, sa.Engine]:
        """The engines of the app at work, by bind key."""


class Session(orm.Session):
    """A session that knows its databases, and tells when it has committed."""

    def __init__(self, db: Engines, **options: Any) -> None:
        super().__init__(**options)
        self._db = db
        self._engines = db.engines
        self._hooks: Hooks | None = None
        self._reader: Reader | None = None

    def get_bind(
        self,
        mapper: Any = None,
        *,
        clause: Any = None,
        bind: sa.Engine | sa.Connection | None = None,
        **options: Any,
    ) -> sa.Engine | sa.Connection:
        """Find the engine by the `bind_key` of the table that is asked for."""
        if bind is not None:
            return bind
        if self.bind is not None:
            return self.bind
        engines = self._engines
        if len(engines) > 1 or None not in engines:
            engine = _engine_of(mapper, clause, engines)
            if engine is not None:
                return engine
        if None in engines:
            return engines[None]
        return super().get_bind(mapper, clause=clause, **options)

    # Reading, with a plan where there is one

    @like(orm.Session.get)
    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """Give the object with this primary key, or None."""
        if not options and type(ident) in _SIMPLE:
            found = self._get_plainly(entity, ident)
            if found is not _NOT_LOADED:
                return found
        return super().get(entity, ident, **options)

    @like(orm.Session.execute)
    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Execute a statement; see SQLAlchemy."""
        if params is None and not options:
            loaded = self.load_plainly(statement)
            if loaded is not None:
                return result_of(*loaded)
        known = text_of(statement, "execute")
        return super().execute(known, params, **options)

    @like(orm.Session.scalars)
    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """Execute a statement and give the first element of each row."""
        if params is None and not options:
            loaded = self.load_plainly(statement)
            if loaded is not None:
                return result_of(*loaded).scalars()
        known = text_of(statement, "scalars")
        return super().scalars(known, params, **options)

    @like(orm.Session.scalar)  # type: ignore[arg-type]  # mypy sees a Never there
    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:  # type: ignore[override]  # as above
        """Execute a statement and give the first element of the first row."""
        if params is None and not options:
            loaded = self.load_plainly(statement)
            if loaded is not None:
                return _first(*loaded)
        known = text_of(statement, "scalar")
        return super().scalar(known, params, **options)

    def load_plainly(self, asked: Any) -> tuple[Plan, list[Any]] | None:
        """Load a `select()` or `Query` by a plan, or give None if it has none."""
        reader = self._reader or self._make_reader()
        if reader is None or not self._is_unwatched(reader):
            return None
        return self._load(reader, reader.plans.find(asked))

    def count_plainly(self, asked: Any) -> int | None:
        """Count what a `select()` or `Query` finds by a plan, or give None."""
        reader = self._reader or self._make_reader()
        if reader is None or not self._is_unwatched(reader):
            return None
        loaded = self._load(reader, reader.plans.find_count(asked))
        return None if loaded is None else int(loaded[1][0][0])

    def _load(
        self, reader: Reader, found: tuple[Plan, Any] | None
    ) -> tuple[Plan, list[Any]] | None:
        if found is None or found[0].is_watched():
            return None
        loaded = self._run(reader, *found)
        return None if loaded is None else (found[0], loaded)

    def _get_plainly(self, entity: Any, ident: Any) -> Any:
        reader = self._reader or self._make_reader()
        plan = None if reader is None else reader.plans.find_get(entity)
        if reader is None or plan is None:
            return _NOT_LOADED
        state = self.identity_map.fast_get_state((plan.identity, (ident,), None))
        if state is not None:
            found = state.obj()
            # An expired one may be gone: SQLAlchemy knows what to do.
            return _NOT_LOADED if found is None or state.expired else found
        if plan.is_watched() or not self._is_unwatched(reader):
            return _NOT_LOADED
        loaded = self._run(reader, plan, plan.bind_one(ident))
        if loaded is None:
            return _NOT_LOADED
        return loaded[0] if loaded else None

    def _run(self, reader: Reader, plan: Plan, values: Any) -> list[Any] | None:
        self._autoflush()
        if self._transaction is not None:
            connection = self._connection_for_bind(reader.engine)
            return run_in_transaction(plan, values, self, connection)
        try:
            return reader.run(plan, values, self)
        except ReconnectError:
            return None

    def _make_reader(self) -> Reader | None:
        engine = self._engines.get(None)
        if engine is None or self.bind is not None or self.binds or self.twophase:
            return None
        if self.execution_options or not can_read(engine):
            return None
        if type(self).get_bind is not Session.get_bind:
            return None
        self._reader = Reader(engine)
        return self._reader

    def _is_unwatched(self, reader: Reader) -> bool:
        dispatch = self.dispatch
        return not (
            reader.engine._has_events  # noqa: SLF001 - whether anybody listens
            or dispatch.do_orm_execute
            or dispatch.loaded_as_persistent
        )

    def _autobegin_t(self, *told: Any, **options: Any) -> orm.SessionTransaction:
        # A transaction takes a connection of its own: never two in one session, or
        # threads that are as many as the pool's places wait for each other.
        self._release()
        return super()._autobegin_t(*told, **options)

    def _close_impl(self, *told: Any, **options: Any) -> None:
        self._release()
        super()._close_impl(*told, **options)

    def rollback(self) -> None:
        """Undo what the transaction did; objects are read anew when used."""
        self._release()
        if self._transaction is None:
            # What was read without a transaction is as old as what was read in one.
            self.expire_all()
        super().rollback()

    def _flush(self, objects: Any = None) -> None:
        reader = self._reader or self._make_reader()
        if reader is None or objects or not flush_plainly(self, reader.engine):
            super()._flush(objects)

    def _release(self) -> None:
        if self._reader is not None:
            self._reader.release()

    # What happens after

    def after_commit(self, callback: Callback) -> None:
        """Call once the transaction now open has been committed.

        When nothing waits to be committed (`is_writing()` is false), it is called at
        once. Otherwise it is called outside the transaction, in the order of
        registration, and never after a rollback, of this transaction or of the
        savepoint in which it was registered. An error in it is logged and reaches
        nobody: what is committed stays committed.
        """
        if self.is_writing():
            self._listening().add(self, "commit", callback)
        else:
            callback()

    def after_rollback(self, callback: Callback) -> None:
        """Call once the transaction now open, or its savepoint, was rolled back.

        A session that ends without a commit is rolled back. With nothing to roll back
        it is not called.
        """
        if self.is_writing():
            self._listening().add(self, "rollback", callback)

    def is_writing(self) -> bool:
        """Whether there is something that only a commit makes lasting."""
        if self.new or self.deleted or self.dirty:
            return True
        transaction = self.get_transaction()
        if transaction is None:
            return False
        return any(_is_writing(item[0]) for item in set(_connections(transaction)))

    def begin_writing(self, bind_key: str | None = None) -> None:
        """Begin the transaction now, so that all reads from here on are part of it.

        On SQLite this takes the writer's lock: read, decide and write after it, and
        nobody comes in between. Elsewhere, lock rows with `with_for_update()`.
        """
        engine = self._engines[bind_key]
        connection = self.connection(bind_arguments={"bind": engine})
        if knows(engine.dialect.driver):
            dbapi_connection = connection.connection.dbapi_connection
            begin_writing(dbapi_connection, engine.dialect.driver)

    def _listening(self) -> Hooks:
        if self._hooks is None:
            self._hooks = Hooks()
        return self._hooks


@event.listens_for(Session, "after_commit")
def _note_commit(session: Session) -> None:
    if session._hooks is not None:  # noqa: SLF001 - this module's own class
        session._hooks.note_commit(session)  # noqa: SLF001 - hooks are for this folder alone


@event.listens_for(Session, "after_transaction_end")
def _note_end(session: Session, ended: orm.SessionTransaction) -> None:
    if session._hooks is not None:  # noqa: SLF001 - this module's own class
        session._hooks.note_end(ended)  # noqa: SLF001 - hooks are for this folder alone


class ContextRegistry:
    """Keeps the session of each context in the place that ends with it."""

    def __init__(self, factory: orm.sessionmaker[Session], name: str) -> None:
        def make() -> Session:
            # What the factory does when called, without its search for overrides.
            return factory.class_(**factory.kw)

        self._state: ContextState[Session] = ContextState(name, make)

    def __call__(self) -> Session:
        """Give the session of this context, made now if it is the first time."""
        return self._state.get()

    def has(self) -> bool:
        """Whether this context has a session."""
        return self._state.find() is not None

    def set(self, session: Session) -> None:
        """Make `session` the one of this context."""
        self._state.set(session)

    def clear(self) -> None:
        """Forget the session of this context."""
        self._state.pop()

    def end(self) -> None:
        """Close the session of this context, if it has one."""
        session = self._state.pop()
        if session is not None:
            session.close()


class ScopedSession(orm.scoped_session[Session]):
    """`db.session`: stands for the session of whichever context is at work."""

    registry: Any

    # The four below are called most; SQLAlchemy's own would name every option.

    @like(orm.scoped_session.get)
    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        """See `Session.get`."""
        return self.registry().get(entity, ident, **options)

    @like(orm.scoped_session.execute)
    def execute(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """See `Session.execute`."""
        return self.registry().execute(statement, params, **options)

    @like(orm.scoped_session.scalars)
    def scalars(self, statement: Any, params: Any = None, **options: Any) -> Any:
        """See `Session.scalars`."""
        return self.registry().scalars(statement, params, **options)

    @like(orm.scoped_session.scalar)  # type: ignore[arg-type]  # mypy sees a Never there
    def scalar(self, statement: Any, params: Any = None, **options: Any) -> Any:  # type: ignore[override]  # as above
        """See `Session.scalar`."""
        return self.registry().scalar(statement, params, **options)

    def after_commit(self, callback: Callback) -> None:
        """See `Session.after_commit`."""
        self.registry().after_commit(callback)

    def after_rollback(self, callback: Callback) -> None:
        """See `Session.after_rollback`."""
        self.registry().after_rollback(callback)

    def is_writing(self) -> bool:
        """See `Session.is_writing`."""
        found: bool = self.registry().is_writing()
        return found

    def begin_writing(self, bind_key: str | None = None) -> None:
        """See `Session.begin_writing`."""
        self.registry().begin_writing(bind_key)


def _first(plan: Plan, loaded: list[Any]) -> Any:
    if not loaded:
        return None
    return loaded[0] if isinstance(plan.shape, Objects) else loaded[0][0]


def _connections(transaction: orm.SessionTransaction) -> Any:
    return transaction._connections.values()  # noqa: SLF001 - no public name for it


def _is_writing(connection: sa.Connection) -> bool:
    driver = connection.dialect.driver
    if connection.invalidated or not knows(driver):
        return not connection.invalidated
    return in_transaction(connection.connection.dbapi_connection, driver)


def _engine_of(
    mapper: Any, clause: Any, engines: Mapping[str | None, sa.Engine]
) -> sa.Engine | None:
    for thing in (mapper, clause):
        table = _table_of(thing)
        if table is not None and "bind_key" in table.metadata.info:
            key = table.metadata.info["bind_key"]
            if key in engines:
                return engines[key]
            msg = (
                f"The table {table.name!r} lies in the database {key!r}, which "
                f"SQLALCHEMY_BINDS does not name. Add it there."
            )
            raise UnboundExecutionError(msg)
    return None


def _table_of(thing: Any) -> sa.Table | None:
    if thing is None or isinstance(thing, sa.Table):
        return thing
    if isinstance(thing, sa.UpdateBase):
        return thing.table if isinstance(thing.table, sa.Table) else None
    if isinstance(thing, sa.ClauseElement):
        return None
    try:
        local = sa.inspect(thing).local_table
    except NoInspectionAvailable as error:
        if isinstance(thing, type):
            raise orm.exc.UnmappedClassError(thing) from error
        raise
    return local if isinstance(local, sa.Table) else None
