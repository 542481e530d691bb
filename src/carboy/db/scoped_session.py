"""`db.session`: the session of the current context."""

from typing import Any

from sqlalchemy import orm

from carboy.core import ContextState

from .commit_hooks import Callback
from .session import Session, same_signature


class ContextRegistry:
    """Keeps the session of each context, and closes it when that ends."""

    def __init__(self, factory: orm.sessionmaker[Session], name: str) -> None:
        def make() -> Session:
            # What the factory does when called, without its search for overrides.
            return factory.class_(**factory.kw)

        self._state: ContextState[Session] = ContextState(name, make)

    def __call__(self) -> Session:
        """Return the session of this context, made if it is the first time."""
        return self._state.get()

    def has(self) -> bool:
        """Return whether this context has a session."""
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
    """A proxy of the session of the current context."""

    registry: Any

    # The four below are called most; SQLAlchemy's own would name every option.

    @same_signature(orm.scoped_session.get)
    def get(self, entity: object, ident: object, **options: Any) -> Any:
        """See `Session.get`."""
        return self.registry().get(entity, ident, **options)

    @same_signature(orm.scoped_session.execute)
    def execute(self, statement: object, params: Any = None, **options: Any) -> Any:
        """See `Session.execute`."""
        return self.registry().execute(statement, params, **options)

    @same_signature(orm.scoped_session.scalars)
    def scalars(self, statement: object, params: Any = None, **options: Any) -> Any:
        """See `Session.scalars`."""
        return self.registry().scalars(statement, params, **options)

    @same_signature(orm.scoped_session.scalar)  # type: ignore[arg-type]  # mypy sees a Never there
    def scalar(self, statement: object, params: Any = None, **options: Any) -> Any:  # type: ignore[override]  # as above
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
        return bool(self.registry().is_writing())

    def begin_writing(self, bind_key: str | None = None) -> None:
        """See `Session.begin_writing`."""
        self.registry().begin_writing(bind_key)
