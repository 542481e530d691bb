"""The attachment columns of all models, found when mappers are configured."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, configure_mappers

from .column import AttachmentType
from .intake import make_owner
from .rules import UploadRules


@dataclass(frozen=True, slots=True)
class AttachedColumn:
    """An attribute of a model that holds a file."""

    mapper: Mapper[Any]
    attribute: str
    column: sa.Column[Any]
    # The first part of the keys of its files.
    owner: str
    rules: UploadRules

    def select_row(self, identity: tuple[Any, ...]) -> sa.Select[Any]:
        """Return the statement that reads the file of a row."""
        table = self.column.table
        keys = zip(table.primary_key, identity, strict=True)
        return sa.select(self.column).where(*(key == value for key, value in keys))


def find_columns(mapper: Mapper[Any]) -> list[AttachedColumn]:
    """Return the attachment columns of a mapper, also those it inherits."""
    return [
        AttachedColumn(
            mapper,
            attribute.key,
            column,
            make_owner(column.table.name, column.name),
            column.type.rules,
        )
        for attribute in mapper.column_attrs
        for column in attribute.columns[:1]
        if isinstance(column, sa.Column) and isinstance(column.type, AttachmentType)
    ]


def list_columns(registries: list[Any]) -> Iterator[AttachedColumn]:
    """Yield each attachment column of the models of some registries once."""
    configure_mappers()
    mappers = [mapper for registry in registries for mapper in registry.mappers]
    columns = {
        column.column: column for mapper in mappers for column in find_columns(mapper)
    }
    yield from columns.values()
