"""The first page about the inside: the layers and the journeys, as drawings."""

from pathlib import Path

from .calls import Call, check_calls
from .journeys import JOURNEYS, Journey
from .layers import draw_layers, list_folders

HEAD = """# How Carboy is built

The layers of the package and the way of four values through the code. `make docs`
writes this page from `pyproject.toml`, from the imports and from the list of calls in
`scripts/lib/docs/journeys.py`; `make stale` fails when one of these calls is not in the
code any more.

## Layers

Imports point down. An arrow means that a folder imports another one; imports that
other arrows imply are left out. The order is that of the contract in `pyproject.toml`.
Why it is so: [009](../decisions/009-folders-and-front-doors.md).
"""


def write_internals(root: Path) -> str:
    """Write the page; raise a CallError if a journey is not what the code does."""
    calls = [call for journey in JOURNEYS for call in journey.calls]
    check_calls(root / "src" / "carboy", calls)
    parts = [HEAD, draw_layers(root) + "\n", list_folders(root) + "\n"]
    parts += [_write_journey(journey) for journey in JOURNEYS]
    return "\n".join(parts)


def _write_journey(journey: Journey) -> str:
    names = list(dict.fromkeys(_modules(journey)))
    lines = ["```mermaid", "sequenceDiagram"]
    for number, name in enumerate(names):
        lines.append(f"    participant p{number} as {name}")
    for call in journey.calls:
        source = names.index(_module(call.caller))
        target = names.index(_module(call.callee))
        lines.append(f"    p{source}->>p{target}: {_label(call)}")
    return "\n".join([f"## {journey.title}", "", journey.text, "", *lines, "```", ""])


def _modules(journey: Journey) -> list[str]:
    return [
        _module(place) for call in journey.calls for place in (call.caller, call.callee)
    ]


def _module(place: str) -> str:
    return place.partition(":")[0]


def _label(call: Call) -> str:
    return f"{call.name}(): {call.text}".replace(";", ",").replace("#", "")
