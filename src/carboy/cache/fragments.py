"""`{% cache timeout, key %}…{% endcache %}`: a part of a page, kept."""

from collections.abc import Callable, Iterable
from typing import Any

from jinja2 import nodes
from jinja2.ext import Extension
from jinja2.parser import Parser
from markupsafe import Markup
from typing_extensions import override

from carboy.stores import DecodeError, pack

from .argument_keys import digest
from .compute import Job, Result, obtain, renew, tell
from .entry import VALUE, Entry
from .make_service import cache_state
from .service import Made, Terms
from .shareability import Watch, current_visit

# In place of the time it deletes the fragment, and makes it without keeping it.
DELETE = "del"


def make_template_fragment_key(
    fragment_name: str, vary_on: Iterable[Any] | None = None
) -> str:
    """Give the key of a fragment: `cache.delete(make_template_fragment_key("top"))`."""
    parts = list(vary_on or ())
    return f"fragment/{fragment_name}" + (f"/{digest(parts)}" if parts else "")


class FragmentExtension(Extension):
    """The tag `cache`, for Jinja."""

    tags = {"cache"}  # noqa: RUF012 - Jinja's own type for it

    @override
    def parse(self, parser: Parser) -> nodes.Node:
        """Read the tag: a time, then a name, then what the fragment depends on."""
        line = next(parser.stream).lineno
        timeout = parser.parse_expression()
        # The comma before the name may be left out.
        parser.stream.skip_if("comma")
        name: nodes.Expr = nodes.Const(f"{parser.name or parser.filename}:{line}")
        if parser.stream.current.type != "block_end":
            name = parser.parse_expression()
        vary_on: list[nodes.Expr] = []
        while parser.stream.skip_if("comma"):
            vary_on.append(parser.parse_expression())
        body = parser.parse_statements(("name:endcache",), drop_needle=True)
        call = self.call_method("_give", [timeout, name, nodes.List(vary_on)])
        return nodes.CallBlock(call, [], [], body).set_lineno(line)

    def _give(
        self, timeout: Any, name: Any, vary_on: list[Any], caller: Callable[[], str]
    ) -> str:
        key = make_template_fragment_key(str(name), vary_on)
        service = cache_state.current()
        if timeout == DELETE:
            service.delete(key)
            return caller()
        seconds = None if timeout is None else float(timeout)

        def read(entry: Entry) -> Any:
            try:
                return entry.unpack()
            except DecodeError as error:
                service.throw_away(key, error)
                return renew(job)

        job = Job(
            service=service,
            key=key,
            run=lambda: (_make(str(name), caller, bool(vary_on)), Terms(seconds)),
            read=read,
        )
        entry = service.get(key)
        if entry is None or not service.is_fresh(entry):
            return str_of(obtain(job, entry))
        return str_of(read(entry))


def _make(name: str, caller: Callable[[], str], has_own_key: bool) -> Result:  # noqa: FBT001 - private, and named
    watch = Watch(current_visit())
    try:
        text = caller()
    finally:
        watch.end()
    objection = watch.objection(is_personal=False, has_own_key=has_own_key)
    if objection is not None:
        tell(cache_state.current(), f"The fragment {name!r}", objection)
        return text, None
    return text, Made(VALUE, pack(text))


def str_of(text: Any) -> str:
    """Let through what a template may print as it is."""
    return text if isinstance(text, Markup) else str(text)
