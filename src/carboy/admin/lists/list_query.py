"""What a list is asked for, and the statement for it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.schema import Attribute, ListColumn, ModelAdmin, SearchField
from carboy.db import SortKey

from .conditions import ConditionMaker
from .filter_syntax import Filter

_MOST_WORDS = 6
_LARGEST = 2**63
# Not needed to name a row, and maybe large.
_LARGE = frozenset({"long_text", "binary", "json", "other"})


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a list is asked for: a filter, words, an order, columns, a place."""

    filter: Filter | None = None
    search: str = ""
    sort: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    after: str = ""
    before: str = ""
    # So many rows after the place are passed over: a policy hides them.
    skip: int = 0

    def select(
        self,
        admin: ModelAdmin,
        conditions: ConditionMaker,
        visible: Mapping[str, Attribute],
    ) -> sa.Select[Any]:
        """Return the statement for all rows that match."""
        statement = admin.select()
        if self.filter is not None:
            statement = statement.where(conditions.make(admin, self.filter))
        return statement.where(*self.make_search(admin, visible))

    def make_search(
        self, admin: ModelAdmin, visible: Mapping[str, Attribute]
    ) -> list[sa.ColumnElement[bool]]:
        """Return a condition for each word that is looked for."""
        fields = [each for each in admin.search if each.attribute.name in visible]
        words = self.search.replace("\0", "").split()[:_MOST_WORDS]
        return [_match(admin.model, fields, word) for word in words]


def list_sort_keys(
    admin: ModelAdmin, sort: Sequence[str], visible: Mapping[str, Attribute]
) -> dict[str, SortKey]:
    """Return the order of a list by attribute, which ends with the primary key.

    Names that are none, or cannot be ordered by, are left out.
    """
    keys: dict[str, SortKey] = {}
    for name in sort or admin.sort:
        attribute = visible.get(name.lstrip("-"))
        if attribute is None or not attribute.is_plain or attribute.column is None:
            continue
        column = getattr(admin.model, attribute.name)
        is_descending = name.startswith("-")
        keys.setdefault(
            attribute.name, SortKey(column, is_descending, attribute.is_nullable)
        )
    last = [*keys.values()][-1:]
    is_descending = last[0].is_descending if last else _is_newest_first(admin)
    for name in admin.key_names():
        keys.setdefault(name, SortKey(getattr(admin.model, name), is_descending))
    return keys


def is_indexed(column: sa.Column[Any] | None) -> bool:
    """Return whether the database finds values of a column by an index."""
    if column is None:
        return False
    table: Any = column.table
    firsts = [next(iter(index.columns), None) for index in table.indexes]
    is_first = any(each is column for each in firsts)
    return bool(column.index or column.unique or column.primary_key) or is_first


def make_loaders(
    admin: ModelAdmin,
    columns: Iterable[ListColumn],
    label_columns: Mapping[type[Any], list[Any]],
) -> list[Any]:
    """Return the options that load a page in as many queries as it has relations.

    `label_columns` are, by class, what names a related row.
    """
    columns = list(columns)
    shown = {column.path[0].name for column in columns if column.path}
    names = [
        each.name
        for each in admin.attributes.values()
        if not each.is_relation and (each.kind not in _LARGE or each.name in shown)
    ]
    loaders: list[Any] = [orm.lazyload("*")]
    if names:
        loaders.append(orm.load_only(*(getattr(admin.model, name) for name in names)))
    loaders.extend(
        _load_path(admin.model, column.path, label_columns)
        for column in columns
        if column.path and column.path[0].kind == "one"
    )
    return loaders


def _load_path(
    model: type[Any],
    path: tuple[Attribute, ...],
    label_columns: Mapping[type[Any], list[Any]],
) -> Any:
    first, *rest = path
    option = orm.selectinload(getattr(model, first.name))
    target = first.target
    if rest and rest[0].kind == "one":
        return option.options(_load_path(target, tuple(rest), label_columns))
    wanted = [getattr(target, rest[0].name)] if rest else label_columns.get(target, [])
    return option.load_only(*wanted) if wanted else option


def _is_newest_first(admin: ModelAdmin) -> bool:
    """Return whether the rows with the largest keys are the newest."""
    kinds = [column.type for column in admin.mapper.primary_key]
    return len(kinds) == 1 and isinstance(kinds[0], sa.Integer | sa.Uuid)


def _match(
    model: type[Any], fields: Iterable[SearchField], word: str
) -> sa.ColumnElement[bool]:
    conditions = []
    for field in fields:
        column = getattr(model, field.attribute.name)
        if field.attribute.kind == "integer":
            number = _read_number(word)
            if number is not None:
                conditions.append(column == number)
        elif field.mode == "exact":
            conditions.append(column == word)
        elif field.mode == "prefix":
            conditions.append(column.istartswith(word, autoescape=True))
        else:
            conditions.append(column.icontains(word, autoescape=True))
    return sa.or_(*conditions) if conditions else sa.false()


def _read_number(word: str) -> int | None:
    is_number = word.isascii() and word.isdigit() and len(word) < 20
    number = int(word) if is_number else None
    return number if number is not None and number < _LARGEST else None
