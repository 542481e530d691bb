"""Packed values are decoded with their types, and decoding runs no code."""

import contextlib
import enum
import pickle
import string
from collections import OrderedDict, defaultdict, namedtuple
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st
from markupsafe import Markup, escape

from carboy.stores import (
    DecodeError,
    EncodeError,
    pack,
    pack_canonical,
    unpack,
    unpack_raw,
)


class OwnTimedelta(timedelta):
    """As pandas and Pendulum have one."""


class OwnTime(time):
    """As Pendulum has one."""


class OwnUUID(UUID):
    """As asyncpg has one."""


BERLIN = ZoneInfo("Europe/Berlin")
EXAMPLES = [
    None,
    True,
    False,
    0,
    -1,
    2**63,
    -(2**63),
    2**64 - 1,
    2**64,
    -(2**63) - 1,
    10**60,
    1.5,
    float("inf"),
    "",
    "text",
    "日本 😀",
    b"",
    b"\x00\xff",
    [],
    [1, "a", None],
    (),
    (1, (2, 3)),
    set(),
    {1, 2},
    frozenset({"a"}),
    {},
    {"a": 1, "b": {"c": [1]}},
    {1: "a", None: "b", (1, 2): "c", b"x": 1},
    Markup("<b>bold</b>"),
    datetime.fromisoformat("2026-01-02T03:04:05.000678"),
    datetime(2026, 1, 2, tzinfo=UTC),
    datetime(2026, 1, 2, tzinfo=timezone(timedelta(hours=5, minutes=45))),
    datetime(2026, 7, 2, 12, tzinfo=BERLIN),
    date(2026, 1, 2),
    time(1, 2, 3),
    time(1, 2, tzinfo=UTC),
    timedelta(days=-1, seconds=5, microseconds=7),
    Decimal("12.3400"),
    Decimal("NaN").copy_abs(),
    UUID("12345678123456781234567812345678"),
    {"cart": [(1, Decimal("9.99"))], "seen": {date(2026, 1, 1)}, "who": UUID(int=5)},
]


@pytest.mark.parametrize("value", EXAMPLES, ids=repr)
def test_a_value_is_decoded_to_the_same_value_and_type(value):
    result = unpack(pack(value))

    assert type(result) is type(value)
    assert result == value or str(result) == str(value) == "NaN"


def test_markup_stays_safe_and_a_string_stays_unsafe():
    markup, text = unpack(pack([Markup("<b>"), "<b>"]))

    assert escape(markup) == "<b>"
    assert escape(text) == "&lt;b&gt;"


def test_a_zone_is_decoded_by_name_with_its_fold():
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=1)

    result = unpack(pack(twice))

    assert result.tzinfo.key == "Europe/Berlin"
    assert (result.fold, result.utcoffset()) == (1, timedelta(hours=1))
    assert result + timedelta(days=200) == twice + timedelta(days=200)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (OrderedDict(a=1), {"a": 1}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (namedtuple("Point", "x y")(1, 2), (1, 2)),
        (enum.IntEnum("Level", "LOW").LOW, 1),
        (enum.StrEnum("Colour", {"RED": "red"}).RED, "red"),
        (OwnTimedelta(days=-1, microseconds=7), timedelta(days=-1, microseconds=7)),
        (OwnTime(1, 2, 3, 4, UTC), time(1, 2, 3, 4, UTC)),
        (OwnUUID(int=5), UUID(int=5)),
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"ab"), b"ab"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_subclass_is_decoded_as_its_base(value, expected):
    result = unpack(pack(value))

    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize("value", [object(), str, len, 1j, enum.Enum("E", "A").A])
def test_an_object_is_refused_with_advice(value):
    with pytest.raises(EncodeError, match=r"cannot be encoded: .* Use its id"):
        pack({"inside": [value]})


def test_a_value_that_contains_itself_is_refused():
    loop = []
    loop.append(loop)

    with pytest.raises(EncodeError, match="contains itself"):
        pack(loop)


def test_a_lone_surrogate_is_refused():
    for value in ("\ud800", Markup("\ud800")):
        with pytest.raises(EncodeError, match="lone surrogate"):
            pack({"name": value})


def test_a_packed_dict_is_decoded_without_its_values():
    raw = unpack_raw(pack({"a": (1, 2), "b": "x"}))

    assert {key: unpack(value) for key, value in raw.items()} == {"a": (1, 2), "b": "x"}


def test_equal_values_are_canonically_equal():
    one = {"b": {3, 1, 2}, "a": [1]}
    other = {"a": [1], "b": {2, 3, 1}}

    assert pack_canonical(one) == pack_canonical(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, True),
        (1, 1.0),
        (1, "1"),
        ("a", b"a"),
        ([1], (1,)),
        ({1}, frozenset({1})),
        (None, "None"),
        ({"a": 1}, {1: "a"}),
        (["a", "b"], ["a,b"]),
        (Markup("a"), "a"),
        (0.0, 0),
        ((), []),
        ([["a"], "b"], [["a", "b"]]),
        (datetime.fromisoformat("2026-01-01"), "2026-01-01T00:00:00"),
        (Decimal("1.0"), Decimal("1.00")),
    ],
    ids=repr,
)
def test_different_values_are_canonically_different(one, other):
    assert pack_canonical(one) != pack_canonical(other)


def test_an_object_is_canonically_encoded_by_a_function():
    class Post:
        def __init__(self, key):
            self.key = key

    def name(post):
        return post.key

    assert pack_canonical(Post(1), name) == pack_canonical(Post(1), name)
    assert pack_canonical(Post(1), name) != pack_canonical(Post(2), name)
    assert pack_canonical(Post(1), name) != pack_canonical(1)


def test_a_planted_pickle_is_bytes_and_nothing_more(tmp_path):
    """S23: bytes from a store are never run."""
    trace = tmp_path / "trace"

    class Bomb:
        def __reduce__(self):
            return (trace.touch, ())

    for planted in (pickle.dumps(Bomb()), pickle.dumps(Bomb(), protocol=0)):
        with contextlib.suppress(DecodeError):
            unpack(planted)
        assert unpack(pack(planted)) == planted
    assert not trace.exists()


def test_deep_bytes_do_not_exhaust_the_stack():
    with pytest.raises(DecodeError):
        unpack(b"\x91" * 100_000)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.binary()
    | st.datetimes()
    | st.dates()
    | st.timedeltas()
    | st.uuids()
    | st.decimals(allow_nan=False),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.text(string.ascii_letters), inside, max_size=4)
        | st.tuples(inside, inside)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_every_packed_value_is_decoded_to_the_same(value):
    assert unpack(pack(value)) == value


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value_or_a_decode_error(data):
    for read in (unpack, unpack_raw):
        with contextlib.suppress(DecodeError):
            read(data)
