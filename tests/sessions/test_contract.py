"""S1: sessions keep their values and behave as a dict, in every type of store."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from flask import flash, get_flashed_messages
from markupsafe import Markup

from .conftest import cookie_of

RICH = {
    "markup": Markup("<b>bold</b>"),
    "datetime": datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    "date": date(2026, 1, 2),
    "time": time(1, 2, 3),
    "timedelta": timedelta(days=1, microseconds=5),
    "uuid": UUID("12345678123456781234567812345678"),
    "decimal": Decimal("12.30"),
    "bytes": b"\x00\xff",
    "tuple": (1, ("a", None)),
    "set": {1, 2},
    "frozenset": frozenset({"x"}),
    "nested": {"cart": [{"price": Decimal("9.99"), "tags": {"a"}}], 5: (1,)},
    "big": 2**80,
    "none": None,
}


# Values


def test_a_new_client_has_an_empty_session(site, browser):
    assert site.ask(browser, lambda s: (dict(s), len(s), bool(s), s.new)) == (
        {},
        0,
        False,
        True,
    )


def test_values_are_there_in_the_next_request(site, browser):
    site.visit(browser, lambda s: s.update(name="ada", count=1))

    assert site.read(browser) == {"name": "ada", "count": 1}
    assert site.ask(browser, lambda s: s.new) is False


def test_each_client_has_its_own_session(site):
    ada, grace = site.browser(), site.browser()
    site.visit(ada, lambda s: s.update(name="ada"))
    site.visit(grace, lambda s: s.update(name="grace"))

    assert site.read(ada) == {"name": "ada"}
    assert site.read(grace) == {"name": "grace"}
    assert cookie_of(ada) != cookie_of(grace)


@pytest.mark.parametrize("name", RICH)
def test_a_value_keeps_its_type(site, browser, name):
    site.visit(browser, lambda s: s.update({name: RICH[name]}))

    back = site.ask(browser, lambda s: s[name])

    assert back == RICH[name]
    assert type(back) is type(RICH[name])


def test_a_flashed_markup_survives(site, browser):
    site.visit(browser, lambda s: flash(Markup("<b>saved</b>"), "info"))

    messages = site.ask(browser, lambda s: get_flashed_messages(with_categories=True))

    assert messages == [("info", Markup("<b>saved</b>"))]
    assert site.ask(browser, lambda s: get_flashed_messages()) == []


def test_a_change_inside_a_list_is_detected(site, browser):
    site.visit(browser, lambda s: s.update(cart=[1], seen={"a": {"b": 1}}))

    site.visit(browser, lambda s: s["cart"].append(2))
    site.visit(browser, lambda s: s["seen"]["a"].update(c=2))

    assert site.read(browser) == {"cart": [1, 2], "seen": {"a": {"b": 1, "c": 2}}}


def test_a_value_of_an_unknown_type_is_refused_with_its_key(site, browser):
    site.app.testing = True

    with pytest.raises(TypeError, match=r"session\['user'\] cannot be saved"):
        site.visit(browser, lambda s: s.update(user=object()))


def test_a_key_that_is_no_string_is_refused_with_advice(site, browser):
    with pytest.raises(TypeError, match=r"Use session\['1'\] instead"):
        site.visit(browser, lambda s: s.update({1: "a"}))


# The API of a dict


@pytest.mark.parametrize(
    ("action", "expected"),
    [
        (lambda s: s.pop("a"), {"b": 2}),
        (lambda s: s.pop("missing", None), {"a": 1, "b": 2}),
        (lambda s: s.__delitem__("a"), {"b": 2}),
        (lambda s: s.popitem(), {"a": 1}),
        (lambda s: s.setdefault("c", 3), {"a": 1, "b": 2, "c": 3}),
        (lambda s: s.setdefault("a", 3), {"a": 1, "b": 2}),
        (lambda s: s.update({"a": 5}, c=6), {"a": 5, "b": 2, "c": 6}),
        (lambda s: s.update([("a", 7)]), {"a": 7, "b": 2}),
        (lambda s: s.clear(), {}),
        (lambda s: s.__ior__({"c": 3}), {"a": 1, "b": 2, "c": 3}),
    ],
    ids=lambda value: None if callable(value) else str(len(value)),
)
def test_each_way_to_change_a_dict_is_saved(site, browser, action, expected):
    site.visit(browser, lambda s: s.update(a=1, b=2))

    site.visit(browser, action)

    assert site.read(browser) == expected


@pytest.mark.parametrize(
    ("read", "expected"),
    [
        (lambda s: "a" in s, True),
        (len, 2),
        (bool, True),
        (lambda s: s.get("missing", 9), 9),
        (sorted, ["a", "b"]),
        (lambda s: sorted(s.keys()), ["a", "b"]),
        (lambda s: sorted(s.values()), [1, 2]),
        (lambda s: sorted(s.items()), [("a", 1), ("b", 2)]),
        (lambda s: s.copy(), {"a": 1, "b": 2}),
        (lambda s: {**s}, {"a": 1, "b": 2}),
        (lambda s: s | {"c": 3}, {"a": 1, "b": 2, "c": 3}),
        (lambda s: {"c": 3} | s, {"a": 1, "b": 2, "c": 3}),
        (lambda s: s == {"a": 1, "b": 2}, True),
        (lambda s: s.pop("missing", 9), 9),
        (lambda s: next(reversed(s)), "b"),
        (repr, "<Session {'a': 1, 'b': 2}>"),
        (lambda s: isinstance(s, dict), True),
    ],
    ids=range(17),
)
def test_each_way_to_read_a_dict_reads_and_varies(site, browser, read, expected):
    """S4: CVE-2026-27205. Any access to the session adds Vary: Cookie."""
    site.visit(browser, lambda s: s.update(a=1, b=2))
    results = []

    response = site.visit(browser, lambda s: results.append(read(s)))

    assert results == [expected]
    assert response.headers["Vary"] == "Cookie"


def test_a_missing_key_is_a_key_error(site, browser):
    assert site.ask(browser, lambda s: raises(KeyError, lambda: s["x"]))
    assert site.ask(browser, lambda s: raises(KeyError, lambda: s.pop("x")))


# Only when accessed


def test_a_view_that_does_not_access_the_session_sets_no_header_for_it(site, browser):
    site.visit(browser, lambda s: s.update(a=1))

    response = browser.get("/public")

    assert "Vary" not in response.headers
    assert "Set-Cookie" not in response.headers


def test_reading_sets_no_cookie(site, browser):
    site.visit(browser, lambda s: s.update(a=1))

    response = site.visit(browser, lambda s: s.get("a"))

    assert "Set-Cookie" not in response.headers


def test_reading_an_empty_session_sets_no_cookie(site, browser):
    response = site.visit(browser, lambda s: s.get("a"))

    assert "Set-Cookie" not in response.headers


def test_setting_the_same_value_again_sets_no_cookie(site, browser):
    site.visit(browser, lambda s: s.update(a=1))

    response = site.visit(browser, lambda s: s.update(a=1))

    assert "Set-Cookie" not in response.headers


def raises(error, function):
    try:
        function()
    except error:
        return True
    return False
