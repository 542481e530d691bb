"""What is worth a look in a trace: repeated queries, loops of queries, exceptions."""

from collections.abc import Iterable

import msgspec

from .trace import TraceEvent

# As many of one kind from one line are a loop, not chance.
_LOOP = 3


class QueryGroup(msgspec.Struct, frozen=True):
    """Queries that differ in their values at most, sent by one line."""

    statement: str
    place: str
    count: int
    seconds: float
    # Whether the values were the same each time as well.
    is_repeated: bool


def group_queries(events: Iterable[TraceEvent]) -> list[QueryGroup]:
    """Return the queries that were sent three times or more, or twice in vain."""
    groups: dict[tuple[str, str], list[TraceEvent]] = {}
    for event in events:
        if event.kind == "query":
            groups.setdefault((event.text, event.place), []).append(event)
    found = []
    for (statement, place), same in groups.items():
        if len(same) == 1:
            continue
        first = same[0].data.get("values")
        is_repeated = all(event.data.get("values") == first for event in same)
        if is_repeated or len(same) >= _LOOP:
            seconds = sum(event.seconds for event in same)
            found.append(QueryGroup(statement, place, len(same), seconds, is_repeated))
    return sorted(found, key=lambda group: -group.count)


def list_warnings(events: list[TraceEvent]) -> tuple[str, ...]:
    """Return the kinds of warnings: `loop`, `repeated`, `exception`, `log`."""
    groups = [one for one in group_queries(events) if one.statement[:6] == "SELECT"]
    found = {"repeated" if one.is_repeated else "loop" for one in groups}
    found |= {event.kind for event in events if event.kind == "exception"}
    if any(event.data.get("level") in {"ERROR", "CRITICAL"} for event in events):
        found.add("log")
    return tuple(sorted(found))
