"""A slice is what `limit` and `offset` make, whatever the statement had before."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from carboy.db.fastpath.limit_offset import limit_clause, limit_select, offset_clause

pytestmark = pytest.mark.fast_path


class Base(DeclarativeBase):
    pass


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)


@pytest.mark.parametrize(
    "statement",
    [
        sa.select(Item),
        sa.select(Item).limit(3).offset(4),
        sa.select(Item).order_by(Item.id).fetch(3),
        sa.union(sa.select(Item.id), sa.select(Item.id)),
    ],
)
def test_a_slice_reads_as_limit_and_offset(statement: Any) -> None:
    expected = statement.limit(20).offset(20)

    limited = limit_select(statement, 20, 20)

    assert str(limited) == str(expected)
    assert limited.compile().params == expected.compile().params
    assert limited._generate_cache_key() == expected._generate_cache_key()


def test_a_number_has_one_clause_of_each_kind() -> None:
    assert limit_clause(20) is limit_clause(20)
    assert limit_clause(20) is not offset_clause(20)
    assert offset_clause(7).value == 7
