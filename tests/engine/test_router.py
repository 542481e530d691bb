"""The compiled map finds what Werkzeug's matcher finds, or leaves it to Werkzeug."""

import uuid
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule, ValidationError

from carboy.engine.plan import get_router
from carboy.engine.router import Router


class Even(BaseConverter):
    regex = r"\d+"
    weight = 40
    asked = 0

    def to_python(self, value: str) -> int:
        type(self).asked += 1
        if int(value) % 2:
            raise ValidationError
        return int(value)


PARTS = st.sampled_from([
    "a",
    "b",
    "a.b",
    "ä",
    "<x>",
    "<int:x>",
    "<even:x>",
    "<float:x>",
    "<path:x>",
    "<uuid:x>",
    "<any(a,b):x>",
    "a-<x>",
    "<string(length=2):x>",
    "<int(min=5):x>",
    "<int(fixed_digits=2):x>",
    "<x>.<y>",
])
PATTERNS = st.tuples(
    st.lists(PARTS, min_size=0, max_size=3), st.sampled_from(["", "/"])
).map(lambda pair: "/" + "/".join(pair[0]) + (pair[1] if pair[0] else ""))
RULES = st.lists(
    st.tuples(
        PATTERNS,
        st.sampled_from([None, ("GET",), ("POST",), ("GET", "PUT")]),
        st.sampled_from(["e1", "e2", "e3"]),
        st.fixed_dictionaries(
            {},
            optional={
                "strict_slashes": st.booleans(),
                "merge_slashes": st.booleans(),
                "alias": st.booleans(),
                "websocket": st.just(True),
                "redirect_to": st.just("elsewhere"),
                "build_only": st.booleans(),
                "defaults": st.just({"x": 1}),
            },
        ),
    ),
    min_size=1,
    max_size=6,
)
PATHS = st.lists(
    st.sampled_from([
        "a",
        "b",
        "a.b",
        "ä",
        "7",
        "8",
        "07",
        "1.5",
        "",
        "a-b",
        "xy",
        "x y",
        str(uuid.UUID(int=1)),
        "٣",
        "9" * 5000,
    ]),
    max_size=4,
).map(lambda parts: "/" + "/".join(parts))


def make_map(rules: Any) -> Map:
    url_map = Map(converters={"even": Even})
    for pattern, methods, endpoint, options in rules:
        try:
            rule = Rule(pattern, methods=methods, endpoint=endpoint, **options)
            url_map.add(rule)
        except (ValueError, TypeError, SyntaxError):
            continue
    return url_map


def outcome(call: Any) -> Any:
    try:
        found = call()
    except (HTTPException, ValueError) as error:
        # A converter of the app's own may fail in its own way.
        return type(error), getattr(error, "valid_methods", None)
    return found


@settings(max_examples=400, deadline=None)
@given(RULES, st.lists(PATHS, min_size=1, max_size=8), st.sampled_from(["GET", "put"]))
def test_what_it_finds_is_what_werkzeug_finds(
    rules: Any, paths: list[str], method: str
) -> None:
    url_map = make_map(rules)
    adapter = url_map.bind("localhost")
    router = Router(url_map)

    for path in paths:
        found = outcome(lambda path=path: router.find("", path, method))
        if found is None:
            continue
        expected = outcome(
            lambda path=path: adapter.match(path, method, return_rule=True)
        )
        if isinstance(found[0], Rule):
            assert found[0] is expected[0]
            assert found[1] == expected[1]
        else:
            assert found == expected


@settings(max_examples=200, deadline=None)
@given(RULES)
def test_the_table_of_static_paths_is_what_werkzeug_finds(rules: Any) -> None:
    url_map = make_map(rules)
    adapter = url_map.bind("localhost")

    for path, entries in Router(url_map).static.get("", {}).items():
        text = path.encode("latin-1").decode()
        for rule in entries:
            for method in rule.methods or ("GET", "DELETE"):
                first = next(
                    each
                    for each in entries
                    if each.methods is None or method in each.methods
                )
                found = adapter.match(text, method, return_rule=True)
                assert found[0] is first


def make_router(*rules: Rule) -> tuple[Map, Router]:
    url_map = Map(list(rules), converters={"even": Even})
    return url_map, Router(url_map)


def test_an_integer_at_the_end_is_found() -> None:
    _, router = make_router(Rule("/users/<int:id>", endpoint="user"))

    found = router.find("", "/users/42", "GET")

    assert found is not None
    assert (found[0].endpoint, found[1]) == ("user", {"id": 42})


def test_a_number_too_long_for_python_is_not_found() -> None:
    _, router = make_router(Rule("/users/<int:id>", endpoint="user"))

    with pytest.raises(NotFound):
        router.find("", "/users/" + "9" * 5000, "GET")


def test_a_converter_that_refuses_is_asked_once() -> None:
    _, router = make_router(Rule("/<even:x>", endpoint="even", methods=["GET"]))
    Even.asked = 0

    with pytest.raises(NotFound):
        router.find("", "/7", "GET")

    assert Even.asked == 1


def test_a_refusal_tells_the_methods_that_were_met_before() -> None:
    _, router = make_router(
        Rule("/<even:x>", endpoint="a", methods=["POST"]),
        Rule("/<even:x>", endpoint="b", methods=["PUT"]),
    )

    with pytest.raises(MethodNotAllowed) as caught:
        router.find("", "/7", "PUT")

    assert caught.value.valid_methods == ["POST"]


def test_a_redirect_is_left_to_werkzeug() -> None:
    _, router = make_router(
        Rule("/slash/", endpoint="slash"),
        Rule("/old", endpoint="old", redirect_to="new"),
        Rule("/all/", endpoint="all", defaults={"page": 1}),
        Rule("/all/<int:page>", endpoint="all"),
        Rule("/ws", endpoint="ws", websocket=True),
    )

    for path in ("/slash", "/old", "/all/1", "/ws", "/nowhere"):
        assert router.find("", path, "GET") is None


def test_a_rule_that_comes_later_makes_the_router_stale() -> None:
    url_map = Map([Rule("/a", endpoint="a")])
    router = get_router(url_map)

    url_map.add(Rule("/b", endpoint="b"))
    # That hides from everybody else that a rule was added.
    url_map.update()

    assert router.stale
    assert "/b" in get_router(url_map).static[""]


def test_methods_that_are_added_to_a_rule_count_at_once() -> None:
    rule = Rule("/users/<int:id>", endpoint="user", methods=["GET"])
    _, router = make_router(rule)
    assert rule.methods is not None

    rule.methods.add("PATCH")

    assert router.find("", "/users/1", "PATCH") is not None


def test_domains_are_told_apart() -> None:
    _, router = make_router(
        Rule("/", endpoint="one", subdomain="one"),
        Rule("/<int:x>", endpoint="any", subdomain="<name>"),
    )

    assert "/" in router.static["one"]
    found = router.find("two", "/3", "GET")
    assert found is not None
    assert found[1] == {"name": "two", "x": 3}
