"""The type of a panel: what a battery shows of its work in the console, and does there.

A panel is data; the console makes the page, and asks who may see it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

Tone = Literal["", "good", "warn", "bad"]
# A text, a number or a moment, which is shown in the time zone of the reader.
Cell = str | int | float | datetime | None | Any


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """What the reader has chosen: one of the filters, and words to look for."""

    filter: str = ""
    search: str = ""


@dataclass(frozen=True, slots=True)
class PanelRow:
    """A row of a table; `actions` are the names of those that are offered for it."""

    cells: Sequence[Cell]
    key: str = ""
    actions: Sequence[str] = ()
    badge: str = ""
    tone: Tone = ""


@dataclass(frozen=True, slots=True)
class PanelTable:
    """Rows below headings. The first cell of a row names it."""

    heading: Any
    columns: Sequence[Any]
    rows: Sequence[PanelRow]
    empty: Any = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelView:
    """What a panel shows at this moment."""

    numbers: Sequence[tuple[Any, Cell]] = ()
    tables: Sequence[PanelTable] = ()
    # The names of actions on the whole, not on a row.
    actions: Sequence[str] = ()
    # Values of `PanelQuery.filter` with their labels; the first is chosen at first.
    filters: Sequence[tuple[str, Any]] = ()
    note: Any = ""
    tone: Tone = ""
    # Other pages about it: a label and an address.
    links: Sequence[tuple[Any, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PanelAction:
    """A button: `run` does what the label says, and returns what was done.

    It is called with the key of the row, or with what the person has written where the
    action asks for a text, or with "". A `RefusedError` is shown to that person.
    A dangerous one asks first, and needs a fresh login.
    """

    label: Any
    run: Callable[[str], Any]
    question: Any = ""
    asks_for: Any = ""
    is_dangerous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A page of the console about a battery: `wiring.panel(Panel(…))`.

    `search` labels the field for words, for a panel that can look for them.
    """

    name: str
    label: Any
    read: Callable[[PanelQuery], PanelView]
    actions: Mapping[str, PanelAction] = field(default_factory=dict)
    search: Any = ""
