"""`{% cache timeout, key %}…{% endcache %}`: a cached part of a template."""

import secrets
from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup
from typing_extensions import override

from carboy.stores import pack
from carboy.translation import get_language

from .argument_keys import digest
from .callbacks import seconds_of
from .entry import NO_META, VALUE, CacheEntry, EntryMeta
from .get_or_compute import (
    Computation,
    Result,
    decode_or_recompute,
    get_or_compute,
    log_once,
)
from .make_service import cache_state
from .service import CacheService, Encoded, StoreOptions
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
        if language := get_language():
            # The key itself is that of `delete`, and holds for the default language.
            key += f"@{language}"
        service = cache_state.current()
        if timeout == DELETE:
            service.delete(key)
            return caller()
        seconds = seconds_of(timeout)
        seconds = None if seconds is None else float(seconds)

        language = get_language()
        key, primary_token, entry = _locate(service, key, language)
        meta = NO_META
        if language:
            token = secrets.token_bytes(8)
            meta = EntryMeta(origin=language, token=token, primary_token=primary_token)

        def decode(entry: CacheEntry) -> Any:
            return decode_or_recompute(computation, entry)

        def find() -> CacheEntry | None:
            entry = service.find_fresh(key)
            is_same = entry is not None and entry.meta.origin == language
            return entry if is_same else None

        computation = Computation(
            service=service,
            key=key,
            compute=lambda: (
                _compute(
                    str(name), caller, KEY_READS if vary_on else frozenset(), meta
                ),
                StoreOptions(seconds),
            ),
            decode=decode,
            find=find,
            flight_key=f"{key}\n{language}" if language else "",
        )
        if entry is None or not service.is_fresh(entry):
            return _to_text(get_or_compute(computation, entry))
        return _to_text(decode(entry))


def _locate(
    service: CacheService, key: str, language: str
) -> tuple[str, bytes, CacheEntry | None]:
    """Return the key for a language, the token that it needs there, and the entry.

    The first language has the key itself; the others are valid only together with it,
    so that deleting the key deletes all.
    """
    entry = service.get(key)
    if entry is None or entry.meta.origin == language:
        return key, b"", entry
    primary_token = entry.meta.token
    key += f"@{language}"
    entry = service.get(key)
    is_valid = entry is not None and entry.meta.primary_token == primary_token
    return key, primary_token, entry if is_valid else None


def _compute(
    name: str, caller: Callable[[], str], in_key: frozenset[str], meta: EntryMeta
) -> Result:
    tracker = ReadTracker(current_request_context())
    try:
        text = caller()
    finally:
        tracker.stop()
    reason = tracker.why_not_shareable(in_key=in_key)
    if reason is not None:
        log_once(cache_state.current(), f"The fragment {name!r}", reason)
        return text, None
    return text, Encoded(VALUE, pack(text), meta)


def _to_text(text: Any) -> str:
    """Return the text, still marked as safe if it was."""
    return text if isinstance(text, Markup) else str(text)
