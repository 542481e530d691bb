"""SQLAlchemy 1: sessions, queries and relationships, as its ORM had them."""

import sys
from collections.abc import Callable
from functools import wraps
from pkgutil import resolve_name
from typing import Any

from carboy.legacy.patches import Patches
from carboy.legacy.rows import Row, rows_of
from carboy.legacy.uses import record_use

_GONE = "SQLAlchemy 2.0"
_HERE = "carboy.legacy.names.sqlalchemy_orm"
TEXT = Row(
    "session.execute('select 1')", _GONE, "text is executed", "session.execute(text(…))"
)
MAPPER_ORDER = Row(
    "__mapper_args__ = {'order_by': …}",
    "SQLAlchemy 1.4",
    "the default order of session.query(Model)",
    "query.order_by(…) where the order matters",
)
BACKREF = Row(
    "backref cascade: Article(author=user)",
    _GONE,
    "the new object gets into the session of the one that it refers to",
    "session.add(article)",
)
MAPPER = Row(
    "mapper(Class, table)",
    _GONE,
    "the class is mapped",
    "registry().map_imperatively(Class, table)",
)
SESSION_AUTOCOMMIT = Row(
    "sessionmaker(autocommit=True)",
    _GONE,
    "each flush is committed at once",
    "session.commit() after what was written",
)
GET = Row(
    "Query.get(id)",
    "",
    "it stays; SQLAlchemy calls it legacy",
    "session.get(Model, id)",
)
MINUS = Row(
    "query.order_by('-name')",
    "",
    "a descending order",
    "query.order_by(Model.name.desc())",
)
TEXT_CONDITION = Row(
    "query.filter('id > 5')",
    _GONE,
    "text is a condition",
    "query.filter(text('id > 5'))",
    "Never put what visitors write into such a text.",
)
TEXT_ORDER = Row(
    "query.order_by('id desc')",
    _GONE,
    "text is an order",
    "query.order_by(text('id desc'))",
)
JOIN_NAME = Row(
    "query.join('articles')",
    _GONE,
    "the name of a relationship is found",
    "query.join(Model.articles)",
)
FROM_SELF = Row(
    "query.from_self()",
    _GONE,
    "a query whose table is this query",
    "aliased(Model, query.subquery()), in a query of its own",
)


def _wrap_session_init(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def make(session: Any, bind: Any = None, **options: Any) -> None:
        if options.get("query_cls") is None:
            options["query_cls"] = resolve_name(
                "carboy.legacy.names.old_query:OldQuery"
            )
        commits = options.pop("autocommit", False)
        for name in ("weak_identity_map", "extension", "enable_baked_queries"):
            options.pop(name, None)
        init(session, bind, **options)
        if commits:
            record_use(SESSION_AUTOCOMMIT)
            session.flush = _commit_after(session.flush, session.commit)

    return make


def _commit_after(flush: Callable[..., None], commit: Callable[[], None]) -> Any:
    is_inside: list[bool] = []

    def flush_and_commit(*args: Any) -> None:
        flush(*args)
        # A commit flushes first.
        if not is_inside:
            is_inside.append(True)
            try:
                commit()
            finally:
                is_inside.clear()

    return flush_and_commit


def _wrap_text(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def call(session: Any, statement: Any, *args: Any, **options: Any) -> Any:
        if type(statement) is str:
            record_use(TEXT)
            statement = resolve_name("sqlalchemy:text")(statement)
        return method(session, statement, *args, **options)

    return call


def _wrap_mapper_init(init: Callable[..., None]) -> Callable[..., None]:
    @wraps(init)
    def make(mapper: Any, class_: Any, *args: Any, **options: Any) -> None:
        order = options.pop("order_by", None)
        options.pop("extension", None)
        init(mapper, class_, *args, **options)
        if order is not None and order is not False:
            record_use(MAPPER_ORDER)
            items = order if isinstance(order, list | tuple) else (order,)
            class_.__default_order__ = [_to_column(mapper, item) for item in items]

    return make


def _to_column(mapper: Any, item: Any) -> Any:
    if not isinstance(item, str):
        return item
    column = mapper.columns.get(item)
    return resolve_name("sqlalchemy:text")(item) if column is None else column


def map_class(class_: Any, table: Any = None, *_: Any, **options: Any) -> Any:
    """Map a class to a table, as `mapper` did."""
    record_use(MAPPER)
    registry = resolve_name("sqlalchemy.orm:registry")()
    return registry.map_imperatively(class_, table, **options)


def make_base(bind: Any = None, **options: Any) -> Any:
    """Make a base of models, which may know its engine."""
    return resolve_name("carboy.db:declarative_base_1x")(bind, **options)


# Has an element while the door is open: listeners of relationships stay.
_cascades: list[bool] = []


def _cascade_to_session(target: Any, value: Any) -> None:
    """Add an object to the session of what it now refers to."""
    if value is None or not _cascades:
        return
    object_session = resolve_name("sqlalchemy.orm:object_session")
    session = object_session(value)
    if session is not None and object_session(target) is None:
        record_use(BACKREF)
        session.add(target)


def _watch_relationships() -> None:
    """Listen to all relationships that are configured by now."""
    registries = resolve_name("sqlalchemy.orm.mapper:_all_registries")()
    mappers = [mapper for registry in registries for mapper in registry.mappers]
    for relationship in (each for mapper in mappers for each in mapper.relationships):
        if not relationship.info.get("_legacy_cascade"):
            relationship.info["_legacy_cascade"] = True
            _watch(relationship)


def _watch(relationship: Any) -> None:
    reverse = relationship._reverse_property
    if not any(other.cascade.save_update for other in reverse):
        return
    attribute = getattr(relationship.parent.class_, relationship.key)
    name = "append" if relationship.uselist else "set"

    def hear(target: Any, value: Any, *_: Any) -> None:
        _cascade_to_session(target, value)

    resolve_name("sqlalchemy.event").listen(attribute, name, hear, propagate=True)


def _apply(patches: Patches) -> None:
    orm: Any = sys.modules["sqlalchemy.orm"]
    session = orm.Session
    patches.set(session, "__init__", _wrap_session_init(session.__init__))
    for name in ("execute", "scalar", "scalars"):
        patches.set(session, name, _wrap_text(getattr(session, name)))
    patches.set(orm.Mapper, "__init__", _wrap_mapper_init(orm.Mapper.__init__))
    patches.set(orm, "mapper", map_class)
    patches.set(orm, "declarative_base", _wrap_declarative(orm.declarative_base))
    _cascades.append(True)
    patches.on_undo(_cascades.clear)
    event = resolve_name("sqlalchemy.event")
    event.listen(orm.Mapper, "after_configured", _watch_relationships)
    patches.on_undo(
        lambda: event.remove(orm.Mapper, "after_configured", _watch_relationships)
    )


def _wrap_declarative(original: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(original)
    def make(bind: Any = None, **options: Any) -> Any:
        if bind is None:
            return original(**options)
        return make_base(bind, **options)

    return make


HOOKS = {"sqlalchemy.orm": _apply}
ROWS = (
    TEXT,
    MAPPER_ORDER,
    BACKREF,
    MAPPER,
    SESSION_AUTOCOMMIT,
    GET,
    MINUS,
    TEXT_CONDITION,
    TEXT_ORDER,
    JOIN_NAME,
    FROM_SELF,
    *rows_of("sqlalchemy.orm", _GONE, {"relation": "sqlalchemy.orm:relationship"}),
)
