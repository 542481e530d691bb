"""Renders templates on both code generators and compares all that can be seen."""

import itertools
import re
import traceback
import warnings
from random import Random
from typing import Any

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
    text = str(error)
    if type(error) is SyntaxError:
        # Of the generated code, whose lines nobody sees.
        text = error.msg
    return "error", type(error), text, line, list_lines(error), list(log)


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


def without_addresses(result: Result) -> Result:
    """Return a result without the addresses of objects."""
    return tuple(_strip(part) for part in result)


def _strip(part: Any) -> Any:
    if isinstance(part, str):
        return _ADDRESS.sub("0x", part)
    if isinstance(part, list | tuple):
        return type(part)(_strip(each) for each in part)
    return part


def compare_sources(sources: dict[str, str]) -> list[tuple[str, Result, Result]]:
    """Return which templates of an application differ, rendered without any values."""
    results: list[list[Result]] = []
    for is_ours in (False, True):
        environment = Environment(
            loader=DictLoader(sources),
            autoescape=True,
            undefined=Tolerant,
            extensions=EXTENSIONS,
        )
        environment.filters = Known(environment.filters)
        environment.tests = Known(environment.tests)
        environment.install_null_translations()  # type: ignore[attr-defined]  # of an extension
        if is_ours:
            patch_environment(environment)
        results.append([_render_one(environment, name) for name in sources])
    rows = zip(sources, *results, strict=True)
    return [(name, stock, ours) for name, stock, ours in rows if stock != ours]


def _answer(self: Any, *args: Any, **kwargs: Any) -> str:
    return f"{self._undefined_name}{args}{sorted(kwargs)}"


def _is_true(*_: object) -> bool:
    return True


def _one(*_: object) -> int:
    return 1


class Tolerant(ChainableUndefined):
    """What an unknown name stands for: it is called, iterated and compared."""

    # Jinja's type says that these never return.
    __call__: Any = _answer
    __lt__: Any = _is_true
    __gt__: Any = _is_true
    __le__: Any = _is_true
    __ge__: Any = _is_true
    __add__: Any = _one
    __radd__: Any = _one
    __sub__: Any = _one
    __rsub__: Any = _one
    __mul__: Any = _one
    __truediv__: Any = _one
    __mod__: Any = _one

    def __iter__(self) -> Any:
        return iter([self])

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True


class Known(dict[str, Any]):
    """Filters or tests: an unknown one is the same for every name."""

    def __missing__(self, name: str) -> Any:
        return _show

    def get(self, name: str, default: Any = None) -> Any:
        return self[name]


def _show(value: Any, *args: Any, **kwargs: Any) -> str:
    return f"<{value}>"


def _render_one(environment: Environment, name: str) -> Result:
    log: list[str] = []
    try:
        text = environment.get_template(name).render()
    except RecursionError:
        return ("recursion",)
    except Exception as error:  # noqa: BLE001 - any of them has to be the same
        return without_addresses(describe_error(error, log))
    return without_addresses(("text", text))
