"""Flask-SQLAlchemy 2: `carboy.db`, which needs no context where there is one app."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from flask import Flask, has_app_context

from carboy.core import Wiring
from carboy.db import Pagination, Query, SQLAlchemy
from carboy.legacy.names.old_query import OldQuery
from carboy.legacy.rows import Row, rows_of, same_names
from carboy.legacy.uses import record_use

_HERE = "carboy.legacy.packages.flask_sqlalchemy"
_COMMIT_KEY = "SQLALCHEMY_COMMIT_ON_TEARDOWN"
NO_CONTEXT = Row(
    "db.create_all() without a context",
    "Flask-SQLAlchemy 3.0",
    "the only app is used; also for db.session, db.engine and Model.query",
    "with app.app_context(): db.create_all()",
)
COMMIT = Row(
    "SQLALCHEMY_COMMIT_ON_TEARDOWN",
    "Flask-SQLAlchemy 3.0",
    "what a request has changed is committed at its end, unless it failed",
    "db.session.commit() where something is written",
    "Forgotten commits hide errors: an answer is sent before it is known.",
)
PAGE = Row(
    "query.paginate(1, 20, False)",
    "Flask-SQLAlchemy 3.0",
    "page, per_page and error_out by position",
    "query.paginate(page=1, per_page=20, error_out=False)",
)
ENGINE_OPTIONS = Row(
    "SQLAlchemy(use_native_unicode=…)",
    "Flask-SQLAlchemy 3.0",
    "left out: text is Unicode",
    "SQLAlchemy()",
)


class BaseQuery(OldQuery):
    """The queries of Flask-SQLAlchemy 2."""

    def paginate(
        self,
        page: int | None = None,
        per_page: int | None = None,
        error_out: bool = True,
        max_per_page: int | None = None,
        **options: Any,
    ) -> Pagination[Any]:
        """Return a page, by default that of `?page=` and `?per_page=`."""
        return super().paginate(
            page=page,
            per_page=per_page,
            error_out=error_out,
            max_per_page=max_per_page,
            **options,
        )


class ContextFreeRegistry:
    """Sessions of contexts; without a context, one for each thread."""

    def __init__(self, inner: Any, factory: Callable[[], Any]) -> None:
        self._inner, self._factory = inner, factory
        self._local = threading.local()

    def __call__(self) -> Any:
        """Return the session of this context or thread."""
        if has_app_context():
            return self._inner()
        record_use(NO_CONTEXT)
        if getattr(self._local, "session", None) is None:
            self._local.session = self._factory()
        return self._local.session

    def has(self) -> bool:
        """Return whether there is a session."""
        if has_app_context():
            return bool(self._inner.has())
        return getattr(self._local, "session", None) is not None

    def set(self, session: Any) -> None:
        """Make `session` the one of this context or thread."""
        if has_app_context():
            self._inner.set(session)
        else:
            self._local.session = session

    def clear(self) -> None:
        """Forget the session."""
        if has_app_context():
            self._inner.clear()
        else:
            self._local.session = None


class ContextFreeSQLAlchemy(SQLAlchemy):
    """`db` of Flask-SQLAlchemy 2."""

    def __init__(
        self,
        app: Flask | None = None,
        use_native_unicode: Any = None,
        session_options: dict[str, Any] | None = None,
        metadata: sa.MetaData | None = None,
        query_class: type[Query[Any]] = BaseQuery,
        **options: Any,
    ) -> None:
        if use_native_unicode is not None:
            record_use(ENGINE_OPTIONS)
        self._apps: list[Flask] = []
        super().__init__(
            app,
            metadata=metadata,
            session_options=session_options,
            query_class=query_class,
            **options,
        )
        registry = self.session.registry
        self.session.registry = ContextFreeRegistry(
            registry, self.session.session_factory
        )

    @property
    def app(self) -> Flask | None:
        """The app, if there is only one."""
        return self._apps[0] if len(self._apps) == 1 else None

    def install(self, wiring: Wiring) -> None:
        """Install the database on an app."""
        app = wiring.app
        # The battery would say that it has no effect.
        commits = app.config.pop(_COMMIT_KEY, None)
        super().install(wiring)
        self._apps.append(app)
        if commits:
            app.config[_COMMIT_KEY] = commits
            record_use(COMMIT)
            app.teardown_appcontext(self._commit)

    def _commit(self, error: BaseException | None) -> None:
        if error is None and self.session.registry.has():
            self.session.commit()

    @property
    def engines(self) -> Mapping[str | None, sa.Engine]:
        """The engines of the app."""
        with self._in_context():
            return super().engines

    def create_all(
        self, bind_key: Any = "__all__", app: Flask | None = None, **old: Any
    ) -> None:
        """Create the tables that are missing."""
        with self._in_context(app):
            super().create_all(old.get("bind", bind_key))

    def drop_all(
        self, bind_key: Any = "__all__", app: Flask | None = None, **old: Any
    ) -> None:
        """Drop all tables, with what is in them."""
        with self._in_context(app):
            super().drop_all(old.get("bind", bind_key))

    def reflect(
        self, bind_key: Any = "__all__", app: Flask | None = None, **old: Any
    ) -> None:
        """Read tables from the database into the metadata."""
        with self._in_context(app):
            super().reflect(old.get("bind", bind_key))

    def get_app(self, reference_app: Flask | None = None) -> Flask | None:
        """Return the app that is meant."""
        return reference_app or self.app

    @contextmanager
    def _in_context(self, app: Flask | None = None) -> Iterator[None]:
        app = app or (None if has_app_context() else self.app)
        if app is None:
            yield
            return
        record_use(NO_CONTEXT)
        with app.app_context():
            yield


MODULES = ("flask_sqlalchemy",)
ROWS = (
    NO_CONTEXT,
    COMMIT,
    PAGE,
    ENGINE_OPTIONS,
    *rows_of(
        "flask_sqlalchemy",
        "",
        {"SQLAlchemy": f"{_HERE}:ContextFreeSQLAlchemy"},
        "from carboy.db import SQLAlchemy",
    ),
    *rows_of(
        "flask_sqlalchemy",
        "Flask-SQLAlchemy 3.0",
        {"BaseQuery": f"{_HERE}:BaseQuery"},
        "from carboy.db import Query",
    ),
    *rows_of(
        "flask_sqlalchemy",
        "Flask-SQLAlchemy 3.0",
        {"get_debug_queries": "carboy.db:get_recorded_queries"},
    ),
    *rows_of(
        "flask_sqlalchemy",
        "",
        same_names(
            "carboy.db", "Model Pagination before_models_committed models_committed"
        ),
    ),
)
