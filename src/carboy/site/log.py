"""One log for people and machines: lines of text, or JSON, without secrets."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal

from carboy.core import (
    HIDDEN,
    AppState,
    Extension,
    Section,
    Settings,
    Wiring,
    registry_of,
    setting,
)

# Shorter ones would tear holes into ordinary words.
_SHORTEST_HIDDEN = 6
_URL_PASSWORD = re.compile(r"(?<=:)[^:@/]+(?=@)")
_CONTROL = {n: f"\\x{n:02x}" for n in (*range(32), 127, 0x85, 0x2028, 0x2029)}
_CONTROL |= {10: "\\n", 13: "\\r", 9: "\\t"}


class LogSettings(Section, frozen=True, kw_only=True):
    """What the log can be told."""

    prefix: ClassVar[str] = "LOG"

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        setting("The least that is written."),
    ] = "INFO"
    format: Annotated[
        Literal["text", "json"] | None,
        setting("Unset: JSON in production, text otherwise and on a terminal."),
    ] = None
    requests: Annotated[bool, setting("Write a line for each request.")] = True


class Redactor:
    """Replaces the values of secret settings wherever they turn up in a text."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._sections = sections
        self._known = -1
        self._secrets: list[str] = []

    def __call__(self, text: str) -> str:
        """Give `text` without secrets."""
        if self._known != len(self._sections):
            # Batteries come after the log, each with secrets of its own.
            self._known = len(self._sections)
            found = {s for s in _secrets_of(self._sections.values()) if s}
            long = [secret for secret in found if len(secret) >= _SHORTEST_HIDDEN]
            self._secrets = sorted(long, key=len, reverse=True)
        for secret in self._secrets:
            if secret in text:
                text = text.replace(secret, HIDDEN)
        return text


class TextFormatter(logging.Formatter):
    """A line for people; control characters cannot forge a second one."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Write `record` as one line, and a traceback below it."""
        when = datetime.fromtimestamp(record.created).astimezone()
        request = getattr(record, "request_id", None)
        mark = f" [{request}]" if request else ""
        message = record.getMessage().translate(_CONTROL)
        line = f"{when:%H:%M:%S} {record.levelname:<7} {message}{mark}"
        if record.exc_info:
            line = f"{line}\n{self.formatException(record.exc_info)}"
        return self._redact(line)


class JsonFormatter(logging.Formatter):
    """A JSON object on one line, for machines."""

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Write `record` as one JSON object."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "request_id", None)
        if request:
            entry["request_id"] = request
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        return self._redact(json.dumps(entry, default=str))


class _Stream(logging.StreamHandler[Any]):
    """Writes to whatever stderr is now, as tests and servers replace it."""

    def emit(self, record: logging.LogRecord) -> None:
        self.stream = sys.stderr
        super().emit(record)


class Log(Extension):
    """The battery that writes the log of a site."""

    name = "log"

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def install(self, wiring: Wiring) -> None:
        """Send all logs to stderr, unless the site has set up logging itself."""
        section = wiring.settings(LogSettings)
        log_settings.set(wiring.app, section)
        read_by_machine = (
            self._settings.profile == "production" and not sys.stderr.isatty()
        )
        kind = section.format or ("json" if read_by_machine else "text")
        sections = registry_of(wiring.app).sections
        sections[""] = self._settings
        redact = Redactor(sections)
        formatter = JsonFormatter(redact) if kind == "json" else TextFormatter(redact)
        set_up(section.level, formatter)
        _quiet_libraries()
        if section.requests:
            _drop_second_lines()


log_settings: AppState[LogSettings] = AppState("carboy.log")


class _NoSecondLine(logging.Filter):
    """Drops the development server's own line for a request that has ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno != logging.INFO or " HTTP/1." not in record.getMessage()


def set_up(level: str, formatter: logging.Formatter) -> None:
    """Give the root logger our handler, once; a handler of the site's own stays."""
    root = logging.getLogger()
    ours = [h for h in root.handlers if isinstance(h, _Stream)]
    if root.handlers and not ours:
        return
    handler = ours[0] if ours else _Stream()
    handler.setFormatter(formatter)
    if not ours:
        root.addHandler(handler)
    root.setLevel(level)


def _quiet_libraries() -> None:
    # At INFO they tell how they are built, several lines for each command.
    for name in ("alembic.runtime.plugins", "alembic.runtime.migration"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _drop_second_lines() -> None:
    log = logging.getLogger("werkzeug")
    if not any(isinstance(one, _NoSecondLine) for one in log.filters):
        log.addFilter(_NoSecondLine())


def _secrets_of(sections: Iterable[Section]) -> Iterator[str]:
    for section in sections:
        for field, value in section.items():
            if isinstance(value, str) and (match := _URL_PASSWORD.search(value)):
                yield match[0]
            elif field.secret and value:
                yield from value if isinstance(value, tuple) else (str(value),)
