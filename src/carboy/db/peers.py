"""Loads a relationship for all objects of a result when the first one needs it.

A loop over a hundred posts that reads `post.author` was a hundred and one queries. When
SQLAlchemy is about to load a relationship of one object, this module loads it for the
objects that came with it in one result, its peers, and returns what it asked for.
Whatever is unusual is left to SQLAlchemy, one object at a time.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, TypeAlias

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine import IteratorResult
from sqlalchemy.engine.result import SimpleResultMetaData
from sqlalchemy.orm.attributes import set_committed_value

from .engines import get_lazy_loading
from .errors import LazyLoadError

# SQLite takes 999 parameters in its older versions, and a page needs no more.
MOST_PEERS = 500

State: TypeAlias = orm.state.InstanceState[Any]
Relationship: TypeAlias = orm.RelationshipProperty[Any]
Key: TypeAlias = tuple[Any, ...]


def find_lazy_state(options: dict[str, Any]) -> State | None:
    """Return the state of the object for which a query loads a relationship."""
    execution = options.get("execution_options") or {}
    load = execution.get("_sa_orm_load_options")
    state: State | None = getattr(load, "_lazy_loaded_from", None)
    return state


def find_relationship(statement: Any) -> Relationship | None:
    """Return the relationship that a query loads for one object."""
    compile_options = getattr(statement, "_compile_options", None)
    path = getattr(compile_options, "_current_path", None)
    found = getattr(path, "prop", None)
    return found if isinstance(found, orm.RelationshipProperty) else None


def load_lazily(
    session: orm.Session, statement: Any, state: State, engine: sa.Engine | None
) -> Any:
    """Return the result for an object, or None if SQLAlchemy has to load it."""
    mode = get_lazy_loading(engine)
    if mode == "peers":
        return load_peers(session, statement, state)
    relationship = find_relationship(statement)
    if mode == "raise" and relationship is not None:
        raise LazyLoadError(str(relationship))
    return None


def load_peers(session: orm.Session, statement: Any, state: State) -> Any:
    """Return the result for the object, or None if SQLAlchemy has to load it."""
    relationship = find_relationship(statement)
    if (
        relationship is None
        or relationship.lazy != "select"
        or getattr(statement, "_with_options", None)
        or statement.get_execution_options().get("autoflush") is False
        or not state.persistent
        or state.runid is None
        or not _can_load(relationship, state)
    ):
        return None
    states = list(_list_peers(session, relationship, state))
    if len(states) == 1:
        return None
    found = (
        _load_targets(session, relationship, states)
        if _leads_to_a_key(relationship)
        else _load_collections(session, relationship, states)
    )
    if state not in found:
        return None
    for peer, values in found.items():
        instance = peer.obj()
        # Once more: a flush, or an event of the site, may have set it.
        if instance is not None and peer is not state and _can_load(relationship, peer):
            value = values if relationship.uselist else next(iter(values), None)
            set_committed_value(instance, relationship.key, value)
    rows = iter([(value,) for value in found[state]])
    return IteratorResult(SimpleResultMetaData([relationship.key]), rows)


def _list_peers(
    session: orm.Session, relationship: Relationship, state: State
) -> Iterator[State]:
    """Yield an object, and those of its result that need the same."""
    yield state
    run = state.runid
    # A list: another thread of the collector may remove states meanwhile.
    # A list: the collector may remove states meanwhile.
    states = [each for each in session.identity_map.all_states() if each.runid == run]
    place = states.index(state) if state in states else 0
    # Those after it come first: a loop needs them next.
    peers = (
        each
        for each in (*states[place:], *states[:place])
        if each is not state and _can_load(relationship, each)
    )
    yield from islice(peers, MOST_PEERS - 1)


def _can_load(relationship: Relationship, state: State) -> bool:
    """Return whether a relationship is not there, and nothing was done with it."""
    key = relationship.key
    identity = state.key
    return (
        identity is not None
        and identity[2] is None
        and state.mapper.isa(relationship.parent)
        and not state.load_options
        and not state.expired
        and not state.deleted
        and key not in state.dict
        and key not in state.committed_state
        and key not in state.expired_attributes
        and key not in vars(state).get("_pending_mutations", ())
    )


def _leads_to_a_key(relationship: Relationship) -> bool:
    """Return whether columns here hold the primary key there, and nothing else."""
    # Not if the key lies in another table, that of a base class.
    remote = {column for _, column in relationship.local_remote_pairs or ()}
    return getattr(relationship.strategy, "use_get", False) and remote == set(
        relationship.mapper.primary_key
    )


def _load_targets(
    session: orm.Session, relationship: Relationship, states: Sequence[State]
) -> dict[State, list[Any]]:
    """Load what the foreign keys of objects name, without what is there."""
    target = relationship.mapper
    here = {remote: local for local, remote in relationship.local_remote_pairs or ()}
    names = [
        relationship.parent.get_property_by_column(here[column]).key
        for column in target.primary_key
    ]
    found: dict[State, list[Any]] = {}
    wanted: dict[State, Key] = {}
    for state in states:
        key = tuple(state.dict.get(name) for name in names)
        known = session.identity_map.get(target.identity_key_from_primary_key(key))
        if None in key or known is None:
            wanted[state] = key
        elif not orm.attributes.instance_state(known).expired:
            found[state] = [known]
    keys = list(dict.fromkeys(key for key in wanted.values() if None not in key))
    query = sa.select(target).where(_is_one_of(target.primary_key, keys))
    objects = session.execute(query).unique().scalars().all()
    by_key = {tuple(sa.inspect(each).identity or ()): each for each in objects}
    for state, key in wanted.items():
        if key in by_key:
            found[state] = [by_key[key]]
        elif None in key and all(name in state.dict for name in names):
            found[state] = []
    return found


def _load_collections(
    session: orm.Session, relationship: Relationship, states: Sequence[State]
) -> dict[State, list[Any]]:
    """Load what belongs to objects, by a join that knows what a relationship means."""
    parent = orm.aliased(relationship.parent)
    columns = [
        getattr(parent, relationship.parent.get_property_by_column(column).key)
        for column in relationship.parent.primary_key
    ]
    by_key = {state.key[1]: state for state in states if state.key is not None}
    query = (
        sa
        .select(relationship.entity, *columns)
        .select_from(parent)
        .join(getattr(parent, relationship.key))
        .where(_is_one_of(columns, list(by_key)))
        .order_by(*(relationship.order_by or ()))
    )
    found: dict[State, list[Any]] = {state: [] for state in states}
    for value, *key in session.execute(query).unique():
        state = by_key.get(tuple(key))
        if state is not None:
            found[state].append(value)
    if relationship.uselist:
        return found
    # Two where one is expected: SQLAlchemy warns.
    return {state: values for state, values in found.items() if len(values) < 2}


def _is_one_of(columns: Sequence[Any], keys: Sequence[Key]) -> sa.ColumnElement[bool]:
    if len(columns) == 1:
        column: sa.ColumnElement[Any] = columns[0]
        return column.in_([key for (key,) in keys])
    return sa.tuple_(*columns).in_(keys)
