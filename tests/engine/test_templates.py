"""Templates render to the same text."""

from typing import Any

import pytest
from flask import (
    Blueprint,
    render_template,
    render_template_string,
    stream_template_string,
)
from jinja2 import DictLoader, Environment, StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup
from twins import Fast, check_same, make

from carboy.engine.templates import patch_environment

PAGES = {
    "base.html": (
        "<h1>{% block title %}-{% endblock %}</h1>{% block body %}{% endblock %}"
    ),
    "page.html": (
        "{% extends 'base.html' %}{% from 'macro.html' import cell %}"
        "{% block title %}{{ super() }}{{ title }}{% endblock %}"
        "{% block body %}{% for row in rows %}{{ cell(row.name) }}{{ row.items }}"
        "{{ row.missing }}|{{ row['name'] }}|{{ row.number }}{% endfor %}"
        "{% set kept %}<b>{{ title }}</b>{% endset %}{{ kept }}{{ '<' ~ title }}"
        "{{ title|upper }}{{ title|e }}{{ safe }}{% include 'part.txt' %}"
        "{% autoescape false %}{{ title }}{% endautoescape %}{{ shared }}"
        "{{ request.path }}{{ g }}{{ config.TESTING }}{% endblock %}"
    ),
    "macro.html": (
        "{% macro cell(text) %}<td>{{ text }}{{ varargs }}</td>{% endmacro %}"
    ),
    "part.txt": "{{ title }} & {{ rows|length }}",
}
ROWS = [
    {"name": "<a>", "number": 1.5, "items": "an item"},
    {"name": Markup("<i>"), "number": True},
    {"name": None, "number": 10**30},
]


class Row:
    name = "<row>"

    def __html__(self) -> str:
        return "<b>row</b>"


def build(app: Any) -> None:
    app.jinja_loader = DictLoader(PAGES)
    values = {"title": "<T>", "rows": [*ROWS, Row()], "safe": Row()}

    @app.context_processor
    def share() -> dict[str, str]:
        return {"shared": "<shared>", "title": "never wins"}

    @app.route("/page")
    def page() -> str:
        return render_template("page.html", **values)

    @app.route("/text")
    def text() -> str:
        return render_template_string("{{ rows[0].name }}{{ title }}", **values)

    @app.route("/stream")
    def stream() -> Any:
        return stream_template_string("{{ title }}{{ request.args.x }}", **values)

    @app.route("/object")
    def template() -> str:
        return render_template(app.jinja_env.from_string("{{ title }}"), **values)


def test_each_way_to_render_gives_the_same_text() -> None:
    replies = check_same(build, "/page", "/text", "/stream?x=%3C", "/object")

    assert b"&lt;shared&gt;" in replies[0][2]


def test_an_environment_of_its_own_is_left_alone() -> None:
    sandbox = SandboxedEnvironment()
    patch_environment(sandbox)

    assert not {"getattr", "getitem"} & vars(sandbox).keys()
    with pytest.raises(Exception, match="unsafe"):
        sandbox.from_string("{{ x.__class__.mro() }}").render(x="")


def test_undefined_names_behave_as_the_environment_says() -> None:
    environment = Environment(undefined=StrictUndefined, autoescape=True)
    patch_environment(environment)

    with pytest.raises(Exception, match="has no attribute 'b'"):
        environment.from_string("{{ a.b }}").render(a={})
    with pytest.raises(Exception, match="'a' is undefined"):
        environment.from_string("{{ a.b }}").render()


def test_templates_are_jinjas_to_everybody() -> None:
    app = make(build)
    template = app.jinja_env.get_template("page.html")

    assert isinstance(template, Template)
    assert type(template).__name__ == "Template"
    assert app.jinja_env.get_template("macro.html").module.cell("<") == Markup(  # type: ignore[attr-defined]  # a macro
        "<td>&lt;()</td>"
    )


def test_an_overridden_step_of_rendering_is_called() -> None:
    class Own(Fast):
        def update_template_context(self, context: dict[str, Any]) -> None:
            super().update_template_context(context)
            context["title"] = "mine"

    app = Own("own")
    build(app)

    assert app.test_client().get("/object").text == "mine"


def test_context_processors_of_blueprints_run_for_their_views() -> None:
    def with_blueprint(app: Any) -> None:
        blueprint = Blueprint("shop", __name__, url_prefix="/shop")
        inner = Blueprint("cart", __name__, url_prefix="/cart")
        for each in (blueprint, inner):
            each.context_processor(
                lambda each=each: {each.name: "here", "who": each.name}
            )
            each.add_url_rule(
                "/",
                "index",
                lambda: render_template_string("{{ shop }} {{ cart }} {{ who }}"),
            )
        blueprint.register_blueprint(inner)
        app.register_blueprint(blueprint)

    replies = check_same(with_blueprint, "/shop/", "/shop/cart/")

    assert replies[1][2] == b"here here cart"
