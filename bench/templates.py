"""Measures templates in process: stock Flask, the engine with Jinja's code, and ours.

Writes docs/benchmarks/templates.md. In each round the three take turns.
"""

import argparse
import datetime
import statistics
import time
from pathlib import Path
from typing import Any

import flask
from flask_babel import Babel
from jinja2 import DictLoader
from jinja2.compiler import CodeGenerator
from results import ROOT, describe, keep

import carboy.engine

PAGE = ROOT / "docs" / "benchmarks" / "templates.md"
SIDES = ("flask", "jinja", "engine")
BASE = """\
<!doctype html><title>{% block title %}{% endblock %} - Flaskr</title>
<link rel="stylesheet" href="{{ url_for('static', filename='style.css') }}">
<nav><h1><a href="{{ url_for('index') }}">Flaskr</a></h1><ul>
{% if user %}<li>{{ user['name'] }}<li><a href="{{ url_for('index') }}">Log out</a>
{% else %}<li><a href="{{ url_for('index') }}">Log in</a>{% endif %}</ul></nav>
{% for message in get_flashed_messages() %}<p>{{ message }}</p>{% endfor %}
{% block content %}{% endblock %}
"""
BLOG = """\
{% extends 'base.html' %}{% block title %}Posts{% endblock %}{% block content %}
{% for post in posts %}<article><h1>{{ post['title'] }}</h1>
<p>by {{ post['name'] }} on {{ post['created'].strftime('%Y-%m-%d') }}</p>
{% if user and user['id'] == post['author'] %}
<a href="{{ url_for('update', id=post['id']) }}">Edit</a>{% endif %}
<p>{{ post['body'] }}</p></article>{% if not loop.last %}<hr>{% endif %}{% endfor %}
{% endblock %}
"""
MACROS = """\
{% macro cell(text, kind='') %}<td{% if kind %} class="{{ kind }}"{% endif %}>{{ text }}
{% endmacro %}
{% macro link(url, text) %}<a href="{{ url }}">{{ text }}</a>{% endmacro %}
"""
TABLE = """\
{% extends 'base.html' %}{% from 'macros.html' import cell, link %}{% block content %}
<table>{% for row in rows %}<tr class="{{ loop.cycle('odd', 'even') }}">
<td>{{ loop.index }}{{ cell(row.name) }}{{ cell(row.mail|lower, kind='mail') }}
<td>{{ link(url_for('update', id=row.id), row.name|truncate(20)) }}
<td>{{ row.created.year }}{% if row.active %}<td>yes{% endif %}{% endfor %}</table>
{% endblock %}
"""
LIST = """\
{% extends 'base.html' %}{% block content %}<table><tr>
{% for name, label in columns %}<th><a href="{{ request.path }}?sort={{ name }}">
{{ label }}</a>{% endfor %}{% for row in rows %}<tr>{% for name, label in columns %}
<td class="col-{{ name }}">{{ get_value(row, name) }}{% endfor %}
<td><a href="{{ url_for('update', id=row.id) }}">edit</a>{% else %}<tr><td>none
{% endfor %}</table>{% endblock %}
"""
TEXTS = """\
{% for row in rows %}{{ _('Name') }} {{ gettext('%(n)s mails', n=row.id) }}
{{ ngettext('%(num)d post', '%(num)d posts', row.id) }}{% endfor %}
"""
TEMPLATES = {
    "base.html": BASE,
    "macros.html": MACROS,
    "blog.html": BLOG,
    "table.html": TABLE,
    "list.html": LIST,
    "texts.html": TEXTS,
}
TITLES = {
    "blog.html": "blog of Flask's tutorial, 10 posts",
    "table.html": "table of 100 rows: macros, filters, `url_for`",
    "list.html": "list of an admin: 50 rows of 6 columns by a function",
    "texts.html": "300 texts of Flask-Babel",
}


class Row:
    """A row of a table."""

    def __init__(self, number: int) -> None:
        self.id = number
        self.name = f"name <{number}>"
        self.mail = f"N{number}@Example.com"
        self.created = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
        self.active = number % 2


def make_values() -> dict[str, Any]:
    """Return what the templates show."""
    created = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    post = {"title": "A post", "name": "ann", "created": created, "author": 1}
    names = ("id", "name", "mail", "created", "active", "id")
    return {
        "rows": [Row(number) for number in range(100)],
        "posts": [{**post, "id": i, "body": "text & text " * 20} for i in range(10)],
        "user": {"id": 1, "name": "ann"},
        "columns": [(name, name.title()) for name in names],
        "get_value": getattr,
    }


def make_app(side: str) -> flask.Flask:
    """Return an app with the templates."""
    engine = carboy.engine.Engine
    base = flask.Flask if side == "flask" else type("Flask", (engine, flask.Flask), {})
    app = base(__name__, static_folder="results")
    app.secret_key = "k" * 32
    app.jinja_loader = DictLoader(TEMPLATES)
    Babel(app)
    if side == "jinja":
        app.jinja_env.code_generator_class = CodeGenerator
    app.add_url_rule("/", "index", lambda: "")
    app.add_url_rule("/<int:id>/update", "update", lambda **_: "")
    return app


def measure(rounds: int, budget: float) -> dict[str, Any]:
    """Return microseconds of processor time for each template and side."""
    apps = {side: make_app(side) for side in SIDES}
    values = make_values()
    cases = {}
    for name, title in TITLES.items():
        seen: dict[str, list[float]] = {side: [] for side in SIDES}
        shown = {**values, "rows": values["rows"][: 50 if name == "list.html" else 100]}
        texts = {time_renders(apps[side], name, shown, 2)[0] for side in SIDES}
        if len(texts) != 1:
            raise RuntimeError(f"{name} has several texts")
        once = time_renders(apps["flask"], name, shown, 5)[1] / 1e6
        count = max(2, int(budget / once))
        for number in range(rounds):
            for side in SIDES[:: -1 if number % 2 else 1]:
                seen[side].append(time_renders(apps[side], name, shown, count)[1])
        cases[name] = {"title": title, **summarise(seen)}
        print(title, cases[name], flush=True)
    return cases


def time_renders(
    app: flask.Flask, name: str, values: dict[str, Any], count: int
) -> tuple[str, float]:
    """Return the text, and the microseconds of a render."""
    with app.test_request_context("/"):
        text = flask.render_template(name, **values)
        began = time.process_time()
        for _ in range(count):
            flask.render_template(name, **values)
        return text, (time.process_time() - began) / count * 1e6


def summarise(seen: dict[str, list[float]]) -> dict[str, Any]:
    """Return medians, and the medians of the ratios of neighbours."""
    ours = seen["engine"]
    medians = {side: round(statistics.median(seen[side]), 1) for side in SIDES}
    ratios = {
        f"{side} ratio": round(
            statistics.median(a / b for a, b in zip(seen[side], ours, strict=True)), 2
        )
        for side in SIDES[:2]
    }
    return {**medians, **ratios}


def measure_compilation(rounds: int) -> float:
    """Return how many times longer the compilation of all templates takes."""
    apps = {side: make_app(side) for side in ("jinja", "engine")}
    seen: dict[str, list[float]] = {side: [] for side in apps}
    for _ in range(rounds):
        for side, app in apps.items():
            began = time.process_time()
            for name, source in TEMPLATES.items():
                app.jinja_env.compile(source, name, name)
            seen[side].append(time.process_time() - began)
    pairs = zip(seen["engine"], seen["jinja"], strict=True)
    return round(statistics.median(ours / theirs for ours, theirs in pairs), 2)


def write_page(result: dict[str, Any]) -> str:
    """Return the page."""
    rows = [
        f"| {case['title']} | {case['flask']:,.0f} | {case['jinja']:,.0f} | "
        f"{case['engine']:,.0f} | **{case['flask ratio']:.2f}×** | "
        f"**{case['jinja ratio']:.2f}×** |"
        for case in result["cases"].values()
    ]
    return f"""\
# Templates

Written by `bench/templates.py` on {result["date"]}, Python {result["python"]}, \
{result["cores"]} cores, load {result["load"]} before.

`render_template` in process: microseconds of processor time, the median of
{result["rounds"]} rounds in which the three take turns, and the median of the ratios of
neighbours. All write the same text. The second side is the engine with the code
generator of Jinja: the last column is what ours adds. A busy machine makes all figures
larger; compare ratios.

| template | Flask, µs | Jinja's code, µs | engine, µs | of Flask | of Jinja's code |
|---|---:|---:|---:|---:|---:|
{chr(10).join(rows)}

To compile a template takes **{result["compilation"]:.2f}×** of the time that Jinja's
generator takes. Why the code is as it is:
[058](../decisions/058-template-code.md).
"""


def main() -> None:
    """Measure, print and store the results."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--budget", type=float, default=0.05, help="seconds in a round")
    options = parser.parse_args()
    described = describe()
    result = {
        "rounds": options.rounds,
        "cases": measure(options.rounds, options.budget),
        "compilation": measure_compilation(options.rounds),
    }
    keep("templates", result, described["load"])
    page = write_page({**described, **result})
    Path(PAGE).write_text(page, encoding="utf-8")
    print(f"wrote {PAGE.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
