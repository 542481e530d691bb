"""Keys of any type pass through an address unchanged; other texts are no keys."""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, strategies as st

from carboy.admin.schema.row_keys import (
    decode_row_key,
    decode_values,
    encode_row_key,
    key_of,
)
from tests.admin import zoo

VALUES: list[tuple[Any, Any]] = [
    (sa.Integer(), -7),
    (sa.String(), ""),
    (sa.String(), "a/b?c=d~e.f%20#é中"),
    (sa.Uuid(), uuid.UUID(int=7)),
    (sa.Uuid(as_uuid=False), str(uuid.UUID(int=7))),
    (sa.Numeric(), Decimal("1.50")),
    (sa.Float(), 0.1),
    (sa.Date(), dt.date(2026, 1, 2)),
    (sa.DateTime(), dt.datetime(2026, 1, 2, 3, 4, 5, 678, dt.UTC)),
    (sa.Boolean(), True),
    (sa.Enum(zoo.Diet), zoo.Diet.meat),
    (sa.LargeBinary(), b"\0\xff"),
    (sa.Integer(), None),
]


@pytest.mark.parametrize(("kind", "value"), VALUES)
def test_values_of_each_type_come_back(kind: Any, value: Any) -> None:
    assert decode_values([kind], encode_row_key([value])) == (value,)


@given(st.lists(st.text(st.characters(exclude_characters="\0", codec="utf-8"))))
def test_texts_come_back_from_one_part_of_an_address(texts: list[str]) -> None:
    encoded = encode_row_key(texts)

    assert "/" not in encoded
    if texts and len(encoded) <= 1_000:
        types = [sa.String()] * len(texts)
        assert decode_values(types, encoded) == tuple(texts)


@given(st.text())
def test_any_text_is_a_key_or_none(text: str) -> None:
    for model in (zoo.Animal, zoo.Feeding, zoo.Visit, zoo.Slug):
        decode_row_key(sa.inspect(model), text)


def test_a_key_has_no_missing_value() -> None:
    assert decode_row_key(sa.inspect(zoo.Animal), encode_row_key([None])) is None
    assert decode_row_key(sa.inspect(zoo.Animal), "1~2") is None


def test_the_key_of_a_row() -> None:
    row = zoo.Feeding(animal_id=3, meal="a~b")
    sa.orm.make_transient_to_detached(row)

    assert key_of(row) == "3~a.7eb"
