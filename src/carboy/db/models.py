"""The base of all models: names tables, finds its database, and is short to use."""

from types import new_class
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.errors import WiringError

from .declarative import declare, is_declarative, make_metadata
from .module_models import find_module_database
from .query import Query

M = TypeVar("M", bound="ModelMethods")

_BLANK = "__blank_query__"


class ModelDatabase(Protocol):
    """What a model needs of the `SQLAlchemy` object that it belongs to."""

    @property
    def session(self) -> Any:
        """The session of this context."""

    def metadata_of(self, bind_key: str | None) -> sa.MetaData:
        """The tables of one database."""


class QueryOf(Generic[M]):
    """`Model.query`: a query over that model in the session of this context."""

    def __get__(self, instance: object, owner: type[M]) -> Query[M]:
        session = database_of(owner).session()
        # A query of which nothing was asked yet is the same each time.
        blank: Query[M] | None = owner.__dict__.get(_BLANK)
        if blank is not None and type(blank) is owner.query_class:
            return blank.in_session(session)
        query: Query[M] = owner.query_class(owner, session=session)
        if type(query).__init__ is Query.__init__:
            # Past the metaclass, which would look for a column in it.
            type.__setattr__(owner, _BLANK, query.in_session(None))
        return query


class ModelMethods:
    """What every model can, apart from being mapped."""

    query_class: ClassVar[type[Query[Any]]] = Query
    query: ClassVar[QueryOf[Any]] = QueryOf()
    autonaming: ClassVar[bool] = True
    __db__: ClassVar[ModelDatabase | None] = None
    __table_prefix__: ClassVar[str] = ""
    __default_order__: ClassVar[Any] = None

    def __init_subclass__(cls, **options: Any) -> None:
        declare(cls)
        super().__init_subclass__(**options)

    @classmethod
    def create(cls, **values: Any) -> Self:
        """Make an object of these values and add it to the session.

        It is written with the next flush or commit, as all that is in the session.
        """
        instance = cls(**values)
        database_of(cls).session.add(instance)
        return instance

    def update(self, **values: Any) -> Self:
        """Set these attributes; an unknown name is an error."""
        names = sa.inspect(type(self)).attrs
        for name, value in values.items():
            if name not in names and not hasattr(type(self), name):
                msg = (
                    f"{type(self).__name__} has no attribute {name!r}. "
                    f"It has: {', '.join(sorted(names.keys()))}."
                )
                raise TypeError(msg)
            setattr(self, name, value)
        return self

    def delete(self) -> None:
        """Remove this from the database with the next flush or commit."""
        database_of(type(self)).session.delete(self)

    def __repr__(self) -> str:
        state = sa.inspect(self)
        if state is None or state.transient:
            key = f"(transient {id(self)})"
        elif state.pending:
            key = f"(pending {id(self)})"
        else:
            key = ", ".join(map(str, state.identity))
        return f"<{type(self).__name__} {key}>"


class Model(ModelMethods, orm.DeclarativeBase):
    """The typed base of a site's models.

    A direct subclass is a new base with tables of its own, for one `SQLAlchemy`:

        class Model(carboy.db.Model): ...
        db = SQLAlchemy(model_class=Model)
        class Post(Model): ...
    """

    metadata = make_metadata()

    def __init_subclass__(cls, **options: Any) -> None:
        if Model in cls.__bases__:
            _make_root(cls)
        super().__init_subclass__(**options)


def database_of(model: type[ModelMethods]) -> ModelDatabase:
    """Return the `SQLAlchemy` object of a model, or say that it has none."""
    if model.__db__ is not None:
        return model.__db__
    root = _root_of(model)
    database: ModelDatabase | None = find_module_database(root)
    if database is not None:
        return database
    msg = (
        f"{model.__name__} belongs to no database yet. Make it with "
        f"db = SQLAlchemy(model_class={root.__name__}). If it is a model of a module, "
        f"install the module, app.use(…), and use its models while that app is at "
        f"work: in a request, task or command, or in `with app.app_context():`."
    )
    raise WiringError(msg)


def _root_of(model: type[Any]) -> type[Any]:
    """Return the base of a site's models, that lies directly below `Model`."""
    return next((c for c in model.__mro__ if Model in c.__bases__), model)


def make_base(given: type[Any], metadata: sa.MetaData | None) -> type[Any]:
    """Make the base of the models of one `SQLAlchemy` from what it was given."""
    if given is Model:
        return _make_class(Model, (Model,), _metadata_body(metadata))
    if issubclass(given, Model):
        return given
    if is_declarative(given):
        mixed = () if issubclass(given, ModelMethods) else (ModelMethods,)
        return _make_class(given, (*mixed, given), {"__abstract__": True})
    return _make_class(given, (given, Model), _metadata_body(metadata))


def _make_class(
    like: type[Any], bases: tuple[type[Any], ...], body: dict[str, Any]
) -> type[Any]:
    named = {"__module__": like.__module__, "__doc__": like.__doc__}
    return new_class(like.__name__, bases, exec_body=lambda ns: ns.update(named | body))


def _metadata_body(metadata: sa.MetaData | None) -> dict[str, Any]:
    if metadata is None:
        return {}
    metadata.info.setdefault("bind_key", None)
    return {"metadata": metadata}


def _make_root(cls: type[Model]) -> None:
    own = cls.__dict__
    cls.__abstract__ = True
    metadata = own.get("metadata")
    if metadata is None:
        metadata = cls.metadata = make_metadata()
    metadata.info.setdefault("bind_key", None)
    registry = own.get("registry")
    if registry is None:
        registry = orm.registry(
            metadata=metadata, type_annotation_map=own.get("type_annotation_map")
        )
        cls.registry = registry
    cls._sa_registry = registry


def make_table_class(db: ModelDatabase) -> type[sa.Table]:
    """Make the class `db.Table` of one `SQLAlchemy`."""

    class Table(sa.Table):
        """A table that finds its metadata by its `bind_key`."""

        def __new__(
            cls, *args: Any, bind_key: str | None = None, **options: Any
        ) -> Any:
            has_metadata = len(args) >= 2 and isinstance(args[1], sa.MetaData)
            if args and not has_metadata:
                args = (args[0], db.metadata_of(bind_key), *args[1:])
            return super().__new__(cls, *args, **options)

    return Table
