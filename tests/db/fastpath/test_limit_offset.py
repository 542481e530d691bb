"""A slice is what `limit` and `offset` make, whatever the statement had before."""

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from carboy.db.fastpath.limit_offset import cut, limit_of, offset_of


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

    made = cut(statement, 20, 20)

    assert str(made) == str(expected)
    assert made.compile().params == expected.compile().params
    assert made._generate_cache_key() == expected._generate_cache_key()


def test_a_number_has_one_clause_of_each_kind() -> None:
    assert limit_of(20) is limit_of(20)
    assert limit_of(20) is not offset_of(20)
    assert offset_of(7).value == 7
