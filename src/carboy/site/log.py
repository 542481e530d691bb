"""The log of a site: lines of text, or JSON, without secrets."""

import json
import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import unquote

from carboy.core import (
    HIDDEN,
    AppState,
    Extension,
    Section,
    Settings,
    Wiring,
    redact_text,
    redact_url,
    registry_of,
    setting,
    split_credentials,
)

from .tracebacks import format_folded

# Shorter ones could be parts of ordinary words.
_MIN_SECRET_LENGTH = 6
_CONTROL = {n: f"\\x{n:02x}" for n in (*range(32), 127, 0x85, 0x2028, 0x2029)}
_CONTROL |= {10: "\\n", 13: "\\r", 9: "\\t"}


class LogSettings(Section, frozen=True, kw_only=True):
    """Log settings."""

    prefix: ClassVar[str] = "LOG"

    level: Annotated[
        Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"],
        setting("Lowest level that is logged."),
    ] = "INFO"
    format: Annotated[
        Literal["text", "json"] | None,
        setting("Unset: JSON in production, text on a terminal and otherwise."),
    ] = None
    requests: Annotated[bool, setting("Log each request.")] = True


class Redactor:
    """Replaces the values of secret settings, and passwords in URLs, in any text."""

    def __init__(self, sections: Mapping[str, Section]) -> None:
        self._sections = sections
        self._section_count = -1
        self._replacements: list[tuple[str, str]] = []

    def __call__(self, text: str) -> str:
        """Return `text` without secrets."""
        if self._section_count != len(self._sections):
            # Batteries come after the log, each with secrets of its own.
            self._section_count = len(self._sections)
            self._replacements = _list_replacements(self._sections.values())
        for secret, replacement in self._replacements:
            if secret in text:
                text = text.replace(secret, replacement)
        return redact_text(text)

    def redact_fields(self, value: object) -> object:
        """Return what a log record carries without secrets, ready for JSON."""
        if isinstance(value, Mapping):
            return {
                self(str(key)): self.redact_fields(item) for key, item in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.redact_fields(item) for item in value]
        if value is None or isinstance(value, int | float):
            return value
        return self(str(value))


class TextFormatter(logging.Formatter):
    """Formats a record as a line; control characters cannot forge a second one."""

    def __init__(self, redact: Redactor, *, folds: bool = False) -> None:
        super().__init__()
        self._redact = redact
        self._folds = folds

    def format(self, record: logging.LogRecord) -> str:
        """Return `record` as one line, with a traceback below it."""
        when = datetime.fromtimestamp(record.created).astimezone()
        identifier = getattr(record, "request_id", None)
        suffix = f" [{identifier}]" if identifier else ""
        message = self._redact(record.getMessage()).translate(_CONTROL)
        line = f"{when:%H:%M:%S} {record.levelname:<7} {message}{suffix}"
        if record.exc_info:
            line = f"{line}\n{self._redact(self._format_error(record.exc_info))}"
        return line

    def _format_error(self, info: Any) -> str:
        # All frames are on the page of the debugger.
        return format_folded(info[1]) if self._folds else self.formatException(info)


class JsonFormatter(logging.Formatter):
    """Formats a record as a JSON object on one line."""

    # The server looks for it, to write its own lines in the same way.
    is_json: ClassVar[bool] = True

    def __init__(self, redact: Redactor) -> None:
        super().__init__()
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        """Return `record` as one JSON object."""
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.processName,
            "pid": record.process,
            "message": record.getMessage(),
        }
        identifier = getattr(record, "request_id", None)
        if identifier:
            entry["request_id"] = identifier
        entry |= getattr(record, "fields", {})
        if record.exc_info:
            entry["error"] = self.formatException(record.exc_info)
        # Before encoding: JSON escapes some characters that a password may have.
        return json.dumps(self._redact.redact_fields(entry))


class _StderrHandler(logging.StreamHandler[Any]):
    """Writes to the current `sys.stderr`, which tests and servers replace."""

    def emit(self, record: logging.LogRecord) -> None:
        # A worker logs what is written to `sys.stderr`, and sends the log past it.
        self.stream = getattr(sys.stderr, "log_stream", sys.stderr)
        super().emit(record)


class Log(Extension):
    """The battery that sets up logging."""

    name = "log"

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings

    def install(self, wiring: Wiring) -> None:
        """Log to stderr, unless the site has set up logging itself."""
        section = wiring.settings(LogSettings)
        log_settings.set(wiring.app, section)
        is_production = self._settings.profile == "production"
        default = "json" if is_production and not sys.stderr.isatty() else "text"
        log_format = section.format or default
        sections = registry_of(wiring.app).sections
        sections[""] = self._settings
        redact = Redactor(sections)
        formatter = (
            JsonFormatter(redact)
            if log_format == "json"
            else TextFormatter(redact, folds=self._settings.profile == "development")
        )
        set_up(section.level, formatter)
        # Otherwise they are lines of text between those of JSON.
        if log_format == "json":
            logging.captureWarnings(capture=True)
        _quiet_libraries()
        if section.requests:
            _drop_server_lines()


log_settings: AppState[LogSettings] = AppState("carboy.log")


class _ServerLineFilter(logging.Filter):
    """Drops the development server's line for a request, which has one of ours."""

    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno != logging.INFO or " HTTP/1." not in record.getMessage()


def set_up(level: str, formatter: logging.Formatter) -> None:
    """Add our handler to the root logger, unless the site has one of its own."""
    root = logging.getLogger()
    # A handler of the tasks battery may be there too; it writes no log.
    if any(not type(one).__module__.startswith("carboy.") for one in root.handlers):
        return
    handler = next(
        (one for one in root.handlers if isinstance(one, _StderrHandler)), None
    )
    if handler is None:
        handler = _StderrHandler()
        root.addHandler(handler)
    handler.setFormatter(formatter)
    root.setLevel(level)


def _quiet_libraries() -> None:
    # At INFO they log several lines for each command.
    for name in ("alembic.runtime.plugins", "alembic.runtime.migration"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _drop_server_lines() -> None:
    log = logging.getLogger("werkzeug")
    if not any(isinstance(one, _ServerLineFilter) for one in log.filters):
        log.addFilter(_ServerLineFilter())


def _list_replacements(sections: Iterable[Section]) -> list[tuple[str, str]]:
    """List texts that must not be logged with their replacements, longest first."""
    replacements = {
        spelling: replacement
        for section in sections
        for field, value in section.items()
        for text in _strings_in(value)
        for secret, replacement in _replacements_of(text, is_secret=field.secret)
        # As it is, and as `repr` writes it, which messages often do.
        for spelling in (secret, repr(secret)[1:-1])
    }
    return sorted(replacements.items(), key=lambda pair: len(pair[0]), reverse=True)


def _replacements_of(text: str, *, is_secret: bool) -> Iterator[tuple[str, str]]:
    password = ""
    if "://" in text:
        userinfo, _ = split_credentials(text.partition("://")[2])
        password = userinfo.partition(":")[2]
        yield text, redact_url(text)
    secrets = (password, unquote(password)) if password else (text,) * is_secret
    for secret in secrets:
        if len(secret) >= _MIN_SECRET_LENGTH:
            yield secret, HIDDEN


def _strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _strings_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _strings_in(item)
