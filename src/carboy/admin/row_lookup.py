"""Find rows of any model by a few letters, quickly however large the tables are."""

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from .access import VIEW, Access
from .console import AdminConsole
from .lists import ListQuery, is_indexed, make_conditions
from .schema import Attribute, ModelAdmin, decode_row_key

# Letters inside of values are looked for in so many of the newest rows only.
NEWEST = 1_000
_MOST_ASKED = 20


@dataclass(frozen=True, slots=True)
class RowLookup:
    """Looks for rows that one user may see."""

    console: AdminConsole
    access: Access

    def find_anywhere(self, admin: ModelAdmin, text: str, limit: int) -> list[Any]:
        """Return rows that have this key or value, and newer ones that contain it."""
        fields = self._list_fields(admin)
        conditions = [*_match_exactly(admin, fields, text)]
        if fields:
            query = ListQuery(search=text)
            search = query.make_search(admin, self.access.visible(admin.model))
            conditions.append(sa.and_(_is_new(admin), *search))
        if not conditions:
            return []
        return self._load(admin, admin.select().where(sa.or_(*conditions)), limit)

    def find_in(self, admin: ModelAdmin, text: str, limit: int) -> list[Any]:
        """Return rows as the search of their list finds them: in the whole table."""
        visible = self.access.visible(admin.model)
        conditions = make_conditions(self.access.visible)
        statement = ListQuery(search=text).select(admin, conditions, visible)
        return self._load(admin, statement, limit)

    def _list_fields(self, admin: ModelAdmin) -> list[Attribute]:
        visible = self.access.visible(admin.model)
        fields = [each.attribute for each in admin.search]
        return [each for each in fields if each.name in visible]

    def _load(
        self, admin: ModelAdmin, statement: sa.Select[Any], limit: int
    ) -> list[Any]:
        columns = self.console.label_columns().get(admin.model, [])
        options: list[Any] = [orm.lazyload("*")]
        if columns:
            options.append(orm.load_only(*columns))
        statement = statement.options(*options).limit(max(limit, _MOST_ASKED))
        rows = self.console.session.scalars(statement).unique()
        return [row for row in rows if self.access.allows(VIEW, row)][:limit]


def _match_exactly(
    admin: ModelAdmin, fields: list[Attribute], text: str
) -> list[sa.ColumnElement[bool]]:
    """Return conditions that an index answers: the key, or a whole value."""
    conditions: list[sa.ColumnElement[bool]] = []
    key = decode_row_key(admin.mapper, text)
    if key is not None:
        pairs = zip(admin.mapper.primary_key, key, strict=True)
        conditions.append(sa.and_(*(column == value for column, value in pairs)))
    keys = admin.mapper.primary_key
    if len(keys) == 1 and isinstance(keys[0].type, sa.String):
        # In an address it is written in another way.
        conditions.append(keys[0] == text)
    conditions += [
        getattr(admin.model, each.name) == text
        for each in fields
        if each.kind == "text" and is_indexed(each.column)
    ]
    return conditions


def _is_new(admin: ModelAdmin) -> sa.ColumnElement[bool]:
    """Return the condition of the rows with the largest keys."""
    column = admin.mapper.primary_key[0]
    newest = sa.select(column.label("key")).order_by(column.desc()).limit(NEWEST)
    keys = newest.subquery()
    first = sa.select(sa.func.min(keys.c.key)).scalar_subquery()
    condition: sa.ColumnElement[bool] = column >= first
    return condition
