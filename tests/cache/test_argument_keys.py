"""A key identifies its arguments and nothing else."""

import dataclasses
import datetime
import enum
import gc
from collections import OrderedDict, namedtuple
from decimal import Decimal
from pathlib import PurePosixPath

import msgspec
import pytest
import sqlalchemy as sa
from hypothesis import given, strategies as st
from markupsafe import Markup
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from werkzeug.datastructures import ImmutableMultiDict

from carboy.cache import CacheKeyError
from carboy.cache.argument_keys import Arguments, digest, name_of, source_digest


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Level(enum.IntEnum):
    ONE = 1


class Fruit(enum.Enum):
    RED = 1


class Money(float):
    pass


Point = namedtuple("Point", "x y")


@dataclasses.dataclass
class Range:
    low: int
    high: int


class Row(msgspec.Struct):
    low: int
    high: int


class Keyed:
    def __init__(self, key):
        self.key = key

    @property
    def __cache_key__(self):
        return self.key


class OldKeyed:
    def __caching_id__(self):
        return "old"


DIFFERENT = [
    None, True, False, 0, 1, 1.0, "1", b"1", bytearray(b"1"), Markup("1"), Decimal(1),
    "", b"", [], (), {}, set(), frozenset(), [1], (1,), {1}, frozenset({1}), {1: 1},
    {"1": 1}, {1: "1"}, [[1]], [(1,)], ["1", "1"], ["11"], "None", Colour.RED,
    Colour.GREEN, Fruit.RED, Level.ONE, Money(1), Point(1, 2), (1, 2), [1, 2],
    Range(1, 2), Range(1, 3), Row(1, 2), Keyed(1), Keyed("1"), OldKeyed(), int, str,
    PurePosixPath("1"), datetime.date(2026, 1, 1), datetime.datetime(2026, 1, 1),  # noqa: DTZ001 - without a zone is meant
    datetime.timedelta(1), ImmutableMultiDict([("a", "1"), ("a", "2")]),
    ImmutableMultiDict([("a", "1")]), OrderedDict(a=1), {"a": 1}, {"a": ["1"]},
]  # fmt: skip


def test_different_values_have_different_keys():
    keys = [digest(value) for value in DIFFERENT]

    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
        ({1, 2, 3}, {3, 2, 1}),
        (Range(1, 2), Range(1, 2)),
        (Keyed([1]), Keyed([1])),
        ([Colour.RED, {"x": (1,)}], [Colour.RED, {"x": (1,)}]),
    ],
)
def test_equal_values_have_one_key(one, other):
    assert digest(one) == digest(other)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.binary() | st.floats(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(
        st.text() | st.integers(), inner
    ),
    max_leaves=8,
)  # fmt: skip


@given(PLAIN, PLAIN)
def test_keys_are_equal_only_for_values_with_equal_reprs(one, other):
    is_same = repr(_sorted(one)) == repr(_sorted(other))

    assert (digest(one) == digest(other)) == is_same


def _sorted(value):
    """Dicts compare in any order; all other order counts."""
    if isinstance(value, dict):
        return sorted((repr(k), repr(_sorted(v))) for k, v in value.items()), "dict"
    if isinstance(value, list | tuple):
        return type(value)(_sorted(item) for item in value)
    return value


@pytest.mark.parametrize("value", [object(), lambda: 1, 1j, [object()], {1: object()}])
def test_a_value_without_a_key_is_refused(value):
    with pytest.raises(CacheKeyError, match="__cache_key__"):
        digest(value)


def test_a_subclass_with_attributes_is_refused():
    price = Money(1)
    price.currency = "EUR"

    with pytest.raises(CacheKeyError, match="Money"):
        digest(price)


def test_a_value_that_contains_itself_is_refused():
    value = []
    value.append(value)

    with pytest.raises(CacheKeyError, match="contains itself"):
        digest(value)


class Base(DeclarativeBase):
    pass


class Post(Base):
    __tablename__ = "post"
    id: Mapped[int] = mapped_column(primary_key=True)


class Note(Base):
    __tablename__ = "note"
    id: Mapped[int] = mapped_column(primary_key=True)


def test_models_are_identified_by_their_primary_key():
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        one, two, other = Post(id=1), Post(id=2), Note(id=1)
        session.add_all([one, two, other])
        session.commit()

        assert digest(one) == digest(session.get(Post, 1))
        assert len({digest(one), digest(two), digest(other)}) == 3
    engine.dispose()


def test_a_model_without_a_primary_key_is_refused():
    with pytest.raises(CacheKeyError, match="flush or commit"):
        digest(Post())


def test_equal_calls_have_one_key_however_they_are_written():
    def function(a, b=2, *more, c=3, **rest):
        return None

    key = Arguments(function).digest

    assert key((1,), {}) == key((1, 2), {"c": 3}) == key((), {"b": 2, "a": 1})
    assert key((1, 2, 3), {}) != key((1, 2), {"c": 4})
    assert key((1,), {"x": 1, "y": 2}) == key((1,), {"y": 2, "x": 1})


def test_ignored_arguments_are_not_in_the_key():
    def function(a, log):
        return None

    arguments = Arguments(function, ["log"])

    assert arguments.digest((1, object()), {}) == arguments.digest((1, object()), {})
    assert arguments.digest((1, None), {}) != arguments.digest((2, None), {})


def test_an_error_names_the_function():
    def function(a):
        return None

    with pytest.raises(CacheKeyError, match=r"function\(\) was called"):
        Arguments(function).digest((object(),), {})


class Service:
    def work(self, a):
        return None


def test_objects_without_a_key_have_a_token_for_their_lifetime():
    arguments = Arguments(Service.work)
    keys = set()
    for _ in range(200):
        service = Service()
        key = arguments.digest((service, 1), {})

        assert key == arguments.digest((service, 1), {})
        assert key not in keys

        keys.add(key)
        del service
        gc.collect(0)


def test_a_function_has_a_name_and_a_source():
    assert name_of(Service.work).endswith("test_argument_keys.Service.work")
    assert source_digest(Service.work) != source_digest(Keyed.__init__)
