"""The functions that build URLs, compiled once for all apps of a test run."""

from collections.abc import Callable
from typing import Any

from werkzeug.routing import Rule

Builder = Callable[..., tuple[str, str]]


def share_builders() -> None:
    """Share the builders of equal rules, which take no state but that of their rule.

    Werkzeug compiles two for each rule: most of the time in which an app is made, and
    thousands of tests make one with the same rules.
    """
    compile_builder = Rule._compile_builder
    if compile_builder.__module__ == __name__:
        return
    made: dict[Any, Builder] = {}

    def find(rule: Rule, append_unknown: bool = True) -> Builder:
        if rule.defaults:
            # Their values become a part of the code.
            return compile_builder(rule, append_unknown)
        key = rule.rule, tuple(rule._trace), append_unknown
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    Rule._compile_builder = find  # type: ignore[method-assign]  # for the tests of this process
