"""Links are those of Flask, and so are the errors."""

import random
import uuid
from typing import Any

import pytest
from flask import Blueprint, Flask, url_for
from markupsafe import Markup
from werkzeug.routing import (
    BaseConverter,
    BuildError,
    Map,
    MapAdapter,
    Rule,
    ValidationError,
)

from carboy.engine.install import Engine
from carboy.engine.url_for import fast_url_for, original_url_for
from tests.profiling import count_calls


class Even(BaseConverter):
    """Refuses odd numbers, in a way that Werkzeug knows, and texts in another."""

    def to_url(self, value: Any) -> str:
        if value % 2:
            raise ValidationError(value)
        return f"e{value}%"


class EngineApp(Engine, Flask):
    pass


PARTS = [
    "", "a", "a b", "ä%", "<x>", "<int:x>", "<float:y>", "<path:p>", "<uuid:u>",
    "<any(one, two):o>", "<int(fixed_digits=3):z>", "<even:e>", "<int(signed=True):n>",
    "<x>-<int:n>", "<string(length=2):q>",
]  # fmt: skip
VALUES = [
    "a", "a b", "ü/ä", "/x", "//x", "", "a&b=c", "50%", "%2F", "~._-!$'()*,:;@=", "\0",
    0, 7, -3, 10**30, True, 1.5, float("inf"), b"raw", None, [], ["a", 1, None], (),
    {}, Markup("<b>"), uuid.UUID(int=5), object, "one", "two", "ab",
]  # fmt: skip


def make_app(randomness: random.Random, **options: Any) -> tuple[Flask, list[str]]:
    """Return an app with rules by chance, and its endpoints."""
    app = EngineApp("links", static_folder=None, **options)
    app.url_map.converters["even"] = Even
    endpoints = []
    for number in range(40):
        parts = randomness.sample(PARTS, randomness.randint(0, 3))
        text = "/" + "/".join(parts) + randomness.choice(["", "/"])
        endpoint = randomness.choice([f"page{number}", "both", f"shop.page{number}"])
        chosen: dict[str, Any] = {"methods": randomness.choice([["GET"], ["POST"]])}
        if randomness.random() < 0.2:
            chosen["defaults"] = {randomness.choice("xyn"): randomness.choice([1, "a"])}
        if randomness.random() < 0.2:
            chosen["subdomain"] = randomness.choice(["api", "<x>"])
        try:
            app.add_url_rule(text, endpoint, lambda **_: "", **chosen)
        except (ValueError, SyntaxError, AssertionError):
            continue  # a name twice, or the endpoint has another function
        endpoints.append(endpoint)
    return app, endpoints


def outcome(function: Any, *args: Any, **values: Any) -> tuple[str, str]:
    """Return what a function returns or raises."""
    try:
        return "url", function(*args, **values)
    except Exception as error:  # noqa: BLE001 - compared with the other side's
        return type(error).__name__, str(error)


def draw_values(randomness: random.Random, app: Flask, endpoint: str) -> dict[str, Any]:
    """Return most of what the first rule of an endpoint needs, and other values."""
    names = randomness.sample([*"xynpuozeq", "page", "a b", "ä"], 4)
    needed = [
        name
        for rule in app.url_map._rules_by_endpoint.get(endpoint, ())[:1]
        for name in rule.arguments
        if randomness.random() < 0.9
    ]
    names = [*needed, *names[: randomness.randint(0, 4)]]
    values = {name: randomness.choice(VALUES) for name in names}
    if randomness.random() < 0.1:
        values[randomness.choice(["_anchor", "_scheme", "_method"])] = "http"
    if randomness.random() < 0.1:
        values["_external"] = randomness.choice([True, False])
    return values


@pytest.mark.parametrize("seed", range(12))
def test_all_links_are_those_of_flask(seed: int) -> None:
    randomness = random.Random(seed)
    options = {"subdomain_matching": True} if seed % 3 == 0 else {}
    app, endpoints = make_app(randomness, **options)
    app.config["SERVER_NAME"] = [None, "example.org"][seed % 2]
    app.url_map.sort_parameters = seed % 5 == 4
    blueprint = Blueprint("shop", "shop")
    blueprint.add_url_rule("/here/<int:x>", "here", str)
    app.register_blueprint(blueprint, url_prefix="/shop")
    root = randomness.choice(["/", "", "/root", "/a b/"])
    url = f"http://{randomness.choice(['', 'api.'])}example.org{root}"
    fast = 0
    with app.test_request_context("/shop/here/1", base_url=url) as context:
        context.push()
        for _ in range(400):
            endpoint = randomness.choice([*endpoints, ".here", "shop.here", ".", "no"])
            values = draw_values(randomness, app, endpoint)
            stock = outcome(original_url_for, app, endpoint, **values)
            assert outcome(app.url_for, endpoint, **values) == stock, (seed, values)
            fast += stock[0] == "url"
        context.pop()
    assert fast > 40, "nothing was compared"


def test_a_link_costs_few_calls() -> None:
    app = EngineApp("links")
    app.add_url_rule("/users/<int:number>", "user", str)

    def build(times: int) -> None:
        with app.test_request_context():
            for _ in range(times):
                app.url_for("user", number=1)

    assert count_calls(lambda: build(12)) - count_calls(lambda: build(2)) <= 50


def test_a_rule_that_comes_late_is_seen() -> None:
    app = EngineApp("links", static_folder=None)
    app.add_url_rule("/a", "page", lambda **_: "")
    with app.test_request_context():
        assert url_for("page", x=1) == "/a?x=1"
        app.url_map.add(Rule("/b/<x>", endpoint="page"))
        assert url_for("page", x=1) == "/b/1"
        assert url_for("page") == "/a"
        with pytest.raises(BuildError):
            url_for("other")
        app.url_map.add(Rule("/other", endpoint="other"))
        assert url_for("other") == "/other"


def test_a_rule_that_is_changed_and_refreshed_is_seen() -> None:
    app = EngineApp("links", static_folder=None)
    app.add_url_rule("/a", "page", lambda **_: "")
    with app.test_request_context():
        assert url_for("page") == "/a"
        [rule] = app.url_map.iter_rules("page")
        rule.rule = "/c"
        rule.refresh()
        assert url_for("page") == "/c"


def test_defaults_of_urls_that_come_late_are_used() -> None:
    app = EngineApp("links", static_folder=None)
    app.add_url_rule("/<language>/a", "page", lambda **_: "")
    with app.test_request_context():
        assert url_for("page", language="en") == "/en/a"
        app.url_default_functions[None].append(
            lambda _, values: values.setdefault("language", "zh")
        )
        assert url_for("page") == "/zh/a"


@pytest.mark.parametrize("where", ["class", "instance"])
def test_an_override_of_the_defaults_is_called(where: str) -> None:
    def inject(*args: Any) -> None:
        args[-1]["x"] = 5

    kind = type("Shop", (EngineApp,), {"inject_url_defaults": inject})
    app = (kind if where == "class" else EngineApp)("links", static_folder=None)
    app.add_url_rule("/a", "page", lambda **_: "")
    if where == "instance":
        app.inject_url_defaults = inject
    with app.test_request_context():
        assert app.url_for("page") == "/a?x=5"


def test_rules_maps_and_adapters_of_the_app_build_their_own_links() -> None:
    class Shout(Rule):
        def build(self, values: Any, append_unknown: bool = True) -> Any:
            found = super().build(values, append_unknown)
            return found and (found[0], found[1].upper())

    class Loud(MapAdapter):
        def build(self, *args: Any, **options: Any) -> str:
            return super().build(*args, **options) + "!"

    app = EngineApp("links", static_folder=None)
    app.url_rule_class = Shout
    app.add_url_rule("/a", "page", lambda **_: "")
    with app.test_request_context() as context:
        assert app.url_for("page") == "/A"
        context.url_adapter.__class__ = Loud
        assert app.url_for("page") == "/A!"
        context.url_adapter = None
        with pytest.raises(AttributeError):
            app.url_for("page")


def test_the_links_of_two_apps_are_apart() -> None:
    first, second = EngineApp("a", static_folder=None), EngineApp("b")
    first.add_url_rule("/first", "page", lambda: "")
    second.add_url_rule("/second", "page", lambda: "")
    with first.test_request_context():
        assert first.url_for("page") == "/first"
        # Flask asks the request and not the app.
        assert second.url_for("page") == "/first"
        with second.test_request_context():
            assert url_for("page") == "/second"


def test_the_handler_of_errors_gets_what_it_got() -> None:
    app = EngineApp("links", static_folder=None)
    app.add_url_rule("/<any(a, b):x>", "page", lambda **_: "")
    seen: list[Any] = []

    def handle(error: Exception, endpoint: str, values: dict[str, Any]) -> str:
        seen.append((str(error), endpoint, values))
        return "/handled"

    app.url_build_error_handlers.append(handle)
    with app.test_request_context():
        with pytest.raises(ValueError, match="'c' is not one of"):
            app.url_for("page", x="c")
        assert app.url_for("page", y=None) == "/handled"
        assert seen[0][2].keys() == {"y", "_anchor", "_method", "_scheme", "_external"}


def test_a_replacement_of_flasks_method_is_called(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = EngineApp("links", static_folder=None)
    app.add_url_rule("/a", "page", lambda: "")
    before = app.url_for

    def traced(*args: Any, **values: Any) -> str:
        return "traced " + original_url_for(*args, **values)

    monkeypatch.setattr(Flask, "url_for", traced)
    with app.test_request_context():
        assert app.url_for("page") == url_for("page") == "traced /a"
        assert before("page") == "/a"


def test_a_replacement_around_the_engines_function_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Flask, "url_for", fast_url_for)
    app = Flask("links", static_folder=None)
    app.add_url_rule("/a", "page", lambda: "")
    monkeypatch.setattr(Flask, "url_for", lambda *a, **v: fast_url_for(*a, **v) + "!")
    with app.test_request_context():
        assert app.url_for("page", _anchor="x") == "/a#x!"
        assert app.url_for("page") == "/a!"


def test_a_map_that_updates_itself_is_left_alone() -> None:
    class Own(Map):
        def update(self) -> None:
            super().update()
            self.updates = getattr(self, "updates", 0) + 1

    class App(EngineApp):
        url_map_class = Own

    app = App("links", static_folder=None)
    app.add_url_rule("/a", "page", lambda: "")
    with app.test_request_context():
        before = app.url_map.updates  # type: ignore[attr-defined]  # of Own
        assert app.url_for("page") == "/a"
        assert app.url_map.updates == before + 1  # type: ignore[attr-defined]  # of Own
