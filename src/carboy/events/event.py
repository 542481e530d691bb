"""A server-sent event and its encoding."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pkgutil import resolve_name

COMMENT = b":\n\n"


@dataclass(frozen=True, slots=True)
class Event:
    """A message to a page; `data` that is not text is sent as JSON."""

    data: object = ""
    event: str = ""
    id: str = ""
    retry: float | None = None


def encode_event(event: object) -> bytes:
    """Return the bytes of an `Event`, or of anything that can be its data."""
    if not isinstance(event, Event):
        event = Event(event)
    lines = []
    if event.event:
        lines.append(f"event: {_one_line('event', event.event)}")
    if event.id:
        lines.append(f"id: {_one_line('id', event.id)}")
    if event.retry is not None:
        lines.append(f"retry: {int(event.retry * 1000)}")
    text = _as_text(event.data)
    if text or event.event:
        # Splitting by any line break: each of them would end the line for a browser.
        normal = text.replace("\r\n", "\n").replace("\r", "\n")
        lines += [f"data: {line}" for line in normal.split("\n")]
    return ("\n".join(lines) + "\n\n").encode()


def _as_text(data: object) -> str:
    if isinstance(data, str):
        return data
    if isinstance(data, bytes):
        return data.decode()
    return _get_json_encoder()(data).decode()


@cache
def _get_json_encoder() -> Callable[[object], bytes]:
    # Imported here: msgspec takes a megabyte, and most apps send no JSON in events.
    encode: Callable[[object], bytes] = resolve_name("msgspec.json:encode")
    return encode


def _one_line(name: str, value: str) -> str:
    if any(char in value for char in "\r\n\0"):
        raise ValueError(
            f"The {name} of an event must be one line, got {value!r}: the rest would "
            "be read as another field."
        )
    return value
