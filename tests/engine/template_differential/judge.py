"""Renders templates on both code generators and compares all that can be seen."""

import itertools
import re
import traceback
import warnings
from random import Random
from typing import Any

from flask import Flask
from jinja2 import (
    ChainableUndefined,
    DebugUndefined,
    DictLoader,
    Environment,
    StrictUndefined,
    TemplateSyntaxError,
    Undefined,
    pass_context,
)
from jinja2.compiler import CodeGenerator

from carboy.engine.templates import patch_environment

from .generate import draw_templates
from .values import make_values, stop

EXTENSIONS = (
    "jinja2.ext.i18n", "jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.debug",
)  # fmt: skip
UNDEFINED = (
    Undefined, ChainableUndefined, ChainableUndefined, DebugUndefined, StrictUndefined,
)  # fmt: skip
Result = tuple[Any, ...]
_ADDRESS = re.compile(r"0x[0-9a-f]{6,}", re.IGNORECASE)


def make_environment(random: Random, templates: dict[str, str]) -> Environment:
    """Return an environment with random options."""
    finalize = None
    if random.random() < 0.1:
        finalize = random.choice((
            lambda value: "" if value is None else value,
            pass_context(_finalize),
        ))
    environment = Environment(
        loader=DictLoader(templates),
        autoescape=random.choice((
            True,
            True,
            False,
            lambda name: name is not None and name.endswith("html"),
        )),
        undefined=random.choice(UNDEFINED),
        trim_blocks=random.random() < 0.3,
        lstrip_blocks=random.random() < 0.3,
        extensions=EXTENSIONS,
        finalize=finalize,
        optimized=random.random() < 0.9,
    )
    environment.install_null_translations(newstyle=random.random() < 0.7)  # type: ignore[attr-defined]  # of an extension
    environment.globals["shared"] = "<shared>"
    environment.filters["own_filter"] = lambda value, *args: f"<{value}>"
    environment.filters["stop_filter"] = stop
    environment.filters["context_filter"] = pass_context(
        lambda context, value: f"{context.name}{value}"
    )
    return environment


def _finalize(context: Any, value: Any) -> Any:
    return f"[{context.name}]" if value is None else value


def list_lines(error: BaseException) -> list[tuple[str, int | None, str]]:
    """Return the lines of templates in a traceback."""
    return [
        (frame.filename, frame.lineno, frame.name)
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.endswith(".py")
    ]


def describe_error(error: BaseException, log: list[str]) -> Result:
    """Return what can be seen of an error."""
    line = error.lineno if isinstance(error, TemplateSyntaxError) else None
    return "error", type(error), str(error), line, list_lines(error), list(log)


def render(environment: Environment, *, streams: bool) -> Result:
    """Return the text of `main.html`, or the error; and what the values were asked."""
    log: list[str] = []
    pieces: list[str] = []
    try:
        template = environment.get_template(
            "main.html", globals={"request": "<request>"}
        )
        if not streams:
            return "text", template.render(make_values(log)), list(log)
        # An endless loop is no use.
        for piece in itertools.islice(template.generate(make_values(log)), 20000):
            pieces.append(str(piece))  # noqa: PERF401 - kept if the next one fails
    except RecursionError:
        # How deep a frame is differs.
        return ("recursion",)
    except Exception as error:  # noqa: BLE001 - any of them has to be the same
        return *describe_error(error, log), pieces
    return "pieces", pieces, list(log)


def compare(seed: str) -> tuple[dict[str, str], Result, Result] | None:
    """Return the templates and both results if they differ."""
    random = Random(seed)
    templates = draw_templates(random)
    options = random.random()
    streams = random.random() < 0.3
    with warnings.catch_warnings():
        # Python sees that a constant is called.
        warnings.simplefilter("ignore", SyntaxWarning)

        def run(*, is_ours: bool) -> Result:
            environment = make_environment(Random(options), templates)
            if is_ours:
                patch_environment(environment)
            return without_addresses(render(environment, streams=streams))

        stock, ours = run(is_ours=False), run(is_ours=True)
        # A filter may have cut an address to pieces: then stock differs from itself.
        if stock == ours or stock != run(is_ours=False):
            return None
    return templates, stock, ours


def without_addresses(result: Any) -> Any:
    """Return a result without the addresses of objects."""
    if isinstance(result, str):
        return _ADDRESS.sub("0x", result)
    if isinstance(result, list | tuple):
        return type(result)(without_addresses(part) for part in result)
    return result


def compile_both(app: Flask, source: str, name: str) -> tuple[Result, Result]:
    """Return what both generators say of a template: its lines, or the error."""
    stock = app.jinja_env.overlay()
    stock.code_generator_class = CodeGenerator
    results = []
    for environment in (stock, app.jinja_env):
        try:
            environment.compile(source, name, name)
            results.append(("compiled",))
        except Exception as error:  # noqa: BLE001 - any of them has to be the same
            results.append(describe_error(error, []))
    return results[0], results[1]
