"""The templates of this checkout, compiled once for all apps of a test run."""

from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment
from jinja2.utils import internalcode

_ROOT = f"{Path(__file__).resolve().parents[1]}/"
# What the code of a template depends on, beside its source.
_OPTIONS = (
    "block_start_string",
    "block_end_string",
    "variable_start_string",
    "variable_end_string",
    "comment_start_string",
    "comment_end_string",
    "line_statement_prefix",
    "line_comment_prefix",
    "trim_blocks",
    "lstrip_blocks",
    "newline_sequence",
    "keep_trailing_newline",
    "optimized",
    "finalize",
    "undefined",
    "sandboxed",
    "is_async",
    "code_generator_class",
)
_POLICIES = "compiler.ascii_str", "ext.i18n.trimmed"


def share_templates() -> None:
    """Share the code of equal templates between environments of equal options.

    Each app has its own environment, so that it compiles all macros for its first page:
    half of the time of a test that shows one. Templates in other folders belong to the
    test that wrote them.
    """
    compile_template = Environment.compile
    if compile_template.__module__ == __name__:
        return
    made: dict[Any, CodeType] = {}

    @internalcode
    def find(
        environment: Environment,
        source: Any,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,
        defer_init: bool = False,
    ) -> Any:
        is_ours = isinstance(source, str) and str(filename).startswith(_ROOT)
        if raw or not is_ours:
            return compile_template(
                environment, source, name, filename, raw, defer_init
            )  # type: ignore[call-overload]  # the second signature is for `raw=True`
        key = source, name, filename, defer_init, *_describe(environment, name)
        if key not in made:
            made[key] = compile_template(
                environment, source, name, filename, defer_init=defer_init
            )
        return made[key]

    Environment.compile = find  # type: ignore[method-assign, assignment]  # for the tests of this process


def _describe(environment: Environment, name: str | None) -> tuple[Any, ...]:
    escape = environment.autoescape
    return (
        type(environment),
        *(getattr(environment, option) for option in _OPTIONS),
        escape(name) if callable(escape) else escape,
        *(environment.policies.get(policy) for policy in _POLICIES),
        getattr(environment, "newstyle_gettext", None),
        frozenset(environment.extensions),
        frozenset(environment.filters),
        frozenset(environment.tests),
    )
