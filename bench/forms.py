#!/usr/bin/env python
"""Measures a form of eight fields against Flask-WTF with macros, in one run.

`python bench/forms.py` writes docs/benchmarks/forms.md; `--short` checks that all parts
work. The macros are those of Bootstrap-Flask, the successor of Flask-Bootstrap.
"""

import argparse
import importlib.metadata
import os
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_wtf
import wtforms
import wtforms.validators as wt_validators
from flask import Flask
from flask_bootstrap import Bootstrap5
from results import describe, keep

import carboy.forms.validators as own_validators
from carboy import Carboy
from carboy.forms import Form, Forms
from carboy.ui import UI

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks" / "forms.md"
SIDES = ("Flask-WTF + Bootstrap-Flask", "carboy.forms")
PARTS = ("build", "build and validate", "build, validate and render")
DATA = {
    "name": "Ada Lovelace",
    "mail": "ada@example.com",
    "age": "36",
    "site": "https://example.com/",
    "topic": "b",
    "text": "How many bottles are left?",
    "copy": "y",
    "code": "",
}


def make_form(base: type[Any], validators: Any) -> type[Any]:
    """Return the same form on one of the sides: eight fields and a button."""
    required = validators.DataRequired
    choices = {"a": "Orders", "b": "Bottles", "c": "Other"}
    fields = {
        "name": wtforms.StringField("Name", [required(), validators.Length(max=80)]),
        "mail": wtforms.EmailField("Mail", [required()], description="To answer you."),
        "age": wtforms.IntegerField("Age", [validators.NumberRange(0, 150)]),
        "site": wtforms.URLField("Site", [validators.Optional(), validators.URL()]),
        "topic": wtforms.SelectField("Topic", choices=choices),
        "text": wtforms.TextAreaField("Message", [required()]),
        "copy": wtforms.BooleanField("Send me a copy"),
        # One error, so that the page of a form that is wrong is measured.
        "code": wtforms.StringField("Code", [required("Enter the code")]),
        "submit": wtforms.SubmitField("Send"),
    }
    return type("ContactForm", (base,), fields)


def make_side(side: str) -> tuple[Flask, type[Any], Any]:
    """Return app, form class and template of a side."""
    if side == SIDES[0]:
        app = Flask("bench")
        Bootstrap5(app)
        form = make_form(flask_wtf.FlaskForm, wt_validators)
        text = (
            '{% from "bootstrap5/form.html" import render_form %}'
            "{{ render_form(form) }}"
        )
    else:
        app = Carboy("bench")
        app.use(UI(), Forms())
        form = make_form(Form, own_validators)
        text = "{{ form_page(form) }}"
    app.config["SECRET_KEY"] = os.urandom(16)
    return app, form, app.jinja_env.from_string(text)


def make_calls(form_class: type[Any], template: Any) -> dict[str, Callable[[], Any]]:
    """Return what is measured, by its name."""

    def validate() -> Any:
        form = form_class()
        form.validate_on_submit()
        return form

    return {
        PARTS[0]: form_class,
        PARTS[1]: validate,
        PARTS[2]: lambda: template.render(form=validate()),
    }


def open_request(app: Flask) -> Any:
    """Return the context of a request that sends the form."""
    headers = {"Origin": "http://localhost"}
    return app.test_request_context("/", method="POST", data=DATA, headers=headers)


def time_call(call: Callable[[], Any], number: int) -> float:
    """Return the microseconds of CPU time that a call takes."""
    call()
    start = time.process_time()
    for _ in range(number):
        call()
    return (time.process_time() - start) / number * 1e6


def measure(rounds: int, number: int) -> dict[str, dict[str, float]]:
    """Return microseconds of CPU time for each part and side, the sides in turn."""
    times: dict[str, dict[str, list[float]]] = {
        part: {side: [] for side in SIDES} for part in PARTS
    }
    sides = {side: make_side(side) for side in SIDES}
    for side in SIDES * rounds:
        app, form_class, template = sides[side]
        with open_request(app):
            for part, call in make_calls(form_class, template).items():
                times[part][side].append(time_call(call, number))
    return {
        part: {side: statistics.median(values) for side, values in row.items()}
        for part, row in times.items()
    }


def check_pages() -> None:
    """Fail unless both sides show the same fields, values and error."""
    for side in SIDES:
        app, form_class, template = make_side(side)
        with open_request(app):
            form = form_class()
            form.validate_on_submit()
            page = template.render(form=form)
        for text in (*(v for v in DATA.values() if v not in {"y", "b"}), "Enter the"):
            if text not in page:
                msg = f"{side} does not show {text!r}."
                raise SystemExit(msg)


def write_page(result: dict[str, dict[str, float]], load: float) -> None:
    """Write docs/benchmarks/forms.md."""
    facts = describe()
    names = ("flask", "flask-wtf", "wtforms", "bootstrap-flask")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    rows = [
        f"| {part} | {row[SIDES[0]]:.0f} | {row[SIDES[1]]:.0f} |"
        f" {row[SIDES[0]] / row[SIDES[1]]:.1f}× |"
        for part, row in result.items()
    ]
    PAGE.write_text(
        f"""# Forms

Written by `bench/forms.py` on {facts["date"]}, Python {facts["python"]},
{facts["cores"]} cores, load {load:.2f} before,
{versions}.
Microseconds of CPU time for a sent form of eight fields with one error, the median
of many batches, the sides in turn. The machine had other load; compare within the
table only.

| | {SIDES[0]} | {SIDES[1]} | less |
|---|--:|--:|--:|
{chr(10).join(rows)}

Both sides validate with WTForms. It also makes the fields on the left; on the right
they are copies of what it made for the first form. The page is made by macros on the
left, and by `form_page` on the right.
""",
        encoding="utf-8",
    )


def main() -> None:
    """Measure, and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="a few calls, no page")
    short = parser.parse_args().short
    load = describe()["load"]
    check_pages()
    result = measure(*((2, 3) if short else (15, 60)))
    for part, row in result.items():
        print(f"{part}: " + ", ".join(f"{s} {v:.0f} µs" for s, v in row.items()))
    if not short:
        keep("forms", {"result": result}, load)
        write_page(result, load)


if __name__ == "__main__":
    main()
