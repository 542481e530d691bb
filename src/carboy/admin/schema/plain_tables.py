"""Tables without a model: a class is made for each, and mapped when it is needed."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import orm

from carboy.admin.errors import AdminSetupError
from carboy.db import SQLAlchemy


@dataclass(frozen=True, slots=True)
class PlainTable:
    """A table of a database, and the class whose objects are its rows."""

    name: str
    model: type[Any]
    bind: str | None = None
    primary_key: Sequence[str] = ()


def make_row_class(table_name: str) -> type[Any]:
    """Return a new class for the rows of a table: `OldOrders` for old_orders."""
    words = table_name.replace(".", "_").split("_")
    name = "".join(word.capitalize() for word in words if word)
    return type(
        name, (), {"__module__": __name__, "__doc__": f"A row of {table_name}."}
    )


class TableMapper:
    """Maps the classes of plain tables, whose columns the database says."""

    def __init__(self) -> None:
        self._registry = orm.registry()
        # Not the tables of the site: nothing creates, changes or drops these.
        self._reflected: dict[str | None, sa.MetaData] = {}

    def map(self, plain: PlainTable, database: SQLAlchemy) -> None:
        """Map the class of a table, once."""
        if sa.inspect(plain.model, raiseerr=False) is not None:
            return
        table = self._find_table(plain, database)
        keys = [self._get_column(table, name) for name in plain.primary_key]
        if not keys and not table.primary_key.columns:
            msg = (
                f"The table {plain.name!r} has no primary key. Name the columns that "
                f"tell its rows apart: "
                f"admin.register_table({plain.name!r}, primary_key=[…])."
            )
            raise AdminSetupError(msg)
        options: dict[str, Any] = {"primary_key": keys} if keys else {}
        self._registry.map_imperatively(plain.model, table, **options)

    def _find_table(self, plain: PlainTable, database: SQLAlchemy) -> sa.Table:
        known = database.metadata_of(plain.bind).tables.get(plain.name)
        if known is not None:
            return known
        metadata = self._reflected.setdefault(
            plain.bind, sa.MetaData(info={"bind_key": plain.bind})
        )
        schema, _, name = plain.name.rpartition(".")
        try:
            return sa.Table(
                name,
                metadata,
                schema=schema or None,
                autoload_with=database.get_engine(plain.bind),
            )
        except (sa.exc.NoSuchTableError, KeyError) as error:
            place = f" of the bind {plain.bind!r}" if plain.bind else ""
            msg = f"There is no table {plain.name!r} in the database{place}."
            raise AdminSetupError(msg) from error

    def _get_column(self, table: sa.Table, name: str) -> sa.Column[Any]:
        if name not in table.columns:
            msg = (
                f"admin.register_table({table.name!r}, primary_key=…) names {name!r}. "
                f"The table has {', '.join(table.columns.keys())}."
            )
            raise AdminSetupError(msg)
        return table.columns[name]
