"""Steps are taken in Flask's order, and each of them only if somebody wants it."""

from typing import Any

from flask import Blueprint, Flask, request
from twins import Fast, call_app, check_same, make, warm_up
from werkzeug.test import create_environ


def pages(app: Any) -> None:
    app.add_url_rule("/", "text", lambda: "hello")


def test_hooks_run_in_flasks_order_whatever_they_do() -> None:
    def outcome(base: type[Flask]) -> list[Any]:
        seen: list[Any] = []

        def build(app: Any) -> None:
            shop = Blueprint("shop", __name__, url_prefix="/<lang>/shop")
            cart = Blueprint("cart", __name__, url_prefix="/cart")
            for name, each in (("app", app), ("shop", shop), ("cart", cart)):
                note(seen, name, each)
                each.add_url_rule("/", f"{name}-view", lambda lang="-": lang)
            shop.register_blueprint(cart)
            app.register_blueprint(shop)

        app = make(build, base)
        paths = ("/", "/en/shop/", "/en/shop/cart/", "/none", "/en/shop/cart")
        statuses = [call_app(app, create_environ(path))[0] for path in paths]
        return [*seen, *statuses]

    assert outcome(Fast) == outcome(Flask)


def note(seen: list[Any], name: str, each: Any) -> None:
    def before() -> None:
        seen.append(f"before {name} {request.endpoint} {request.blueprints}")

    def after(response: Any) -> Any:
        seen.append(f"after {name}")
        return response

    each.before_request(before)
    each.after_request(after)
    each.teardown_request(lambda error: seen.append(f"teardown {name} {error}"))
    each.url_value_preprocessor(
        lambda endpoint, values: seen.append(f"values {name} {endpoint} {values}")
    )


def test_a_hook_that_is_added_late_runs() -> None:
    app = warm_up(make(pages))
    assert call_app(app, create_environ("/"))[2] == b"hello"

    app.before_request_funcs.setdefault(None, []).append(lambda: "stopped")

    assert call_app(app, create_environ("/"))[2] == b"stopped"
    app.before_request_funcs[None].clear()
    assert call_app(app, create_environ("/"))[2] == b"hello"


def test_a_before_hook_may_answer_in_place_of_the_view() -> None:
    def build(app: Any) -> None:
        app.add_url_rule("/", "index", lambda: "view")
        app.before_request(lambda: {"hook": 1} if "x" in request.args else None)
        app.after_request(lambda response: response)

    replies = check_same(build, "/", "/?x=1")

    assert [body for _, _, body in replies] == [b"view", b'{"hook":1}\n']


def test_an_endpoint_that_is_no_name_works() -> None:
    def outcome(base: type[Flask]) -> Any:
        app = make(pages, base)
        app.url_map.add(app.url_rule_class("/odd", endpoint=("odd", 1)))  # type: ignore[arg-type]  # any hashable does
        app.view_functions[("odd", 1)] = lambda: "odd"  # type: ignore[index]  # as above
        app.logger.disabled = True
        return [
            call_app(warm_up(app), create_environ(path)) for path in ("/odd", "/odd")
        ]

    assert outcome(Fast) == outcome(Flask)
