"""Values for JSON, nested in every way, and what a provider makes of them."""

import datetime
import decimal
import uuid
from collections import OrderedDict, UserDict, defaultdict, namedtuple
from collections.abc import Iterator, Mapping
from typing import Any

import flask
from hypothesis import strategies as st
from markupsafe import Markup

from .endings import Colour, Level, Marked, Point, Text
from .sides import Side
from .trace import show

Pair = namedtuple("Pair", "first second")


class Number(int):
    """A subclass of int with a text of its own."""

    def __repr__(self) -> str:
        return "Number"


class Fraction(float):
    """A subclass of float with a text of its own."""

    def __repr__(self) -> str:
        return "Fraction"


class Table(dict):  # type: ignore[type-arg]  # as users write it
    """A subclass of dict that answers its items in another order."""

    def items(self) -> Any:
        return list(reversed(list(super().items())))


class Row(list):  # type: ignore[type-arg]  # as users write it
    """A subclass of list that walks backwards."""

    def __iter__(self) -> Iterator[Any]:
        return reversed(self)


class View(Mapping):  # type: ignore[type-arg]  # as users write it
    """A mapping that is no dict."""

    def __getitem__(self, key: str) -> int:
        return 1

    def __iter__(self) -> Iterator[str]:
        return iter(("one",))

    def __len__(self) -> int:
        return 1


FLOATS = (0.0, -0.0, 0.1, 1e16, 1e22, 1e-7, 1.5e300, float("inf"), float("-inf"))
INTEGERS = (0, 2**31, 2**53 + 1, 2**63, 2**64, -(2**63) - 1, 10**40)
TEXTS = (
    "",
    "\u2028\u2029",
    "</script>",
    "\ud800",
    "\x00\x1f\x7f\x80",
    "\U0001f600",
    '"\\/',
)
MOMENTS = (
    datetime.datetime(2026, 1, 2, 3, 4, 5, 678),  # noqa: DTZ001 - naive on purpose
    datetime.datetime(
        1900, 1, 1, tzinfo=datetime.timezone(datetime.timedelta(hours=5))
    ),
    datetime.date(1, 1, 1),
)
ODD = (
    *(decimal.Decimal("1.10"), decimal.Decimal("NaN"), uuid.UUID(int=7), Point(1, 2.5)),
    *(Markup("<b>"), Marked(), Level.HIGH, Colour.RED, Text("t ü"), Number(5), True),
    *(Fraction(2.5), Pair(1, "b"), View(), UserDict(a=1), b"bytes", {1}, object, None),
    *(datetime.time(1, 2), datetime.timedelta(1), range(3), 1j, Ellipsis, Point),
)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from((*FLOATS, *INTEGERS, *TEXTS)),
    st.sampled_from(MOMENTS),
    st.datetimes(timezones=st.none() | st.just(datetime.UTC)),
    st.sampled_from(ODD),
)
keys = st.one_of(
    st.text(max_size=4),
    st.text(max_size=4),
    st.sampled_from((
        "a",
        "b",
        "ü",
        Text("k"),
        1,
        1.5,
        True,
        None,
        Number(2),
        Level.HIGH,
    )),
    st.sampled_from((float("nan"), 1e22, (1, 2), b"b", datetime.date(1, 1, 1), 10**30)),
)


def _extend(inner: Any) -> Any:
    tables = st.dictionaries(keys, inner, max_size=4)
    plain = st.dictionaries(st.text(max_size=4), inner, max_size=4)
    lists = st.lists(inner, max_size=4)
    return st.one_of(
        plain,
        tables,
        lists,
        lists.map(tuple),
        plain.map(OrderedDict),
        plain.map(Table),
        plain.map(lambda value: defaultdict(int, value)),
        lists.map(Row),
        st.tuples(inner, inner).map(lambda pair: Pair(*pair)),
    )


values = st.recursive(scalars, _extend, max_leaves=12)
SETTINGS: tuple[tuple[str, Any], ...] = (
    ("sort_keys", False),
    ("ensure_ascii", False),
    ("compact", False),
    ("compact", True),
    ("mimetype", "application/own+json"),
    ("debug", True),
    ("default", "own"),
)
settings = st.lists(st.sampled_from(SETTINGS), max_size=3)


def encode_on(side: Side, value: Any, chosen: list[tuple[str, Any]]) -> list[str]:
    """Return what the side makes of the value in each way that Flask has."""
    with side.on():
        app = side.make_class()("probe", static_folder=None)
        _set(app, chosen)
        app.add_url_rule("/view", "view", lambda: value)
        app.add_url_rule("/list", "list", lambda: [value])
        app.add_url_rule("/dict", "dict", lambda: {"value": value})
        app.add_url_rule("/tuple", "tuple", lambda: ({"value": value}, 201))
        app.add_url_rule("/jsonify", "jsonify", lambda: flask.jsonify(value))
        app.testing = True
        seen = [
            _attempt(lambda path=path: _ask(app, path))
            for path in ("/view", "/list", "/dict", "/tuple", "/jsonify")
        ]
        seen.append(_attempt(lambda: app.json.dumps(value)))
        seen.append(_attempt(lambda: app.json.dumps(value, indent=2, sort_keys=False)))
        return seen


def _set(app: flask.Flask, chosen: list[tuple[str, Any]]) -> None:
    for name, value in chosen:
        if name == "debug":
            app.debug = True
        elif name == "default":
            app.json.default = str  # type: ignore[attr-defined]  # put there for the test
        else:
            setattr(app.json, name, value)


def _ask(app: flask.Flask, path: str) -> Any:
    response = app.test_client().get(path)
    return response.status, list(response.headers), response.get_data()


def _attempt(work: Any) -> str:
    try:
        return show(work())
    except Exception as error:  # noqa: BLE001 - what is raised is what is compared
        return show(error)
