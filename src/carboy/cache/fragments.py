"""`{% cache timeout, key %}…{% endcache %}`: a cached part of a template."""

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup
from typing_extensions import override

from carboy.stores import pack

from .argument_keys import digest
from .callbacks import seconds_of
from .entry import VALUE, CacheEntry
from .get_or_compute import (
    Computation,
    Result,
    decode_or_recompute,
    get_or_compute,
    log_once,
)
from .make_service import cache_state
from .service import Encoded, StoreOptions
from .shareability import KEY_READS, ReadTracker, current_request_context

# As the timeout, it deletes the fragment and renders it without storing it.
DELETE = "del"


def make_template_fragment_key(
    fragment_name: str, vary_on: Iterable[Any] | None = None
) -> str:
    """Return the key of a fragment, for `cache.delete()`."""
    parts = list(vary_on or ())
    return f"fragment/{fragment_name}" + (f"/{digest(parts)}" if parts else "")


class FragmentExtension(Extension):
    """The Jinja tag `cache`."""

    tags = {"cache"}  # noqa: RUF012 - Jinja declares it as a set

    @override
    def parse(self, parser: Parser) -> nodes.Node:
        """Parse the tag: a timeout, then a name, then what the fragment depends on."""
        line = next(parser.stream).lineno
        timeout = parser.parse_expression()
        # The comma before the name is optional.
        parser.stream.skip_if("comma")
        name: nodes.Expr = nodes.Const(f"{parser.name or parser.filename}:{line}")
        if parser.stream.current.type != "block_end":
            name = parser.parse_expression()
        vary_on: list[nodes.Expr] = []
        while parser.stream.skip_if("comma"):
            vary_on.append(parser.parse_expression())
        body = parser.parse_statements(("name:endcache",), drop_needle=True)
        call_function = self.call_method(
            "_render", [timeout, name, nodes.List(vary_on)]
        )
        return nodes.CallBlock(call_function, [], [], body).set_lineno(line)

    def _render(
        self, timeout: Any, name: Any, vary_on: list[Any], caller: Callable[[], str]
    ) -> str:
        key = make_template_fragment_key(str(name), vary_on)
        service = cache_state.current()
        if timeout == DELETE:
            service.delete(key)
            return caller()
        seconds = seconds_of(timeout)
        seconds = None if seconds is None else float(seconds)

        def decode(entry: CacheEntry) -> Any:
            return decode_or_recompute(computation, entry)

        computation = Computation(
            service=service,
            key=key,
            compute=lambda: (
                _compute(str(name), caller, KEY_READS if vary_on else frozenset()),
                StoreOptions(seconds),
            ),
            decode=decode,
        )
        entry = service.get(key)
        if entry is None or not service.is_fresh(entry):
            return _to_text(get_or_compute(computation, entry))
        return _to_text(decode(entry))


def _compute(name: str, caller: Callable[[], str], in_key: frozenset[str]) -> Result:
    tracker = ReadTracker(current_request_context())
    try:
        text = caller()
    finally:
        tracker.stop()
    reason = tracker.why_not_shareable(in_key=in_key)
    if reason is not None:
        log_once(cache_state.current(), f"The fragment {name!r}", reason)
        return text, None
    return text, Encoded(VALUE, pack(text))


def _to_text(text: Any) -> str:
    """Return the text, still marked as safe if it was."""
    return text if isinstance(text, Markup) else str(text)
