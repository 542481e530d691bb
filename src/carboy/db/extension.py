"""`SQLAlchemy`: the object that a site's code calls `db`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import sqlalchemy as sa
from flask import Flask, has_app_context
from sqlalchemy import event as sa_event, orm
from sqlalchemy.exc import (
    DBAPIError,
    MultipleResultsFound,
    NoResultFound,
    TimeoutError as PoolTimeoutError,
    UnboundExecutionError,
)
from werkzeug.exceptions import ServiceUnavailable

from carboy.core import (
    AppState,
    Check,
    Extension,
    Wiring,
    get_current_app,
    registry_of,
)

from . import fastpath, types
from .checks import check_settings, check_tables
from .commit_hooks import Callback
from .declarative import make_metadata
from .engines import (
    count_in_use,
    count_slots,
    create_engine,
    database_url,
    declarative_base,
    make_engine,
    without_foreign_keys,
)
from .errors import DatabaseUnavailableError
from .lazy_commands import make_group
from .migrations.find_models import import_models
from .migrations.migrate import Migrate
from .models import Model, make_base, make_table_class
from .module_models import list_module_metadatas
from .pagination import DEFAULT_MAX_PER_PAGE, Pagination, SelectPagination
from .query import Query, abort_404, find_possible, require_or_404
from .record_queries import record_queries
from .scoped_session import ContextRegistry, ScopedSession
from .session import Session
from .settings import DatabaseSettings
from .solutions import make_solver
from .track_modifications import track_modifications

T = TypeVar("T")

_FOLDER = Path(__file__).parent
# What SQLAlchemy 1 had and ours does differently.
_SQLALCHEMY_1 = {"create_engine": create_engine, "declarative_base": declarative_base}


@dataclass(frozen=True, slots=True)
class Databases:
    """What one app has: its settings, and an engine for each bind key."""

    settings: DatabaseSettings
    engines: dict[str | None, sa.Engine]


# Others look here for the object: Flask-Admin, Flask-Migrate, sessions and toolbars.
_installed: AppState[SQLAlchemy] = AppState("sqlalchemy")
_databases: AppState[Databases] = AppState("carboy.db")


class SQLAlchemy(Extension):
    """Models, sessions and engines, with the API of Flask-SQLAlchemy.

    Every name of `sqlalchemy` and `sqlalchemy.orm` is an attribute: `db.Column`,
    `db.relationship`, `db.select`. One object serves any number of apps; the engines
    belong to the app, the models to the object.
    """

    name: ClassVar[str] = "db"

    def __init__(  # noqa: PLR0913 - as in Flask-SQLAlchemy
        self,
        app: Flask | None = None,
        *,
        metadata: sa.MetaData | None = None,
        session_options: dict[str, Any] | None = None,
        query_class: type[Query[Any]] = Query,
        model_class: type[Any] = Model,
        engine_options: dict[str, Any] | None = None,
        add_models_to_shell: bool = True,
        disable_autonaming: bool = False,
    ) -> None:
        self.Query = query_class
        self.Model: Any = make_base(model_class, metadata)
        self.Model.__db__ = self
        self.Model.query_class = query_class
        self.Model.autonaming = not disable_autonaming
        self.metadatas: dict[str | None, sa.MetaData] = {None: self.Model.metadata}
        self.metadata.info.setdefault("bind_key", None)
        self.Table: Any = make_table_class(self)
        self.session = self._make_session(dict(session_options or {}))
        self._engine_options = dict(engine_options or {})
        self._add_models_to_shell = add_models_to_shell
        super().__init__(app)

    def __repr__(self) -> str:
        if not has_app_context() or _databases.find(get_current_app()) is None:
            return f"<{type(self).__name__}>"
        # An engine prints its URL with the password hidden.
        return f"<{type(self).__name__} {self.engine.url!r}>"

    # On an app

    def install(self, wiring: Wiring) -> None:
        """Make the engines of this app, and end each session with its context."""
        app = wiring.app
        settings = wiring.settings(DatabaseSettings)
        folder = Path(app.instance_path)
        engines = {
            key: make_engine(settings, options, folder)
            for key, options in self._options(settings, folder)
        }
        for key in engines:
            self.metadata_of(key)
        if settings.record_queries:
            for engine in engines.values():
                record_queries(engine)
        if not settings.fast_path:
            for engine in engines.values():
                fastpath.disable(engine)
        else:
            wiring.check(lambda _: fastpath.check_requirements())
        if settings.track_modifications:
            track_modifications(app, self.session.session_factory.class_)
        _databases.set(app, Databases(settings, engines))
        _installed.set(app, self)
        if "migrate" not in app.extensions:
            Migrate().init_app(app, self)
        wiring.command(make_group())
        wiring.check(self._check, live=True)
        wiring.solution(make_solver(engines.get(None), settings.migrations))
        wiring.readiness(self._probe)
        wiring.gauge("pool_in_use", lambda: count_in_use(engines.values()))
        wiring.gauge("pool_size", lambda: count_slots(engines.values()))
        if self._add_models_to_shell:
            app.shell_context_processor(lambda: self._list_models(app, settings))
        wiring.templates(_FOLDER / "templates")
        wiring.teardown(self._end_session)
        wiring.error(DatabaseUnavailableError, _answer_unavailable)
        wiring.error(PoolTimeoutError, _answer_unavailable)

    def _check(self, app: Flask) -> Iterable[Check]:
        yield from check_settings(app)
        databases = _databases.of(app)
        if None in databases.engines:
            engine = databases.engines[None]
            yield from check_tables(app, self.Model, engine, databases.settings)

    def _probe(self) -> str | None:
        for engine in self.engines.values():
            try:
                with engine.connect() as connection:
                    connection.exec_driver_sql("SELECT 1")
            except DBAPIError as error:
                return str(getattr(error, "reason", type(error).__name__))
        return None

    def _list_models(self, app: Flask, settings: DatabaseSettings) -> dict[str, Any]:
        """Return the names of the prompt; models that nothing has imported too."""
        import_models(app, settings.models)
        bases = [*registry_of(app).models.values(), self.Model]
        models = {
            m.class_.__name__: m.class_ for b in bases for m in b.registry.mappers
        }
        return {"db": self} | models

    def _options(
        self, settings: DatabaseSettings, folder: Path
    ) -> Iterable[tuple[str | None, dict[str, Any]]]:
        own = self._engine_options | settings.engine_options
        has_main = settings.url or settings.name or "url" in own or not settings.binds
        if has_main:
            yield None, {"url": database_url(settings, folder)} | own
        for key, bind in settings.binds.items():
            options = bind if isinstance(bind, Mapping) else {"url": bind}
            yield key, self._engine_options | dict(options)

    def _end_session(self, _error: BaseException | None) -> None:
        registry = self.session.registry
        if isinstance(registry, ContextRegistry):
            registry.end()
        else:
            self.session.remove()

    # Engines and tables

    @property
    def engines(self) -> Mapping[str | None, sa.Engine]:
        """The engines of the app at work, by bind key."""
        return _databases.current().engines

    @property
    def engine(self) -> sa.Engine:
        """The engine of the main database of the app at work."""
        return self.engines[None]

    def get_engine(self, bind_key: str | None = None, **_old: Any) -> sa.Engine:
        """Return the engine of one bind key."""
        return self.engines[bind_key]

    @property
    def metadata(self) -> sa.MetaData:
        """The tables of the main database."""
        return self.metadatas[None]

    def metadata_of(self, bind_key: str | None) -> sa.MetaData:
        """Return the tables of one database, a new catalogue if it has none yet."""
        if bind_key not in self.metadatas:
            naming: Any = self.metadata.naming_convention
            self.metadatas[bind_key] = make_metadata(bind_key, dict(naming))
        return self.metadatas[bind_key]

    def create_all(self, bind_key: str | list[str | None] | None = "__all__") -> None:
        """Create the tables that are missing; it never changes one."""
        for engine, metadata in self._pairs(bind_key):
            metadata.create_all(engine)

    def drop_all(self, bind_key: str | list[str | None] | None = "__all__") -> None:
        """Drop all tables, with what is in them."""
        for engine, metadata in reversed([*self._pairs(bind_key)]):
            with without_foreign_keys(engine) as connection:
                metadata.drop_all(connection)
                connection.commit()

    def reflect(self, bind_key: str | list[str | None] | None = "__all__") -> None:
        """Read tables from the database into the metadata."""
        for engine, metadata in self._pairs(bind_key):
            metadata.reflect(engine)

    def _pairs(
        self, bind_key: str | list[str | None] | None
    ) -> Iterable[tuple[sa.Engine, sa.MetaData]]:
        if bind_key == "__all__":
            keys = list(self.metadatas)
        elif isinstance(bind_key, list):
            keys = bind_key
        else:
            keys = [bind_key]
        for key in keys:
            if key not in self.engines:
                name = "DATABASE_URL" if key is None else f"{key!r} in DATABASE_BINDS"
                msg = f"There are tables for {name}, which is not set. Set it."
                raise UnboundExecutionError(msg)
            if key is None:
                # First, because the site's tables may refer to those of modules.
                for metadata in list_module_metadatas(get_current_app()):
                    yield self.engines[key], metadata
            yield self.engines[key], self.metadatas[key]

    # Questions

    def get(self, entity: type[T], ident: Any, **options: Any) -> T | None:
        """Return the object with this primary key, or None."""
        instance: T | None = self.session.get(entity, ident, **options)
        return instance

    def get_or_404(
        self,
        entity: type[T],
        ident: Any,
        *,
        description: str | None = None,
        **options: Any,
    ) -> T:
        """Return the object with this primary key, or answer 404."""
        instance = find_possible(
            self.session, lambda: self.get(entity, ident, **options)
        )
        return require_or_404(instance, description)

    def first_or_404(
        self, statement: sa.Select[Any], *, description: str | None = None
    ) -> Any:
        """Return the first object of a `select()`, or answer 404."""
        return require_or_404(self.session.scalar(statement), description)

    def one_or_404(
        self, statement: sa.Select[Any], *, description: str | None = None
    ) -> Any:
        """Return the only object of a `select()`, or answer 404."""
        try:
            return self.session.execute(statement).scalar_one()
        except (NoResultFound, MultipleResultsFound):
            abort_404(description)

    def paginate(
        self,
        select: sa.Select[Any],
        *,
        page: int | None = None,
        per_page: int | None = None,
        max_per_page: int | None = DEFAULT_MAX_PER_PAGE,
        error_out: bool = True,
        count: bool = True,
    ) -> Pagination[Any]:
        """Return a page, by default that of `?page=` and `?per_page=`."""
        return SelectPagination(
            select,
            self.session(),
            page=page,
            per_page=per_page,
            max_per_page=max_per_page,
            error_out=error_out,
            count=count,
        )

    # Transactions

    def after_commit(self, callback: Callback) -> None:
        """Call once what this context is writing is committed, or at once.

        See `Session.after_commit` for the contract.
        """
        self.session.after_commit(callback)

    def after_rollback(self, callback: Callback) -> None:
        """Call once what this context is writing was rolled back."""
        self.session.after_rollback(callback)

    def _make_session(self, options: dict[str, Any]) -> ScopedSession:
        scope = options.pop("scopefunc", None)
        options.setdefault("class_", Session)
        options.setdefault("query_cls", self.Query)
        factory = orm.sessionmaker(db=self, **options)
        session = ScopedSession(factory, scope)
        if scope is None:
            session.registry = ContextRegistry(factory, f"db_session_{id(self):x}")
        return session

    # Old ways to the same things

    def relationship(self, *args: Any, **options: Any) -> Any:
        """Relate two models; dynamic ones get this object's query class."""
        self._set_query_class(options)
        return orm.relationship(*args, **options)

    def dynamic_loader(self, argument: Any, **options: Any) -> Any:
        """Relate two models by a query."""
        self._set_query_class(options)
        return orm.dynamic_loader(argument, **options)

    relation = relationship

    def _set_query_class(self, options: dict[str, Any]) -> None:
        options.setdefault("query_class", self.Query)
        backref = options.get("backref")
        if backref is not None:
            name, backref_options = (
                (backref, {}) if isinstance(backref, str) else backref
            )
            options["backref"] = (
                name,
                {"query_class": self.Query} | dict(backref_options),
            )

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name == "model":
            return self.Model
        if name == "event":
            return sa_event
        if name in _SQLALCHEMY_1:
            return _SQLALCHEMY_1[name]
        for module in (sa, orm, types):
            if hasattr(module, name):
                return getattr(module, name)
        msg = (
            f"db has no attribute {name!r}, and neither sqlalchemy nor sqlalchemy.orm "
            f"has. Is it spelled right?"
        )
        raise AttributeError(msg)


def database_of_app(app: Flask) -> SQLAlchemy:
    """Return the `db` that is installed on `app`."""
    return _installed.of(app)


def _answer_unavailable(error: Exception) -> Any:
    answer = ServiceUnavailable(retry_after=getattr(error, "retry_after", 2))
    return get_current_app().handle_http_exception(answer)
