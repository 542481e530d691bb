"""Compares the two sides, makes a difference small, and writes it down as a script."""

import dataclasses
import difflib
from collections.abc import Iterator
from typing import Any

from .drive import Driver
from .sides import STOCK, Side
from .specs import AppSpec, Change, RequestSpec

Items = tuple[RequestSpec | Change, ...]


@dataclasses.dataclass(frozen=True, slots=True)
class Difference:
    """The first item for which the sides differ, with the events of both."""

    spec: AppSpec
    items: Items
    stock: list[str]
    other: list[str]

    @property
    def kind(self) -> tuple[str, str]:
        """Return the first words of the first two events that differ."""
        pairs = zip([*self.stock, "(end)"], [*self.other, "(end)"], strict=False)
        first = next(((a, b) for a, b in pairs if a != b), ("(end)", "(end)"))
        return first[0].split(" ")[0], first[1].split(" ")[0]

    def lines(self) -> str:
        """Return the two event lists as a diff."""
        lines = difflib.unified_diff(
            self.stock, self.other, "stock", "engine", lineterm="", n=2
        )
        return "\n".join(lines)


def compare(spec: AppSpec, items: Items, side: Side) -> Difference | None:
    """Return the first difference between stock Flask and the side, if any."""
    stock = Driver(STOCK, spec, edge=side.edge)
    other = Driver(side, spec, edge=side.edge)
    if stock.events != other.events:
        return Difference(spec, (), stock.events, other.events)
    if stock.world.app is None or any("escaped" in event for event in stock.events):
        return None
    for number, item in enumerate(items, 1):
        seen, expected = other.run(item), stock.run(item)
        if seen != expected:
            return Difference(spec, items[:number], expected, seen)
    return None


def confirm(difference: Difference, side: Side) -> Difference | None:
    """Return the difference if it comes back with new apps.

    Session cookies carry the second in which they were signed, so two right answers may
    differ when a second ends between them, on a busy machine more than once in a row.
    """
    for _ in range(5):
        again = compare(difference.spec, difference.items, side)
        if again is None or again.kind != difference.kind:
            return None
    return difference


def minimise(difference: Difference, side: Side, tries: int = 1500) -> Difference:
    """Return a smaller app and fewer requests that still show the difference."""
    kind = difference.kind
    left = tries

    def differs(spec: AppSpec, items: Items) -> Difference | None:
        nonlocal left
        left -= 1
        found = compare(spec, items, side)
        return found if found is not None and found.kind == kind else None

    def step(now: Difference) -> Difference | None:
        for spec, items in _smaller(now):
            found = differs(spec, items)
            if found is not None or left <= 0:
                return found
        return None

    smaller: Difference | None = difference
    while smaller is not None:
        difference, smaller = smaller, step(smaller)
    return difference


def _smaller(difference: Difference) -> Iterator[tuple[AppSpec, Items]]:
    spec, items = difference.spec, difference.items
    half = len(items) // 2
    if half > 1:
        yield spec, items[half:]
    for fewer in _without_one(items):
        yield spec, fewer
    for less in _reduced(spec):
        yield less, items
    for less in _reduced_inside(items):
        yield spec, less


def _without_one(values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for index in range(len(values)):
        yield values[:index] + values[index + 1 :]


def _reduced_inside(values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    for index, value in enumerate(values):
        for less in _reduced(value):
            yield (*values[:index], less, *values[index + 1 :])


def _reduced(value: Any) -> Iterator[Any]:
    if isinstance(value, tuple) and value and dataclasses.is_dataclass(value[0]):
        yield from _reduced_inside(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        for field in dataclasses.fields(value):
            for less in _reduced_field(field, getattr(value, field.name)):
                yield dataclasses.replace(value, **{field.name: less})


def _reduced_field(field: Any, present: Any) -> Iterator[Any]:
    if field.default is not dataclasses.MISSING and present != field.default:
        yield field.default
    if isinstance(present, tuple):
        yield from _without_one(present)
    yield from _reduced(present)


def write_code(value: Any, indent: str = "") -> str:
    """Return the description as Python, without what is at its default."""
    inner = indent + "    "
    if isinstance(value, tuple) and any(map(dataclasses.is_dataclass, value)):
        lines = "".join(f"{inner}{write_code(item, inner)},\n" for item in value)
        return f"(\n{lines}{indent})"
    if dataclasses.is_dataclass(value):
        fields = [
            f"{field.name}={write_code(getattr(value, field.name), inner)}"
            for field in dataclasses.fields(value)
            if getattr(value, field.name) != field.default
        ]
        return f"{type(value).__name__}({', '.join(fields)})"
    return repr(value)


SCRIPT = '''\
"""Run at the root of the project: PYTHONPATH=tests/engine python this-file"""
from differential.judge import replay
from differential.sides import EDGE, INHERITED, INSTALLED
from differential.specs import (
    AppSpec, BlueprintSpec, Callback, Change, Handler, Hook, RequestSpec, Route, Step,
)

SPEC = {spec}
ITEMS = {items}
replay(SPEC, ITEMS, {side})
'''


def write_script(difference: Difference, side: Side) -> str:
    """Return a script that shows the difference."""
    return SCRIPT.format(
        spec=write_code(difference.spec),
        items=write_code(difference.items),
        side=side.name.upper(),
    )


def replay(spec: AppSpec, items: Items, side: Side) -> None:
    """Print what both sides do, for a script that was written by `write_script`."""
    found = compare(spec, items, side)
    text = "no difference any more" if found is None else found.lines()
    print(text)  # noqa: T201 - a script's output
