# ruff: noqa: SLF001 - SQLAlchemy's own cache key has no public name
"""The compiled queries of one engine, by what the query is made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import sqlalchemy as sa
from sqlalchemy import orm

from .cache_key import QueryKey, is_stable, make_key
from .compiled_query import CompiledQuery, MissingValueError, Values, make_query
from .eligibility import AnySelect, AnyValue, compile_simple, is_candidate, make_count

K = TypeVar("K")
V = TypeVar("V")

# A compiled query, and the values of one execution.
BoundQuery: TypeAlias = tuple[CompiledQuery, Values]

MAX_QUERIES = 1000
_ATTRIBUTE = "_carboy_query_cache"


class QueryCache:
    """Finds the compiled query of a `select()`, a `Query` or a lookup by key."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        # None stands for a statement that is not simple.
        self._by_statement: dict[object, CompiledQuery | None] = {}
        self._by_entity: dict[type[object], CompiledQuery | None] = {}
        self._by_key: dict[object, _KnownQuery] = {}

    def for_query(self, query: object) -> BoundQuery | None:
        """Return the compiled query of a `select()` or `Query`, or None."""
        key = make_key(query)
        if key is None:
            return self._bind(_as_select(query))
        known = (key.rows, key.limits)
        values = key.values + key.limit_values
        return self._recall(known, values) or self._bind(
            _as_select(query), key, known, values
        )

    def for_count(self, query: object) -> BoundQuery | None:
        """Return the compiled query that counts the rows of another, or None."""
        key = make_key(query)
        if key is None or key.limit_values:
            return self._bind(make_count(_as_select(query)))
        known = (key.rows, "count")
        return self._recall(known, key.values) or self._bind(
            make_count(_as_select(query)), key, known, key.values
        )

    def for_get(self, entity: object) -> CompiledQuery | None:
        """Return the compiled query that loads an object by its primary key."""
        if not isinstance(entity, type):
            return None
        if entity in self._by_entity:
            query = self._by_entity[entity]
            if query is None or query.is_current():
                return query
        query = self._by_entity[entity] = self._compile_get(entity)
        return query

    def _recall(self, key: object, values: list[AnyValue]) -> BoundQuery | None:
        known = self._by_key.get(key)
        if known is None:
            return None
        if not known.query.is_current():
            del self._by_key[key]
            return None
        if known.order is not None:
            values = [values[index] for index in known.order]
        return _bind(known.query, values)

    def _bind(
        self,
        statement: object,
        key: QueryKey | None = None,
        known: object = None,
        values: Sequence[AnyValue] = (),
    ) -> BoundQuery | None:
        """Find the compiled query of a statement, and remember it by the short key."""
        if not is_candidate(statement):
            return None
        long_key = statement._generate_cache_key()
        if long_key is None or long_key.params is not None:
            return None
        query = self._compile(statement, long_key.key)
        if query is None:
            return None
        if key is not None and is_stable(key):
            indexes = {id(value): index for index, value in enumerate(values)}
            order = [indexes.get(id(value), -1) for value in long_key.bindparams]
            if -1 not in order:
                is_same = order == list(range(len(indexes)))
                _make_room(self._by_key)
                self._by_key[known] = _KnownQuery(
                    query, None if is_same else order, key.references
                )
        return _bind(query, long_key.bindparams)

    def _compile(self, statement: AnySelect, key: object) -> CompiledQuery | None:
        if key in self._by_statement:
            query = self._by_statement[key]
            if query is None or query.is_current():
                return query
        simple = compile_simple(statement, self._engine)
        query = None if simple is None else make_query(simple)
        _make_room(self._by_statement)
        self._by_statement[key] = query
        return query

    def _compile_get(self, entity: type[object]) -> CompiledQuery | None:
        mapper: orm.Mapper[Any] | None = sa.inspect(entity, raiseerr=False)
        if not isinstance(mapper, orm.Mapper) or len(mapper.primary_key) != 1:
            return None
        column = mapper.primary_key[0]
        value = sa.bindparam("pk", value=0, type_=column.type, unique=True)
        simple = compile_simple(sa.select(entity).where(column == value), self._engine)
        return None if simple is None else make_query(simple)


@dataclass(slots=True)
class _KnownQuery:
    """A compiled query, the order in which it takes values, and its key's references.

    The key holds the `id()` of these, which is theirs as long as they exist.
    """

    query: CompiledQuery
    order: list[int] | None
    references: Sequence[object]


def query_cache_of(engine: sa.Engine) -> QueryCache:
    """Return the compiled queries of one engine, which are kept by it.

    Compiled queries refer to the engine: a weak dictionary would keep both for ever.
    """
    kept = engine.__dict__
    if _ATTRIBUTE not in kept:
        kept[_ATTRIBUTE] = QueryCache(engine)
    cache: QueryCache = kept[_ATTRIBUTE]
    return cache


def _as_select(query: object) -> object:
    return query._statement_20() if isinstance(query, orm.Query) else query


def _bind(query: CompiledQuery, values: Sequence[AnyValue]) -> BoundQuery | None:
    try:
        return query, query.bind(values)
    except MissingValueError:
        return None


def _make_room(queries: dict[K, V]) -> None:
    if len(queries) >= MAX_QUERIES:
        queries.clear()
